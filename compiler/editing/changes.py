"""Changes of one step, as changes of the text. A condition confines a change to some turns of the loop around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archc.diagnostics import Edit
from archc.editing.steps import Step
from archc.records import record
from archc.syntax import Span, tree

HOLE = "{}"
"""What stands for the old module in the text that is put around it."""


class Unfit(Exception):
    """A change that is not possible at a place: what is in the way, and a way out."""

    def __init__(self, what: str, help: str) -> None:
        super().__init__(what)
        self.what = what
        self.help = help


def replaced(step: Step, text: str, condition: str) -> Edit:
    """Put another module in place of one; the label stays."""
    if not condition:
        return Edit(step.span, _bracketed(text))
    return Edit(step.span, f"(if {condition} then {text} else {step.span.text})")


def wrapped(step: Step, text: str, condition: str) -> Edit:
    """Put a module that is given the old one in its place: `Residual({})`. Raises Unfit without a `{}`."""
    if HOLE not in text:
        raise Unfit(f"`{text}` has no place for the module that it is to be put around", "mark it: `Residual({})`")
    return replaced(step, text.replace(HOLE, step.span.text), condition)


def deleted(step: Step, condition: str) -> Edit:
    """Leave a module out; where others keep it, or nothing else is left, the identity takes its place."""
    match step.holder:
        case tree.Pipe() if not condition and step.stage is not None:
            source = step.whole.source
            return Edit(Span(source, _sign_before(source.text, step.whole.start), step.whole.end), "")
        case tree.Sequence(items=items) if not condition and len(items) > 1:
            return Edit(_with_comma(step, items), "")
    return replaced(step, "identity", condition)


def inserted(step: Step, text: str, condition: str, *, after: bool) -> Edit:
    """Put a further module before or after one, in its pipeline or list."""
    place = step.whole.end if after else step.whole.start
    span = Span(step.whole.source, place, place)
    match step.holder:
        case tree.Pipe():
            guard = f" if {condition}" if condition else ""
            return Edit(span, f" |> {text}{guard}" if after else f"{text}{guard} |> ")
        case tree.Sequence() if not condition:
            return Edit(span, f", {text}" if after else f"{text}, ")
    old = step.span.text
    both = f"[{old}, {text}]" if after else f"[{text}, {old}]"
    return replaced(step, both, condition)


@record
class Given:
    """An argument to be given; `position` is where it stands if the call does not name it."""

    name: str
    position: int | None
    text: str


def given(step: Step, arguments: Sequence[Given], condition: str) -> Edit:
    """Give a module other arguments."""
    expression = step.expression
    if not isinstance(expression, tree.Call):
        listed = ", ".join(f"{one.name}={one.text}" for one in arguments)
        return replaced(step, f"{_bracketed(step.span.text)}({listed})", condition)
    edits = [Edit(span, one.text) for one in arguments if (span := _place_of(one, expression)) is not None]
    added = [f"{one.name}={one.text}" for one in arguments if _place_of(one, expression) is None]
    if added:
        end = expression.arguments[-1].span.end if expression.arguments else expression.span.end - 1
        listed = ", ".join(([""] if expression.arguments else []) + added)
        edits.append(Edit(Span(step.span.source, end, end), listed))
    return replaced(step, changed(step.span, edits), condition)


def _place_of(wanted: Given, call: tree.Call) -> Span | None:
    """Return where a call gives a value for an argument."""
    arguments = [one for one in call.arguments if isinstance(one, tree.Argument)]
    named = [one.value.span for one in arguments if one.name == wanted.name]
    placed = [one.value.span for place, one in enumerate(arguments) if one.name is None and place == wanted.position]
    return next(iter(named + placed), None)


def changed(span: Span, edits: Iterable[Edit]) -> str:
    """Return the text of a span after changes inside it that do not overlap."""
    text, start = span.text, span.start
    for edit in sorted(edits, key=lambda one: (one.span.start, one.span.end), reverse=True):
        text = text[: edit.span.start - start] + edit.text + text[edit.span.end - start :]
    return text


def _bracketed(text: str) -> str:
    """Return a module as a callee and behind a label take it: what is computed in brackets."""
    return f"({text})" if text.startswith(("if ", "fold ", "scan ")) else text


def _sign_before(text: str, place: int) -> int:
    """Return where the blanks begin before the `|>` of a step."""
    return len(text[: text.rindex("|>", 0, place)].rstrip())


def _with_comma(step: Step, items: tuple[tree.Expression | tree.Labelled, ...]) -> Span:
    """Return an item with the comma that joins it to its neighbour."""
    at = next(place for place, one in enumerate(items) if one is step.module)
    if at + 1 < len(items):
        return Span(step.whole.source, step.whole.start, items[at + 1].span.start)
    return Span(step.whole.source, items[at - 1].span.end, step.whole.end)
