"""What a syntax error is called: a table of rules, of which the first that fits speaks.

A rule returns None to decline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise, takewhile

from archc.diagnostics.diagnostic import Diagnostic, Fix, Label
from archc.syntax import habits
from archc.syntax.habits import FOREIGN
from archc.syntax.lexer import CLOSING, UNCLOSED_DOC, UNCLOSED_TEXT, Token
from archc.syntax.problem import Problem, misindented, outside_brackets
from archc.syntax.tables import END, NEWLINE
from archc.syntax.wording import found, reserved_words, spelling, wanted

Complaint = Callable[[Problem], Diagnostic | None]

DECLARING = ("op", "block", "arch", "type", "rule", "space", "variants", "checkpoint")
OPENERS = (*DECLARING, "use", "let")
_STATEMENT_WORDS = ("let", "param", "buffer", "state", "return", "for", "if", "train", "infer", "entry", "check")


def explain(problem: Problem) -> Diagnostic:
    """Return what is wrong, in words."""
    for rule in RULES:
        diagnostic = rule(problem)
        if diagnostic is not None:
            return diagnostic
    return _unexpected(problem)


def _unclosed_text(problem: Problem) -> Diagnostic | None:
    token = problem.token
    if token.kind == UNCLOSED_TEXT:
        fix = problem.insertion('insert `"`', token.end, '"')
        return problem.diagnostic(
            "P107", 'a string without a closing `"`', "begins here and must end on this line", fix=fix
        )
    if token.kind == UNCLOSED_DOC:
        opening = token._replace(end=token.start + 3)
        return problem.diagnostic(
            "P107", 'a docstring without a closing `"""`', "begins here", at=opening, help='end it with `"""`'
        )
    return None


def _missing_brace(problem: Problem) -> Diagnostic | None:
    """A declaration, or the end of the text, where a bracket is open."""
    opening = _declaration(problem)
    if not problem.brackets or (opening is None and problem.token.kind != END):
        return None
    shifted = misindented(problem)
    bracket = shifted or problem.brackets[-1]
    where = "a declaration begins here" if opening else "the text ends here"
    labels = (Label(problem.span(opening or problem.token), where),)
    closing = CLOSING[bracket.text]
    message, text = f"this `{bracket.text}` is never closed", f"no `{closing}` belongs to it"
    fix = None if shifted else _closing_fix(problem, opening)
    help = "" if fix else f"add the `{closing}`"
    return problem.diagnostic("P101", message, text, at=bracket, labels=labels, help=help, fix=fix)


def _closing_fix(problem: Problem, opening: Token | None) -> Fix | None:
    """Return the braces that are missing behind what stands before a declaration, if only braces are."""
    held = [
        t for t in problem.before if t.kind not in (NEWLINE, "DOC") and (opening is None or t.start < opening.start)
    ]
    if not held or any(bracket.text != "{" for bracket in problem.brackets):
        return None
    return problem.insertion("add the missing `}`", held[-1].end, "\n}" * len(problem.brackets))


def _declaration(problem: Problem) -> Token | None:
    """Return the word that opens a declaration at the start of the wrong token's line."""
    line = [t for t in (*problem.before[-1:], problem.token, *problem.after[:1]) if t.kind not in (NEWLINE, END)]
    for word, name in pairwise(line):
        if word.text in DECLARING and name.kind == "NAME" and problem.begins_line(word) and name.start > word.end:
            return word if problem.line(word) == problem.line(problem.token) else None
    return None


def _missing_bracket(problem: Problem) -> Diagnostic | None:
    """A new line, or a closing bracket of another kind, inside ( ) or [ ]."""
    if not problem.brackets or problem.brackets[-1].text == "{" or problem.last is None:
        return None
    bracket, token = problem.brackets[-1], problem.token
    closing = CLOSING[bracket.text]
    other = token.text in CLOSING.values() and token.text != closing
    next_line = problem.begins_line(token) and problem.line(bracket) < problem.line(token)
    if not other and not next_line:
        return None
    all_open = takewhile(lambda one: one.text != "{", reversed(problem.brackets))
    endings = (closing, "".join(CLOSING[one.text] for one in all_open))
    missing = next((ending for ending in endings if _closable(problem, ending)), None)
    fix = problem.insertion(f"insert `{missing}`", problem.last.end, missing) if missing else None
    labels = (Label(problem.span(token), f"{found(token)} cannot stand inside it"),)
    message = f"this `{bracket.text}` is never closed"
    return problem.diagnostic("P101", message, f"no `{closing}` belongs to it", at=bracket, labels=labels, fix=fix)


