"""What people write who come from other languages, from papers or from word processors: rules for `complaints`."""

from __future__ import annotations

from collections.abc import Sequence

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from archc.syntax.lexer import CLOSING, STRAY, Token
from archc.syntax.problem import Problem, outside_brackets
from archc.syntax.source import Span
from archc.syntax.tables import END, NEWLINE

# Words that open a declaration elsewhere.
FOREIGN = {
    "def": "block",
    "class": "block",
    "module": "block",
    "fn": "let",
    "func": "let",
    "function": "let",
    "const": "let",
    "var": "let",
    "import": "use",
    "from": "use",
    "include": "use",
    "model": "arch",
    "network": "arch",
    "net": "arch",
    "struct": "type",
    "record": "type",
}

_INSTEAD = {
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "'": '"', "‘": '"', "’": '"', "`": '"',
    "×": "*", "·": "*", "−": "-", "–": "-", "—": "-", "÷": "/", "^": "**", "→": "->", "←": "<-", "⇒": "=>",
    "≤": "<=", "≥": ">=", "≠": "!=", "…": "...", "&": "and", "|": "|>", "!": "not", "\u00a0": " ",
}  # fmt: skip


def stray_sign(problem: Problem) -> Diagnostic | None:
    """A sign that the language does not have."""
    token = problem.token
    if token.kind != STRAY:
        return None
    if token.text == ";":
        ends = problem.after and problem.after[0].kind in (NEWLINE, END)
        fix = problem.replacement("remove it", token, "" if ends else "\n")
        return problem.diagnostic("P106", "`;` is not part of the language: a statement ends with its line", fix=fix)
    instead = _INSTEAD.get(token.text)
    if token.text == "@":
        return problem.diagnostic("P106", "`@` is not part of the language", help="write `matmul(a, b)`")
    if instead is None:
        return problem.diagnostic("P106", f"`{token.text}` is not part of the language", help="remove it")
    doubled = token.text in "&|" and problem.source.text.startswith(token.text, token.end)
    if doubled and token.text == "|":
        instead = "or"
    wrong = Token(STRAY, token.text * 2, token.start, token.end + 1) if doubled else token
    edits = (Edit(problem.span(wrong), instead), *(_closing_quote(problem) if instead == '"' else ()))
    message = f"`{wrong.text}` is not part of the language: write `{instead}`"
    return problem.diagnostic("P106", message, at=wrong, fix=Fix(f"write `{instead}`", edits))


def _closing_quote(problem: Problem) -> tuple[Edit, ...]:
    """Return the edit that mends the other end of a string in wrong quotes."""
    text, start = problem.source.text, problem.token.end
    stop = text.find("\n", start)
    for at in range(start, len(text) if stop < 0 else stop):
        if _INSTEAD.get(text[at]) == '"':
            return (Edit(Span(problem.source, at, at + 1), '"'),)
    return ()


def comment(problem: Problem) -> Diagnostic | None:
    """`// a comment`."""
    token = problem.token
    before = problem.source.text[: token.start].rpartition("\n")[2]
    if token.text != "//" or before.strip():
        return None
    return problem.diagnostic("P106", "a comment begins with `#`", fix=problem.replacement("write `#`", token, "#"))


ELSEWHERE_STATEMENTS = {
    "assert": "conditions stand behind `where`: `where H % 2 == 0`",
    "while": "a loop runs over a sequence: `for i in 0..n { … }`",
    "del": "names stay: leave it out",
    "pass": "a body may be empty: leave it out",
    "with": "a float type is called with a module, `f32(softmax)`; there are no other contexts",
    "try": "nothing fails while a model runs: conditions stand behind `where`",
    "raise": 'conditions stand behind `where`, with a reason: `where C % 8 == 0 "{C} is no multiple of 8"`',
}
"""Words that open a statement elsewhere, and what to do here."""


