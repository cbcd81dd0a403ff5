"""The package's own penalties and working days."""

from __future__ import annotations

from functools import cache

from shouze.rules.penalty.instruments import FILE, Penalties, load_penalties
from shouze.rules.working_days import FILE as HOLIDAYS
from shouze.rules.working_days import WorkingDays, load_working_days
from tests.rules.statute_files import statute_files, statutes


@cache
def penalties() -> Penalties:
    return load_penalties(statute_files()[FILE], statutes())


@cache
def working() -> WorkingDays:
    return load_working_days(statute_files()[HOLIDAYS])
