"""Normalisation."""

from __future__ import annotations

from archc.backends.torch.code import (
    SELF,
    Argument,
    Call,
    Code,
    Hole,
    Infix,
    Listing,
    Literal,
    Member,
    call,
    extended,
    method,
    option,
)
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.use import Core, Unit, Use


def last(use: Use, core: Core) -> Code:
    """The operator on the last axis, with its own axis moved there and back."""
    x = use.operand("x")
    axis = use.value("axis")
    assert isinstance(axis, int)
    if axis in (-1, use.rank("x") - 1):
        return core(x)
    return method(core(method(x, "movedim", axis, -1)), "movedim", -1, axis)


# -- layernorm -----------------------------------------------------------------------------------


def _layernorm_module(unit: Unit) -> Code | None:
    if not unit.has("weight"):
        return None
    on_channels = unit.value("axis") == 1 and unit.rank == 4
    if on_channels and not unit.has("bias"):
        return None
    base = call("LayerNorm2d" if on_channels else "nn.LayerNorm", unit.size("weight", 0, "channels"))
    return extended(base, option("eps", unit.hole("eps"), 1e-5), option("bias", unit.has("bias"), True))


def _layernorm_function(use: Use, x: Code) -> Code:
    axis = use.value("axis")
    assert isinstance(axis, int)
    size = use.type("x").shape[axis]
    base = call("F.layer_norm", x, Listing((Hole(size, None, "channels"),), "()"))
    return extended(base, *_affine(use), option("eps", use.hole("eps"), 1e-5))


def _layernorm_around(use: Use, core: Core) -> Code:
    if core.is_module and use.value("axis") == 1 and use.rank("x") == 4:
        return core(use.operand("x"))  # LayerNorm2d moves the channels itself
    return last(use, core)


# -- batchnorm -----------------------------------------------------------------------------------


def _batchnorm_module(unit: Unit) -> Code | None:
    names = {2: "nn.BatchNorm1d", 3: "nn.BatchNorm1d", 4: "nn.BatchNorm2d", 5: "nn.BatchNorm3d"}
    if unit.rank not in names or unit.has("weight") != unit.has("bias"):
        return None
    base = call(names[unit.rank], unit.size("running_mean", 0, "channels"))
    return extended(
        base,
        option("eps", unit.hole("eps"), 1e-5),
        option("momentum", unit.hole("momentum"), 0.1),
        option("affine", unit.has("weight"), True),
    )


def _batchnorm_function(use: Use, x: Code) -> Code:
    affine = tuple(Literal(None) if (code := use.optional(name)) is None else code for name in ("weight", "bias"))
    training = Member(SELF, "training")
    base: Call = call("F.batch_norm", x, use.operand("running_mean"), use.operand("running_var"), *affine, training)
    return extended(base, Argument(use.hole("momentum")), Argument(use.hole("eps")))


def _batchnorm_around(use: Use, core: Core) -> Code:
    x = use.operand("x")
    axis = use.value("axis")
    if axis == 1:
        return core(x)
    assert isinstance(axis, int)
    return method(core(method(x, "movedim", axis, 1)), "movedim", 1, axis)


# -- rmsnorm, groupnorm, instancenorm --------------------------------------------------------------


def _rmsnorm_module(unit: Unit) -> Code | None:
    if not unit.has("weight") or unit.value("offset") != 0:
        return None
    return extended(call("nn.RMSNorm", unit.size("weight", 0, "channels")), option("eps", unit.hole("eps"), None))


def _rmsnorm_function(use: Use, x: Code) -> Code:
    axis = use.value("axis")
    assert isinstance(axis, int)
    size = Hole(use.type("x").shape[axis], None, "channels")
    weight = use.optional("weight")
    if weight is not None and use.value("offset") != 0:
        weight = Infix(weight, "+", use.hole("offset"))
    affine = (Argument(weight, "weight"),) if weight is not None else ()
    return extended(call("F.rms_norm", x, Listing((size,), "()")), *affine, Argument(use.hole("eps"), "eps"))


def _groupnorm_module(unit: Unit) -> Code | None:
    if not unit.has("weight") or not unit.has("bias"):
        return None
    base = call("nn.GroupNorm", unit.hole("groups"), unit.size("weight", 0, "channels"))
    return extended(base, option("eps", unit.hole("eps"), 1e-5))


def _groupnorm_function(use: Use, x: Code) -> Code:
    return extended(call("F.group_norm", x, use.hole("groups")), *_affine(use), option("eps", use.hole("eps"), 1e-5))


def _instancenorm_module(unit: Unit) -> Code | None:
    if not unit.has("weight") or not unit.has("bias") or not 3 <= unit.rank <= 5:
        return None
    base = call(f"nn.InstanceNorm{unit.rank - 2}d", unit.size("weight", 0, "channels"))
    return extended(base, option("eps", unit.hole("eps"), 1e-5), Argument(Literal(True), "affine"))


def _affine(use: Use) -> tuple[Argument, ...]:
    return tuple(Argument(code, name) for name in ("weight", "bias") if (code := use.optional(name)) is not None)


def _instancenorm_function(use: Use, x: Code) -> Code:
    return extended(call("F.instance_norm", x), *_affine(use), option("eps", use.hole("eps"), 1e-5))


def _of_norm(name: str) -> Lowering:
    """A function of the batch norm whose weight the operand is (`archc.backends.torch.norms`)."""

    def write(use: Use, x: Code) -> Code:
        assert isinstance(x, Member)
        return extended(call(name, x.base), option("eps", use.hole("eps"), 1e-5))

    return Lowering(write)


NORMALISATIONS = {
    "norm_scale": _of_norm("norm_scale"),
    "norm_shift": _of_norm("norm_shift"),
    "rmsnorm": Lowering(_rmsnorm_function, _rmsnorm_module, last),
    "groupnorm": Lowering(_groupnorm_function, _groupnorm_module),
    "instancenorm": Lowering(_instancenorm_function, _instancenorm_module),
    "layernorm": Lowering(_layernorm_function, _layernorm_module, _layernorm_around),
    "batchnorm": Lowering(_batchnorm_function, _batchnorm_module, _batchnorm_around),
}
