"""Keeps assessments in step with what needs one: a row for what has none, another for what changed since."""

from __future__ import annotations

from datetime import datetime

from shouze.registers import acting
from shouze.registers.assessments.models import Assessment
from shouze.registers.assessments.needing import Need, needs
from shouze.registers.finding import registers

CONTENT = ("lawful", "influence", "measures")
_UNDER_WAY = ("needed", "draft", "submitted")


def keep(_now: datetime, about: str | None = None) -> int:
    """Register what has to be assessed and is not, or not as it is now; of all, or of one thing. Return how many."""
    return sum(_kept(need) for need in needs() if about is None or need.about == about)


def _kept(need: Need) -> bool:
    rows = Assessment.objects.filter(about=need.about)
    if rows.filter(state__in=_UNDER_WAY).exists():
        return False
    last = rows.filter(state__in=("approved", "outdated", "moot")).order_by("-pk").first()
    if last is not None and last.state != "outdated" and last.seen == need.digest:
        return False
    register = registers()["assessments"]
    if last is not None and last.state == "approved":
        acting.followed("assessments", last, "outdate")
    fresh = Assessment(about=need.about, title=need.title.zh, reasons=list(need.reasons), state="needed")
    for name in CONTENT if last is not None else ():
        setattr(fresh, name, getattr(last, name))
    acting.enrol(register, fresh, None)
    return True


def digest_now(about: str) -> str:
    """Return the digest of what is assessed as it is now; empty where the registers do not know it."""
    return next((each.digest for each in needs() if each.about == about), "")
