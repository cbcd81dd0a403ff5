"""The command line: every command, in the reader's language."""

from shouze.cli.program import main

__all__ = ["main"]
