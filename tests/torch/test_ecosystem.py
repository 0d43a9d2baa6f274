"""Generated modules under the tools that PyTorch users have: compile, export, func, AMP, copies, several processes."""

from __future__ import annotations

import copy
import pickle
from types import ModuleType

import pytest
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.export import Dim
from torch.func import functional_call, grad, vmap
from torch.nn.parallel import DistributedDataParallel

TINY = {"depths": (1, 2, 1, 1), "classes": 5}


@pytest.fixture(params=["convnext", "hornet_7x7", "hornet_gf"])
def model(request: pytest.FixtureRequest, convnext: ModuleType, hornet: ModuleType) -> nn.Module:
    """A small model with all that its family has."""
    torch.manual_seed(0)
    makers = {
        "convnext": lambda: convnext.convnext_tiny(dims=(8, 16, 24, 32), drop_path=0.1, **TINY),
        "hornet_7x7": lambda: hornet.hornet_tiny_7x7(C=16, drop_path=0.1, **TINY),
        "hornet_gf": lambda: hornet.hornet_tiny_gf(C=16, drop_path=0.1, **TINY),
    }
    made: nn.Module = makers[request.param]()
    return made.eval()


def images(batch: int = 2, height: int = 64, width: int = 96) -> Tensor:
    return torch.randn(batch, 3, height, width, generator=torch.Generator().manual_seed(1))


def test_compiles_without_a_break(model: nn.Module) -> None:
    x = images()
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(x), model(x), rtol=1e-4, atol=1e-5)


def test_trains_under_compile(model: nn.Module) -> None:
    model.train()
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    compiled(images()).sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_exports_with_free_sizes(model: nn.Module) -> None:
    """From two windows on: PyTorch takes an axis of one place for another case than all longer ones."""
    free = {0: Dim("B", max=64), 2: 32 * Dim("h", min=2, max=64), 3: 32 * Dim("w", min=2, max=64)}
    program = torch.export.export(model, (images(),), dynamic_shapes=(free,))
    for sizes in ((2, 64, 64), (3, 128, 96)):
        x = images(*sizes)
        torch.testing.assert_close(program.module()(x), model(x), rtol=1e-4, atol=1e-5)


def test_is_a_function_of_its_weights(model: nn.Module) -> None:
    weights = dict(model.named_parameters())

    def loss(weights: dict[str, Tensor], x: Tensor) -> Tensor:
        found: Tensor = functional_call(model, weights, (x[None],))
        return found.square().sum()

    x = images()
    each = vmap(grad(loss), in_dims=(None, 0))(weights, x)
    for i in range(len(x)):
        one = grad(loss)(weights, x[i])
        torch.testing.assert_close(each["head.weight"][i], one["head.weight"], rtol=1e-3, atol=1e-5)


def test_runs_in_mixed_precision(model: nn.Module) -> None:
    with torch.autocast("cpu", torch.bfloat16):
        mixed = model(images())
    assert torch.isfinite(mixed).all()
    torch.testing.assert_close(mixed.float(), model(images()), rtol=0.2, atol=0.1)


def test_follows_a_change_of_type(model: nn.Module) -> None:
    x = images()
    single = model(x)
    double = model.to(torch.float64)(x.double())
    assert double.dtype is torch.float64
    torch.testing.assert_close(double.float(), single, rtol=1e-3, atol=1e-5)


def test_copies_and_pickles(model: nn.Module) -> None:
    x = images()
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert torch.equal(twin(x), model(x))
        assert list(twin.state_dict()) == list(model.state_dict())
        assert all(a.data_ptr() != b.data_ptr() for a, b in zip(twin.parameters(), model.parameters(), strict=True))


def test_trains_in_several_processes(model: nn.Module) -> None:
    """One process stands for several: the reducer complains of any parameter that the loss does not reach."""
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    try:
        parallel = DistributedDataParallel(model.train())
        for _ in range(2):
            parallel(images()).sum().backward()
    finally:
        dist.destroy_process_group()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_has_no_pass_in_place(model: nn.Module) -> None:
    x = images().requires_grad_()
    before = x.detach().clone()
    model.train()(x).sum().backward()
    assert torch.equal(x.detach(), before)
    assert x.grad is not None
