"""Ways through a tree, without recursion."""

from __future__ import annotations

from collections.abc import Iterator

from archc.syntax.tree import Node


def children(node: Node) -> Iterator[Node]:
    """Give the nodes directly inside a node, in the order of its fields."""
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def walk(node: Node) -> Iterator[Node]:
    """Give a node and everything inside it, outer before inner, first before later."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(tuple(children(current))))


def deepest(node: Node, limit: int) -> Node | None:
    """Return the first node that has `limit` others around it, or None where there is none that deep."""
    level = [node]
    for _ in range(limit):
        level = [child for each in level for child in children(each)]
        if not level:
            return None
    return level[0]


_known: dict[str, tuple[str, ...]] = {}


def _fields(kind: type[Node]) -> tuple[str, ...]:
    names = _known.get(kind.__name__)
    if names is None:
        names = tuple(name for name in kind.__match_args__ if name not in ("span", "name_span"))
        _known[kind.__name__] = names
    return names
