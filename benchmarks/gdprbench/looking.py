"""Looks into the tables behind the door: the last records of the log, and everything that is held, opened."""

from __future__ import annotations

from shouze.gateway.ports import Found, Query
from shouze.gateway.sealing import open_values
from shouze.ledger.tile import decode_bundle
from shouze.store.driver import Database
from shouze.wiring import Installation

from .declared import metadata_of
from .model import State
from .program import Program, together
from .records import Row

_LAST = """
SELECT n, body FROM log.staging WHERE sequenced IS NULL ORDER BY at DESC, node DESC, boot DESC, nseq DESC
LIMIT :most OFFSET :skipped
"""
_KEYS = "SELECT count(*) FROM keys.subject_key"
_PAGE = 256


async def last_lines(log: Database, count: int) -> list[bytes]:
    """Return the last records of the log, newest first, at most ``count``: lines of JSON, as the log keeps them."""
    lines: list[bytes] = []
    skipped = 0
    while len(lines) < count:
        rows = await log.fetch(_LAST, {"most": _PAGE, "skipped": skipped})
        if not rows:
            break
        skipped += len(rows)
        for n, body in rows:
            lines += reversed(decode_bundle(body, n))
    return lines[:count]


async def stored_state(opened: Installation, program: Program) -> State:
    """Return every record as it is stored, opened; RuntimeError when a key of something erased is left."""
    found: list[tuple[int, Found]] = []
    subjects = list(program.user_of.items())
    for (_, user), answer in zip(subjects, await together(opened.door.room.look_up, _queries(subjects)), strict=True):
        found += [(user, each) for each in answer.found]
    state: State = {}
    for user, each in found:
        state |= await _records(opened, program, user, each)
    grounds = sum(len(each.standing.held) for _, each in found)
    kept = await opened.stores.databases["keys"].fetch(_KEYS)
    if kept != [(grounds,)]:
        message = f"{kept[0][0]} keys are kept for {grounds} grounds that hold something"
        raise RuntimeError(message)
    return state


def _queries(subjects: list[tuple[str, int]]) -> list[Query]:
    return [Query(subject, (), None) for subject, _ in subjects]


async def _records(opened: Installation, program: Program, user: int, found: Found) -> State:
    values = await open_values(opened.door.room, found.subject, found.values)
    state: State = {}
    for place in program.of_user(user):
        if program.subjects[user] == found.subject and (value := values.pop((place.ground, place.item), None)):
            state[place.key] = Row._make([*metadata_of(place, found.standing), value])
    if values:
        message = f"{len(values)} values are held that belong to no record"
        raise RuntimeError(message)
    return state