def foreign_statement(problem: Problem) -> Diagnostic | None:
    """`while true {`, `assert n > 0`."""
    first = next(iter((*problem.statement, problem.token)))
    help = ELSEWHERE_STATEMENTS.get(first.text)
    if help is None or not problem.brackets or problem.token.text in ("=", ":"):
        return None
    return problem.diagnostic("P103", f"`{first.text}` opens no statement", at=first, help=help)


def python_import(problem: Problem) -> Diagnostic | None:
    """`import torch`."""
    words = [token.text for token in (*problem.before, problem.token)]
    if words[:1] not in (["import"], ["from"]):
        return None
    help = "the library needs none; names of another file come by `use folder.file (Name)`"
    first = (*problem.before, problem.token)[0]
    return problem.diagnostic("P103", f"`{first.text}` opens nothing", at=first, help=help)


def prefixed_text(problem: Problem) -> Diagnostic | None:
    """`f"conv{i}"`."""
    letter, token = problem.last, problem.token
    if letter is None or token.kind != "STRING" or letter.end != token.start or letter.text.lower() not in "frbu":
        return None
    fix = problem.replacement(f"leave out the `{letter.text}`", letter, "")
    message = "a string has no letter before it: `{expression}` is filled in where it is a label"
    return problem.diagnostic("P105", message, at=letter, fix=fix)


def conditional_behind(problem: Problem) -> Diagnostic | None:
    """`a if test else b`."""
    behind_value = problem.last is not None and problem.last.kind in ("NAME", "INT", "FLOAT", "RPAR", "RSQB")
    if problem.token.text != "if" or not behind_value or not any(token.text == "else" for token in problem.after):
        return None
    return problem.diagnostic("P105", "the condition stands first", help="write `if test then a else b`")


def slice_with_colon(problem: Problem) -> Diagnostic | None:
    """`x[:, 0:2]`."""
    bracket = problem.brackets[-1] if problem.brackets else None
    if problem.token.text != ":" or bracket is None or bracket.text != "[" or "RANGE" not in problem.expected:
        return None
    help = "a whole axis is `..`, a part of one `a..b`: `x[.., 0..2]`"
    return problem.diagnostic("P105", "a part of an axis is written with `..`", help=help)


def typed_input(problem: Problem) -> Diagnostic | None:
    """`x: Tensor[B, 3]` or `(x[B, 3])` as the input of a signature."""
    if problem.token.text not in (":", "(") or problem.brackets or not any(t.text == ":" for t in problem.statement):
        return None
    if problem.token.text == "(" and problem.last is not None and problem.last.text not in (":", "->"):
        return None
    if problem.token.text == ":" and "LSQB" not in problem.expected:
        return None
    help = "an input is a name and its shape, without brackets around: `arch Net : x[B, 3] -> [B, 10]`"
    return problem.diagnostic("P105", f"`{problem.token.text}` has no place among inputs", help=help)


def row_of_variants(problem: Problem) -> Diagnostic | None:
    """`small = 16` and `small: { width: 16 }` in a table of variants."""
    if "variants" not in [token.text for token in problem.before[:2]] or problem.token.text not in ("=", "{"):
        return None
    help = "a row is a name and its values in the order of the columns: `small: 16, 2`"
    if problem.token.text == "=" and len(problem.statement) == 1:
        fix = problem.replacement("write `:`", problem.token, ":")
        return problem.diagnostic("P105", "a row has a colon behind its name", help=help, fix=fix)
    if problem.last is not None and problem.last.text == ":":
        return problem.diagnostic("P105", "a row holds values without brackets", help=help)
    return None


def weight_without_shape(problem: Problem) -> Diagnostic | None:
    """`param w = zeros`."""
    held = problem.statement
    if len(held) != 2 or held[0].kind != "STORE" or problem.token.text != "=":
        return None
    help = f"write the sizes behind the name: `{held[0].text} {held[1].text}[C] = …`"
    return problem.diagnostic("P105", "a weight has a shape", help=help)


def else_if(problem: Problem) -> Diagnostic | None:
    """`elif` and its like."""
    token = problem.token
    if token.text not in ("elif", "elsif", "elseif") or "ELSE" not in problem.expected:
        return None
    fix = problem.replacement("write `else if`", token, "else if")
    return problem.diagnostic("P103", f"`{token.text}` is two words here: `else if`", fix=fix)


