"""The whole file: helpers, classes in the order in which they need each other, factories, and the imports of it all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archc import shapes
from archc.backends.torch.beginnings import grouped
from archc.backends.torch.catalogue import Catalogue, constructed
from archc.backends.torch.checkpoints import KeyTable, key_table
from archc.backends.torch.classes import Class
from archc.backends.torch.code import Assign, Dictionary, Listing, Literal, Name, Pattern, Statement, call, walk
from archc.backends.torch.factories import ALLOWED, Factories, factory_names
from archc.backends.torch.instance import Instance
from archc.backends.torch.merging import mergings_of
from archc.backends.torch.names import OWN
from archc.backends.torch.overrides import Overrides
from archc.backends.torch.prose import (
    constructor_parameters,
    definition,
    describe,
    documentation,
    helper,
    imports,
    names_in,
    render,
    returned,
)
from archc.backends.torch.reasons import FreeSizeError
from archc.backends.torch.splicing import Splicer, UnsupportedError
from archc.backends.torch.text import INDENT, lines, quoted, spread
from archc.diagnostics import ArchError, Diagnostic, Note
from archc.graph.ir import Graph
from archc.graph.program import Configuration, Program
from archc.graph.walk import bodies
from archc.semantics.recursion import deep_recursion

LOAD_STATE = "load_state"
"""The helper that says which variant a state is of."""
HELPERS = (
    ALLOWED,
    LOAD_STATE,
    "renamed",
    "started",
    "filled",
    "merge_forms",
    "norm_scale",
    "norm_shift",
    "drop_path",
    "DropPath",
    "LayerNorm2d",
    "pad_same",
    "spread",
    "dirac_like",
    "tied",
    "wavelet_kernels",
    "dwt",
    "idwt",
)
"""Functions and classes of the backend's own that a file has if it uses them, in the order in which they stand."""
RESERVED = frozenset({"training"})
"""Attributes that PyTorch assigns on every module."""
NEEDED_BY = {
    "DropPath": "drop_path",
    "norm_shift": "norm_scale",
    "dwt": "wavelet_kernels",
    "idwt": "wavelet_kernels",
}
"""Helpers that use another."""


def emit(program: Program, *others: Program) -> str:
    """Return the source of programs: one Python module that imports torch and the standard library alone.

    Programs that come from one file share the classes of the blocks that they share. Raises ArchError where an operator
    cannot be written in PyTorch.
    """
    try:
        with deep_recursion():
            return Emission((program, *others)).source()
    except UnsupportedError as error:
        raise ArchError((unsupported(error),)) from None
    except FreeSizeError as error:
        raise ArchError((_too_late(error, program),)) from None


def rewritten(graph: Graph, last: str) -> Graph:
    """Return a graph after a pass; raises ArchError where an operator cannot be written in PyTorch."""
    try:
        return Splicer(last).prepare(graph)
    except UnsupportedError as error:
        raise ArchError((unsupported(error),)) from None


def _too_late(error: FreeSizeError, program: Program) -> Diagnostic:
    """Return the finding for a module that needs a size of the input when it is made."""
    graph = program.configurations[0].infer
    assert graph.declaration is not None
    help = "let the block take the size from a tensor that flows in (`y.shape[2..]`), not from an argument"
    return Diagnostic(
        "E223",
        f"a module of `{program.name}` would have to know `{shapes.render(error.size)}` when it is made",
        graph.declaration.name_span,
        "this depends on the size of the input",
        notes=(Note("help", help),),
    )


def unsupported(error: UnsupportedError) -> Diagnostic:
    """Return the finding for an operator that has no form in PyTorch."""
    name = error.operator.name
    return Diagnostic(
        "E223",
        f"`{name}` cannot be written in PyTorch yet",
        error.site.span,
        notes=(Note("help", "give the operator a body (`return ...`) that says what it means in simpler operators"),),
    )


def refuse_reserved(graph: Graph) -> None:
    """Raise ArchError where a path has a component that PyTorch sets on every module itself."""
    for body in bodies(graph):
        labels = [(module.label, module.site.span) for module in body.modules]
        owned = [(weight.name, body.span) for weight in body.weights if body.span is not None]
        for path, span in (*labels, *owned):
            if RESERVED & set(path.split(".")) and span is not None:
                message = f"no module of PyTorch can have anything called `{path}`"
                help_ = Note("help", "give it another label, and the checkpoint map a line for it")
                raise ArchError((Diagnostic("E216", message, span, notes=(help_,)),))


