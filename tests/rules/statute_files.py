"""The package's own statutes, as bytes by file name."""

from __future__ import annotations

from functools import cache
from importlib import resources

from shouze.rules.catalogue import Statutes, load_statutes


def statute_files() -> dict[str, bytes]:
    """Return a new mapping of the TOML files that the package carries."""
    folder = resources.files("shouze.rules") / "statutes"
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.name.endswith(".toml")}


@cache
def statutes() -> Statutes:
    """Return the package's statutes, loaded."""
    return load_statutes(statute_files())
