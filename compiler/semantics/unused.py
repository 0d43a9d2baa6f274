"""What a file names and never uses: warnings, for it is mostly what is left of a change, or a word misspelt.

A name that begins with `_` says that it is not used. What an operator declares is not looked at: backends use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Note, Severity
from archc.records import record
from archc.semantics.faults import help_note
from archc.semantics.wording import HOLE
from archc.syntax import Span, tree, walk
from archc.syntax.walk import children

_WORD = re.compile(r"[A-Za-z_]\w*")


@record
class Named:
    """Something that has a name: `what` it is, where, and the statement that is not missed without it, if there is
    one."""

    name: str
    what: str
    span: Span
    statement: tree.Node | None = None


def unused(file: tree.File) -> Iterator[Diagnostic]:
    """Give a warning for everything in a file that has a name and is never used."""
    for declaration in file.declarations:
        if isinstance(declaration, tree.Block) and declaration.kind is not tree.BlockKind.OP and declaration.body:
            used = set(_used(declaration))
            yield from (_warning(one) for one in _named(declaration) if one.name not in used and one.name[0] != "_")
        elif isinstance(declaration, tree.Use):
            yield from _unused_names(declaration, file)


def _unused_names(use: tree.Use, file: tree.File) -> Iterator[Diagnostic]:
    """Give a warning for every name of a `use` that nothing in the file uses."""
    others = [one for one in file.declarations if not isinstance(one, tree.Use)]
    used = {name for one in others for name in (*_used(one), *_targets(one))}
    idle = [name for name in use.names if name not in used]
    for name in idle:
        fixes = (_without(use),) if idle == list(use.names) else ()
        yield _warning(Named(name, "name", _listed(use, name)), fixes)


def _targets(declaration: tree.Declaration) -> tuple[str, ...]:
    match declaration:
        case tree.Variants(target=target) | tree.Checkpoint(target=target):
            return (target,)
        case _:
            return ()


def _listed(use: tree.Use, name: str) -> Span:
    """Return where a `use` lists a name: in its brackets, not in its path."""
    start = use.span.start + use.span.text.find("(")
    return Span(use.span.source, start, use.span.end).word(name)


def _warning(one: Named, fixes: tuple[Fix, ...] = ()) -> Diagnostic:
    notes: tuple[Note, ...] = ()
    if one.statement is not None:
        fixes = (_without(one.statement),)
    elif not fixes:
        notes = help_note(f"leave it out, or call it `_{one.name}` if it has to stand there")
    message = f"the {one.what} `{one.name}` is never used"
    return Diagnostic("N112", message, one.span, notes=notes, fixes=fixes, severity=Severity.WARNING)


def _without(node: tree.Node) -> Fix:
    """Return the fix that removes a statement or declaration, with its line where nothing else stands there."""
    text, start, end = node.span.source.text, node.span.start, node.span.end
    line = text.rfind("\n", 0, start) + 1
    if not text[line:start].strip() and text[end : end + 1] in ("\n", ""):
        start, end = line, min(end + 1, len(text))
    return Fix("remove it", (Edit(Span(node.span.source, start, end), ""),))


# -- what has a name ------------------------------------------------------------------------------------


def _named(block: tree.Block) -> Iterator[Named]:
    """Give what a block names for itself: parameters, inputs, and what its statements bind."""
    for parameter in block.parameters:
        if isinstance(parameter, tree.Parameter):
            yield Named(parameter.name, "parameter", parameter.span.word(parameter.name))
    for declared in block.signature.inputs if block.signature else ():
        yield Named(declared.name, "input", declared.span.word(declared.name))
    for statement in block.body or ():
        for node in walk(statement):
            yield from _bound(node)


def _bound(node: tree.Node) -> Iterable[Named]:
    match node:
        case tree.Let(targets=(name,)):
            return (Named(name, "`let`", node.span.word(name), node),)
        case tree.Assign(targets=targets):
            return [Named(name, "tensor", node.span.word(name)) for name in targets] if len(targets) == 1 else ()
        case tree.Declare(label=label) if (root := _root(label)) is not None:
            return (Named(root.text, "module", root.span),)
        case tree.Stored(name=name, quoted=False):
            return (Named(name, "weight", node.span.word(name)),)
        case _:
            return ()


def _root(label: tree.Expression) -> tree.Name | None:
    """Return the first word of a label, None where it begins with a template or a number."""
    while isinstance(label, tree.Index | tree.Attribute):
        label = label.base
    return label if isinstance(label, tree.Name) else None


# -- what is used ------------------------------------------------------------------------------------------


def _used(node: tree.Node) -> Iterator[str]:
    """Give every name that is read somewhere in a node. The words of labels are no such names, what brackets in them
    hold is."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        match one:
            case tree.Name(text=text) | tree.Spread(name=str() as text):
                yield text
            case tree.Text(value=value):
                yield from _in_holes(value)
            case tree.Stored(name=name, quoted=True) | tree.Attribute(name=name, quoted=True):
                yield from _in_holes(name)
            case _:
                pass
        waiting.extend(_below_label(one.label) if isinstance(one, tree.Labelled | tree.Declare) else ())
        waiting.extend(child for child in children(one) if child is not getattr(one, "label", None))


def _below_label(label: tree.Expression) -> Iterator[tree.Node]:
    """Give what is computed in a label."""
    while isinstance(label, tree.Index | tree.Attribute):
        if isinstance(label, tree.Index):
            yield from label.subscripts
        elif label.quoted:
            yield tree.Text(label.span, label.name)
        label = label.base
    if not isinstance(label, tree.Name):
        yield label


def _in_holes(text: str) -> Iterator[str]:
    """Give the words in the `{ }` of a template."""
    for hole in HOLE.findall(text):
        yield from _WORD.findall(hole)
