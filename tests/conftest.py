"""What every test may use: the `golden` fixture, the options of this suite, and one profile of Hypothesis."""

from __future__ import annotations

import difflib
import os
import re
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# How fast a machine is says nothing about the code; and a run that decides about a change has to be repeatable.
settings.register_profile("archc", deadline=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("archc")

GOLDENS = Path(__file__).parent / "goldens"


class Golden:
    """The text a test is to produce, kept in a file: `assert golden == text` compares, or rewrites the file."""

    def __init__(self, path: Path, update: bool) -> None:
        self.path = path
        self.update = update

    __hash__ = None  # type: ignore[assignment]  # equality reads a file: such an object is no key

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, str):
            return NotImplemented
        text = _ended(other)
        if self.update:
            self._write(text)
        if not self.path.exists():
            pytest.fail(f"no golden {self.path.relative_to(GOLDENS.parent)}; write it with: pytest --update-goldens")
        return self.read() == text

    def __repr__(self) -> str:
        return f"<golden {self.path.relative_to(GOLDENS.parent)}>"

    def read(self) -> str:
        """Return the kept text."""
        return self.path.read_bytes().decode("utf-8")

    def _write(self, text: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(text.encode("utf-8"))


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def golden_path(test_file: Path, test_name: str) -> Path:
    """Return where the golden of a test lies: `goldens/<file>/<test>.txt`, what is no word made a dash."""
    plain = re.sub(r"[^\w.=+-]+", "-", test_name).strip("-")
    return GOLDENS / test_file.stem / f"{plain}.txt"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare with the golden file of this test: `assert golden == text`."""
    return Golden(golden_path(request.path, request.node.name), request.config.getoption("--update-goldens"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="rewrite the golden files with what the tests produce"
    )
    parser.addoption("--slow", action="store_true", help="run the tests marked slow as well")
    parser.addoption("--examples", type=int, metavar="N", help="draw at most N examples for a property")
    parser.addoption("--no-torch", action="store_true", help="make every import of torch fail")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--no-torch"):
        sys.modules["torch"] = None  # type: ignore[assignment]  # the documented way to forbid an import


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    most = config.getoption("--examples")
    for item in items:
        if item.get_closest_marker("slow") and not config.getoption("--slow"):
            item.add_marker(pytest.mark.skip(reason="slow: run with --slow, as make test-all does"))
        if most is not None:
            _draw_at_most(most, getattr(item, "obj", None))


def _draw_at_most(most: int, test: object) -> None:
    """Lower the number of examples of a property, which Hypothesis keeps with the test and lets nobody else set."""
    own = getattr(test, "_hypothesis_internal_use_settings", None)
    if own is not None and own.max_examples > most:
        inner = getattr(test, "__func__", test)
        setattr(inner, "_hypothesis_internal_use_settings", settings(own, max_examples=most))  # noqa: B010


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    if isinstance(right, Golden):
        left, right = right, left
    if not (op == "==" and isinstance(left, Golden) and isinstance(right, str)):
        return None
    diff = difflib.unified_diff(
        left.read().splitlines(), _ended(right).splitlines(), "golden", "produced", lineterm="", n=3
    )
    return [f"{left!r} differs (accept with: pytest --update-goldens)", *diff]
