"""Replaces what wraps the subject keys, while the door is open, so that erased means gone within a bound.

A destroyed key is in no table any more, but copies of the key store (old pages, logs, backups) hold it wrapped under
the epochs of its time. When every epoch that was current before a moment is destroyed, whatever was destroyed before
that moment is beyond recovery: the age of the oldest living epoch is the clock of promise 4. Three steps move it on:

1. ``rotate`` makes a fresh epoch current. A gateway that has not heard of it goes on wrapping under the old one.
2. ``rewrap`` walks the keys and wraps each old one anew, compared and swapped: what was destroyed stays so.
3. ``retire`` first raises the floor: the key store takes no key under an older epoch any more; a gateway that tries
   reads the ring again. From then on keys below the floor only become fewer, since swapping only raises epochs. So
   a walk begun later that meets none proves that there never will be one. The old epochs are destroyed ``GRACE``
   after that proof, so that a gateway which fetched a key just before it was wrapped anew has long opened it.

Every step can be cut off anywhere and begun again, by any program: what it needs to know is in the ring and in the
key store. Each is recorded before it is done.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shouze.errors import SealedError, TamperedError
from shouze.gateway.ports import Clock
from shouze.gateway.rotation_ports import BEGINNING, KeyTurning, Placed, Swap
from shouze.journal.journal import Journal
from shouze.journal.record import Record
from shouze.language import Text
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.vault.keys import TurningRing, rewrap_subject_key

PAGE = 1000
"""Keys of one statement."""
COUNTED = 10_000
"""Keys counted by one statement."""
GRACE = timedelta(minutes=1)
"""How long an epoch that wraps nothing is still kept for those who fetched a key before; a fetch takes seconds."""
PARTS = 3
"""Epochs change this often within the bound: what is left of it is for the copies of the ring, and for reserve."""

Progress = Callable[[int], None]
"""Hears of so many more keys looked at."""


@dataclass(frozen=True)
class Turning:
    """What replaces keys: ring, key store, journal and clock; who does it; the bound; how long records are kept."""

    ring: TurningRing
    keys: KeyTurning
    journal: Journal
    clock: Clock
    who: Who
    bound: timedelta
    record_retention: timedelta
    page: int = PAGE


class Walk(NamedTuple):
    """What a walk over all keys met: how many, how many wrapped under old epochs, how many it wrapped anew."""

    seen: int
    old: int
    rewrapped: int


class Standing(NamedTuple):
    """The clock of the erasure bound: living epochs with their moments, keys under each.

    What was destroyed before ``beyond`` is beyond recovery.
    """

    current: int
    epochs: dict[int, datetime]
    keys: dict[int, int]
    beyond: datetime
    late_at: datetime
    exceeded: bool


async def rotate(turning: Turning, *, after: int | None = None) -> int:
    """Begin a new epoch (with ``after`` only if that one still is current); return the current one."""
    await _record(turning, "rotate-keys", "permitted")
    return turning.ring.add_epoch(turning.clock.now(), after=after)


async def rewrap(turning: Turning, progress: Progress = lambda _: None) -> Walk:
    """Wrap every living key of an older epoch under the current one.

    TamperedError, after all others were treated, when one does not verify. A key whose epoch the ring has not opens
    nothing any more and is passed over.
    """
    await _record(turning, "rewrap-keys", "permitted")
    walk = await _walk(turning, progress)
    await _record(turning, "rewrap-keys", "done", walk.rewrapped)
    return walk


async def retire(turning: Turning, progress: Progress = lambda _: None) -> datetime | None:
    """Destroy the epochs that wrap no living key; None when only the current one is left, else when to come again."""
    turning.ring.refresh()
    current, now = turning.ring.current_epoch(), turning.clock.now()
    if min(turning.ring.epochs()) == current:
        return None
    floor = await turning.keys.floor()
    if floor.epoch < current or floor.cleared_at is None:
        await turning.keys.raise_floor(current)
        while (await rewrap(turning, progress)).old:
            pass
        await turning.keys.clear(current, turning.clock.now())
        floor = await turning.keys.floor()
    if floor.cleared_at is None or now < floor.cleared_at + GRACE:
        return (floor.cleared_at or now) + GRACE
    await _record(turning, "retire-keys", "permitted")
    # Invariant: an epoch is destroyed only after no living key is, or ever will be, wrapped under it.
    turning.ring.destroy_epochs_before(floor.epoch)
    return None


async def keep_turning(turning: Turning) -> None:
    """Do what is due: begin an epoch, wrap anew, destroy old epochs and the keys of days whose records are over."""
    turning.ring.refresh()
    now, current = turning.clock.now(), turning.ring.current_epoch()
    if now >= turning.ring.epochs()[current] + turning.bound / PARTS:
        await rotate(turning, after=current)
    await retire(turning)
    await end_days(turning)


async def end_days(turning: Turning) -> None:
    """Destroy the keys of days on which no record is that has to be kept: its openings are worthless from now on."""
    # A13-6-oplog: records are kept for six months at least; the setting cannot be shorter.
    first = (turning.clock.now() - turning.record_retention).date().isoformat()
    if turning.ring.first_day() < first:
        await _record(turning, "end-record-keys", "permitted")
        turning.ring.destroy_days_before(first)


async def standing(ring: TurningRing, keys: KeyTurning, bound: timedelta, now: datetime) -> Standing:
    """Return the clock, with the keys counted; nothing is changed or recorded."""
    epochs, counts, after = dict(ring.epochs()), Counter[int](), BEGINNING
    while (page := await keys.page(after, COUNTED, 0)).last is not None:
        counts.update(page.epochs)
        after = page.last
    beyond = min(epochs.values())
    return Standing(ring.current_epoch(), epochs, dict(counts), beyond, beyond + bound, now > beyond + bound)


async def _walk(turning: Turning, progress: Progress) -> Walk:
    turning.ring.refresh()
    current, after, walk, damaged = turning.ring.current_epoch(), BEGINNING, Walk(0, 0, 0), 0
    while (page := await turning.keys.page(after, turning.page, current)).last is not None:
        swaps, lost = _wrapped_anew(turning.ring, page.old)
        swapped = await turning.keys.swap(swaps) if swaps else 0
        damaged += lost
        after, seen = page.last, sum(page.epochs.values())
        walk = Walk(walk.seen + seen, walk.old + len(swaps), walk.rewrapped + swapped)
        progress(seen)
        await asyncio.sleep(0)  # whoever waits for the door goes first
    if damaged:
        raise TamperedError(
            Text(f"{damaged} 个用户密钥未通过完整性校验", f"{damaged} subject keys do not verify"), field="keys"
        )
    return walk


def _wrapped_anew(ring: TurningRing, old: tuple[Placed, ...]) -> tuple[list[Swap], int]:
    swaps, damaged = [], 0
    for place, before in old:
        try:
            after = rewrap_subject_key(ring, before, place.subject, place.ground)
        except TamperedError:
            damaged += 1
        except SealedError:
            continue
        else:
            swaps.append(Swap(place, before, after))
    return swaps, damaged


async def _record(turning: Turning, act: str, outcome: str, rows: int = 0) -> None:
    await turning.journal.record(Record(Draft(turning.who, Where(), What(act, (), (), rows), Verdict(outcome))))
