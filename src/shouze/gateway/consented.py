"""What users agreed to: one subject's consents, and how many there are to which purpose and version.

Counting goes through the subjects in the order of their ids, a bounded number at a time. Ids are random, so that the
first ones are a sample of all: what was counted, divided by the ``share`` of the ids passed, estimates the whole, and
going on to the end makes it exact. Nothing is written beside a consent for the sake of counting.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import msgspec

from shouze.gateway.asking import Request, Visitor
from shouze.gateway.passage import approach
from shouze.gateway.room import Room
from shouze.gateway.wording import who_and_where
from shouze.journal.record import Receipt, Record
from shouze.ledger.entry import Draft, Verdict, What
from shouze.rules.standing import Agreement, Consent, Standing
from shouze.rules.use import parts_of, service_of

MOST = 10_000
"""Subjects that one call counts at the most."""
STEP = 500
"""Subjects read at once, between which others have their turn."""
ACT_READ, ACT_COUNT = "read-consents", "count-consents"
_ORDER = {letter: place for place, letter in enumerate("234567abcdefghijklmnopqrstuvwxyz")}
_PLACES = 10


class Consented(msgspec.Struct, frozen=True):
    """What one subject agreed to for one service, by purpose; when it left the service; limits agreed with it."""

    subject: str
    consents: dict[str, Consent]
    left: datetime | None
    agreements: tuple[Agreement, ...]
    receipt: Receipt


class Tally(msgspec.Struct, frozen=True):
    """How many consents to one purpose rest on one version: those that stand, and those withdrawn."""

    service: str
    purpose: str
    version: int
    standing: int
    withdrawn: int


class Counted(msgspec.Struct, frozen=True):
    """What was counted: how many subjects, up to which (None: to the end), which share of all ids that is."""

    subjects: int
    after: str | None
    share: float
    tallies: tuple[Tally, ...]
    receipt: Receipt


async def read_consents(room: Room, visitor: Visitor, request: Request) -> Consented:
    """Tell what one subject agreed to, for a purpose that the visitor may read for; no value is opened."""
    # A09-1-consent: which version was shown, by which act, when, in which channel
    passage = await approach(room, visitor, request)
    receipt = await passage.noted(ACT_READ)
    passage.permit  # noqa: B018 - it raises where the decision was a refusal
    standing = passage.found.standing if passage.found else Standing()
    begin = f"{request.service}/"
    return Consented(
        passage.subject or "",
        {ground.removeprefix(begin): each for ground, each in standing.consents.items() if ground.startswith(begin)},
        standing.services.get(request.service),
        tuple(each for each in standing.agreements if each.service == request.service),
        receipt,
    )


async def count_consents(room: Room, visitor: Visitor, after: str | None, limit: int) -> Counted:
    """Count the consents of the next ``limit`` subjects; the record says how many subjects were looked at."""
    standing, withdrawn = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    now, looked, place = room.clock.now(), 0, after or ""
    while looked < limit:
        wanted = min(STEP, limit - looked)
        found = await room.custody.standings(place, wanted)
        for _, each in found:
            _add(each, now, standing, withdrawn)
        looked, place = looked + len(found), found[-1][0] if found else place
        if len(found) < wanted:
            break
    over = looked < limit
    tallies = tuple(
        Tally(*parts_of(ground), version, standing[ground, version], withdrawn[ground, version])
        for ground, version in sorted({*standing, *withdrawn})
    )
    receipt = await _record(room, visitor, looked)
    return Counted(looked, None if over else place, 1.0 if over else share_of(place), tallies, receipt)


def share_of(subject: str) -> float:
    """Return which share of all possible ids comes no later than this one."""
    number = 0
    for letter in subject[:_PLACES]:
        number = number * 32 + _ORDER.get(letter, 0)
    return float(number + 1) / float(32 ** len(subject[:_PLACES]))


def _add(
    subject: Standing, now: datetime, standing: Counter[tuple[str, int]], withdrawn: Counter[tuple[str, int]]
) -> None:
    for ground, each in subject.consents.items():
        left = subject.services.get(service_of(ground))
        if each.withdrawn_at is not None:
            withdrawn[ground, each.version] += 1
        elif (each.until is None or each.until > now) and (left is None or left > now):
            standing[ground, each.version] += 1


async def _record(room: Room, visitor: Visitor, rows: int) -> Receipt:
    who, where, own = who_and_where(visitor)
    draft = Draft(who, where, What(ACT_COUNT, (), (), rows), Verdict("counted", policy=room.policy.digest or None), own)
    return await room.journal.record(Record(draft, room.day_key()))
