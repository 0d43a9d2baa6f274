"""What has to hold of any text whatever: it is read and judged soon, and by diagnostics alone."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from archc import ArchError, ArchFile
from archc.diagnostics import Diagnostic, codes, record_all, render_all
from archc.graph import verify
from archc.syntax import Source, format_file, parse, read_source

SECONDS = 15.0
"""Of processor time, for one file: the limit on work lets about five go by."""


class SlowError(AssertionError):
    """A text took longer than any may."""


def examine_file(path: Path) -> int:
    """Examine a file of any bytes."""
    source = read_source(path)
    if isinstance(source, Diagnostic):
        assert render_all([source])
        return 1
    return examine(source.text)


def examine(text: str) -> int:
    """Check a text as a file of its own; return how many diagnostics it got.

    Raises what the front end raises, which is a mistake, and an AssertionError where a promise is broken.
    """
    begun = time.process_time()
    file = ArchFile.of_text(text, "fuzz.arch")
    found = file.check()
    _are_sayable(found)
    if not found:
        _is_whole(file)
    used = time.process_time() - begun
    if used > SECONDS:
        raise SlowError(f"{used:.1f} s of processor time")
    _can_be_printed(text)
    return len(found)


def _are_sayable(found: tuple[Diagnostic, ...]) -> None:
    for one in found:
        assert one.code in codes(), one.code
        for span in (one.span, *(label.span for label in one.labels)):
            assert 0 <= span.start <= span.end <= len(span.source.text)
            assert not span.source.library, one
    assert bool(render_all(found)) == bool(found)
    record_all(found)


def _is_whole(file: ArchFile) -> None:
    """Ask of every architecture without findings all that can be asked without a tensor."""
    for name in file.architectures:
        for variant in file.variants(name) or (None,):
            with suppress(ArchError):  # a parameter without a default, a decision that is open
                architecture = file.architecture(name, variant)
                verify(architecture.graph)
                assert str(architecture.params) and str(architecture.macs) and str(architecture.memory)
                assert architecture.inputs is not None and architecture.outputs is not None


def _can_be_printed(text: str) -> None:
    parsed = parse(Source("fuzz.arch", text))
    if parsed.diagnostics:
        return
    printed = format_file(parsed)
    again = parse(Source("printed.arch", printed))
    assert not again.diagnostics and again.file == parsed.file
    assert format_file(again) == printed
