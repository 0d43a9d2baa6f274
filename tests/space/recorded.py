"""Networks recorded from einspace, written in the blocks of the packaged space."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import archc.archs
from archc import ArchFile
from archc.space import Space

RECORDED = Path(__file__).parents[1] / "goldens" / "official" / "einspace"
NAMES = sorted(path.stem for path in RECORDED.glob("*.json"))

WORDS: Mapping[str, str] = {
    "identity": "identity",
    "norm": "Norm",
    "leakyrelu": "leaky_relu(0.01)",
    "softmax": "softmax",
    "learnable_positional_encoding": "positional",
    "linear_x4": "Widen(4)",
    "linear_4th": "Narrow(4)",
    "maxpool3k2s1p": "maxpool(3, stride=2, pad=1)",
    "add_tensors": "Sum",
    "dot_product": "Dot(false)",
    "scaled_dot_product": "Dot(true)",
}
FORMS: Mapping[str, str] = {
    r"linear(\d+)": "linear({0})",
    r"im2col(\d+)k(\d+)s(\d+)p": "Unfold({0}, {1}, {2})",
    r"permute(\d)(\d)": "permute([0, {0}, {1}])",
    r"permute(\d)(\d)(\d)": "permute([0, {0}, {1}, {2}])",
    r"clone_tensor(\d)": "clone({0})",
    r"group_dim(\d)s(\d)d": "chunk({0}, axis={1})",
    r"cat_tensors(\d)d\dt": "concat(axis={0})",
}


def record_of(name: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return record


def space_for(record: Mapping[str, Any]) -> Space:
    """Return the packaged space with the input of a record, and without its budget."""
    shape = ", ".join(str(size) for size in record["inputs"]["x"]["shape"][1:])
    text = archc.archs.path("einspace").read_text().replace("x[B, 3, 32, 32]", f"x[B, {shape}]")
    return Space(ArchFile.of_text(text[: text.rindex(" where params")] + "\n", "einspace.arch"), "Einspace")


def architecture_of(record: Mapping[str, Any]) -> str:
    """Return the text of a recorded network."""
    shape = ", ".join(str(size) for size in record["inputs"]["x"]["shape"][1:])
    shapes = {path: after for path, _, _, _, _, after in record["nodes"]}
    module = _module(record["tree"], "", shapes)
    text = archc.archs.path("einspace").read_text()
    blocks = text[: text.index('"""What computes.')]
    return f"{blocks}\narch Recorded : x[B, {shape}] {{\n  return x |> self: {module}\n}}\n"


def _module(node: Any, path: str, shapes: Mapping[str, list[int]]) -> str:
    if isinstance(node, str):
        return _terminal(node, shapes.get(path, []))
    kind, *parts = node
    if kind == "comp":
        return _module(parts[0], f"{path}/computation_fn", shapes)
    if kind == "seq":
        return f"[{_module(parts[0], f'{path}/first_fn', shapes)}, {_module(parts[1], f'{path}/second_fn', shapes)}]"
    if kind == "route":
        slots = zip(("prerouting_fn", "inner_fn", "postrouting_fn"), parts, strict=True)
        return f"[{', '.join(_module(part, f'{path}/{slot}', shapes) for slot, part in slots)}]"
    split, inner, join = parts
    copies = [_module(one, f"{path}/inner_fn{place}", shapes) for place, one in enumerate(inner)]
    ends = _module(split, f"{path}/branching_fn", shapes), _module(join, f"{path}/aggregation_fn", shapes)
    if len(copies) == 2:
        return f"Branch({ends[0]}, {copies[0]}, {copies[1]}, {ends[1]})"
    assert len(set(copies)) == 1
    return f"Copies({ends[0]}, {copies[0]}, {ends[1]})"


def _terminal(word: str, shape: list[int]) -> str:
    if word == "col2im":
        return f"Fold({shape[1]}, {shape[2]})"
    for pattern, form in FORMS.items():
        found = re.fullmatch(pattern, word)
        if found:
            return form.format(*found.groups())
    return WORDS[word]
