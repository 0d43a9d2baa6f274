"""The author's static expressions in Python: the text, and what it evaluates to."""

from __future__ import annotations

import pytest

from archc.backends.torch.code import Code, Known
from archc.backends.torch.evaluation import evaluate
from archc.backends.torch.text import flat
from archc.backends.torch.translation import translate
from archc.syntax import Source, Span, parse_expression, tree

NAMES = {"a": 3, "b": 5, "flag": True, "k": 7}
CASES = {
    "a + 1 < b and flag": ("a + 1 < b and flag", True),
    "a == b or not flag": ("a == b or not flag", False),
    "not (a == b and flag)": ("not (a == b and flag)", True),
    "if a > b then a else b": ("a if a > b else b", 5),
    "if flag then 2 * a else 1": ("2 * a if flag else 1", 6),
    "if flag and a > 2 then 1 else if k == 7 then 2 else 3": ("1 if flag and a > 2 else 2 if k == 7 else 3", 1),
    "(if flag then a else b) + 1": ("(a if flag else b) + 1", 4),
    "flag or false": ("flag", True),
    "flag and 1 > 2": ("False", False),
    "if 0 > 0 then a else b": ("b", 5),
    "if a == 3 and 1 == 1 then 2 else 1": ("2 if a == 3 else 1", 2),
}


def written(text: str) -> Code:
    expression = parse_expression(text, Span(Source("text", text), 0, len(text)))
    assert isinstance(expression, tree.Node), expression
    return translate(expression, lambda name: Known(name) if name in NAMES else None)


@pytest.mark.parametrize("text", CASES)
def test_is_python_of_the_same_value(text: str) -> None:
    python, value = CASES[text]
    code = written(text)
    assert flat(code) == python
    assert evaluate(code, NAMES) == value
    assert eval(python, dict(NAMES)) == value
