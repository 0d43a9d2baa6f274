"""What somebody probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Note
from archc.syntax import tree
from archc.syntax.source import Span

LIBRARIES = frozenset({"F", "functional", "jnp", "keras", "layers", "nn", "np", "tf", "torch"})
"""Names before a point in whose place other languages look for operators."""

LIKENESS = 0.7
"""How much of two words must agree for one to be a misspelling of the other."""

MANY = 1000
"""Of more names, only those with the same first letter are compared: that takes long."""

ELSEWHERE: Mapping[str, str] = {
    "adaptiveaveragepool": "adaptive_avgpool",
    "averagepool": "avgpool",
    "boolean": "bool",
    "bmm": "matmul",
    "cat": "concat",
    "concatenate": "concat",
    "convtranspose": "convT",
    "dense": "linear",
    "dim": "axis",
    "dims": "axis",
    "features": "C",
    "float": "num",
    "fullyconnected": "linear",
    "globalaveragepool": "gap",
    "globalavgpool": "gap",
    "integer": "int",
    "interpolate": "resize",
    "kernel": "k",
    "kernelsize": "k",
    "mode": "fill",
    "module": "block",
    "negativeslope": "slope",
    "null": "none",
    "numgroups": "groups",
    "number": "num",
    "outchannels": "C",
    "outfeatures": "C",
    "outputpadding": "grow",
    "p": "rate",
    "padding": "pad",
    "paddingmode": "fill",
    "rearange": "rearrange",
    "scalefactor": "scale",
    "str": "text",
    "string": "text",
    "transpose": "permute",
    "upsample": "resize",
    "view": "reshape",
}
"""Words of other libraries, plain, and what they are called here."""

ADVICE: Mapping[str, str] = {
    "enumerate": "`for i, x in indexed(xs)` counts",
    "inplace": "values are never changed in place: leave it out",
    "inchannels": "the channels that come in are those of the input: give the channels that go out alone",
    "self": "a block calls its modules by their labels alone: `x |> conv1`",
    "param": "a weight is declared by itself, with its shape: `param w[3, 10] = zeros`",
    "parameter": "a weight is declared by itself, with its shape: `param w[3, 10] = zeros`",
    "print": "nothing runs while a file is compiled; `archc graph` and `archc cost` show what comes out",
    "infeatures": "the width that comes in is that of the input: give the width that goes out alone",
    "range": "a range is written `0..n`",
    "sequential": "a list is a sequence of modules: `x |> [conv(8), relu]`",
    "size": "a tensor's sizes are `x.shape`",
}
"""What to do instead of what words of other libraries do, which no one word here does."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that another library's word stands for, or that is most like it; None if none is."""
    names = sorted(set(known))
    plain = {_plain(name): name for name in reversed(names)}
    meant = ELSEWHERE.get(_plain(word))
    if meant in names:
        return meant
    if _plain(word) in ADVICE:
        return None
    if _plain(word) in plain:
        return plain[_plain(word)]
    if len(names) > MANY:
        names = [name for name in names if name[:1] == word[:1]]
        plain = {_plain(name): name for name in reversed(names)}
    from difflib import get_close_matches

    matches = get_close_matches(word, names, n=1, cutoff=LIKENESS) or get_close_matches(
        _plain(word), plain, n=1, cutoff=LIKENESS
    )
    return plain.get(matches[0], matches[0]) if matches else None


def renaming(span: Span, word: str, known: Iterable[str]) -> tuple[Fix, ...]:
    """Return the fix that replaces `word` at `span` by the nearest known word, or no fix.

    What is more than a slip of the fingers away, and no other library's word for it, is a guess.
    """
    match = nearest(word, known)
    if match is None:
        return ()
    is_slip = abs(len(match) - len(word)) <= 1 or match in (ELSEWHERE.get(_plain(word)), _plain(word))
    return (Fix(f"did you mean `{match}`?", (Edit(span, match),), is_guess=not is_slip),)


def advice(word: str) -> tuple[Note, ...]:
    """Return how to do here what a word of another library does, or nothing."""
    text = ADVICE.get(_plain(word))
    return (Note("help", text),) if text else ()


def library_of(node: tree.Attribute) -> str | None:
    """Return the name of another language's library that a path begins with, as in `torch.nn.Linear`."""
    base = node.base
    while isinstance(base, tree.Attribute):
        base = base.base
    return base.text if isinstance(base, tree.Name) and base.text in LIBRARIES else None


def of_library(node: tree.Attribute, known: Iterable[str]) -> Diagnostic:
    """Return what to say of `nn.Conv2d`: operators stand for themselves."""
    help = advice(node.name) or (Note("help", "the operators of the library need no name before them"),)
    fixes = renaming(node.span, node.name, known)
    return Diagnostic("N101", f"unknown name `{node.span.text}`", node.span, notes=help, fixes=fixes)


def _plain(word: str) -> str:
    """Return a word without what libraries disagree on: capitals, underscores, a number of dimensions."""
    return re.sub(r"[123]d$", "", word.lower().replace("_", ""))


def surrounding(span: Span, before: str, behind: str) -> tuple[Edit, ...]:
    """Return the edits that put text around a place."""
    start, end = Span(span.source, span.start, span.start), Span(span.source, span.end, span.end)
    return (Edit(start, before), Edit(end, behind))
