"""Every construct, as a small text and the tree that it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from archc.syntax import Source, Span, parse, parse_expression, tree
from archc.syntax.tree import (
    Alternative,
    Argument,
    Assign,
    Attribute,
    Binary,
    Block,
    BlockKind,
    Call,
    Check,
    Checkpoint,
    Choice,
    Clause,
    Comprehension,
    Conditional,
    Declare,
    Dots,
    Drop,
    Entry,
    Fold,
    For,
    Form,
    If,
    Index,
    Input,
    KeyMap,
    Kind,
    Labelled,
    Let,
    Loop,
    Member,
    Mode,
    Name,
    Number,
    Operator,
    Output,
    Parameter,
    Pipe,
    Prefix,
    Reasoned,
    Repeat,
    RestParameter,
    Return,
    Root,
    Row,
    Rule,
    Sequence,
    Shape,
    Signature,
    Slice,
    SourceAddress,
    Space,
    Spread,
    Stage,
    Store,
    Stored,
    Text,
    TypeDeclaration,
    Unary,
    Use,
    VariantRow,
    Variants,
    Weights,
)

S = Span(Source("", ""), 0, 0)
A, B, C, X, Y = (Name(S, text) for text in "abcxy")
ONE, TWO, THREE = (Number(S, value, "") for value in (1, 2, 3))


def _binary(left: tree.Expression, operator: str, right: tree.Expression) -> Binary:
    return Binary(S, Operator(operator), left, right)


def _call(callee: str, *values: tree.Expression, **named: tree.Expression) -> Call:
    positional = [Argument(S, None, value) for value in values]
    return Call(S, Name(S, callee), (*positional, *(Argument(S, name, value) for name, value in named.items())))


def _pipe(value: tree.Expression, *modules: tree.Expression | Labelled) -> Pipe:
    return Pipe(S, value, tuple(Stage(S, module, None) for module in modules))


def _shape(*dims: tree.Expression | Dots) -> Shape:
    return Shape(S, dims)


EXPRESSIONS: list[tuple[str, tree.Expression]] = [
    ("a", A),
    ("N'", Name(S, "N'")),
    ("where", Name(S, "where")),
    ("train", Name(S, "train")),
    ("1e-6", Number(S, 1e-6, "")),
    ('"b c -> c b"', Text(S, "b c -> c b")),
    ("(a)", A),
    ("(a, b)", Row(S, (A, B))),
    ("(a, b,)", Row(S, (A, B))),
    ("[]", Sequence(S, ())),
    ("[a, b,]", Sequence(S, (A, B))),
    ("[x: a, b]", Sequence(S, (Labelled(S, X, A), B))),
    ("[a for x in b]", Comprehension(S, A, (Clause(S, ("x",), B, None),))),
    (
        "[a for x, y in b if c for a in b]",
        Comprehension(S, A, (Clause(S, ("x", "y"), B, C), Clause(S, ("a",), B, None))),
    ),
    ("-a ** -b", Unary(S, Prefix.NEGATE, _binary(A, "**", Unary(S, Prefix.NEGATE, B)))),
    ("-a * b", _binary(Unary(S, Prefix.NEGATE, A), "*", B)),
    ("a - b - c", _binary(_binary(A, "-", B), "-", C)),
    ("a ** b ** c", _binary(A, "**", _binary(B, "**", C))),
    ("a + b * c", _binary(A, "+", _binary(B, "*", C))),
    ("(a + b) * c", _binary(_binary(A, "+", B), "*", C)),
    ("a // b % c / x", _binary(_binary(_binary(A, "//", B), "%", C), "/", X)),
    ("a ++ b + c", _binary(A, "++", _binary(B, "+", C))),
    ("0..a + 1", _binary(Number(S, 0, ""), "..", _binary(A, "+", ONE))),
    ("a == b and c or x", _binary(_binary(_binary(A, "==", B), "and", C), "or", X)),
    ("not a == b and c", _binary(Unary(S, Prefix.NOT, _binary(A, "==", B)), "and", C)),
    ("a <= b", _binary(A, "<=", B)),
    ("a < -1", _binary(A, "<", Unary(S, Prefix.NEGATE, ONE))),
    ("if a then b else c", Conditional(S, A, B, C)),
    ("if a then b else if x then y else c", Conditional(S, A, B, Conditional(S, X, Y, C))),
    ("if a then b else c |> x", Conditional(S, A, B, _pipe(C, X))),
    ("fold a = b for x in c => y", Fold(S, Loop.FOLD, ("a",), B, ("x",), C, Y)),
    ("scan a, b = c for x, y in c => a", Fold(S, Loop.SCAN, ("a", "b"), C, ("x", "y"), C, A)),
    ("x |> a |> b", _pipe(X, A, B)),
    ("x |> a: b", _pipe(X, Labelled(S, A, B))),
    ("x |> a[1].b: c", _pipe(X, Labelled(S, Attribute(S, Index(S, A, (ONE,)), "b"), C))),
    ('x |> "a{b}": c', _pipe(X, Labelled(S, Text(S, "a{b}"), C))),
    ("x |> 0: c", _pipe(X, Labelled(S, Number(S, 0, ""), C))),
    ("x |> a: (if b then c else y)", _pipe(X, Labelled(S, A, Conditional(S, B, C, Y)))),
    ("x |> a if b |> c", Pipe(S, X, (Stage(S, A, B), Stage(S, C, None)))),
    ("x + y |> a", _pipe(_binary(X, "+", Y), A)),
    ("a()", Call(S, A, ())),
    ("a(b, x=c)", _call("a", B, x=C)),
    ("a(...)", Call(S, A, (Spread(S, None),))),
    ("a(b, ...c)", Call(S, A, (Argument(S, None, B), Spread(S, "c")))),
    ("a(x |> b)", _call("a", _pipe(X, B))),
    ("a(1)(2)", Call(S, _call("a", ONE), (Argument(S, None, TWO),))),
    ("a[b]", Index(S, A, (B,))),
    ("a[1..2]", Index(S, A, (Slice(S, ONE, TWO),))),
    (
        "a[1.., ..2, .., ...]",
        Index(S, A, (Slice(S, ONE, None), Slice(S, None, TWO), Slice(S, None, None), Slice(S, None, None, True))),
    ),
    ("a[b + 1..]", Index(S, A, (Slice(S, _binary(B, "+", ONE), None),))),
    ("a[(b == c)..]", Index(S, A, (Slice(S, _binary(B, "==", C), None),))),
    ("a.b.c", Attribute(S, Attribute(S, A, "b"), "c")),
    ('a."b_{c}"', Attribute(S, A, "b_{c}", quoted=True)),
    (
        "choice {\n  0.5 => a\n  => b\n}",
        Choice(S, None, (Alternative(S, Number(S, 0.5, ""), A), Alternative(S, None, B))),
    ),
    ('choice "t" { => a }', Choice(S, "t", (Alternative(S, None, A),))),
    ("repeat 2..3 { a }", Repeat(S, _binary(TWO, "..", THREE), A)),
]

STATEMENTS: list[tuple[str, tree.Statement]] = [
    ("let a = b", Let(S, ("a",), None, (B,))),
    ("let a, b = c, x", Let(S, ("a", "b"), None, (C, X))),
    ("let a(b, c = 1) = x", Let(S, ("a",), (Parameter(S, "b", None, None), Parameter(S, "c", None, ONE)), (X,))),
    ("let a() = x", Let(S, ("a",), (), (X,))),
    ('"""Why."""\nlet a = b', Let(S, ("a",), None, (B,), "Why.")),
    ("a = b", Assign(S, ("a",), (B,))),
    ("a, b = c, x |> y", Assign(S, ("a", "b"), (C, _pipe(X, Y)))),
    ("state = a", Assign(S, ("state",), (A,))),
    ("entry, check = a, b", Assign(S, ("entry", "check"), (A, B))),
    ("a: b", Declare(S, A, B, ())),
    ("self: b(1)", Declare(S, Name(S, "self"), _call("b", ONE), ())),
    ("param: b", Declare(S, Name(S, "param"), B, ())),
    (
        "a[x]: if b then c else y for x in b",
        Declare(S, Index(S, A, (X,)), Conditional(S, B, C, Y), (Clause(S, ("x",), B, None),)),
    ),
    ("param a[b] = x", Weights(S, Store.PARAM, (Stored(S, "a", False, False, None, _shape(B), X, None),))),
    (
        'buffer a? i64[], "b_{c}"[1] if x',
        Weights(
            S,
            Store.BUFFER,
            (
                Stored(S, "a", False, True, "i64", _shape(), None, None),
                Stored(S, "b_{c}", True, False, None, _shape(ONE), None, X),
            ),
        ),
    ),
    ("state a[...b] = x", Weights(S, Store.STATE, (Stored(S, "a", False, False, None, _shape(Dots(S, B)), X, None),))),
    ("return a, b", Return(S, (A, B))),
    ("for x, y in a {\n  b = c\n}", For(S, ("x", "y"), A, (Assign(S, ("b",), (C,)),))),
    ("if a { }", If(S, A, (), None)),
    ("if a { return b } else { return c }", If(S, A, (Return(S, (B,)),), (Return(S, (C,)),))),
    ("if a { } else if b { }", If(S, A, (), (If(S, B, (), None),))),
    ("if train { }", If(S, Name(S, "train"), (), None)),
    ("train { a = b }", Form(S, Mode.TRAIN, (Assign(S, ("a",), (B,)),))),
    ("infer {\n}", Form(S, Mode.INFER, ())),
    ("check a ~ b", Check(S, A, B)),
    ("check train ~ infer", Check(S, Name(S, "train"), Name(S, "infer"))),
    ("check a == b", Check(S, _binary(A, "==", B), None)),
    (
        "entry a(b) : x[c] { }",
        Entry(
            S,
            "a",
            (Parameter(S, "b", None, None),),
            Signature(S, (Input(S, "x", False, None, _shape(C), None),), None),
            (),
            (),
        ),
    ),
    ('"""Doc."""\nentry a { return b }', Entry(S, "a", (), None, (), (Return(S, (B,)),), "Doc.")),
]

OUT = Signature(S, (), (Output(S, None, None, _shape(A), None, None),))
X_IN = Input(S, "x", False, None, _shape(A), None)


def _block(kind: str, *fields: object, **named: object) -> Block:
    return Block(S, BlockKind(kind), "T", S, *fields, **named)  # type: ignore[arg-type]


DECLARATIONS: list[tuple[str, tree.Declaration]] = [
    ("use a.b", Use(S, ("a", "b"), ())),
    ("use a (b, c)", Use(S, ("a",), ("b", "c"))),
    ("let a = b", Let(S, ("a",), None, (B,))),
    ("block T", _block("block", (), None, (), None)),
    ("op T : x[a] -> [a]", _block("op", (), Signature(S, (X_IN,), OUT.outputs), (), None)),
    ("arch T() { }", _block("arch", (), None, (), ())),
    ("block T -> [a]", _block("block", (), OUT, (), None)),
    ('"""\n  Two\n    lines.\n"""\nblock T', _block("block", (), None, (), None, doc="Two\nlines.")),
    ("block T where a, b { a = b }", _block("block", (), None, (A, B), (Assign(S, ("a",), (B,)),))),
    (
        'block T where a == b "{a} is not b", c',
        _block("block", (), None, (Reasoned(S, _binary(A, "==", B), Text(S, "{a} is not b")), C), None),
    ),
    (
        "block T(a: block = b, c: {x, y}[3] = x, y: int[]?, ...b)",
        _block(
            "block",
            (
                Parameter(S, "a", Kind(S, "block", (), None, False, False), B),
                Parameter(S, "c", Kind(S, None, ("x", "y"), THREE, True, False), X),
                Parameter(S, "y", Kind(S, "int", (), None, True, True), None),
                RestParameter(S, "b"),
            ),
            None,
            (),
            None,
        ),
    ),
    (
        "op T : x? i64[a, ...], y[] for a in b -> c bool[...(a + b)] if c, x[] for a in b",
        _block(
            "op",
            (),
            Signature(
                S,
                (
                    Input(S, "x", True, "i64", _shape(A, Dots(S, None)), None),
                    Input(S, "y", False, None, _shape(), Clause(S, ("a",), B, None)),
                ),
                (
                    Output(S, "c", "bool", _shape(Dots(S, _binary(A, "+", B))), None, C),
                    Output(S, "x", None, _shape(), Clause(S, ("a",), B, None), None),
                ),
            ),
            (),
            None,
        ),
    ),
    (
        "type T[a] {\n  x i32[a, 4]\n  y[a]\n}",
        TypeDeclaration(
            S, "T", _shape(A), (Member(S, "x", "i32", _shape(A, Number(S, 4, ""))), Member(S, "y", None, _shape(A)))
        ),
    ),
    ("rule T: x |> a ~> x |> b where a == b", Rule(S, "T", _pipe(X, A), _pipe(X, B), (_binary(A, "==", B),))),
    ("rule T: a ~> b", Rule(S, "T", A, B, ())),
    (
        "space T(a) : x[a] where b = a(b) where c",
        Space(S, "T", (Parameter(S, "a", None, None),), Signature(S, (X_IN,), None), (B,), _call("a", B), (C,)),
    ),
    ("space T = choice { => a }", Space(S, "T", (), None, (), Choice(S, None, (Alternative(S, None, A),)), ())),
    (
        'variants T(a, b) {\n  x: 1, 2\n  "y z": ...x, a=3\n  c:\n}',
        Variants(
            S,
            "T",
            ("a", "b"),
            (
                VariantRow(S, "x", False, (Argument(S, None, ONE), Argument(S, None, TWO))),
                VariantRow(S, "y z", True, (Spread(S, "x"), Argument(S, "a", THREE))),
                VariantRow(S, "c", False, ()),
            ),
        ),
    ),
    ("variants T() { }", Variants(S, "T", (), ())),
    (
        'checkpoint a for T {\n  source b = "u"\n  root "r"\n  "o", "p" <- "t" via a |> b for x in c\n  drop "d"\n}',
        Checkpoint(
            S,
            "a",
            "T",
            (
                SourceAddress(S, "b", "u"),
                Root(S, "r"),
                KeyMap(S, (Text(S, "o"), Text(S, "p")), (Text(S, "t"),), _pipe(A, B), (Clause(S, ("x",), C, None),)),
                Drop(S, Text(S, "d")),
            ),
        ),
    ),
]


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS, ids=[text for text, _ in EXPRESSIONS])
def test_expression(text: str, expected: tree.Expression) -> None:
    assert parse_expression(text, Span(Source("t", text), 0, len(text))) == expected


@pytest.mark.parametrize(("text", "expected"), STATEMENTS, ids=[text for text, _ in STATEMENTS])
def test_statement(text: str, expected: tree.Statement) -> None:
    parsed = parse(Source("t", f"block T {{\n{text}\n}}\n"))
    assert parsed.diagnostics == () and parsed.file is not None
    assert parsed.file.declarations == (_block("block", (), None, (), (expected,)),)


@pytest.mark.parametrize(("text", "expected"), DECLARATIONS, ids=[text for text, _ in DECLARATIONS])
def test_declaration(text: str, expected: tree.Declaration) -> None:
    parsed = parse(Source("t", text))
    assert parsed.diagnostics == () and parsed.file is not None
    assert parsed.file.declarations == (expected,)


def test_every_kind_of_node_is_among_these() -> None:
    from archc.syntax import walk

    tops = [expected for table in (EXPRESSIONS, STATEMENTS, DECLARATIONS) for _, expected in table]
    seen = {type(node) for top in tops for node in walk(top)} | {tree.File}
    kinds = {each for each in vars(tree).values() if isinstance(each, type) and issubclass(each, tree.Node)}
    assert kinds - seen == {tree.Node}


@pytest.mark.parametrize(
    ("text", "version"), [("", None), ("archc 1", 1), ("archc 1\nlet a = b", 1), ("let a = b", None)]
)
def test_version(text: str, version: int | None) -> None:
    parsed = parse(Source("t", text))
    assert parsed.diagnostics == () and parsed.file is not None
    assert parsed.file.version == version


@pytest.mark.parametrize(
    ("written", "doc"),
    [
        ('""""""', ""),
        ('"""  one line """', "one line"),
        ('"""first\n   second\n     third\n"""', "first\nsecond\n  third"),
        ('"""\r\nfirst\r\n\r\nsecond\r\n"""', "first\n\nsecond"),
        ('"""a "quoted" word"""', 'a "quoted" word'),
    ],
)
def test_docstring(written: str, doc: str) -> None:
    parsed = parse(Source("t", f"{written}\nblock T"))
    assert parsed.file is not None
    assert parsed.file.declarations == (_block("block", (), None, (), None, doc=doc),)


def test_examples_are_read_whole() -> None:
    folder = Path(__file__).parent / "examples"
    counts = {}
    for path in sorted(folder.rglob("*.arch")):
        parsed = parse(Source(path.name, path.read_text(encoding="utf-8")))
        assert parsed.diagnostics == () and parsed.file is not None
        counts[path.stem] = len(parsed.file.declarations)
    assert len(counts) == 20 and sum(counts.values()) == 226, counts
