"""Names, labels, strings and docstrings of a stranger stay data: none becomes code, breaks the file or hides a name."""

from __future__ import annotations

import ast
import keyword
from typing import Any

import pytest
import torch
from torch import nn

from archc import ArchError, ArchFile
from archc.backends.torch import emit, file_source
from archc.backends.torch.live import load
from archc.graph.walk import inventory
from tests.properties.interpreter import flat, run
from tests.torch.programs import architecture, module

MEMBERS = ("forward", "parameters", "state_dict", "train", "weight", "T_destination", "reparameterise")
LABELS = (
    *MEMBERS,
    "load_official",
    "reset_parameters",
    "super",
    "torch",
    "nn",
    "F",
    "__class__",
    "__init__",
    "_modules",
)
NAMES = (
    "cls",
    "torch",
    "nn",
    "F",
    "Tensor",
    "Any",
    "math",
    "super",
    "print",
    "init_weights",
    "lambda",
    "state",
    "x'",
)
EVIL = 'import os; os.system("true")'
TEXTS = {
    "quotes": 'ends """ and goes on """ + ' + EVIL + ' + """',
    "one quote": 'ends in a quote"',
    "backslashes": "ends in a backslash \\",
    "escapes": r"\N{BULLET} \x41 \u0041 \' \" {0} %s",
    "template": "{{ 7 * 7 }} {% for i in range(3) %}{{ self }}{% endfor %} {# hidden #}",
    "comment": f"# {EVIL}",
    "lines": f"first\n\n    {EVIL}\n\nlast",
    "unprintable": "a\u202eb\u2028c\u0085d\x0be",
    "other scripts": "größe 大きさ \U0001f600",
}
ALLOWED = {"torch", "torch.nn", "collections.abc", "typing", "functools", "math", "re", "__future__"}


def inspected(source: str) -> ast.Module:
    """Return the tree of a source that has nothing but what a network needs."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {one.name for one in node.names} <= ALLOWED
        if isinstance(node, ast.ImportFrom):
            assert node.module in ALLOWED
        names = {getattr(node, "id", ""), getattr(node, "attr", "")}
        assert not names & {"os", "system", "exec", "eval_", "__import__", "subprocess"}
    assert "".join(ch for ch in source if not ch.isprintable() and ch != "\n") == ""
    compile(source, "generated", "exec")
    return tree


@pytest.mark.parametrize("label", [*LABELS, *(f'"{word}"' for word in ("class", "def", "None", "import", "0", "12"))])
def test_a_label_is_a_path_whatever_it_is_called(label: str) -> None:
    """As the path of an operator, of a block, and of an entry in a list of labels."""
    text = f"""
block Inner : x[B, C, H, W] -> [B, C, H, W] {{
  return x |> {label}: conv(C) |> relu |> other.{label}: conv(C)
}}
arch T : x[B, 4, H, W] -> [B, 4, H, W] {{
  return x |> {label}: Inner |> deep.{label}: Inner |> last: [{label}: conv(4), relu]
}}
"""
    graph = architecture(text).graph
    made = module(text)
    state = {name: torch.randn_like(weight) for name, weight in made.state_dict().items()}
    assert sorted(state) == sorted(inventory(graph).names())
    made.load_state_dict(state)
    x = torch.randn(2, 4, 3, 3, dtype=torch.float64)
    torch.testing.assert_close(made(x), flat(run(graph, (x,), state))[0], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("label", ["training", "deep.training"])
def test_a_label_that_no_module_can_have_is_an_error(label: str) -> None:
    """`training` is an attribute that PyTorch sets on every module."""
    text = f"arch T : x[B, 4, H, W] -> [B, 4, H, W] {{\n  return x |> {label}: conv(4)\n}}"
    with pytest.raises(ArchError) as caught:
        module(text)
    (found,) = caught.value.diagnostics
    assert found.code == "E216" and found.span.text == "conv(4)"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_never_one_that_means_something_else(name: str) -> None:
    """As a parameter, an input, a variable and a block."""
    text = f"""
