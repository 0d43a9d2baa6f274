"""Tree to graph: names, static evaluation, shapes."""
