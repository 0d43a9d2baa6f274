"""Backends: each lowers a graph, plans, and prints through its templates."""