block Odd({name} = 3, other = 1) : x[B, C, H, W] -> [B, C, H, W] {{
  return x |> a: conv(C, k={name}, pad={name} // 2) |> droppath(other / 10)
}}
block Owner(start = 0.5) : {name}[B, C, H, W] -> [B, C, H, W] {{
  param gamma[C] = start
  return {name} |> mul(gamma, axis=1)
}}
block Variable : x[B, C, H, W] -> [B, C, H, W] {{
  {name} = x |> a: conv(C)
  return {name} * (relu({name}) |> b: conv(C))
}}
arch Net({name}: int = 6) : x[B, 3, H, W] -> [B, {name}, H, W] {{
  return x |> stem: conv({name}) |> one: Odd(5) |> two: Owner |> three: Variable
}}
"""
    assert module(text)(torch.randn(1, 3, 4, 4, dtype=torch.float64)).shape == (1, 6, 4, 4)
    block = f"block {name} : x[B, C] -> [B, C] {{\n  return x |> fc: linear(C)\n}}\n"
    arch = f"arch Net : x[B, 3] -> [B, 3] {{\n  return x |> a: {name} |> b: {name}\n}}\n"
    assert module(block + arch)(torch.randn(1, 3, dtype=torch.float64)).shape == (1, 3)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_docstring_is_text(text: str) -> None:
    quoted = text.replace('"""', '""').replace("\\", "\\\\") + "."
    block = f'"""{quoted}"""\nblock Inner : x[B, C] -> [B, C] {{\n  return x |> fc: linear(C)\n}}\n'
    arch = f'"""{quoted}"""\narch Net : x[B, 4] -> [B, 4] {{\n  return x |> inner: Inner\n}}\n'
    file = ArchFile.of_text(f"archc 1\n\n{block}\n{arch}")
    if file.check():  # characters that nobody sees are no part of the language
        assert {one.code for one in file.check()} == {"P005"}
        return
    source = emit(file.program())
    tree = inspected(source)
    docs = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef)]
    words = [word for word in text.split() if word.isprintable() and not set(word) & {"\\", '"'}]
    assert len(docs) >= 3 and all(word in doc for doc in docs for word in words)
    assert load(source).net()(torch.zeros(1, 4)).shape == (1, 4)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_keys_of_a_checkpoint_are_text(text: str) -> None:
    plain = "".join(ch for ch in text if ch.isprintable() and ch not in '{}*"')
    maps = f'checkpoint official for Net {{\n  root "{plain}"\n  "fc.*" <- "{plain}.*"\n}}\n'
    arch = "arch Net : x[B, 4] -> [B, 4] {\n  return x |> fc: linear(4)\n}\n"
    source = file_source(ArchFile.of_text(f"archc 1\n\n{arch}\n{maps}"))
    inspected(source)
    made: nn.Module = load(source).net()
    state = {plain: {f"{plain}.weight": torch.eye(4), f"{plain}.bias": torch.ones(4)}}
    made.load_official(state)  # type: ignore[operator]
    torch.testing.assert_close(made(torch.zeros(1, 4)), torch.ones(1, 4))


@pytest.mark.parametrize("word", [*keyword.kwlist[:12], "torch", "Net", "__all__", "renamed"])
def test_variants_and_architectures_that_are_called_like_words(word: str) -> None:
    text = f"arch Net(C) : x[B, 4] -> [B, C] {{\n  return x |> fc: linear(C)\n}}\nvariants Net(C) {{\n  {word}: 3\n}}\n"
    file = ArchFile.of_text(f"archc 1\n\n{text}")
    if file.check():  # a word of the language too
        return
    made: Any = load(file_source(file))
    (factory,) = [name for name in made.__all__ if name.startswith("net_")]
    assert getattr(made, factory)()(torch.zeros(2, 4)).shape == (2, 3)
