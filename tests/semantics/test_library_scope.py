"""A library's scope is that of a file with all its declarations, though it reads each one when it is needed."""

from __future__ import annotations

import pytest

import archc.semantics.program  # noqa: F401  (it registers what expressions mean)
from archc.semantics.definition import Definition
from archc.semantics.environment import MISSING
from archc.semantics.scope import Library, Roots, Scope
from archc.syntax import Entry, Source, catalogue, parse, tree

TEXT = """let a, b = 2, 3
let twice(x) = 2 * x
op relu(how: {up, down} = up) : x[...S] -> [...S]
type Pair[N] {
  x[N]
}
rule same: relu ~> relu
"""


@pytest.fixture
def entries() -> tuple[Entry, ...]:
    return catalogue([Source("std", TEXT)])


@pytest.fixture
def library(entries: tuple[Entry, ...]) -> Library:
    scope = Library(entries)
    scope.session.prelude = scope
    return scope


@pytest.fixture
def whole() -> Scope:
    file = parse(Source("std", TEXT)).file
    assert file is not None
    return Scope(file, Roots())


def read(entries: tuple[Entry, ...]) -> list[str]:
    return [name for entry in entries if "declaration" in vars(entry) for name in entry.names]


def test_nothing_is_read_before_it_is_needed(library: Library, entries: tuple[Entry, ...]) -> None:
    assert library.gives("relu") and library.gives("up") and not library.gives("nothing")
    assert library.find("nothing") is MISSING and {"a", "relu", "Pair"} <= set(library.names())
    assert read(entries) == []
    library.find("relu")
    assert read(entries) == ["relu"]


def test_two_names_of_one_declaration(library: Library) -> None:
    assert (library.find("b"), library.find("a")) == (3, 2)


def test_it_says_what_the_whole_file_says(library: Library, whole: Scope) -> None:
    assert set(library.names()) == set(whole.names()) and library.symbols == whole.symbols
    assert [d.name for d in library.definitions()] == [d.name for d in whole.definitions()] == ["relu"]
    assert library.file.declarations == whole.file.declarations
    for name in ("a", "b", "Pair", "up", "nothing"):
        assert library.find(name) == whole.find(name)


def test_declarations_are_the_same_objects_everywhere(library: Library) -> None:
    found = library.declaration("relu")
    assert isinstance(found, Definition) and found.block is library.file.declarations[2]
    assert isinstance(library.declaration("twice"), tree.Let) and library.declaration("nothing") is None
