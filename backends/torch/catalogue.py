"""The classes of a whole program: instances collected, sorted into families, each family built once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import cast

from archc.backends.torch.beginnings import begun, common_rules
from archc.backends.torch.classes import Class, ClassBuilder, Mixed, construction
from archc.backends.torch.code import Code, Construct, Rolled, Statement, walk
from archc.backends.torch.counting import as_round, one_by_one
from archc.backends.torch.guards import NONE, Guards, guards_of
from archc.backends.torch.instance import Definition, Instance
from archc.backends.torch.merging import Mergings, unbegun
from archc.backends.torch.names import capitalised, unique
from archc.backends.torch.nesting import levels
from archc.backends.torch.rolling import erased, rolled_once
from archc.backends.torch.sketch import Sketch, may_share, skeleton, sketch_of, targets_of
from archc.backends.torch.slots import Conflict
from archc.graph.static import Static, Symbol

DEPLOYED = "Deployed"
"""Before the names of classes of which only inference forms are made."""


@dataclass(eq=False)
class Family:
    """Instances of one definition that share a skeleton; `is_built` while their class is made."""

    sketches: list[Sketch] = field(default_factory=list)
    name: str = ""
    is_built: bool = False

    @property
    def definition(self) -> str:
        return self.sketches[0].instance.name


class Catalogue:
    """Sorts instances into families and gives each its class.

    `roots` are the architectures that are printed, `probes` others of which it is only known that their classes must
    be able to make them; `mergings` say which blocks have an inference form besides; `taken` are names that are spoken
    for.
    """

    def __init__(
        self, roots: Sequence[Instance], probes: Sequence[Instance], mergings: Mergings, taken: Iterable[str]
    ) -> None:
        self.roots = roots
        self.taken = set(taken)
        self.mergings = mergings
        self.drawn: dict[tuple[Instance, Guards], Sketch] = {}
        self._arrange(probes)

    def without(self, probes: Sequence[Instance]) -> Catalogue:
        """Return the catalogue of the same architectures with fewer probes; no sketch is drawn again."""
        found = copy(self)
        found._arrange(probes)
        return found

    def _arrange(self, probes: Sequence[Instance]) -> None:
        """Collect what the architectures and probes are made of, and sort it."""
        self.sketches: dict[Instance, Sketch] = {}
        self.children: dict[Instance, tuple[Instance, ...]] = {}
        self.families: list[Family] = []
        self.family: dict[Instance, Family] = {}
        self.classes: dict[Family, Class] = {}
        for root in self.roots:
            self._collect(root)
        printed = list(self.sketches)
        for probe in probes:
            self._collect(probe)
        self.trained = self._trained((*self.roots, *probes))
        self.rules = common_rules(s for one in self.trained for s in self.sketches[one].modules)
        self.by_hand: set[Definition] = set()
        while not self._settled(printed):
            pass

    def _settled(self, printed: Sequence[Instance]) -> bool:
        """Sort the instances and build the classes; say whether every loop of their constructors makes one kind."""
        self.families, self.family, self.classes = [], {}, {}
        self._sort()
        self._name(printed)
        mixed = {definition for family in self.families for definition in self._mixed(family)}
        self.by_hand |= mixed
        return not mixed

    def _mixed(self, family: Family) -> Iterator[Definition]:
        """Build a class; yield the definition that keeps it from being built by a loop of its constructor."""
        try:
            self._class(family)
        except Mixed as error:
            yield error.definition

    def _collect(self, instance: Instance) -> None:
        if instance in self.sketches:
            return
        sketch = self.sketches[instance] = self._drawn(instance, NONE)
        self.children[instance] = tuple(dict.fromkeys(constructed((*sketch.modules, *sketch.merge))))
        for child in self.children[instance]:
            self._collect(child)

    def _drawn(self, instance: Instance, guards: Guards) -> Sketch:
        """Return the sketch of an instance, which is drawn once."""
        if (instance, guards) not in self.drawn:
            self.drawn[instance, guards] = sketch_of(instance, self.taken, self.mergings, guards)
        return self.drawn[instance, guards]

    def _trained(self, roots: Sequence[Instance]) -> dict[Instance, None]:
        """Return the instances that networks are made of before any block becomes its inference form."""
        found: dict[Instance, None] = {}
        pending = list(reversed(roots))
        while pending:
            instance = pending.pop()
            if instance not in found:
                found[instance] = None
                pending.extend(constructed(self.sketches[instance].modules))
        return found

    def _sort(self) -> None:
        """Give every instance its family.

        Instances with others of their kind within them are families of their own, one for every level.
        """
        by_definition = grouped_by(lambda sketch: sketch.instance.definition, self.sketches.values())
        groups = [group for sketches in by_definition for group in self._sorted(self._ready(sketches))]
        kinds = {sketch.instance: number for number, group in enumerate(groups) for sketch in group}
        depths = levels(self.children, kinds)
        for group in groups:
            for alike in grouped_by(lambda sketch: depths[sketch.instance], group):
                self.families.append(Family(alike))
                self.family.update({sketch.instance: self.families[-1] for sketch in alike})

    def _sorted(self, sketches: Sequence[Sketch]) -> list[list[Sketch]]:
        """Return the sketches of one definition in groups that can be one class each, as few as can be.

        A body with a single round of a loop that others have is that loop.
        """
        families = grouped_by(skeleton, sketches)
        guards = guards_of([sketch.instance for sketch in sketches]) if len(families) > 1 else NONE
        if not guards.regions:
            return families
        again = self._ready([self._drawn(s.instance, guards) for s in sketches])
        found: list[list[list[Sketch]]] = []
        for alike in grouped_by(skeleton, again):
            home = next((group for group in found if may_share([one[0] for one in (*group, alike)])), None)
            if home is None:
                found.append([alike])
            else:
                home.append(alike)
        return [[sketch for alike in group for sketch in alike] for group in found]

    def _ready(self, sketches: Sequence[Sketch]) -> list[Sketch]:
        """Return sketches of one definition with the loops that any of them has."""
        loops = {erased(s): s for sketch in sketches for s in sketch.body if isinstance(s, Rolled)}
        made = [s for sketch in sketches for s in sketch.modules if isinstance(s, Rolled)]
        makers: dict[object, Rolled] = {targets_of(s): s for s in made}
        found: list[Sketch] = []
        for sketch in sketches:
            modules = tuple(self._begun(s, sketch.instance) for s in self._in_rounds(sketch, makers))
            found.append(replace(sketch, body=rolled_once(sketch.body, list(loops.values())), modules=modules))
        return found

    def _in_rounds(self, sketch: Sketch, loops: Mapping[object, Rolled]) -> Iterator[Statement]:
        """Yield the statements of a constructor, in the loops of the author's where those make modules of one kind."""
        if sketch.instance.definition in self.by_hand:
            return one_by_one(sketch.modules)
        return (as_round(statement, list(loops.values())) for statement in sketch.modules)

    def _begun(self, statement: Statement, instance: Instance) -> Statement:
        """Return a statement whose modules begin as declared; those of an inference form are given their weights."""
        return cast(Statement, begun(statement, self.rules)) if instance in self.trained else unbegun(statement)

    # -- names -----------------------------------------------------------------------------------

    def _name(self, printed: Iterable[Instance]) -> None:
        by_definition: dict[str, list[Family]] = {}
        for family in dict.fromkeys(self.family[instance] for instance in printed):
            prefix = "" if any(sketch.instance in self.trained for sketch in family.sketches) else DEPLOYED
            by_definition.setdefault(prefix + capitalised(family.definition), []).append(family)
        taken = set(self.taken)
        for name, families in by_definition.items():
            for family, suffix in zip(families, suffixes(families), strict=True):
                family.name = unique(name + suffix, taken)
                taken.add(family.name)

    # -- classes ---------------------------------------------------------------------------------

    def class_of(self, instance: Instance) -> Class:
        """Return the class of an instance."""
        return self._class(self.family[instance])

    def _class(self, family: Family) -> Class:
        if family not in self.classes:
            if family.is_built:
                raise Conflict(family.name)  # a block in another one of its family: its class is not there yet
            family.is_built = True
            try:
                builder = ClassBuilder(family.name, family.sketches, self.expand, self.family.__getitem__)
                self.classes[family] = builder.build()
            finally:
                family.is_built = False
        return self.classes[family]

    def expand(self, construct: Construct) -> Code:
        """Return the constructor call of a child."""
        return construction(self.class_of(construct.instance), construct.instance, construct)


