"""A note on a node is made once, and stays with the node."""

from __future__ import annotations

import pytest

from archc.semantics import notes
from archc.syntax import Source, Span, tree


def names(text: str) -> list[tree.Name]:
    source = Source("a.arch", text)
    return [tree.Name(Span(source, at, at + 1), char) for at, char in enumerate(text)]


def test_equal_nodes_have_notes_of_their_own() -> None:
    seen: list[int] = []

    @notes.noted
    def place(node: tree.Name) -> int:
        seen.append(node.span.start)
        return node.span.start

    nodes = names("aab")
    assert nodes[0] == nodes[1]
    assert [place(node) for node in (*nodes, *nodes)] == [0, 1, 2, 0, 1, 2]
    assert seen == [0, 1, 2]


def test_there_are_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MOST", 2)
    seen: list[str] = []

    @notes.noted
    def spelling(node: tree.Name) -> str:
        seen.append(node.text)
        return node.text

    nodes = names("abc")
    assert [spelling(node) for node in (*nodes, nodes[2], nodes[0])] == list("abcca")
    assert seen == list("abca")
