"""Reads the statutes that the package carries."""

from __future__ import annotations

from functools import cache
from importlib import resources

from shouze.rules.catalogue import Statutes, load_statutes


@cache
def read_statutes() -> Statutes:
    """Return the statutes that the package carries, read once."""
    folder = resources.files("shouze.rules") / "statutes"
    files = {each.name: each.read_bytes() for each in folder.iterdir() if each.name.endswith(".toml")}
    return load_statutes(files)
