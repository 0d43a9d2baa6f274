"""Networks recorded from einspace: derivations of the packaged space that compute what the recorded ones did."""

from __future__ import annotations

import pytest
import torch

from tests.official.conftest import Official
from tests.space.recorded import NAMES, architecture_of, record_of, space_for


@pytest.mark.parametrize("name", NAMES)
def test_it_computes_what_was_recorded(name: str) -> None:
    record = record_of(name)
    derivation = space_for(record).parse(architecture_of(record))
    module = derivation.architecture().module().double().eval()
    official = Official(record)
    theirs = {key: value for key, value in official.state().items() if value.dim()}
    ours = {key: value for key, value in module.state_dict().items() if value.dim()}
    assert len(ours) == len(theirs)
    pairs = zip(ours.items(), theirs.values(), strict=True)  # both in the order in which the network runs
    loaded = {key: given.reshape(value.shape) for (key, value), given in pairs}
    module.load_state_dict({**module.state_dict(), **loaded})
    with torch.no_grad():
        official.compare(module(*official.inputs))
