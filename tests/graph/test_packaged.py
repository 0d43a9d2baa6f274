"""The tools on the graphs that the elaborator makes of the packaged architectures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import pytest
from _pytest.mark import ParameterSet

from archc import ArchFile
from archc.analysis import activation_memory, cost_table, macs, parameters
from archc.graph import Graph, canonical_hash, from_text, structural_equal, to_text, verify
from archc.graph.drawing import to_dot, to_svg
from archc.graph.walk import operators
from tests.graph.test_graph_text import same

ARCHS = Path(str(files("archc.archs")))


@cache
def packaged(name: str) -> ArchFile:
    return ArchFile.read(ARCHS / name)


def variants() -> Iterator[tuple[str, str, str | None]]:
    for path in sorted(ARCHS.glob("*.arch")):
        for arch in packaged(path.name).architectures:
            for variant in packaged(path.name).variants(arch) or (None,):
                yield path.name, arch, variant


def params(rows: Iterable[tuple[str, str, str | None]]) -> list[ParameterSet]:
    """Return the rows as parameters of tests; all but the first variants of some files are for the whole suite."""
    marks = {True: (), False: (pytest.mark.slow,)}
    quick = [row for row in FIRST if row[0] in QUICK]
    return [pytest.param(row, id=":".join(filter(None, row)), marks=marks[row in quick]) for row in rows]


QUICK = {"convnext.arch", "hornet.arch", "resnet.arch"}
EVERY = tuple(variants())
FIRST = tuple({arch: row for row in reversed(EVERY) for arch in [row[:2]]}.values())


def graphs(row: tuple[str, str, str | None]) -> tuple[Graph, Graph]:
    """Return an architecture's graphs in inference and in training mode."""
    file, arch, variant = row
    elaboration = packaged(file).architecture(arch, variant).elaboration
    assert elaboration.infer is not None and elaboration.train is not None
    return elaboration.infer, elaboration.train


@pytest.mark.parametrize("row", params(EVERY))
def test_graphs_are_sound_in_both_modes(row: tuple[str, str, str | None]) -> None:
    assert [verify(graph) for graph in graphs(row)] == [(), ()]


@pytest.mark.parametrize("row", params(FIRST))
def test_text_reads_back(row: tuple[str, str, str | None]) -> None:
    for graph in graphs(row):
        text = to_text(graph)
        again = from_text(text, operators(graph))
        assert to_text(again) == text
        assert same(again, graph)
        assert structural_equal(again, graph)
        assert canonical_hash(again) == canonical_hash(graph)


@pytest.mark.parametrize("row", params(FIRST))
def test_costs_and_pictures(row: tuple[str, str, str | None]) -> None:
    graph = graphs(row)[0]
    whole, *parts = cost_table(graph)
    assert (whole.parameters, whole.macs) == (parameters(graph), macs(graph))
    assert parts
    assert activation_memory(graph) != 0
    for depth in (1, 3):
        ElementTree.fromstring(to_svg(graph, depth))
        assert to_dot(graph, depth).startswith("digraph")
