"""Recordings of UniRepLKNet."""

from tests.official.case import Case

CASES = (
    Case("unireplknet/unireplknet_a_in160x192_train", "UniRepLKNet", "a"),
    Case("unireplknet/unireplknet_a_in160x192_deploy", "UniRepLKNet", "a", deployed=True),
    Case("unireplknet/unireplknet_t_deploy", "UniRepLKNet", "t", deployed=True),
    Case("unireplknet/unireplknet_a_features_train", "UniRepLKNet", "a_features"),
)
