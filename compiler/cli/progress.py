"""A word on standard error when a step takes more than a second and somebody is watching."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock, Timer

PATIENCE = 1.0
"""Seconds before anything is shown."""


@contextmanager
def progress(what: str) -> Iterator[None]:
    """While the body runs, show a spinner with this text on standard error, after PATIENCE, on a terminal only."""
    if not sys.stderr.isatty():
        yield
        return
    spinner = _Spinner(what)
    timer = Timer(PATIENCE, spinner.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        spinner.stop()


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[], None]]:
    """On a terminal, show on standard error how many steps are done; the body calls what it is given after each."""
    if total < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda: shown.advance(task)


class _Spinner:
    """Starts on the timer's thread, stops on the caller's; never starts after it was stopped."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = ExitStack()
        self._stopped = False
        self._lock = Lock()

    def start(self) -> None:
        from rich.console import Console
        from rich.text import Text

        with self._lock:
            if not self._stopped:
                self._shown.enter_context(Console(stderr=True).status(Text(self._what)))

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            self._shown.close()
