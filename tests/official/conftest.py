"""Recorded outputs of official implementations: filled weights and inputs by rule, compared to 1e-9."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

RECORDED = Path(__file__).parents[1] / "goldens" / "official"


@dataclass(frozen=True)
class Official:
    """One recorded model."""

    record: dict[str, Any]

    def state(self, integers: Callable[[list[int]], torch.Tensor] | None = None) -> dict[str, torch.Tensor]:
        """Return the official state dict, filled by the rule of the recording; `integers` makes integers of a shape.

        Counts of batches, which have no axis, are zero. Filters that the official constructor computes are left out:
        here they are constants.
        """
        overrides = [(one["key_regex"], one["rule"]) for one in self.record.get("fill_override", ())]
        constants = [pattern for pattern, rule in overrides if rule.startswith(_CONSTANT)]
        rules = [(pattern, _RULES[rule]) for pattern, rule in overrides if pattern not in constants]
        wanted = [one for one in self.record["state"] if not any(re.search(pattern, one[0]) for pattern in constants)]
        state = {key: filled(key, shape, rules) for key, shape in wanted}
        for key, shape, _ in self.record["int_state"]:
            if not shape:
                state[key] = torch.tensor(0)
            elif integers is not None:
                state[key] = integers(shape)
        for key, other in self.record["alias"].items():
            state[key] = state[other]
        return state

    @property
    def inputs(self) -> tuple[torch.Tensor, ...]:
        return tuple(given(name, about) for name, about in self.record["inputs"].items())

    def compare(self, outputs: Any) -> None:
        """Assert that every recorded value of every output is met within 1e-9 of the output's largest one."""
        found = list(_flat(outputs))
        assert len(found) == len(self.record["outputs"])
        for tensor, wanted in zip(found, self.record["outputs"], strict=True):
            assert list(tensor.shape) == wanted["shape"], wanted["path"]
            values = tensor.detach().reshape(-1)[torch.tensor(wanted["index"])]
            recorded = torch.tensor(wanted["value"], dtype=torch.float64)
            error = ((values - recorded).abs().max() / recorded.abs().max()).item()
            assert error <= 1e-9, f"{wanted['path']}: {error:.2e}"


Rule = Callable[[torch.Tensor], torch.Tensor]

_CONSTANT = "keep constructor value"
_RULES: dict[str, Rule] = {"value = 1 + value from the standard fill": lambda value: 1 + value}
"""What a recording changes of the standard value, by its words."""


def filled(key: str, shape: list[int], rules: Sequence[tuple[str, Rule]] = ()) -> torch.Tensor:
    z = np.random.RandomState(zlib.crc32(key.encode())).standard_normal(shape)
    if len(shape) >= 2:
        z = z / np.sqrt(prod(shape[1:]))
    elif key.rsplit(".", 1)[-1] == "running_var":
        z = 0.5 + np.abs(z)
    elif key.rsplit(".", 1)[-1] == "weight":
        z = 1 + 0.1 * z
    else:
        z = 0.1 * z
    value = torch.from_numpy(np.asarray(z).astype(np.float32).astype(np.float64))
    for pattern, rule in rules:
        if re.search(pattern, key):
            value = rule(value)
    return value


def given(name: str, about: dict[str, Any]) -> torch.Tensor:
    random = np.random.RandomState(zlib.crc32(f"input:{name}".encode()))
    if about["int_high"] is not None:
        return torch.from_numpy(random.randint(0, about["int_high"], about["shape"]))
    return torch.from_numpy(random.standard_normal(about["shape"]).astype(np.float32).astype(np.float64))


def _flat(outputs: Any) -> Iterator[torch.Tensor]:
    if isinstance(outputs, torch.Tensor):
        yield outputs
    else:
        for one in outputs:
            yield from _flat(one)


@pytest.fixture
def official() -> Callable[[str], Official]:
    """Return a function from `system/variant` to what was recorded of it."""

    def read(name: str) -> Official:
        return Official(json.loads((RECORDED / f"{name}.json").read_text()))

    return read
