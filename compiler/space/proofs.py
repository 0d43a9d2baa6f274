"""Proofs that every derivation of a space fits, or a smallest one that does not.

The proof is by induction over the productions: `Reaching` works out all tensors that can flow into each, and each
takes all of them. It holds at the sizes at which the space is drawn from. Where what is reached has no end, nothing is
proved, and a counterexample is looked for among the small derivations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from archc.diagnostics import Diagnostic, Note, Severity
from archc.records import record
from archc.semantics.openings import OpenSpace, is_open
from archc.semantics.values import Partial, Thing
from archc.space.counting import Counting, Table, Uncountable, add
from archc.space.nodes import Fixed, Named, Node, Open
from archc.space.ranking import Ranking
from archc.space.reaching import Misfit, Reaching, Unreached
from archc.space.spelling import shown
from archc.space.tensors import Feeds, Result, Tensor
from archc.space.ways import Way

if TYPE_CHECKING:
    from archc.space.spaces import Space

LARGEST = 40
"""Operators and blocks of the largest derivations among which a counterexample is looked for."""
TABLES = 50_000
"""Tables of counts that are filled meanwhile."""


@record
class Proof:
    """What is known of a space: `findings` are the modules that do not take all that can flow into them.

    `reached` is the number of pairs of a production and its inputs; `open` says why nothing is proved, "" otherwise.
    `counterexample` are the modules of a smallest derivation up to the one that does not fit, None without one.
    """

    findings: tuple[Diagnostic, ...]
    reached: int
    open: str
    counterexample: tuple[str, ...] | None

    @property
    def holds(self) -> bool:
        """Whether every derivation is proved to fit."""
        return not self.findings and not self.open


def prove(space: Space) -> Proof:
    """Return whether every derivation of a space fits its inputs, at their sizes, and returns what is declared."""
    apart = space.apart()
    with space.gone_through():
        node, feeds = apart.node, apart.inputs_at_sizes()
    reaching, reason = Reaching(space.definition.space.value.span), ""
    found: list[Diagnostic] = []
    with space.gone_through():
        try:
            results = reaching.run(node, feeds)
        except Unreached as unreached:
            reason = str(unreached)
        else:
            found += [_returned(space, one) for one in results if not apart.accepts(one)]
            reason = "" if results or reaching.misfits else "no derivation comes to an end"
        counterexample = _smallest(node, feeds) if reaching.misfits else None
    found = [_refused(one) for one in reaching.misfits.values()] + found
    return Proof(tuple(found), len(reaching.reached), reason, counterexample)


def _refused(misfit: Misfit) -> Diagnostic:
    given = ", ".join(map(_shape, misfit.feeds))
    what = f"`{_module(misfit.thing)}` does not take all that can flow into it"
    notes = (
        Note("counterexample", given),
        Note("help", "draws leave it out there: nothing has to be done, unless it was meant to fit"),
    )
    return Diagnostic("E232", what, misfit.span, f"does not take {given}", notes=notes, severity=Severity.WARNING)


def _returned(space: Space, result: Result) -> Diagnostic:
    note = Note("help", "draws leave it out: nothing has to be done, unless every derivation was meant to fit")
    what = f"`{space.name}` can return {_shape(result)}, which is not what it declares"
    return Diagnostic("E232", what, space.definition.space.value.span, notes=(note,), severity=Severity.WARNING)


def _module(thing: Thing) -> str:
    if isinstance(thing, OpenSpace) or (isinstance(thing, Partial) and is_open(thing)):
        return thing.definition.name
    return shown(thing)


def _shape(result: Result) -> str:
    if isinstance(result, Tensor):
        return f"[{', '.join(map(str, result.shape))}]"
    return "none" if result is None else f"[{', '.join(map(_shape, result))}]"


# -- counterexamples --------------------------------------------------------------------------------------


class _Refused(Exception):
    """A module was reached that does not take what flows into it."""

    def __init__(self, thing: Thing) -> None:
        super().__init__()
        self.thing = thing


class _Trail(Counting):
    """Counts, and stops where a module does not fit; `trail` is what has been applied until then."""

    def __init__(self) -> None:
        super().__init__(TABLES)
        self.trail: list[tuple[Node, Feeds, int, Result]] = []

    def table(self, node: Node, feeds: Feeds, size: int) -> Table:
        if size >= self.leasts.of(node.thing) and not _takes(node, feeds):
            raise _Refused(node.thing)
        return super().table(node, feeds, size)

    def way(self, node: Open, way: Way | None, size: int) -> Table:
        if way is None:
            raise _Refused(node.skeleton)
        return super().way(node, way, size)

    def joined(self, node: Node, feeds: Feeds, sizes: range, behind: Callable[[Result, int], Table]) -> Table:
        found: Table = {}
        for own in sizes:
            for result, count in self.table(node, feeds, own).items():
                self.trail.append((node, feeds, own, result))
                add(found, behind(result, own), count)
                self.trail.pop()
        return found


def _takes(node: Node, feeds: Feeds) -> bool:
    match node:
        case Fixed():
            return node.flow(feeds) is not None
        case Named():
            return node.unfold(feeds) is not None
        case Open():
            return node.way(feeds) is not None
    return True


def _smallest(root: Node, feeds: Feeds) -> tuple[str, ...] | None:
    """Return the modules of a smallest derivation up to one that does not fit, None where none is found."""
    search = _Trail()
    for size in range(LARGEST + 1):
        try:
            search.table(root, feeds, size)
        except Uncountable:
            return None
        except _Refused as refused:
            ranking = Ranking(Counting())
            before = [ranking.derived(node, given, own, made, 0).module for node, given, own, made in search.trail]
            return (*map(shown, before), _module(refused.thing))
    return None
