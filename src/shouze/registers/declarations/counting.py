"""Counts consents at the door, a bounded number of subjects at a time, and estimates until it has gone through all.

Subjects' ids are random: whoever comes first in their order is a sample. What was counted among the share of ids
passed so far estimates the whole, with a margin of two standard errors; at the end the count is exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from shouze.client import ConsentTally
from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.registers.declarations.models import ConsentCount
from shouze.registers.dooring import door

LIMIT = 5_000
"""Subjects that one call counts."""
PAGES_NOW = 3
"""Calls made while somebody waits for the answer."""
PAGES_A_TURN = 20
"""Calls made in one turn of the job that goes on to the end."""

Row = list[str | int]


class Estimate(NamedTuple):
    """How many there are; ``margin`` is None where they were all counted, else how far off it may be."""

    number: int
    margin: int | None


def begin() -> ConsentCount:
    """Begin a new count, as far as somebody would wait for."""
    return go_on(ConsentCount.objects.create(), PAGES_NOW)


def go_on(count: ConsentCount, pages: int = PAGES_A_TURN) -> ConsentCount:
    """Go on with a count by so many calls; what is counted is kept after each, so that it can be stopped."""
    reached = door()
    if reached is None:
        raise UnavailableError(Text("信息闸门没有应答", "The door does not answer"))
    for _ in range(pages):
        if count.done_at is not None:
            break
        counted = reached.count_consents(count.after, LIMIT)
        count.tallies = _added(count.tallies, counted.tallies)
        count.subjects += counted.subjects
        count.after, count.share = counted.after, counted.share
        count.done_at = timezone.now() if counted.after is None else None
        count.save()
    return count


def count_on(_now: datetime) -> int:
    """Go on with the newest count until its end; return how many subjects it has come to. A job calls this."""
    newest = latest()
    return go_on(newest).subjects if newest is not None and newest.done_at is None else 0


def latest() -> ConsentCount | None:
    """Return the newest count."""
    return ConsentCount.objects.order_by("-id").first()


def estimate(count: ConsentCount, number: int) -> Estimate:
    """Return what the number counted so far says of all."""
    if count.done_at is not None:
        return Estimate(number, None)
    share = max(count.share, 1e-12)
    return Estimate(round(number / share), math.ceil(2 * math.sqrt(max(number, 1)) / share))


def standing(count: ConsentCount, service: str, purpose: str) -> Estimate:
    """Return how many consents to a purpose stand, whichever version they rest on."""
    rows = [each for each in count.tallies if each[:2] == [service, purpose]]
    return estimate(count, sum(each[3] for each in rows))


def _added(before: Iterable[Row], tallies: Iterable[ConsentTally]) -> list[Row]:
    sums: dict[tuple[str, str, int], list[int]] = {}
    for service, purpose, version, stand, withdrawn in before:
        sums[str(service), str(purpose), int(version)] = [int(stand), int(withdrawn)]
    for each in tallies:
        held = sums.setdefault((each.service, each.purpose, each.version), [0, 0])
        held[0] += each.standing
        held[1] += each.withdrawn
    return [[*key, *held] for key, held in sorted(sums.items())]