class Emission:
    """Writes programs into one file."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = programs
        splicer = Splicer()

        def instances(every: Iterable[Configuration]) -> dict[Configuration, Instance]:
            return {v: Instance(splicer.prepare(v.train), splicer.prepare(v.infer)) for v in every}

        self.roots = instances(v for program in programs for v in program.configurations)
        probes = instances(p.configuration for program in programs for p in program.probes)
        self.names = factory_names(programs)
        merges = [merge for program in programs for merge in program.merges]
        mergings = mergings_of(merges, splicer)
        taken = {*HELPERS, *OWN, *self.names.values()}
        for root in (*self.roots.values(), *probes.values()):
            refuse_reserved(root.train)
        self.catalogue = Catalogue([*self.roots.values()], [*probes.values()], mergings, taken)
        self.overrides = [Overrides(program, self.catalogue, {**self.roots, **probes}) for program in programs]
        ill_suited = {p.configuration for one in self.overrides for p in one.ill_suited()}
        if ill_suited:
            probes = {one: root for one, root in probes.items() if one not in ill_suited}
            self.catalogue = self.catalogue.without([*probes.values()])
            self.overrides = [Overrides(program, self.catalogue, {**self.roots, **probes}) for program in programs]

    def source(self) -> str:
        """Return the text of the file."""
        classes = self._classes()
        factories = [*Factories(self.overrides, self.catalogue, self.roots, self.names).every()]
        parts = [
            *self._helpers(classes, factories),
            *([self._init_weights()] if self.catalogue.rules else []),
            *map(self._class, classes),
            *factories,
        ]
        body = "\n\n\n".join(parts)
        exported = sorted({*(one.name for one in classes), *self.names.values()})
        names = lines([Assign((Name("__all__"),), Listing(tuple(map(Literal, exported))))])
        doc = documentation("\n\n".join(p.doc or f"{p.name}." for p in self.programs), "")
        return render("module.py.jinja", doc=doc, imports=imports(body), exported="\n".join(names), body=body) + "\n"

    # -- classes ---------------------------------------------------------------------------------

    def _classes(self) -> list[Class]:
        """Return every class that a variant makes, each after those that it needs, architectures last."""
        found: dict[str, Class] = {}
        seen: set[Instance] = set()
        for variant in self.names:
            for child in self.catalogue.children[self.roots[variant]]:
                self._visit(child, found, seen)
        for variant in self.names:
            made = self.catalogue.class_of(self.roots[variant])
            found.setdefault(made.name, made)
        return list(found.values())

    def _visit(self, instance: Instance, found: dict[str, Class], seen: set[Instance]) -> None:
        if instance in seen:
            return
        seen.add(instance)
        for child in self.catalogue.children[instance]:
            self._visit(child, found, seen)
        made = self.catalogue.class_of(instance)
        found.setdefault(made.name, made)

    def _class(self, made: Class) -> str:
        graph = next(iter(made.instances)).train
        owners = [p for p in self.programs for v in p.configurations if made in self._root_classes(v)]
        named = [name for variant, name in self.names.items() if made in self._root_classes(variant)]
        official = _official(key_table(owners[0].checkpoint), named) if owners and owners[0].checkpoint else ""
        return render(
            "class.py.jinja",
            name=made.name,
            doc=documentation(describe(graph), INDENT),
            signature=definition("__init__", constructor_parameters(made.parameters), "None"),
            constructor=_body(made.constructor),
            draws=_body(made.draws),
            forward_signature=definition("forward", [f"{name}: Tensor" for name in made.inputs], returned(graph)),
            forward=_body(made.forward),
            official=official,
            begun=bool(owners) and bool(self.catalogue.rules),
            merge=_body(made.merge),
            holds_forms=any(program.merges for program in owners) and not made.merge,
        )

    def _root_classes(self, variant: Configuration) -> list[Class]:
        """Return the class of a variant, and that of its inference form where it has one of its own."""
        root = self.roots[variant]
        forms = constructed(self.catalogue.sketches[root].merge)
        return [self.catalogue.class_of(one) for one in (root, *forms)]

    # -- functions -------------------------------------------------------------------------------

    def _init_weights(self) -> str:
        text: list[str] = []
        for i, one in enumerate(grouped(self.catalogue.rules)):
            kinds = one.classes[0] if len(one.classes) == 1 else f"({', '.join(one.classes)})"
            text.append(f"{INDENT}{'elif' if i else 'if'} isinstance(module, {kinds}):")
            text += lines(one.statements, INDENT * 2)
        return render("init_weights.py.jinja", body="\n".join(text))

    def _helpers(self, classes: Sequence[Class], factories: Sequence[str]) -> list[str]:
        used = {name for one in classes for s in (*one.constructor, *one.forward, *one.merge) for name in _names(s)}
        used |= {name for factory in factories for name in names_in(factory)}
        used |= {needed for name, needed in NEEDED_BY.items() if name in used}
        used |= {"merge_forms" for program in self.programs if program.merges}
        used |= {LOAD_STATE for program in self.programs if program.checkpoint}
        used |= {"renamed" for program in self.programs if key_table(program.checkpoint).rules}
        return [helper(name) for name in HELPERS if name in used]


def _official(table: KeyTable, variants: Sequence[str]) -> str:
    """Return the body of `load_official` of a class that these factories make."""
    inner = INDENT * 2
    text = [f"{inner}state = state.get({quoted(table.root)}, state)"] if table.root else []
    if table.drops:
        drops = Listing(tuple(map(Pattern, table.drops)), "()")
        text += spread(drops, inner, "drops = ", "")
        text += [f"{inner}state = {{", f"{inner}    key: weight", f"{inner}    for key, weight in state.items()"]
        text += [f"{inner}    if not any(re.fullmatch(drop, key) for drop in drops)", f"{inner}}}"]
    if table.rules:
        theirs, ours = ([getattr(rule, side) for rule in table.rules] for side in ("theirs", "ours"))
        rules = Dictionary(tuple(map(Pattern, theirs)), tuple(map(Pattern, ours)))
        text += spread(rules, inner, "names = ", "")
        text += [f"{inner}state = {{renamed(key, names): weight for key, weight in state.items()}}"]
    loaded = call(LOAD_STATE, Name("self"), Name("state"), *map(Name, variants))
    return "\n".join([*text, *spread(loaded, inner, "", "")])


def _names(statement: Statement) -> Iterator[str]:
    return (piece.text for piece in walk(statement) if isinstance(piece, Name))


def _body(statements: Sequence[Statement]) -> str:
    return "\n".join(lines(statements, INDENT * 2))
