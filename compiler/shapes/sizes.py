"""Legal sizes: what a context allows, smallest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping

from archc.shapes.context import Context
from archc.shapes.evaluation import free_symbols


def is_legal(context: Context, sizes: Mapping[str, int]) -> bool:
    """Return whether the sizes meet every assumption of the context; sizes of names it does not know are ignored."""
    return all(size >= 1 for size in sizes.values()) and all(
        relation.holds(sizes)
        for relation in context.assumptions
        if set(free_symbols(relation.left, relation.right)) <= sizes.keys()
    )


def legal_sizes(context: Context, names: tuple[str, ...], limit: int) -> Iterator[dict[str, int]]:
    """Yield the legal sizes of `names`, the smallest sum first, until `limit` candidates have been tried."""
    queue = [(len(names), (1,) * len(names))]
    seen = {queue[0][1]}
    for _ in range(limit):
        if not queue:
            return
        _, point = heapq.heappop(queue)
        sizes = dict(zip(names, point, strict=True))
        if is_legal(context, sizes):
            yield sizes
        for place in range(len(names)):
            following = (*point[:place], point[place] + 1, *point[place + 1 :])
            if following not in seen:
                seen.add(following)
                heapq.heappush(queue, (sum(following), following))
