"""Whole syntax trees, as a program would make them: legal names, no layout, every kind of node."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from archc.syntax import Source, Span, tree
from archc.syntax.tree import Operator, Prefix
from archc.syntax.wording import reserved_words

T = TypeVar("T")
Expressions = SearchStrategy[tree.Expression]
Statements = SearchStrategy[tuple[tree.Statement, ...]]

NOWHERE = Span(Source("made", ""), 0, 0)

# Words that are words in some places only, and names everywhere else.
SOFT = ("archc", "use", "op", "block", "arch", "type", "rule", "space", "variants", "checkpoint", "source", "root")
SOFT += ("drop", "param", "buffer", "state", "entry", "check", "train", "infer", "fold", "scan", "repeat")

_LETTERS = string.ascii_letters + "_"
_PLAIN = st.builds(
    lambda first, rest, prime: first + rest + prime,
    st.sampled_from(_LETTERS),
    st.text(_LETTERS + string.digits, max_size=6),
    st.sampled_from(["", "", "", "'"]),
)


def names() -> SearchStrategy[str]:
    """Give names; `where` is one only inside lines."""
    usual = st.sampled_from(["x", "y", "conv", "C", "N'"])
    return st.one_of(usual, _PLAIN, st.sampled_from(SOFT)).filter(lambda name: name not in reserved_words() | {"where"})


def texts() -> SearchStrategy[str]:
    """Give what may stand between quotes."""
    letters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"], exclude_characters='"')
    return st.one_of(
        st.sampled_from(["", "b c h w -> b h w c", "cell_{6 * s + j}", "#", "a\\"]), st.text(letters, max_size=12)
    )


def docs() -> SearchStrategy[str | None]:
    """Give docstrings as the parser does: no blanks at the ends of lines, the later lines moved left."""
    lines = st.lists(
        st.sampled_from(["", "a word", "  further in", 'in "quotes"', "x" * 90, "# no comment"]), max_size=4
    )
    return st.one_of(st.none(), st.builds(_as_doc, lines))


def _as_doc(lines: list[str]) -> str:
    first, *rest = "\n".join(lines).strip().split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in rest if line), default=0)
    return "\n".join([first, *(line[margin:] for line in rest)])


def numbers() -> SearchStrategy[tree.Number]:
    """Give numbers that are not negative: a minus is an operator."""
    ints = st.integers(0, 10**20)
    floats = st.floats(0, 1e300, allow_nan=False)
    return st.one_of(ints, floats).map(lambda value: tree.Number(NOWHERE, value, repr(value)))


def _tuples(items: SearchStrategy[T], least: int = 0, most: int = 3) -> SearchStrategy[tuple[T, ...]]:
    return st.lists(items, min_size=least, max_size=most).map(tuple)


def _made(kind: Callable[..., T], *fields: SearchStrategy[object]) -> SearchStrategy[T]:
    return st.builds(kind, st.just(NOWHERE), *fields)


def _maybe(values: SearchStrategy[T]) -> SearchStrategy[T | None]:
    return st.none() | values


_FLAGS = st.booleans()
_NAME = _made(tree.Name, names())
_TEXT = _made(tree.Text, texts())
_QUOTED = names().map(lambda name: (name, False)) | texts().map(lambda text: (text, True))


def expressions(leaves: int = 8) -> Expressions:
    """Give expressions of about so many leaves."""
    return st.recursive(st.one_of(_NAME, numbers(), _TEXT), _bigger, max_leaves=leaves)


def _bigger(inner: Expressions) -> Expressions:
    argument = _made(tree.Argument, _maybe(names()), inner)
    arguments = _tuples(argument | _made(tree.Spread, _maybe(names())))
    labelled = _made(tree.Labelled, inner, inner)
    item = inner | labelled
    stage = _made(tree.Stage, item, _maybe(inner))
    alternative = _made(tree.Alternative, _maybe(numbers()), inner)
    attribute = st.builds(lambda base, name: tree.Attribute(NOWHERE, base, *name), inner, _QUOTED)
    return st.one_of(
        _made(tree.Sequence, _tuples(item)),
        _made(tree.Row, _tuples(inner, 2)),
        _made(tree.Comprehension, item, _tuples(clauses(inner), 1, 2)),
        _made(tree.Unary, st.sampled_from(Prefix), inner),
        _made(tree.Binary, st.sampled_from(Operator), inner, inner),
        _made(tree.Conditional, inner, inner, inner),
        _made(tree.Fold, st.sampled_from(tree.Loop), _targets(), inner, _targets(), inner, inner),
        _made(tree.Pipe, inner, _tuples(stage, 1)),
        _made(tree.Call, inner, arguments),
        _made(tree.Index, inner, _tuples(_subscripts(inner), 1)),
        attribute,
        _made(tree.Choice, _maybe(texts()), _tuples(alternative)),
        _made(tree.Repeat, inner, inner),
    )


def _subscripts(inner: Expressions) -> SearchStrategy[tree.Expression | tree.Slice]:
    whole = st.just(tree.Slice(NOWHERE, None, None, rest=True))
    return st.one_of(inner.filter(_is_no_range), _made(tree.Slice, _maybe(inner), _maybe(inner)), whole)


def _is_no_range(node: tree.Expression) -> bool:
    return not (isinstance(node, tree.Binary) and node.operator is Operator.RANGE)


def _targets() -> SearchStrategy[tuple[str, ...]]:
    return _tuples(names(), 1, 2)


def clauses(inner: Expressions) -> SearchStrategy[tree.Clause]:
    """Give `for … in … if …`."""
    return _made(tree.Clause, _targets(), inner, _maybe(inner))


# -- signatures ----------------------------------------------------------------------------------


def shapes() -> SearchStrategy[tree.Shape]:
    """Give dims in brackets."""
    return _made(tree.Shape, _tuples(_EXPRESSION | _made(tree.Dots, _maybe(_EXPRESSION))))


_EXPRESSION = expressions(5)
_CLAUSE = clauses(_EXPRESSION)
_CONDITIONS = _tuples(_EXPRESSION | _made(tree.Reasoned, _EXPRESSION, _TEXT))


@st.composite
def kinds(draw: st.DrawFn) -> tree.Kind:
    """Draw what a parameter takes."""
    name = draw(_maybe(names()))
    options = () if name is not None else draw(_tuples(names(), 1))
    is_list = draw(_FLAGS)
    length = draw(_maybe(_EXPRESSION)) if is_list else None
    return tree.Kind(NOWHERE, name, options, length, is_list, draw(_FLAGS))


def parameters() -> SearchStrategy[tuple[tree.Parameter | tree.RestParameter, ...]]:
    """Give parameters."""
    return _tuples(
        _made(tree.Parameter, names(), _maybe(kinds()), _maybe(_EXPRESSION)) | _made(tree.RestParameter, names())
    )


@st.composite
def outputs(draw: st.DrawFn) -> tree.Output:
    """Draw an output."""
    name = draw(_maybe(names()))
    type = draw(_maybe(names())) if name is not None else None
    shape = draw(shapes())
    clause = draw(_maybe(_CLAUSE))
    guard = draw(_maybe(_EXPRESSION)) if clause is None else None
    return tree.Output(NOWHERE, name, type, shape, clause, guard)


@st.composite
def signatures(draw: st.DrawFn) -> tree.Signature:
    """Draw inputs and outputs."""
    inputs = draw(_tuples(_made(tree.Input, names(), _FLAGS, _maybe(names()), shapes(), _maybe(_CLAUSE)), most=2))
    given = _tuples(outputs(), 1, 2)
    return tree.Signature(NOWHERE, inputs, draw(given if not inputs else _maybe(given)))


# -- statements ----------------------------------------------------------------------------------


def statements(depth: int = 2) -> Statements:
    """Give bodies with bodies in them, so deep."""
    return _tuples(st.one_of(*_simple(), *(_nesting(depth - 1) if depth else ())))


def _simple() -> list[SearchStrategy[tree.Statement]]:
    stored = st.builds(
        lambda name, *rest: tree.Stored(NOWHERE, *name, *rest),
        _QUOTED,
        _FLAGS,
        _maybe(names()),
        shapes(),
        _maybe(_EXPRESSION),
        _maybe(_EXPRESSION),
    )
    values = _tuples(_EXPRESSION, 1, 2)
    return [
        lets(),
        _made(tree.Assign, _targets(), values),
        _made(tree.Declare, _EXPRESSION, _EXPRESSION, _tuples(_CLAUSE, most=2)),
        _made(tree.Weights, st.sampled_from(tree.Store), _tuples(stored, 1, 2)),
        _made(tree.Return, values),
        _made(tree.Check, _EXPRESSION, _maybe(_EXPRESSION)),
    ]


def _nesting(depth: int) -> list[SearchStrategy[tree.Statement]]:
    body = statements(depth)
    entry = _made(tree.Entry, names(), parameters(), _maybe(signatures()), _CONDITIONS, body, docs())
    return [
        _made(tree.For, _targets(), _EXPRESSION, body),
        _made(tree.If, _EXPRESSION, body, _maybe(body)),
        _made(tree.Form, st.sampled_from(tree.Mode), body),
        entry,
    ]


@st.composite
def lets(draw: st.DrawFn) -> tree.Let:
    """Draw a value or a static function."""
    function = draw(_maybe(parameters()))
    targets = draw(_targets() if function is None else names().map(lambda name: (name,)))
    return tree.Let(NOWHERE, targets, function, draw(_tuples(_EXPRESSION, 1, 2)), draw(docs()))


# -- declarations --------------------------------------------------------------------------------


def declarations() -> SearchStrategy[tree.Declaration]:
    """Give declarations of every kind."""
    head = (parameters(), _maybe(signatures()), _CONDITIONS)
    member = _made(tree.Member, names(), _maybe(names()), shapes())
    space = _made(tree.Space, names(), *head, _EXPRESSION, _CONDITIONS, docs())
    return st.one_of(
        _made(tree.Use, _targets(), _tuples(names())),
        lets(),
        _made(
            tree.Block, st.sampled_from(tree.BlockKind), names(), st.just(NOWHERE), *head, _maybe(statements()), docs()
        ),
        _made(tree.TypeDeclaration, names(), shapes(), _tuples(member), docs()),
        _made(tree.Rule, names(), _EXPRESSION, _EXPRESSION, _CONDITIONS, docs()),
        space,
        _made(tree.Variants, names(), _tuples(names()), _tuples(_rows()), docs()),
        _made(tree.Checkpoint, names(), names(), _tuples(_mappings()), docs()),
    )


def _rows() -> SearchStrategy[tree.VariantRow]:
    argument = _made(tree.Argument, _maybe(names()), _EXPRESSION)
    arguments = _tuples(argument | _made(tree.Spread, _maybe(names())))
    return st.builds(lambda name, given: tree.VariantRow(NOWHERE, *name, given), _QUOTED, arguments)


def _mappings() -> SearchStrategy[tree.SourceAddress | tree.Root | tree.KeyMap | tree.Drop]:
    keys = _tuples(_TEXT, 1, 2)
    return st.one_of(
        _made(tree.SourceAddress, names(), texts()),
        _made(tree.Root, texts()),
        _made(tree.Drop, _TEXT),
        _made(tree.KeyMap, keys, keys, _maybe(_EXPRESSION), _tuples(_CLAUSE, most=2)),
    )


def trees() -> SearchStrategy[tree.File]:
    """Give whole files."""
    return _made(tree.File, st.sampled_from([None, 1]), _tuples(declarations(), most=4))
