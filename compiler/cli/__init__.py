"""The program `archc`."""

from archc.cli.program import main

__all__ = ["main"]
