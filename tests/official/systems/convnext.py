"""Recordings of ConvNeXt."""

from tests.official.case import Case

CASES = (
    Case("convnext/convnext_tiny", "ConvNeXt", "tiny"),
    Case("convnext/convnext_tiny_in288x256", "ConvNeXt", "tiny"),
    Case("convnext/convnext_isotropic_small", "IsotropicConvNeXt", "small"),
)
