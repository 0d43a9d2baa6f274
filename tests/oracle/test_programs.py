"""Every operator of the library is run by the oracle, or stands here with the reason why not."""

from __future__ import annotations

import pytest

from archc.testing import compare, engines
from tests.oracle.coverage import Coverage, operators_of, standard_operators
from tests.oracle.programs import Program, program
from tests.properties.uses import CASES

SIZES = "its result has a size that is known only when it runs, and no backend has these yet"
ABSENT = {
    **dict.fromkeys(
        [
            "voxelize",
            "sparse_conv",
            "sparse_down",
            "sparse_maxpool",
            "sparse_grow",
            "prune",
            "sparse_union",
            "contains",
            "lookup",
            "at_most",
            "to_padded",
            "to_rows",
            "segment_sum",
            "segment_mean",
            "segment_argmax",
            "nonzero",
            "unique",
        ],
        SIZES,
    ),
    "bernoulli": "it is random: no two engines draw the same numbers",
    "cache": "it has a state, and no backend has these yet",
    "position": "it has a state, and no backend has these yet",
}


@pytest.fixture(scope="module")
def every() -> list[Program]:
    return [program(name, 1) for name in CASES]


def test_every_operator_is_run_or_has_a_reason(every: list[Program]) -> None:
    reached = frozenset[str]().union(*(operators_of(one.architecture) for one in every))
    assert set(standard_operators()) - reached == set(ABSENT)


@pytest.mark.slow
def test_pytorch_agrees_in_single_precision(every: list[Program]) -> None:
    quick = tuple(one for one in engines() if one.word == "torch")
    coverage = Coverage([one.word for one in quick])
    for one in every:
        comparison = compare(one.architecture, 1, inputs=one.inputs, among=quick)
        assert comparison.holds, f"{comparison}\n{one.text}"
        coverage.add(one.architecture, ["torch"])
    assert set(coverage.unreached["torch"]) == set(ABSENT)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["conv", "softmax", "rearrange", "resize", "upfirdn", "irfft"])
def test_the_cpu_backend_agrees(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = tuple(one for one in engines() if one.word == "cpu")
    if not cpu:
        pytest.skip("there is no C++ compiler")
    monkeypatch.setenv("CXXFLAGS", "-O0")
    one = program(name, 1)
    comparison = compare(one.architecture, 1, inputs=one.inputs, among=cpu)
    assert comparison.holds, f"{comparison}\n{one.text}"


def test_programs_are_drawn_by_their_number() -> None:
    assert program("conv", 1).text == program("conv", 1).text
    assert len({program("conv", number).text for number in range(4)}) > 1
