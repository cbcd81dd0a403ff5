"""One-time codes of calls: each for its own call alone."""

from __future__ import annotations

from datetime import datetime

from shouze.registers import one_time_codes
from shouze.registers.counter.models import Call


def digest_of(call: Call, code: str) -> str:
    """Return what is kept of a code."""
    return one_time_codes.digest_of(_what_for(call), code)


def fits(call: Call, code: str, now: datetime) -> bool:
    """Tell whether it is this call's code, in time."""
    return one_time_codes.fits(_what_for(call), code, call.code, call.code_until, now)


def _what_for(call: Call) -> str:
    return f"counter-{call.number}"
