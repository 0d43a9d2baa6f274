"""Checkpoint maps: which official keys each of our weights comes from, resolved for one architecture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from archc.records import record
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Bindings
from archc.semantics.expressions import bindings
from archc.semantics.failures import FAILURES, finding_of
from archc.semantics.faults import Fault, fault, help_note
from archc.semantics.key_pattern import key_pattern, prefix
from archc.semantics.recursion import deep_recursion
from archc.semantics.scope import Scope
from archc.semantics.values import Thing
from archc.syntax import Span, parse_expression, tree

MOST = 4096
"""The largest number that a computed part of a key may have."""
ATTEMPTS = 4
"""Attempts to fit a key that take as long as an evaluation."""

_PART = re.compile(r"\{([^{}]*)\}|\*")
_NAME = re.compile(r"[A-Za-z_]\w*")


@record
class Renaming:
    """Our weights `ours` are made of the official ones `theirs`: one of one, or by the pipeline `via`."""

    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    via: tree.Expression | None


@record
class KeyTable:
    """A checkpoint map for one architecture: a renaming for every weight, and what may be left over.

    `root` is the key under which the official file keeps its weights, `drops` are regular expressions of official
    keys that have no counterpart, `unused` are the lines that no weight took its key from.
    """

    name: str
    root: str | None
    renamings: tuple[Renaming, ...]
    drops: tuple[str, ...]
    unused: tuple[tree.KeyMap, ...] = ()


def checkpoint_of(scope: Scope, arch: str) -> tree.Checkpoint | None:
    """Return the first checkpoint map that a file declares for an architecture."""
    return next((d for d in scope.file.declarations if isinstance(d, tree.Checkpoint) and d.target == arch), None)


def key_table(scope: Scope, checkpoint: tree.Checkpoint, keys: Iterable[str]) -> KeyTable | Diagnostic:
    """Return the map for an architecture with these weights, or what is wrong with it.

    The first line that fits a key decides; a key that no line fits is an error.
    """
    try:
        with deep_recursion():
            return _Resolver(scope, checkpoint, tuple(keys)).table()
    except FAILURES as failure:
        span = checkpoint.span.word(checkpoint.name)
        return finding_of(failure, span) or Diagnostic("C405", "this checkpoint map has errors", span)


class _Resolver:
    """Finds the line for every key."""

    def __init__(self, scope: Scope, checkpoint: tree.Checkpoint, keys: tuple[str, ...]) -> None:
        self.e = Elaborator(scope.session)
        self.scope = scope
        self.checkpoint = checkpoint
        self.keys = keys
        self.known = frozenset(keys)
        self.lines = [one for one in checkpoint.statements if isinstance(one, tree.KeyMap)]
        self.unused = list(self.lines)
        self.attempts = 0
        self.expressions: dict[str, tree.Expression] = {}

    def table(self) -> KeyTable:
        self.e.session.here = self.checkpoint.span.word(self.checkpoint.name)
        done: set[str] = set()
        renamings: list[Renaming] = []
        for key in self.keys:
            if key not in done:
                renaming = self._renaming(key)
                done.update(renaming.ours)
                renamings.append(renaming)
        statements = self.checkpoint.statements
        root = next((s.key for s in statements if isinstance(s, tree.Root)), None)
        drops = tuple(key_pattern(s.pattern.value).expression() for s in statements if isinstance(s, tree.Drop))
        return KeyTable(self.checkpoint.name, root, tuple(renamings), drops, tuple(self.unused))

    def _renaming(self, key: str) -> Renaming:
        for line in self.lines:
            if not any(key.startswith(prefix(pattern.value)) for pattern in line.ours):
                self._tick()
                continue
            for env in self._rounds(line):
                found = self._fit(line, key, env)
                if found is not None:
                    self.unused = [one for one in self.unused if one is not line]
                    return found
        raise fault(
            "C405",
            f"the checkpoint map `{self.checkpoint.name}` has no line for `{key}`",
            self.checkpoint.span.word(self.checkpoint.name),
            fixes=self._catch_all(),
        )

    def _catch_all(self) -> tuple[Fix, ...]:
        """Return the fix that takes all other keys as they are."""
        span = self.checkpoint.span
        end = span.start + span.text.rfind("}")
        title = 'end it with `"*" <- "*"`, where the other keys are the same'
        return (Fix(title, (Edit(Span(span.source, end, end), '  "*" <- "*"\n'),)),)

    def _rounds(self, line: tree.KeyMap) -> Iterator[Bindings]:
        if line.clauses:
            yield from bindings(self.e, line.clauses, self.scope)
        else:
            yield Bindings(self.scope)

    def _fit(self, line: tree.KeyMap, key: str, env: Bindings) -> Renaming | None:
        for pattern in line.ours:
            found = self._captures(pattern, key, env)
            if found is not None:
                ours = tuple(self._filled(p, found) for p in line.ours)
                if set(ours) <= self.known:
                    return Renaming(ours, tuple(self._filled(p, found) for p in line.theirs), line.via)
        return None

    def _captures(self, pattern: tree.Text, key: str, env: Bindings) -> Bindings | None:
        """Return the names that a key gives to the holes of a pattern, None if it does not fit."""
        known = key_pattern(pattern.value, tuple((name, str(value)) for name, value in env.values.items()))
        taken = known.match(key, self._tick)
        if taken is None:
            return None
        found = Bindings(self.scope, env.values)
        computed: list[tuple[str, int]] = []
        for hole, text in zip(known.holes, taken, strict=True):
            if hole.is_computed:
                computed.append((hole.text, int(text)))
            else:
                found.values[hole.text] = int(text) if text.isdigit() else text
        return found if all(self._solve(p, v, found, pattern.span) for p, v in computed) else None

    def _tick(self) -> None:
        """Count attempts to fit a key, some of which take as long as an evaluation."""
        self.attempts += 1
        if self.attempts % ATTEMPTS == 0:
            self.e.session.spend(1)

    def _solve(self, part: str, value: int, found: Bindings, span: Span) -> bool:
        """Find the number for which a computed hole such as `{2 * i}` has the value that the key gives."""
        names = [n for n in _NAME.findall(part) if n not in found.values]
        if not names:
            return self._value(part, found, span) == value
        for candidate in range(min(value, MOST) + 1):
            trial = Bindings(self.scope, {**found.values, names[0]: candidate})
            if self._value(part, trial, span) == value:
                found.values[names[0]] = candidate
                return True
        return False

    def _filled(self, pattern: tree.Text, found: Bindings) -> str:
        def fill(hole: re.Match[str]) -> str:
            part = hole.group(1)
            value = found.values.get("*") if part is None else self._value(part, found, pattern.span)
            if value is None:
                help = "a `*` takes over what the one of the other side stands for; without one, write the key out"
                raise fault("C406", "`*` stands on one side only", pattern.span, notes=help_note(help))
            return str(value)

        return _PART.sub(fill, pattern.value)

    def _value(self, part: str, env: Bindings, span: Span) -> Thing:
        if part in env.values:
            return env.values[part]
        if part not in self.expressions:
            expression = parse_expression(part, span)
            if isinstance(expression, Diagnostic):
                raise Fault(expression)
            self.expressions[part] = expression
        return self.e.static(self.expressions[part], env)