def _unclosed_among_arguments(problem: Problem) -> Diagnostic | None:
    """`k=[3, 3, pad=1)`: the name of an argument inside a `[` that a `)` behind it shows to be open."""
    brackets, name = problem.brackets, problem.last
    if problem.token.text != "=" or len(brackets) < 2 or name is None or name.kind != "NAME":
        return None
    bracket, around = brackets[-1], brackets[-2]
    if bracket.text != "[" or around.text != "(" or not _closes_first(problem.after, ")"):
        return None
    held = [token for token in problem.before if token.start < name.start]
    end = held[-2].end if held[-1].text == "," else held[-1].end
    label = Label(problem.span(name), f"`{name.text}` is an argument outside of it")
    fix = problem.insertion("insert `]`", end, "]")
    return problem.diagnostic(
        "P101", "this `[` is never closed", "no `]` belongs to it", at=bracket, labels=(label,), fix=fix
    )


def _closes_first(tokens: Iterable[Token], closing: str) -> bool:
    """Say whether the first bracket that the tokens close without opening it is of this kind."""
    depth = 0
    for token in tokens:
        depth += (token.text in CLOSING) - (token.text in CLOSING.values())
        if depth < 0:
            return token.text == closing
    return False


def _closable(problem: Problem, closing: str) -> bool:
    kinds = [{")": "RPAR", "]": "RSQB"}[one] for one in closing]
    behind = problem.token.kind
    opens = problem.token.text in OPENERS and problem.takes(*kinds, END)
    return opens or problem.takes(*kinds, behind) or problem.takes(*kinds, NEWLINE, behind)


def _unopened(problem: Problem) -> Diagnostic | None:
    token = problem.token
    if token.text not in CLOSING.values():
        return None
    opening = next(opening for opening, closing in CLOSING.items() if closing == token.text)
    if any(bracket.text == opening for bracket in problem.brackets):
        return None
    fix = problem.replacement("remove it", token, "")
    return problem.diagnostic("P102", f"this `{token.text}` closes nothing", f"no `{opening}` is open here", fix=fix)


def _docstring(problem: Problem) -> Diagnostic | None:
    doc = problem.last
    if doc is None or doc.kind != "DOC" or _misspelt(problem) is not None:
        return None
    message = "a docstring stands before a declaration, an `entry` or a `let`"
    label = Label(problem.span(problem.token), f"but here stands {found(problem.token)}")
    return problem.diagnostic("P109", message, at=doc, labels=(label,), help="make it a comment: `# …`")


def _misspelt(problem: Problem) -> Diagnostic | None:
    """A word at the start of a statement that is nearly one of the language, before what such a word stands before."""
    first, *rest = [token for token in (*problem.statement, problem.token) if token.kind != "DOC"] or [problem.token]
    known = _STATEMENT_WORDS if problem.brackets else OPENERS
    if first.kind != "NAME" or len(rest) > 1 or first.text in known:
        return None
    behind = rest[0] if rest else next(iter(problem.after), problem.token)
    if behind.kind not in _BEHIND_WORDS:
        return None
    word = None if problem.brackets else FOREIGN.get(first.text)
    word = word or _nearest(first.text, known)
    if word is None:
        return None
    fix = problem.replacement(f"write `{word}`", first, word)
    return problem.diagnostic("P103", f"`{first.text}` opens nothing: is it `{word}`?", at=first, fix=fix)


_BEHIND_WORDS = frozenset({"NAME", "STRING", "INT", "FLOAT", "LPAR", "LSQB", "IF", "LBRACE"})


def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, known, 1, 0.7)), None)


