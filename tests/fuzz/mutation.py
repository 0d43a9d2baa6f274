"""Small changes of a text: of its bytes, of its words, of its numbers and names, of its lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from archc.syntax.lexer import Lexer, Token
from tests.fuzz.corpus import any_text, words

Mutation = Callable[[str, Random], str]

NUMBERS = ("0", "1", "2", "3", "7", "-1", "10 ** 9", "10 ** 18", "2 ** 63", "9" * 40, "1e308", "1e-308", "0.5", "(-3)")
BYTES = (
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r",
    b"\r\n",
    b'"',
    b'"""',
    b"{",
    b"}",
    b"(",
    b"]",
    b"\\",
    b"#",
    b"\xc3\x28",
)
_BODY = re.compile(r"\{[^{}]*\}")


def mutated(text: str, random: Random) -> str:
    """Return a text after some changes, one more often than many: what a change leaves of it goes into the next."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5))):
        text = random.choice(MUTATIONS)(text, random)
    return text


def damaged(data: bytes, random: Random, most: int = 4) -> bytes:
    """Return bytes after one to `most` changes, which need not be text any more."""
    changed = bytearray(data)
    for _ in range(random.randint(1, most)):
        at = random.randint(0, len(changed))
        upto = at + random.choice((0, 1, 2, 40, 1000))
        new = random.choice((random.randbytes(random.randint(0, 3)), random.choice(BYTES)))
        changed[at:upto] = new
    return bytes(changed)


# -- words ------------------------------------------------------------------------------------------------


def _tokens(text: str, *kinds: str) -> list[Token]:
    return [one for one in Lexer(text).tokens() if one.text and (not kinds or one.kind in kinds)]


def _put(text: str, token: Token, new: str) -> str:
    return text[: token.start] + new + text[token.end :]


def _at_a_word(change: Callable[[Token, Random, list[Token]], str], *kinds: str) -> Mutation:
    """Return the mutation that replaces one word of some kinds."""

    def mutate(text: str, random: Random) -> str:
        tokens = _tokens(text, *kinds)
        if not tokens:
            return text
        token = random.choice(tokens)
        return _put(text, token, change(token, random, tokens))

    return mutate


def _swap(text: str, random: Random) -> str:
    tokens = _tokens(text)
    if len(tokens) < 2:
        return text
    first, second = sorted(random.sample(tokens, 2), key=lambda one: one.start)
    return _put(_put(text, second, first.text), first, second.text)


# -- larger pieces ------------------------------------------------------------------------------------------


def _lines(text: str, random: Random) -> str:
    """Delete, repeat or move a line, or bring one in from another text."""
    lines, others = text.split("\n"), any_text(random).split("\n")
    at, to = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(to, lines[at])
        case 2:
            lines[at], lines[to] = lines[to], lines[at]
        case _:
            lines.insert(to, random.choice(others))
    return "\n".join(lines)


def _bodies(text: str, random: Random) -> str:
    """Put the inside of one pair of braces in place of another."""
    here, there = list(_BODY.finditer(text)), list(_BODY.finditer(random.choice((text, any_text(random)))))
    if not here or not there:
        return text
    gone = random.choice(here)
    return text[: gone.start()] + random.choice(there)[0] + text[gone.end() :]


def _wrap(text: str, random: Random) -> str:
    """Nest an expression that is one word into something that asks more of it."""
    forms = ("[{}, {}]", "({}, {})", "[{} for i in 0..3]", "{}({})", "{}[0]", "{}.shape", "(if {} then {} else {})")
    forms += (
        "{} |> {}",
        "fold q = {} for r in 0..3 => {}",
        "-{}",
        "not {}",
        "{} ** {}",
        "{} // {}",
        "{}..{}",
        "{} ++ {}",
    )
    return _at_a_word(lambda token, random, _: random.choice(forms).replace("{}", token.text), "NAME", "NUMBER")(
        text, random
    )


MUTATIONS: tuple[Mutation, ...] = (
    _at_a_word(lambda token, random, _: ""),
    _at_a_word(lambda token, random, _: f"{token.text} {token.text}"),
    _at_a_word(lambda token, random, _: random.choice(words())),
    _at_a_word(lambda token, random, _: random.choice(NUMBERS), "NUMBER", "INT", "FLOAT"),
    _at_a_word(lambda token, random, others: random.choice(others).text, "NAME"),
    _at_a_word(lambda token, random, others: random.choice(others).text, "NAME"),
    _at_a_word(lambda token, random, _: random.choice(NUMBERS), "NAME"),
    _swap,
    _lines,
    _bodies,
    _wrap,
)