def grouped_by(key: Callable[[Sketch], object], sketches: Iterable[Sketch]) -> list[list[Sketch]]:
    """Return sketches in groups of one key each, in order."""
    found: dict[object, list[Sketch]] = {}
    for sketch in sketches:
        found.setdefault(key(sketch), []).append(sketch)
    return list(found.values())


def constructed(statements: Iterable[Statement]) -> Iterator[Instance]:
    """Yield the blocks that statements make, in order."""
    for statement in statements:
        for piece in walk(statement):
            if isinstance(piece, Construct):
                yield piece.instance


def suffixes(families: list[Family]) -> list[str]:
    """Return what tells the classes of one definition apart: nothing for one, else an argument that differs."""
    if len(families) == 1:
        return [""]
    for name in families[0].sketches[0].scope:
        columns = [{repr(s.scope.get(name)) for s in family.sketches} for family in families]
        words = [_word(family.sketches[0].scope.get(name)) for family in families]
        if all(len(column) == 1 for column in columns) and len(set(words)) == len(words) and None not in words:
            before = capitalised(name) if families[0].definition[-1:].isdigit() else ""
            return [(before or name.capitalize() * (word == "")) + str(word) for word in words]
    return ["", *(str(number) for number in range(2, len(families) + 1))]


def _word(value: Static) -> str | None:
    """Return a value as part of a class's name, None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int) and value >= 0:
        return str(value)
    return capitalised(value.name) if isinstance(value, Symbol) else None
