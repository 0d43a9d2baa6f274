"""Names in the generated source: the author's where Python allows them, and never one that means something else."""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from collections.abc import Iterable

OWN = frozenset(
    {
        "self",
        "cls",
        "torch",
        "nn",
        "F",
        "math",
        "Tensor",
        "Any",
        "Callable",
        "Mapping",
        "Sequence",
        "partial",
        "init_weights",
    }
)
WORDS = OWN.union(keyword.kwlist, keyword.softkwlist)
"""What the source itself needs these names for."""

BUILTINS = frozenset(name for name in dir(builtins))

MODULE_MEMBERS = frozenset(
    [
        "T_destination",
        "add_module",
        "append",
        "apply",
        "bfloat16",
        "buffers",
        "call_super_init",
        "children",
        "clear",
        "compile",
        "copy",
        "cpu",
        "cuda",
        "double",
        "dump_patches",
        "eval",
        "extend",
        "extra_repr",
        "float",
        "forward",
        "fromkeys",
        "get",
        "get_buffer",
        "get_extra_state",
        "get_parameter",
        "get_submodule",
        "half",
        "insert",
        "ipu",
        "items",
        "keys",
        "load_official",
        "load_state_dict",
        "modules",
        "mtia",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "pop",
        "popitem",
        "register_backward_hook",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_full_backward_hook",
        "register_full_backward_pre_hook",
        "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_module",
        "register_parameter",
        "register_state_dict_post_hook",
        "register_state_dict_pre_hook",
        "reparameterise",
        "requires_grad_",
        "reset_parameters",
        "set_extra_state",
        "set_submodule",
        "setdefault",
        "share_memory",
        "state_dict",
        "to",
        "to_empty",
        "train",
        "training",
        "type",
        "update",
        "values",
        "xpu",
        "zero_grad",
    ]
)
"""Attributes of `nn.Module` and its containers, and methods of generated classes, but for those that begin with `_`."""


def identifier(text: str) -> str:
    """Return an ASCII Python identifier for any text, the text itself where it is one and is free."""
    plain = unicodedata.normalize("NFKC", text)
    letters = "".join(char if char.isascii() and (char.isalnum() or char == "_") else _spelled(char) for char in plain)
    name = letters if letters[:1].isalpha() or letters[:1] == "_" else f"n{letters}"
    while name in WORDS or name in BUILTINS or name.startswith("__"):
        name = name.strip("_") + "_" if name.startswith("__") and name.strip("_") else name + "_"
        if name.startswith("__"):
            name = "n" + name
    return name


def _spelled(char: str) -> str:
    if char == "'":
        return "_prime"
    name = unicodedata.name(char, "").lower()
    return name.rsplit(" ", 1)[-1] if char.isalpha() and name.startswith("greek small letter") else "_"


def unique(wanted: str, taken: Iterable[str]) -> str:
    """Return `wanted`, or with the first number that makes it differ from all that are taken."""
    used = set(taken)
    if wanted not in used:
        return wanted
    number = 2
    while f"{wanted}_{number}" in used:
        number += 1
    return f"{wanted}_{number}"


def is_attribute(label: str) -> bool:
    """Say whether a module or weight may be an attribute of an `nn.Module` under this very name."""
    return (
        label.isascii()
        and label.isidentifier()
        and not keyword.iskeyword(label)
        and label not in MODULE_MEMBERS
        and not label.startswith("_")
    )


def capitalised(name: str) -> str:
    """Return a class's name for a definition or an option: `affine_chain` gives `AffineChain`."""
    parts = [part for part in identifier(name).split("_") if part]
    return "".join(part[0].upper() + part[1:] for part in parts) or "Module"
