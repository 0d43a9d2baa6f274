"""The table: operators by name."""

from collections.abc import Mapping

from archc.backends.torch.operators.convolution import CONVOLUTIONS
from archc.backends.torch.operators.dense import DENSE
from archc.backends.torch.operators.fourier import FOURIER
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.normalisation import NORMALISATIONS
from archc.backends.torch.operators.pointwise import POINTWISE
from archc.backends.torch.operators.pooling import POOLING
from archc.backends.torch.operators.shaping import SHAPING

LOWERINGS: Mapping[str, Lowering] = {
    **CONVOLUTIONS,
    **DENSE,
    **NORMALISATIONS,
    **POINTWISE,
    **SHAPING,
    **POOLING,
    **FOURIER,
}
