"""The keys of records of use: one for each subject, ground and item, named in the subject's standing.

They are apart from the key of the ground's values, so that sealing values anew does not touch them, and one for each
item, so that withdrawing one item ends it in every block at once and leaves the others as they are.

# Invariant: a key seals only after the standing names it, so that whatever ends the ground ends the key: of two that
# begin to append for one subject, the one whose standing came second asks again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from shouze.gateway.ports import KeyQuery, NewKey
from shouze.gateway.room import Room
from shouze.gateway.rotation_ports import EpochEndedError
from shouze.gateway.sealing import fresh_version
from shouze.gateway.usage.blocks import OpenKey
from shouze.gateway.usage.ports import Holding, Seen, UsageStore
from shouze.rules.standing import Held
from shouze.rules.use import usage_of
from shouze.vault.keys import fresh_subject_key, unwrap_subject_key
from shouze.vault.suites import suite_numbered

TOGETHER = 1_000
"""Subjects whose keys are asked for, or made, with one statement."""

T = TypeVar("T")
ItemKeys = dict[str, OpenKey]


class Wanting(NamedTuple):
    """A subject for whom records of these items are to be sealed."""

    subject: str
    seen: Seen
    items: frozenset[str]


async def keys_for(
    room: Room, store: UsageStore, ground: str, wanting: Sequence[Wanting], now: datetime
) -> tuple[dict[str, ItemKeys], list[str]]:
    """Return the keys by subject and item, and the subjects who have changed meanwhile and must be asked for again."""
    place, keys, again = usage_of(ground), dict[str, ItemKeys](), list[str]()
    for part in _parts(wanting):
        lacking = [each for each in part if _lacks(each, place)]
        begun, changed = await _begin(room, store, place, lacking, now) if lacking else ({}, set[str]())
        again += changed
        some = [each for each in part if each.subject not in changed]
        for subject, found in (await _living(room, place, some, begun)).items():
            if found is None:
                again.append(subject)
            else:
                keys[subject] = found
    return keys, again


def _lacks(wanting: Wanting, place: str) -> bool:
    held = wanting.seen.standing.held.get(place, {})
    return any(item not in held or held[item].due is not None for item in wanting.items)


async def _begin(
    room: Room, store: UsageStore, place: str, lacking: Sequence[Wanting], now: datetime
) -> tuple[dict[str, ItemKeys], set[str]]:
    """Make the keys that are missing and list them in the standings; return those of subjects who had not changed."""
    holdings, items = list[Holding](), dict[str, list[tuple[str, int]]]()
    for subject, (revision, standing), wanted in lacking:
        held = standing.held.get(place, {})
        fresh = [(item, fresh_version(room)) for item in sorted(wanted) if item not in held]
        going_on = {item: Held(held[item].version, held[item].at) for item in wanted if item in held}
        begun = {item: Held(version, now) for item, version in fresh}
        holdings.append(Holding(subject, revision, standing.holding(place, {**going_on, **begun})))
        items[subject] = fresh
    try:
        keys = await _keep(room, place, items)
    except EpochEndedError:
        room.ring.refresh()
        keys = await _keep(room, place, items)
    written = await store.hold(holdings)
    changed = {each.subject for each in lacking if each.subject not in written}
    return {subject: keys.get(subject, {}) for subject in written}, changed


async def _keep(room: Room, place: str, items: Mapping[str, Sequence[tuple[str, int]]]) -> dict[str, ItemKeys]:
    """Make keys and keep them durably; those of a subject who changed meanwhile are named nowhere."""
    keys, kept = dict[str, ItemKeys](), list[NewKey]()
    for subject, wanted in items.items():
        mine = keys.setdefault(subject, {})
        for item, version in wanted:
            key, wrapped = fresh_subject_key(room.ring, subject, place, room.entropy)
            kept.append(NewKey(subject, place, version, wrapped))
            mine[item] = (suite_numbered(wrapped.suite), version, key)
    await room.keys.add_many(kept)
    return keys


async def _living(
    room: Room, place: str, wanting: Sequence[Wanting], begun: Mapping[str, ItemKeys]
) -> dict[str, ItemKeys | None]:
    """Return the keys of each subject; None where one that its standing names is no longer there."""
    asked = [each for each in wanting if each.items - begun.get(each.subject, {}).keys()]
    living = await room.keys.fetch_many([KeyQuery(each.subject, (place,)) for each in asked]) if asked else []
    found: dict[str, ItemKeys | None] = {each.subject: begun.get(each.subject, {}) for each in wanting}
    for each, wrapped in zip(asked, living, strict=True):
        mine, held = dict(found[each.subject] or {}), each.seen.standing.held.get(place, {})
        for item in each.items:
            if item in mine:
                continue
            key = wrapped[place].get(held[item].version)
            if key is None:
                found[each.subject] = None
                break
            plain = unwrap_subject_key(room.ring, key, each.subject, place)
            mine[item] = (suite_numbered(key.suite), held[item].version, plain)
        else:
            found[each.subject] = mine
    return found


def _parts(all_of_them: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(all_of_them), TOGETHER):
        yield all_of_them[start : start + TOGETHER]
