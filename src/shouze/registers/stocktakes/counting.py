"""Counts: what was typed or read by a camera is a carrier of the list, another one of ours, or none of ours."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Literal, NamedTuple

import msgspec
from django.db import transaction

from shouze.errors import ConflictError, InvalidError
from shouze.language import Text
from shouze.registers.media.models import Medium
from shouze.registers.people.models import Person
from shouze.registers.stocktakes.models import Difference, Expected, Stocktake

MARK_LENGTH = 64
ELSEWHERE = frozenset({"kept", "issued", "lost", "destroying"})


class Seen(NamedTuple):
    """What came of one carrier seen: as expected, a second time, one of ours that is not expected here, or unknown."""

    outcome: Literal["expected", "again", "unexpected", "unknown"]
    mark: str
    medium: Medium | None


def expect(row: Stocktake) -> int:
    """Write down what should be there now; return how many carriers. What is issued or lost is not expected."""
    media = Medium.objects.filter(state="kept")
    media = media.filter(place=row.place) if row.place else media
    media = media.filter(kind__in=row.kinds) if row.kinds else media
    keys = media.values_list("pk", flat=True)
    made = Expected.objects.bulk_create((Expected(stocktake=row, medium_id=pk) for pk in keys), batch_size=500)
    return len(made)


def mark_of(given: str) -> str:
    """Return what identifies a carrier in what was typed or read: of a label's address, its last part."""
    return given.strip().rstrip("/").rpartition("/")[2][:MARK_LENGTH]


def medium_of(mark: str) -> Medium | None:
    """Return the carrier by its label's tag, its number, or the operator's own mark; the newest of that mark."""
    for name in ("tag", "number__iexact", "mark"):
        found = Medium.objects.filter(**{name: mark}).order_by("-pk").first()
        if found is not None:
            return found
    return None


@transaction.atomic
def see(row: Stocktake, given: str, person: Person, now: datetime) -> Seen:
    """Note that a carrier was seen; the same one seen again changes nothing.

    ConflictError once the counting has ended.
    """
    # A13-4-media: each carrier is seen by somebody, at a time
    running = Stocktake.objects.select_for_update().filter(pk=row.pk, state="running").first()
    if running is None:
        raise ConflictError(Text("盘点已结束", "The counting is over"), field="mark")
    mark = mark_of(given)
    if not mark:
        raise InvalidError(Text("没有编号", "There is no number"), field="mark")
    medium = medium_of(mark)
    if medium is None:
        _differ(running, "unknown", None, mark, now)
        return Seen("unknown", mark, None)
    Medium.objects.filter(pk=medium.pk).update(seen_at=now)
    wanted = Expected.objects.filter(stocktake=running, medium=medium)
    if wanted.filter(seen_at=None).update(seen_at=now, seen_by=person):
        return Seen("expected", medium.number, medium)
    if wanted.exists():
        return Seen("again", medium.number, medium)
    _differ(running, "unexpected", medium, medium.number, now)
    return Seen("unexpected", medium.number, medium)


def _differ(row: Stocktake, kind: str, medium: Medium | None, mark: str, now: datetime) -> None:
    Difference.objects.get_or_create(stocktake=row, kind=kind, mark=mark, defaults={"medium": medium, "found_at": now})


def conclude(row: Stocktake, now: datetime) -> list[Difference]:
    """End the counting: what was not seen is missing. Return every difference."""
    unseen = Expected.objects.filter(stocktake=row, seen_at=None).select_related("medium")
    Difference.objects.bulk_create(
        (Difference(stocktake=row, kind="missing", medium=each.medium, mark=each.medium.number, found_at=now)
         for each in unseen.iterator(chunk_size=500)),
        batch_size=500,
    )  # fmt: skip
    differences = list(Difference.objects.filter(stocktake=row).select_related("medium__keeper").order_by("pk"))
    seen = Expected.objects.filter(stocktake=row).exclude(seen_at=None).order_by("medium_id")
    listed = list(seen.values_list("medium__number", "seen_at", "seen_by__username"))
    row.counted, row.digest = len(listed), sha256(msgspec.json.encode(listed)).hexdigest()
    row.missing = sum(each.kind == "missing" for each in differences)
    row.unexpected = len(differences) - row.missing
    row.ended_at = now
    return differences
