"""Re-parameterisation: the weights of a block's inference form, read off by rewriting its training form."""

from archc.merging.forms import FormPair, form_pairs, has_forms, homeless
from archc.merging.merge import Merge, MergeFailure, merge
from archc.merging.terms import terms_of

__all__ = ["FormPair", "Merge", "MergeFailure", "form_pairs", "has_forms", "homeless", "merge", "terms_of"]
