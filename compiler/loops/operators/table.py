"""The table: operators by name. One that is not here is computed as its declaration says in simpler operators."""

from collections.abc import Mapping

from archc.loops.operators.creation import CREATION
from archc.loops.operators.fourier import FOURIER
from archc.loops.operators.indexing import INDEXING
from archc.loops.operators.normalisation import NORMALISATIONS
from archc.loops.operators.pointwise import POINTWISE
from archc.loops.operators.products import PRODUCTS
from archc.loops.operators.reductions import REDUCTIONS
from archc.loops.operators.resizing import RESIZING
from archc.loops.operators.shaping import SHAPING
from archc.loops.operators.windows import WINDOWS
from archc.loops.use import Lowering

LOWERINGS: Mapping[str, Lowering] = {
    **CREATION,
    **FOURIER,
    **INDEXING,
    **NORMALISATIONS,
    **POINTWISE,
    **PRODUCTS,
    **REDUCTIONS,
    **RESIZING,
    **SHAPING,
    **WINDOWS,
}
