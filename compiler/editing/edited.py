"""An edited architecture: the text that came of an edit, checked, and the one that it was before."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from archc.diagnostics import ArchError, Diagnostic, Edit, Severity
from archc.editing.changes import changed
from archc.syntax import Source, Span, format_file, parse, tree

if TYPE_CHECKING:
    from archc.archfile import ArchFile
    from archc.architecture import Architecture
    from archc.editing.selection import Selection


class Edited:
    """An architecture after an edit. It never changes: each further edit gives another one."""

    def __init__(self, before: Architecture, architecture: Architecture) -> None:
        self.before = before
        self.architecture = architecture

    def __repr__(self) -> str:
        return f"<Edited {self.architecture!r}>"

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The whole file, as it is now."""
        return text_of(self.architecture)

    def undo(self) -> Architecture:
        """Return the architecture before the edit."""
        return self.before

    def diff(self) -> str:
        """Return the change of the text as a unified diff."""
        name = source_of(self.before.file).name
        old, new = (text_of(one).splitlines(keepends=True) for one in (self.before, self.architecture))
        return "".join(difflib.unified_diff(old, new, fromfile=name, tofile=name))

    def at(self, pattern: str, *, of: str | None = None) -> Selection:
        """Select modules of what came of the edit, as `Architecture.at` does."""
        return self.architecture.at(pattern, of=of)


def tree_of(file: ArchFile) -> tree.File:
    """Return the tree of a file itself, without those that it uses; raises ArchError where it could not be read."""
    if file.loaded.parsed is None or file.loaded.parsed.file is None:
        raise ArchError(file.loaded.diagnostics)
    return file.loaded.parsed.file


def source_of(file: ArchFile) -> Source:
    """Return the text of a file itself; raises ArchError where it could not be read."""
    return tree_of(file).span.source


def text_of(architecture: Architecture) -> str:
    """Return the file of an architecture."""
    return source_of(architecture.file).text


def edited(architecture: Architecture, edits: Iterable[Edit]) -> Edited:
    """Return an architecture after changes of its text.

    What stood in the one layout stands in it again; in any other layout all but the changes stays as it is. Raises
    ArchError with what is wrong with the new text, in which its places are.
    """
    source = source_of(architecture.file)
    text = changed(Span(source, 0, len(source.text)), edits)
    if format_file(parse(source)) == source.text:
        text = format_file(parse(Source(source.name, text)))
    return Edited(architecture, checked(architecture, text))


def checked(architecture: Architecture, text: str) -> Architecture:
    """Return the same architecture of another text of its file, all of which is checked; raises ArchError."""
    file = architecture.file.with_text(text)
    again = file.architecture(architecture.name, architecture.variant, **architecture.overrides)
    found = again.check() or file.check()
    errors: tuple[Diagnostic, ...] = tuple(one for one in found if one.severity is Severity.ERROR)
    if errors:
        raise ArchError(errors)
    return again
