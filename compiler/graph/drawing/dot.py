"""A scene in Graphviz's language, for those who lay out and paint for themselves."""

from __future__ import annotations

from collections.abc import Iterator

from archc import shapes
from archc.graph.drawing.scene import Box, Group, Look, Wire, scene_of
from archc.graph.drawing.words import Show, Words
from archc.graph.ir import Graph

_STYLES: dict[Look, str] = {
    Look.INPUT: 'shape=box, style="rounded,filled", fillcolor="#2d3748", fontcolor="#ffffff"',
    Look.OUTPUT: 'shape=box, style="rounded,filled", fillcolor="#2d3748", fontcolor="#ffffff"',
    Look.SIGN: 'shape=circle, fixedsize=false, margin="0.02"',
    Look.PLAIN: 'fillcolor="#ffffff"',
    Look.WEIGHTED: 'fillcolor="#e4eefa"',
    Look.SEQUENCE: 'fillcolor="#f5f7f9"',
    Look.BLOCK: 'fillcolor="#fdf3dc"',
}
_PORT = "shape=point, width=0.04"
_HEAD = """  graph [fontname="Helvetica", fontsize=12, nodesep=0.3, ranksep=0.35];
  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11, color="#7b8794"];
  edge [fontname="Helvetica", fontsize=10, color="#4a5568", arrowsize=0.7];
"""


def to_dot(graph: Graph, depth: int = 1, show: Show = shapes.render) -> str:
    """Return a picture of a graph for Graphviz: boxes, shapes on the edges, opened blocks as clusters.

    Blocks are opened down to `depth` levels, 0 shows the graph as one box; `show` writes the sizes in shapes.
    """
    scene = scene_of(graph, depth, Words(show))
    lines = "\n".join(_group(scene.group, "n", "  ", outermost=True))
    return f"digraph {_quoted(scene.title)} {{\n{_HEAD}  label={_quoted(scene.title)}; labelloc=t;\n{lines}\n}}\n"


def _group(group: Group, name: str, indent: str, outermost: bool = False) -> Iterator[str]:
    for place, box in enumerate(group.boxes):
        here = f"{name}_{place}"
        if box.inside is not None:
            yield f"{indent}subgraph cluster_{here} {{"
            yield f'{indent}  label={_quoted(_label(box))}; labeljust=l; style="rounded,filled"; {_fill(box)};'
            yield from _group(box.inside, here, indent + "  ")
            yield f"{indent}}}"
        elif box.look in (Look.INPUT, Look.OUTPUT) and not outermost:
            yield f"{indent}{here} [{_PORT}];"
        else:
            yield f"{indent}{here} [label={_quoted(_label(box))}, {_STYLES[box.look]}];"
    yield from (_edge(group, wire, name, indent) for wire in group.wires)


def _fill(box: Box) -> str:
    return _STYLES[box.look].replace("fillcolor", "bgcolor") + '; color="#7b8794"'


def _label(box: Box) -> str:
    """Return what stands in a box, or over a cluster."""
    times = f" ×{box.count}" if box.count > 1 else ""
    if box.look is Look.SIGN:
        return f"{box.title} {box.text}".strip()
    return "\n".join(line for line in (box.title + times if box.title else "", box.text) if line) + (
        "" if box.title else times
    )


def _edge(group: Group, wire: Wire, name: str, indent: str) -> str:
    source, target = group.boxes[wire.source], group.boxes[wire.target]
    label = source.outputs[wire.port]
    texts = [f"label={_quoted(label)}"] if label else []
    if target.inside is not None:
        texts.append("arrowhead=none")
    ends = f"{_leaves(source, wire, name)} -> {_enters(target, wire, name)}"
    more = f" [{', '.join(texts)}]" if texts else ""
    return f"{indent}{ends}{more};"


def _leaves(box: Box, wire: Wire, name: str) -> str:
    """Return the node at which an edge starts: in a cluster, the output of that number."""
    here = f"{name}_{wire.source}"
    if box.inside is None:
        return here
    outputs = [place for place, inner in enumerate(box.inside.boxes) if inner.look is Look.OUTPUT]
    return f"{here}_{outputs[wire.port]}"


def _enters(box: Box, wire: Wire, name: str) -> str:
    """Return the node at which an edge ends: in a cluster, the input of that number."""
    here = f"{name}_{wire.target}"
    return here if box.inside is None else f"{here}_{wire.slot}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "").replace("\0", "")
    return f'"{escaped}"'