def _not_a_declaration(problem: Problem) -> Diagnostic | None:
    """A unit that begins with anything but a declaration."""
    first = problem.token
    if problem.before or "KIND" not in problem.expected or first.kind == END:
        return None
    if problem.header is not None:
        fix = problem.insertion("open a body", problem.header.end, " {")
        label = Label(problem.span(first), "a statement of its body?")
        return replace(
            problem.diagnostic("P104", "this block has no body", labels=(label,), fix=fix), span=problem.header
        )
    message = f"a file holds declarations, and {found(first)} begins none"
    if problem.after and problem.after[0].text == "=":
        let = problem.insertion("write `let`", first.start, "let ")
        return problem.diagnostic("P104", message, help=f"a file names its values by `let {first.text} = …`", fix=let)
    return problem.diagnostic("P104", message, help="statements stand in the body of a block")


def _reserved(problem: Problem) -> Diagnostic | None:
    token = problem.token
    if token.text not in reserved_words() or "NAME" not in problem.expected:
        return None
    behind = problem.after[0].kind if problem.after else END
    if not problem.takes("NAME", behind):
        return None
    message = f"`{token.text}` is a word of the language and cannot be a name"
    return problem.diagnostic("P110", message, help=f"choose another name, such as `{token.text}_`")


def _comparison(problem: Problem) -> Diagnostic | None:
    token = problem.token
    if token.text == "=" and "OPERATOR" in problem.expected:
        fix = problem.replacement("write `==`", token, "==")
        return problem.diagnostic("P105", "`=` names a value; to compare, write `==`", fix=fix)
    if token.text == "==" and "EQUAL" in problem.expected:
        fix = problem.replacement("write `=`", token, "=")
        return problem.diagnostic("P105", "`==` compares; to name a value, write `=`", fix=fix)
    if token.text == "=" and "COLON" in problem.expected and problem.statement:
        message = "only a name can stand before `=`: values never change in place"
        return problem.diagnostic("P105", message, help="name the new value, or declare a module with `label: module`")
    return None


def _number(problem: Problem) -> Diagnostic | None:
    token, last = problem.token, problem.last
    behind = problem.after[0] if problem.after else None
    if token.text == "." and behind is not None and behind.kind == "INT" and behind.start == token.end:
        fix = problem.insertion("write the zero", token.start, "0")
        return problem.diagnostic("P113", "a number needs a digit before its point", fix=fix)
    if last is not None and last.text == "." and len(problem.before) > 1 and problem.before[-2].kind == "INT":
        fix = problem.insertion("write the zero", last.end, "0")
        return problem.diagnostic("P113", "a number needs a digit behind its point", at=last, fix=fix)
    if last is not None and last.kind in ("INT", "FLOAT") and token.kind == "NAME" and token.start == last.end:
        message = "a name cannot begin with a digit, and a product needs its `*`"
        return problem.diagnostic(
            "P113", message, at=last._replace(end=token.end), help=f"write `{last.text} * {token.text}`"
        )
    return None


def _dropped(problem: Problem) -> Diagnostic | None:
    """An expression where a statement should be."""
    held = problem.statement
    if problem.token.kind not in _ENDS or "COLON" not in problem.expected or not held or not problem.brackets:
        return None
    if any(token.text in _NAMING for token in outside_brackets(held)):
        return None
    piped = len(held) == 1 and problem.token.text == "|>"
    advice = f"`{held[0].text} = {held[0].text} |> …`" if piped else "`name = …`"
    return problem.diagnostic(
        "P111",
        "this line computes something and gives it no name",
        at=Token("", "", held[0].start, held[-1].end),
        help=f"write {advice}, `return …`, or declare a module with `label: module`",
    )


_ENDS = frozenset([NEWLINE, END, "PIPE", "OPERATOR", "MINUS", "RBRACE", "DOC"])
_NAMING = frozenset(["=", "|>", "let", "return", "param", "buffer", "state", "entry"])


