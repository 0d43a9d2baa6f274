"""Spaces: architectures drawn from a grammar whose modules carry shapes."""
