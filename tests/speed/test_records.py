"""A record is what the standard library's frozen, slotted dataclass is."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace

import pytest

from archc.records import record
from archc.syntax import Source, Span, tree

Decorator = Callable[[type], type]


def make(decorate: Decorator) -> tuple[type, type]:
    @decorate
    class Place:
        line: int
        column: int = 1

    @decorate
    class Word(Place):
        """What stands there."""

        text: str = ""
        seen: list[int] = field(default_factory=list, compare=False, repr=False)

    return Place, Word


BOTH = [pytest.param(record, id="record"), pytest.param(dataclass(frozen=True, slots=True), id="dataclass")]


@pytest.mark.parametrize("decorate", BOTH)
def test_fields_and_defaults(decorate: Decorator) -> None:
    place, word = make(decorate)
    assert [one.name for one in fields(word)] == ["line", "column", "text", "seen"]
    assert (place(3).line, place(3).column, place(3, column=4).column) == (3, 1, 4)
    assert word(3).seen == [] and word(3).seen is not word(3).seen
    assert word.__match_args__ == ("line", "column", "text", "seen")
    with pytest.raises(TypeError, match=r"Place\.__init__\(\) missing 1 required positional argument: 'line'"):
        place()
    with pytest.raises(TypeError, match="unexpected keyword argument 'row'"):
        place(1, row=2)


@pytest.mark.parametrize("decorate", BOTH)
def test_equality_looks_at_the_class_and_the_compared_fields(decorate: Decorator) -> None:
    place, word = make(decorate)
    assert word(1, 2, "a", [1]) == word(1, 2, "a", [2])
    assert hash(word(1, 2, "a", [1])) == hash(word(1, 2, "a", [2]))
    assert word(1, 2, "a") != word(1, 2, "b")
    assert place(1) != word(1) and place(1) != (1, 1)
    assert len({place(1), place(1, 1), place(2)}) == 2


@pytest.mark.parametrize("decorate", BOTH)
def test_nothing_can_be_changed(decorate: Decorator) -> None:
    place, _ = make(decorate)
    one = place(1)
    with pytest.raises(FrozenInstanceError):
        one.line = 2
    with pytest.raises(FrozenInstanceError):
        del one.line
    assert one.line == 1 and not hasattr(one, "__dict__")
    assert replace(one, column=5) == place(1, 5)


@pytest.mark.parametrize("decorate", BOTH)
def test_the_text_names_the_fields(decorate: Decorator) -> None:
    _, word = make(decorate)
    assert repr(word(1, 2, "a", [7])).endswith("Word(line=1, column=2, text='a')")


def test_what_dataclasses_says_of_it_is_the_same() -> None:
    described = [
        [(one.name, one.type, one.default, one.default_factory, one.compare, one.repr) for one in fields(word)]
        for word in (make(record)[1], make(dataclass(frozen=True, slots=True))[1])
    ]
    assert described[0] == described[1]
    assert is_dataclass(make(record)[0])
    one = tree.Number(Span(Source("a.arch", "1"), 0, 1), 1, "1")
    assert replace(one, value=2) == tree.Number(one.span, 2, "2")


def test_a_plain_subclass_is_still_a_record() -> None:
    class Special(tree.Name):
        """A name of a special sort."""

    one = Special(Span(Source("a.arch", "x"), 0, 1), "x")
    assert [each.name for each in fields(one)] == ["span", "text"]
    assert copy.copy(one) == one and repr(one).endswith("Special(text='x')")


def test_a_class_keeps_its_own_methods_and_documentation() -> None:
    @record
    class Name:
        """A name."""

        text: str

        def __repr__(self) -> str:
            return self.text

    assert (repr(Name("a")), Name.__doc__, Name("a") == Name("a")) == ("a", "A name.", True)


@pytest.mark.parametrize("values", [(), (1,), (1, 2)])
def test_any_number_of_fields(values: tuple[int, ...]) -> None:
    made = record(type("Made", (), {"__annotations__": {f"f{i}": "int" for i in range(len(values))}}))
    assert made(*values) == made(*values) and hash(made(*values)) == hash(made(*values))
    one_nan = float("nan")
    if values:
        rest = values[1:]
        assert made(one_nan, *rest) == made(one_nan, *rest), "as in tuples, what is the same is equal"


def test_copies_and_pickles_are_equal() -> None:
    node = tree.Name(Span(Source("a.arch", "x"), 0, 1), "x")
    assert copy.deepcopy(node) == node and copy.copy(node) == node
    assert pickle.loads(pickle.dumps(node)) == node