def change_in_place(problem: Problem) -> Diagnostic | None:
    """`y += x`."""
    held, sign = problem.statement, problem.token
    equals = problem.after[0] if problem.after else None
    if len(held) != 1 or sign.kind not in ("OPERATOR", "MINUS") or equals is None or equals.text != "=":
        return None
    both = Token("", sign.text + "=", sign.start, equals.end)
    name = held[0].text
    fix = problem.replacement(f"write `= {name} {sign.text}`", both, f"= {name} {sign.text}")
    message = f"`{both.text}` is not part of the language: values never change in place"
    return problem.diagnostic("P105", message, at=both, fix=fix)


def ternary(problem: Problem) -> Diagnostic | None:
    """`test ? a : b`."""
    if problem.token.text != "?" or "OPERATOR" not in problem.expected:
        return None
    return problem.diagnostic("P105", "`?` chooses nothing here", help="write `if test then a else b`")


def colon_before_body(problem: Problem) -> Diagnostic | None:
    """A body that begins with a colon, and a signature that is the wrong way round."""
    if problem.token.text != ":" or "LBRACE" not in problem.expected:
        return None
    behind = problem.after[0].kind if problem.after else END
    if behind in (NEWLINE, END):
        return problem.diagnostic("P105", "a body stands in braces, not behind a colon", help="write `{ … }` around it")
    if any(token.text == "->" for token in outside_brackets(problem.statement)):
        return problem.diagnostic("P105", "inputs stand before outputs", help="write `: inputs -> outputs`")
    return problem.diagnostic("P105", "a body stands in braces, not behind a colon", help="write `{ … }` around it")


def lambda_(problem: Problem) -> Diagnostic | None:
    """A function without a name."""
    if problem.last is None or problem.last.text != "lambda":
        return None
    help = f"name it above: `let f({problem.token.text}) = …`"
    return problem.diagnostic("P105", "a function needs a name", at=problem.last, help=help)


def round_shape(problem: Problem) -> Diagnostic | None:
    """A shape in round brackets."""
    token = problem.token
    if token.text != "(" or "LSQB" not in problem.expected:
        return None
    edits = [Edit(problem.span(token), "[")]
    depth = 1
    for behind in problem.after:
        depth += (behind.text in CLOSING) - (behind.text in CLOSING.values())
        if not depth:
            edits.append(Edit(problem.span(behind), "]"))
            break
    return problem.diagnostic("P105", "a shape stands in `[ ]`", fix=Fix("write `[ ]`", tuple(edits)))


def operator_behind_pipeline(problem: Problem) -> Diagnostic | None:
    """`x |> f + y`: an operator cannot follow a step, for `|>` takes all that stands before it."""
    sign = problem.token
    if sign.kind not in _SIGNS or "PIPE" not in problem.expected:
        return None
    held = _innermost(problem.statement)
    if not any(token.text == "|>" for token in held):
        return None
    first = held[0]
    end = held[-1].end
    edits = (Edit(Span(problem.source, first.start, first.start), "("), Edit(Span(problem.source, end, end), ")"))
    is_guess = any(token.text == "|>" for token in problem.after)
    title = f"put the pipeline before `{sign.text}` in brackets"
    message = f"`{sign.text}` cannot follow a step of a pipeline: what computes with its result stands outside"
    return problem.diagnostic("P105", message, fix=Fix(title, edits, is_guess))


_SIGNS = frozenset(("OPERATOR", "MINUS", "AND", "OR", "RANGE"))
_OPENING = frozenset(("=", "return", ",", "=>", "then", "else", "if", "in"))


def _innermost(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens of the expression that the last of some tokens belongs to, brackets in it included."""
    held: list[Token] = []
    depth = 0
    for token in reversed(tokens):
        depth += (token.text in CLOSING.values()) - (token.text in CLOSING)
        if depth < 0 or (depth == 0 and token.text in _OPENING):
            break
        held.insert(0, token)
    return held
