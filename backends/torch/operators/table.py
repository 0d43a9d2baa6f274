"""The table: operators by name."""

from collections.abc import Mapping

from archc.backends.torch.operators.activation import ACTIVATIONS
from archc.backends.torch.operators.convolution import CONVOLUTIONS
from archc.backends.torch.operators.creation import CREATION
from archc.backends.torch.operators.dense import DENSE
from archc.backends.torch.operators.fourier import FOURIER
from archc.backends.torch.operators.indexing import INDEXING
from archc.backends.torch.operators.lowering import Lowering
from archc.backends.torch.operators.normalisation import NORMALISATIONS
from archc.backends.torch.operators.pointwise import POINTWISE
from archc.backends.torch.operators.products import PRODUCTS
from archc.backends.torch.operators.resizing import RESIZING
from archc.backends.torch.operators.shaping import SHAPING
from archc.backends.torch.operators.wavelets import WAVELETS
from archc.backends.torch.operators.windows import WINDOWS

LOWERINGS: Mapping[str, Lowering] = {
    **ACTIVATIONS,
    **CONVOLUTIONS,
    **CREATION,
    **DENSE,
    **FOURIER,
    **INDEXING,
    **NORMALISATIONS,
    **POINTWISE,
    **PRODUCTS,
    **RESIZING,
    **SHAPING,
    **WAVELETS,
    **WINDOWS,
}
