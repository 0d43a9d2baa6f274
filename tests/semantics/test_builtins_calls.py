"""Static functions check what they are called with."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archc.graph.static import DType, Fill, Row, Static, Symbol
from archc.semantics.builtins import BINARY, BUILTINS, CONSTANTS, PREFIX, SELECT, SLICE, StaticError
from archc.semantics.library import prelude
from archc.shapes import symbol
from archc.syntax import tree
from tests.semantics.obligations import Recorded, call

H = symbol("H")
VALUES: tuple[Static, ...] = (
    *(None, True, False, 0, 1, 2, -1, 7, 10**30, 0.5, -0.0, float("inf"), float("nan")),
    *("a b -> b a", "", Symbol("same"), H, H + 1, DType.F32, Fill(0.0)),
)
STATICS: st.SearchStrategy[Static] = st.recursive(
    st.sampled_from(VALUES),
    lambda inner: st.lists(inner, max_size=4).map(tuple) | st.lists(inner, max_size=2).map(lambda x: Row(tuple(x))),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("name", "arguments", "named", "message"),
    [
        ("sqrt", (), {}, "`sqrt` needs value"),
        ("sqrt", (1, 2), {}, "`sqrt` takes 1 arguments, not 2"),
        ("sqrt", (1,), {"value": 2}, "`sqrt`: value is given twice"),
        ("sqrt", (), {"of": 2}, "`sqrt` has no parameter `of`"),
        ("sqrt", (True,), {}, "`sqrt`: value must be a number, and is `true`"),
        ("sqrt", (None,), {}, "`sqrt`: value must be a number, and is `none`"),
        ("sum", (3,), {}, "`sum`: values must be a sequence of numbers, and is `3`"),
        ("sum", ((1, "a"),), {}, "`sum`: values must be a sequence of numbers, and is `[1, a]`"),
        ("linspace", (0, 1, -1), {}, "`linspace`: n must be an integer of at least 0, and is `-1`"),
        ("min", (), {}, "`min` takes numbers, or one sequence of them"),
        ("max", ((),), {}, "`max` takes numbers, or one sequence of them"),
    ],
)
def test_wrong_calls_say_what_is_wrong(
    name: str, arguments: tuple[Static, ...], named: dict[str, Static], message: str
) -> None:
    with pytest.raises(StaticError) as caught:
        BUILTINS[name].call(arguments, named, Recorded())
    assert caught.value.message == message


def test_named_arguments_and_defaults() -> None:
    assert call("reduced", (2, 3), keep=True) == (1, 1)
    assert call("reduced", shape=(2, 3), axis=(0,)) == (3,)


@pytest.mark.parametrize("name", BUILTINS)
@settings(max_examples=20)
@given(arguments=st.lists(STATICS, max_size=4).map(tuple))
def test_nothing_but_a_static_error_comes_out(name: str, arguments: tuple[Static, ...]) -> None:
    try:
        BUILTINS[name].call(arguments, {}, Recorded())
    except StaticError as error:
        assert error.message and not error.message.endswith(".")


@pytest.mark.parametrize("builtin", BUILTINS.values(), ids=BUILTINS)
def test_every_function_is_described(builtin: object) -> None:
    assert builtin.doc.splitlines()[0].endswith((".", ":"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [*BINARY.values(), *PREFIX.values(), SELECT, SLICE])
def test_every_sign_is_an_operator_of_the_library(name: str) -> None:
    assert name in {d.name for d in prelude().definitions() if d.block.kind is tree.BlockKind.OP}


def test_every_sign_but_static_ones_has_an_operator() -> None:
    assert set(tree.Operator) - set(BINARY) == {tree.Operator.RANGE, tree.Operator.JOIN}
    assert set(PREFIX) == set(tree.Prefix)


def test_constants() -> None:
    assert CONSTANTS["zeros"] == Fill(0.0)
    assert CONSTANTS["ones"] == Fill(1.0)
