"""Reads the statutes that the package carries."""

from __future__ import annotations

from functools import cache
from importlib import resources

from shouze.rules.catalogue import Statutes, load_statutes
from shouze.rules.penalty.instruments import FILE as PENALTIES
from shouze.rules.penalty.instruments import Penalties, load_penalties
from shouze.rules.working_days import FILE, WorkingDays, load_working_days


@cache
def read_statutes() -> Statutes:
    """Return the statutes that the package carries, read once."""
    folder = resources.files("shouze.rules") / "statutes"
    files = {each.name: each.read_bytes() for each in folder.iterdir() if each.name.endswith(".toml")}
    return load_statutes(files)


@cache
def read_working_days() -> WorkingDays:
    """Return the days on which people work, as the package carries them, read once."""
    return load_working_days((resources.files("shouze.rules") / "statutes" / FILE).read_bytes())


@cache
def read_penalties() -> Penalties:
    """Return the penalties of all instruments that the package carries, read once."""
    return load_penalties((resources.files("shouze.rules") / "statutes" / PENALTIES).read_bytes(), read_statutes())
