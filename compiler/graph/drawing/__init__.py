"""Pictures of a graph: blocks collapsed to a depth, repeated ones folded, shapes beside the wires."""

from archc.graph.drawing.dot import to_dot
from archc.graph.drawing.svg import to_svg

__all__ = ["to_dot", "to_svg"]
