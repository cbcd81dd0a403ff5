"""Fills an installation with the records as they are before a run: as the door writes them, but for the log."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from shouze.gateway.collect import due_from, foreseen, new_subject_id
from shouze.gateway.ports import Change, SealedValue
from shouze.gateway.sealing import Content, Sealer
from shouze.rules.standing import Held, Standing
from shouze.wiring import Installation

from .declared import AGREED, Place, agreement_of, consent_of

AT_ONCE = 64


async def load(opened: Installation, places: list[Place]) -> dict[int, str]:
    """Write every record; return the subject of each user."""
    held: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        held[place.user].append(place)
    subjects = {user: new_subject_id(opened.door.room.entropy(16)) for user in held}
    users = sorted(held)
    for start in range(0, len(users), AT_ONCE):
        chunk = users[start : start + AT_ONCE]
        await asyncio.gather(*(_subject(opened, subjects[user], held[user]) for user in chunk))
    return subjects


async def _subject(opened: Installation, subject: str, places: list[Place]) -> None:
    room, now, standing = opened.door.room, opened.clock.now(), Standing()
    sealer, puts = Sealer(room, subject, ()), list[SealedValue]()
    await sealer.ready({place.ground for place in places})
    for ground in {place.ground for place in places}:
        mine, rule = [place for place in places if place.ground == ground], room.policy.purpose_of(ground)
        assert rule is not None
        held = {place.item: Held(1, now, due_from(rule, now)) for place in mine}
        standing = foreseen(standing, mine[0].service, [consent_of(mine)], now).holding(ground, held)
        puts += sealer.seal(ground, {place.item: Content(1, place.row.data) for place in mine})
    for place in places:
        for field in AGREED:
            standing = standing.agreed(agreement_of(place, field, getattr(place.row, field)))
    assert await opened.stores.custody.change(Change(subject, 0, standing, tuple(puts)))
