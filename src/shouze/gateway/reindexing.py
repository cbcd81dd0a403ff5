"""Replaces the index key, under whose tags users are found, without any moment in which one is not.

1. A fresh key is *prepared*: whoever binds an identifier from now on writes a tag under each key of the ring. Custody
   then demands it: a claim without the new tag is refused, so no gateway that is behind leaves one out.
2. Every identifier bound before gets its new tag too. Its value is opened for that, so it is recorded, with the
   subjects. The walk is repeated until it leaves none out.
3. The new key becomes *current*: values are looked up by its tags. Both are there, whichever a gateway computes.
4. ``GRACE`` later nobody computes the old one any more (a ring is never that far behind), custody refuses it, the old
   tags are forgotten, and the old key is destroyed.

What goes with the old key: the bindings of former holders, for their values are gone and cannot be tagged anew. Who
held a number before cannot be told afterwards. The same is true of a binding whose value nobody holds.

Every step can be cut off and begun again, by any program.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shouze.errors import SealedError
from shouze.gateway.ports import Found, KeyQuery, LivingKeys, Query
from shouze.gateway.rewrapping import GRACE
from shouze.gateway.room import Room
from shouze.gateway.rotation_ports import FIRST_TAG, Bound, IndexTurning, Retag
from shouze.gateway.sealing import PACK, opened_with
from shouze.journal.record import Record
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.vault.blind_index import tag
from shouze.vault.keys import TurningRing

PAGE = 500
"""Bindings looked at together, at most so many subjects to a record."""
ACT = "replace-index-key"

Progress = Callable[[int], None]
"""Hears of so many more bindings looked at."""


@dataclass(frozen=True)
class Reindexing:
    """What replaces the index key: the gateway's room, its ring, the bindings, and who does it."""

    room: Room
    ring: TurningRing
    bindings: IndexTurning
    who: Who
    page: int = PAGE


async def reindex(work: Reindexing, progress: Progress = lambda _: None) -> datetime | None:
    """Go on with replacing the index key, or begin it; None when it is done, else when to come again.

    TamperedError when a value does not verify: the key is not replaced before that is mended.
    """
    work.ring.refresh()
    versions, current = work.ring.index_versions(), work.ring.index_version()
    if versions[0] < current:
        return await _finish(work, current)
    if versions[-1] == current:
        await _record(work, "permitted")
        work.ring.prepare_index_key(work.room.clock.now())
    return await _spread(work, current, progress)


async def _spread(work: Reindexing, old: int, progress: Progress) -> datetime | None:
    """Write tags under the prepared key beside the present ones; make it current when none lacks its."""
    new, now = work.ring.index_versions()[-1], work.room.clock.now()
    heard = work.ring.index_keys()[new] + GRACE
    if now < heard:  # by then every gateway has read the ring, and none is refused
        return heard
    await work.bindings.demand(oldest=0, newest=new)
    while await _walk(work, old, new, progress):
        pass
    await _record(work, "permitted")
    # Invariant: a key becomes current only when every identifier bound by the old key's tag is bound by its tag too.
    work.ring.switch_index_key(new)
    return await _finish(work, new)


async def _finish(work: Reindexing, current: int) -> datetime | None:
    now = work.room.clock.now()
    await work.bindings.demand(oldest=0, newest=current)
    await work.bindings.switched(current, now)
    switched_at = (await work.bindings.floor()).switched_at or now
    if now < switched_at + GRACE:
        return switched_at + GRACE
    await work.bindings.demand(oldest=current, newest=current)
    last: bytes | None = b""
    while last is not None:
        last = await work.bindings.forget_before(last, 2 * work.page, current)
        await asyncio.sleep(0)
    await _record(work, "done")
    work.ring.destroy_index_keys_before(current)
    return None


async def _walk(work: Reindexing, old: int, new: int, progress: Progress) -> int:
    """Give every binding its new tag; return how many were left out."""
    after, lacking = FIRST_TAG, 0
    while page := await work.bindings.present(after, work.page, old, new):
        lacking += await _tag_again(work, [each for each in page if not each.again], old, new)
        after = page[-1].place
        progress(len(page))
        await asyncio.sleep(0)  # whoever waits for the door goes first
    return lacking


async def _tag_again(work: Reindexing, bound: Sequence[Bound], old: int, new: int) -> int:
    if not bound:
        return 0
    subjects = list(dict.fromkeys(each.place.subject for each in bound))
    await _record(work, "permitted", tuple(sorted({each.item for each in bound})), subjects)
    tags = await _tags_of(work, bound, subjects, old, new)
    return await work.bindings.bind_again(tags, new) if tags else 0


async def _tags_of(
    work: Reindexing, bound: Sequence[Bound], subjects: Sequence[str], old: int, new: int
) -> list[Retag]:
    """Return the new tags of those whose value is held, found among their subject's values by the old tag."""
    items = (PACK, *sorted({each.item for each in bound}))
    answers = await work.room.custody.look_up([Query(subject, (), None, items) for subject in subjects])
    found = [each for answer in answers for each in answer.found]
    keys = await work.room.keys.fetch_many(
        [KeyQuery(each.subject, tuple({value.ground: None for value in each.values})) for each in found]
    )
    texts = {each.subject: _texts(work.room, each, living) for each, living in zip(found, keys, strict=True)}
    tags = []
    for each in bound:
        for item, text in texts.get(each.place.subject, ()):
            if item == each.item and tag(work.ring, item, text, old) == each.place.tag:
                tags.append(Retag(each.place, tag(work.ring, item, text, new)))
    return tags


def _texts(room: Room, found: Found, living: LivingKeys) -> set[tuple[str, str]]:
    """Return the subject's values by item; none where their keys are out of reach."""
    try:
        opened = opened_with(room, found.subject, found.values, living)
    except SealedError:
        return set()
    return {(item, each.text) for held in opened.values() for item, each in held.items()}


async def _record(work: Reindexing, outcome: str, items: tuple[str, ...] = (), subjects: Sequence[str] = ()) -> None:
    draft = Draft(work.who, Where(), What(ACT, (), items, len(subjects)), Verdict(outcome))
    key = work.room.day_key() if subjects else None
    await work.room.journal.record(Record(draft, key, work.room.concerned(subjects)))
