"""The story that the demonstration plays: a fictional operator, its rules and its people."""

from __future__ import annotations

from importlib import resources


def read(name: str) -> bytes:
    """Return one of the story's documents: ``declaration.yaml`` or ``policy.yaml``."""
    return (resources.files(__package__ or "shouze.cli.story") / name).read_bytes()
