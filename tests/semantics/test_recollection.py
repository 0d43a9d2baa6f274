"""What was worked out once is found again by the values of the names that it looked up, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archc.diagnostics import Diagnostic
from archc.graph.static import Row
from archc.semantics.environment import Bindings, Deferred, Environment
from archc.semantics.recollection import Recollections, Watch
from archc.semantics.session import Session
from archc.semantics.values import Island, Thing
from archc.shapes import Context, symbol
from archc.syntax import Source, Span, tree

NODE = tree.Name(Span(Source("a.arch", "x"), 0, 1), "x")


class Work:
    """Looks names up, one after the other, and counts how often it is done."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.times = 0

    def __call__(self, env: Environment) -> Thing:
        self.times += 1
        return tuple(env.find(name) for name in self.names)  # type: ignore[misc]


def recall_in(known: Recollections, work: Callable[[Environment], Thing], env: Environment) -> Thing:
    step = known.find(NODE, env)
    if step is not None:
        return step.result  # type: ignore[return-value]
    watch = Watch(env)
    result = work(watch)
    known.keep(NODE, watch, result)
    return result


def recall(known: Recollections, work: Callable[[Environment], Thing], **values: Thing) -> Thing:
    return recall_in(known, work, Bindings(None, values))


def test_equal_values_are_recalled() -> None:
    known, work = Recollections(), Work("a", "b")
    assert recall(known, work, a=1, b=(2, symbol("H"))) == (1, (2, symbol("H")))
    assert recall(known, work, a=1, b=(2, symbol("H")), c=3) == (1, (2, symbol("H")))
    assert work.times == 1
    assert recall(known, work, a=1, b=(2, symbol("W"))) == (1, (2, symbol("W")))
    assert work.times == 2


def test_a_name_is_noted_once_however_often_it_is_looked_up() -> None:
    watch = Watch(Bindings(None, {"a": 1, "b": 2}))
    Work("a", "b", "a", "a", "b")(watch)
    assert list(watch.found.items()) == [("a", 1), ("b", 2)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1, 1.0),
        (1, True),
        (0.0, False),
        (0.0, -0.0),
        ((1,), (1.0,)),
        ((), Row(())),
        ((1,), Row((1,))),
        (1, (1,)),
        (None, ()),
        (1, "1"),
    ],
)
def test_what_only_looks_equal_is_not_the_same(first: Thing, second: Thing) -> None:
    known, work = Recollections(), Work("a")
    for value in (first, second, first, second):
        result = recall(known, work, a=value)
        assert repr(result) == repr((value,))
    assert work.times == 2


def test_values_that_have_no_key_are_not_kept() -> None:
    known, work = Recollections(), Work("a")
    module = Island(None, None)  # type: ignore[arg-type]
    for value in (module, (1, module), Row((module,))):  # type: ignore[arg-type]
        assert recall(known, work, a=value) == recall(known, work, a=value)
    assert work.times == 6


def test_no_name_is_looked_up_that_would_not_be_anyway() -> None:
    def branch(env: Environment) -> Thing:
        return env.find("then") if env.find("test") else env.find("otherwise")  # type: ignore[return-value]

    known = Recollections()
    for _ in range(2):
        for test, name in ((True, "then"), (False, "otherwise")):
            env = Deferred(None)
            env.values["test"] = test
            env.pending[name] = lambda: 7
            assert recall_in(known, branch, env) == 7


@pytest.mark.parametrize("spoil", [lambda s: s.ask_mode(), lambda s: s.report(Diagnostic("E201", "no", NODE.span))])
def test_what_is_more_than_a_result_is_done_again(spoil: Callable[[Session], object]) -> None:
    session, env, times = Session(Context()), Bindings(None, {"a": 1}), []

    def work(env: Environment) -> None:
        times.append(env.find("a"))
        spoil(session)

    for _ in range(2):
        session.recall(NODE, env, work)
    assert times == [1, 1]


def test_errors_are_not_kept() -> None:
    known, times = Recollections(), []

    def fail(env: Environment) -> Thing:
        times.append(env.find("a"))
        raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError):
            recall(known, fail, a=1)
    assert times == [1, 1]


def test_a_missing_name_is_a_value_too() -> None:
    known, work = Recollections(), Work("a")
    assert recall(known, work) == recall(known, work) != recall(known, work, a=1)
    assert work.times == 2
