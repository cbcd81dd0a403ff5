"""Where systems stand, for other registers: reviews of accounts' systems, records that are fed, names."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max

from shouze.language import Text
from shouze.registers.describing import Choices
from shouze.registers.systems.models import OUTSIDE, System

CONNECTED = "connected"


def reviewed_until(account: str) -> datetime | None:
    """Return until when a connected system of a service account has been reviewed; None where there is none."""
    systems = System.objects.filter(account=account, state=CONNECTED)
    until: datetime | None = systems.aggregate(until=Max("reviewed_until"))["until"]
    return until


def outside() -> Choices:
    """Return the systems whose handling has to be attested, by their names."""
    rows = System.objects.filter(kind__in=OUTSIDE, state=CONNECTED).order_by("name")
    return {each.name: Text(each.title, each.title_en) for each in rows}


def feeds(system: System, now: datetime) -> bool:
    """Tell whether a system outside the door feeds attested records, lately enough; one behind the door needs none."""
    return not system.outside or (
        system.fed_at is not None and now - system.fed_at <= timedelta(days=system.records_days)
    )