def _computed_module(problem: Problem) -> Diagnostic | None:
    last = problem.last
    if last is None or last.text != ":" or problem.token.text not in ("if", "fold", "scan", "-", "not"):
        return None
    return problem.diagnostic("P115", "a computed module needs brackets", help="write `label: (if … then … else …)`")


def _missing_mark(problem: Problem) -> Diagnostic | None:
    """The one mark that would mend the line; a colon before what can only be a kind or an input."""
    last, token = problem.last, problem.token
    if last is None or token.kind in (NEWLINE, END):
        return None
    fitting = _fitting(problem, (token, *problem.after))
    if "COLON" in fitting and (token.text in _KINDS or {*fitting} == {"COLON", "ARROW"}):
        fitting = ["COLON"]
    if len(fitting) == 1:
        mark = spelling(fitting[0])
        fix = problem.insertion(f"insert `{mark}`", last.end, mark if mark in ",:)]" else f" {mark}")
        return problem.diagnostic("P105", f"`{mark}` is missing before {found(token)}", fix=fix)
    if fitting and "DOT" in problem.expected:
        help = "these would fit: " + ", ".join(f"`{spelling(kind)}`" for kind in fitting)
        return problem.diagnostic("P105", f"nothing joins {found(last)} and {found(token)}", help=help)
    return None


def _wrong_mark(problem: Problem) -> Diagnostic | None:
    """The one mark that would mend the line in the place of one that is easily confused with it."""
    token = problem.token
    alike = next((group for group in _CONFUSED if token.text in group), ())
    fitting = [kind for kind in _fitting(problem, problem.after) if spelling(kind) in alike]
    if len(fitting) != 1 or not problem.after:
        return None
    mark = spelling(fitting[0])
    fix = problem.replacement(f"write `{mark}`", token, mark)
    return problem.diagnostic("P105", f"expected `{mark}`, found {found(token)}", fix=fix)


def _fitting(problem: Problem, rest: tuple[Token, ...]) -> list[str]:
    """Return the marks that can stand here before the rest of the line."""
    kinds = [token.kind for token in rest]
    return [kind for kind in _MARKS if kind in problem.expected and problem.takes(kind, *kinds)]


_MARKS = (
    *("COMMA", "COLON", "EQUAL", "PIPE", "ARROW", "GIVES", "BECOMES", "FROM"),
    *("IN", "THEN", "ELSE", "LBRACE", "RPAR", "RSQB"),
)
_CONFUSED = (("->", "<-", "=>", "~>", "~", "|>"), (":", "="), (".", ","), ("of", "in"))
_KINDS = frozenset({"int", "num", "bool", "dtype", "table", "block", "axis", "axes", "pad"})


def _unexpected(problem: Problem) -> Diagnostic:
    labels: tuple[Label, ...] = ()
    bracket = problem.brackets[-1] if problem.brackets else None
    if bracket is not None and bracket.text != "{" and problem.line(bracket) < problem.line(problem.token):
        labels = (Label(problem.span(bracket), f"inside this `{bracket.text}`"),)
    elif problem.last is not None and problem.line(problem.last) < problem.line(problem.token):
        labels = (Label(problem.span(problem.last), "behind this"),)
    words = wanted(problem.expected)
    message = f"expected {words}, found {found(problem.token)}"
    return problem.diagnostic("P100", message, f"expected {words}", labels=labels)


RULES: tuple[Complaint, ...] = (
    _unclosed_text,
    habits.stray_sign,
    habits.comment,
    _missing_brace,
    _missing_bracket,
    _unclosed_among_arguments,
    _unopened,
    _docstring,
    habits.else_if,
    habits.lambda_,
    habits.foreign_statement,
    habits.python_import,
    habits.prefixed_text,
    habits.conditional_behind,
    habits.slice_with_colon,
    habits.typed_input,
    habits.row_of_variants,
    habits.weight_without_shape,
    _misspelt,
    _not_a_declaration,
    habits.change_in_place,
    habits.ternary,
    habits.round_shape,
    habits.colon_before_body,
    habits.operator_behind_pipeline,
    _comparison,
    _number,
    _dropped,
    _computed_module,
    _reserved,
    _missing_mark,
    _wrong_mark,
)
