"""The documentation tells the truth: its programs check, and its tables are those of the code.

With --update-goldens what stands between a mark, `<!-- kinds -->`, and `<!-- end -->` is rewritten.
"""

from __future__ import annotations

import doctest
import re
from collections.abc import Callable, Mapping
from itertools import groupby
from pathlib import Path

import pytest

from archc import ArchFile
from archc.diagnostics import render_all
from archc.semantics.builtins import BUILTINS
from archc.semantics.dtypes import NAMED
from archc.semantics.kinds import WANTED
from archc.syntax import Source, format_file, parse
from archc.syntax.operators import STRENGTH
from archc.syntax.tree import Operator, Prefix
from archc.syntax.wording import reserved_words

DOCS = Path(__file__).parents[2] / "docs"
pytestmark = pytest.mark.skipif(not DOCS.exists(), reason="the documentation stays in the checkout")
PROGRAM = re.compile(r"```arch ?(\w*)\n(.*?)```\n", re.DOTALL)
TABLE = re.compile(r"(<!-- ([\w-]+) -->\n)(.*?)(<!-- end -->\n)", re.DOTALL)
REFUSED = "refused"
"""The word behind the name of the language where a program shows what cannot be compiled yet."""


def _programs() -> list[tuple[str, str, str]]:
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
    return [(name, form, program) for name, page in pages.items() for form, program in PROGRAM.findall(page)]


@pytest.mark.parametrize(("page", "form", "program"), _programs())
def test_the_programs_are_as_the_text_says(page: str, form: str, program: str) -> None:
    file = ArchFile.of_text(program)
    found = file.check() or file.unused()
    assert {one.code for one in found} == ({"E219"} if form == REFUSED else set()), f"{page}\n{render_all(found)}"
    assert format_file(parse(Source(page, program))) == program


def _reserved() -> str:
    return ", ".join(f"`{word}`" for word in sorted(reserved_words())) + ".\n"


def _precedence() -> str:
    levels = groupby(sorted(STRENGTH, key=lambda sign: STRENGTH[sign]), key=lambda sign: STRENGTH[sign])
    rows = [" ".join(map(_sign, signs)) for _, signs in levels]
    return _rows(["operators"], [["`\\|>`, `if … then … else …`, `fold`"], *([row] for row in rows)])


def _sign(sign: Operator | Prefix) -> str:
    return "`-` (prefix)" if sign is Prefix.NEGATE else f"`{sign.value}`"


def _kinds() -> str:
    rows = [[f"`{kind}`", words] for kind, words in sorted(WANTED.items())]
    return _rows(["kind", "takes"], [*rows, ["`{a, b}`", "one of these words"]])


def _dtypes() -> str:
    return f"Types: {', '.join(f'`{name}`' for name in sorted(NAMED))}.\n"


def _builtins() -> str:
    calls = {each.usage(): " ".join(each.doc.split()) for each in sorted(BUILTINS.values(), key=lambda one: one.name)}
    firsts = {call: re.split(r"(?<!\.)\.(?:\s|$)", doc, maxsplit=1)[0] for call, doc in calls.items()}
    return _rows(["function", "gives"], [[call, doc] for call, doc in firsts.items()])


def _rows(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


TABLES: Mapping[str, Callable[[], str]] = {
    "reserved": _reserved,
    "precedence": _precedence,
    "kinds": _kinds,
    "dtypes": _dtypes,
    "built-ins": _builtins,
}


def test_the_tables_are_those_of_the_code(request: pytest.FixtureRequest) -> None:
    page = DOCS / "language.md"
    text = page.read_text(encoding="utf-8")
    assert sorted(name for _, name, _, _ in TABLE.findall(text)) == sorted(TABLES)
    expected = TABLE.sub(lambda table: f"{table[1]}{TABLES[table[2]]()}{table[4]}", text)
    if request.config.getoption("--update-goldens"):
        page.write_text(expected, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == expected


def test_links_lead_somewhere() -> None:
    for page in DOCS.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", page.read_text(encoding="utf-8")):
            assert (DOCS / target).exists(), f"{page.name}: {target}"


def test_every_section_is_in_the_list_of_contents() -> None:
    text = (DOCS / "language.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (.*)$", text, re.MULTILINE)
    linked = re.findall(r"\d+\. \[(.*?)\]\(#([\w-]+)\)", text)
    assert [title for title, _ in linked] == sections
    assert all(anchor == re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title, anchor in linked)


def test_the_sessions_show_what_is_printed() -> None:
    """All sessions of a page are one: what one of them imports and names, the next one knows."""
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    session = "\n".join(re.findall(r"```pycon\n(.*?)```\n", page, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(session, {}, "api.md", "api.md", 0)
    told: list[str] = []
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    doctest.DocTestRunner(optionflags=flags, verbose=False).run(test, out=told.append)
    assert not told, "".join(told)


def test_what_python_reads_can_be_read() -> None:
    for page in DOCS.glob("*.md"):
        for block in re.findall(r"```python\n(.*?)```\n", page.read_text(encoding="utf-8"), re.DOTALL):
            compile(block, page.name, "exec")
