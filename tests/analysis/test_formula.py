"""What formulas take for sizes."""

from __future__ import annotations

import pytest

from archc import ArchFile

NET = ArchFile.of_text(
    "arch Net : x[B, 3, H, W] -> [B, 8, H // 4, W // 4] where H % 4 == 0, W % 4 == 0 {\n"
    "  return x |> stem: conv(8, k=4, stride=4)\n}\n"
).architecture()


def test_sizes_may_be_given_one_after_the_other() -> None:
    assert NET.macs.subs(B=2, H=8).subs({"W": 12}) == NET.macs.subs(B=2, H=8, W=12) == 2 * 2 * 3 * 8 * 3 * 16
    assert NET.params.subs(H=8) == NET.params


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"H": "x"}, "the size `H` is an integer, not 'x'"),
        ({"B": True}, "the size `B` is an integer, not True"),
        ({"Q": 3}, "no input has a size `Q`; there are: B, H, W"),
        ({"B": 0}, "B=0 is not taken: sizes are at least 1, and H % 4 == 0, W % 4 == 0"),
        ({"H": 6, "W": 8}, "H=6, W=8 is not taken"),
    ],
)
def test_what_is_no_size_is_refused(sizes: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NET.macs.subs(sizes)
