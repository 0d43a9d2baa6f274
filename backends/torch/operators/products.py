"""Matrix products, Einstein's notation, attention."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase

from archc.backends.torch.code import Argument, Code, Infix, call, extended, option
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.use import Use
from archc.graph.ir import Apply


def _einsum(use: Use, _: Code) -> Code:
    return call("torch.einsum", letters(str(use.value("pattern"))), *use.listed("xs"))


def letters(pattern: str) -> str:
    """Return a pattern in letters: one whose axes are words apart gets a letter for each."""
    if " " not in pattern.replace("->", "").replace(",", "").strip():
        return pattern.replace(" ", "")
    words = [word for word in pattern.replace("->", " ").replace(",", " ").split() if word != "..."]
    names = dict(zip(dict.fromkeys(words), ascii_lowercase + ascii_uppercase, strict=False))
    sides = [
        ",".join("".join(names.get(w, w) for w in part.split()) for part in side.split(","))
        for side in pattern.split("->")
    ]
    return "->".join(sides)


def _attention(use: Use, q: Code) -> Code:
    bias, mask = use.optional("bias"), use.optional("mask")
    given = bias if bias is not None else mask
    shares = use.type("q").shape[-3] != use.type("k").shape[-3]
    scale = (Argument(use.hole("scale"), "scale"),) if use.value("scale") is not None else ()
    return extended(
        call("F.scaled_dot_product_attention", q, use.operand("k"), use.operand("v")),
        *((Argument(given, "attn_mask"),) if given is not None else ()),
        option("is_causal", use.value("causal") is True, False),
        *scale,
        option("enable_gqa", shares, False),
    )


def _is_plain(apply: Apply) -> bool:
    """Accept what PyTorch's function can do: one mask or bias, or a causal square."""
    attributes = dict(apply.attributes)
    bias, mask = apply.operand("bias"), apply.operand("mask")
    if attributes["window"] is not None or (bias is not None and mask is not None):
        return False
    if attributes["causal"] is not True:
        return True
    q, k = apply.operand("q"), apply.operand("k")
    square = not isinstance(q, tuple) and not isinstance(k, tuple) and q is not None and k is not None
    return bias is None and mask is None and square and q.type.shape[-2] == k.type.shape[-2]  # type: ignore[union-attr]


PRODUCTS = {
    "matmul": Lowering(lambda use, a: Infix(a, "@", use.operand("b"))),
    "einsum": Lowering(_einsum),
    "attention": Lowering(_attention, accepts=_is_plain),
}
