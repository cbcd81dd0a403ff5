"""Takes in a batch of users: find, decide, record, seal, as ``collect`` does for one.

One leaf of the log speaks of all of them; keys, values and bindings of all newcomers are written together with how far
the run has come, so that a run that was cut off goes on where it stopped. Ids of newcomers follow from run and row by a
keyed hash: a batch that is taken in again after a crash finds the keys that it made before.

A purpose that rests on consent wants a consent that is proven. Where there is none, what the operator held is sealed
and stays shut: nothing is opened for that purpose before the user has agreed, and after the term it is erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from msgspec.structs import replace

from shouze.errors import ConflictError, InvalidError
from shouze.gateway.arriving import MOST, Arrival, Arrived, Mark, Turn
from shouze.gateway.asking import Request, SubjectRef, Visitor
from shouze.gateway.batching import together
from shouze.gateway.collect import new_subject_id
from shouze.gateway.passage import Passage
from shouze.gateway.ports import Change, Found, KeyQuery, Newcomer, NewKey, Query, SealedValue
from shouze.gateway.room import Room
from shouze.gateway.sealing import LARGE, PACK, OpenKey, open_grounds, packed_first, sealed
from shouze.gateway.takeover.finding import Match, match
from shouze.gateway.takeover.planning import Plan, Planner
from shouze.gateway.wording import verdict_of, who_and_where, words_of
from shouze.gateway.wrapping import within_epoch
from shouze.gateway.writing import next_versions, rewritten, write
from shouze.journal.record import Record
from shouze.language import Text
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Draft
from shouze.rules.decide import Permit
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.standing import Standing
from shouze.rules.use import ground_of
from shouze.vault.framing import frame, words
from shouze.vault.keys import fresh_subject_key, unwrap_subject_key
from shouze.vault.suites import suite_numbered

_ARRIVAL = b"shouze/arrival/1"
FIRST = 1
"""The version of a newcomer's keys: fixed, so that a batch that is taken in again makes no second key."""
TRIES = 3
TOGETHER = 64
"""Known users who are brought up to date at once."""


class _New(NamedTuple):
    arrival: Arrival
    subject: str
    plan: Plan
    standing: Standing
    found: Match


class _Known(NamedTuple):
    arrival: Arrival
    found: Found
    plan: Plan


class _Batch(NamedTuple):
    """One batch sorted out: what became of it so far, and what is still to do."""

    arrived: list[Arrived]
    new: list[_New]
    known: list[_Known]
    refused: list[Refusal]


async def take_in(
    room: Room, visitor: Visitor, request: Request, arrivals: Sequence[Arrival], mark: Mark, ask_until: datetime,
    turn: Turn | None = None,
) -> list[Arrived]:  # fmt: skip
    """Take in 1 to 1,000 users and write the mark along; return what became of each, in their order.

    ``request`` names service and purposes, and nobody. Taking in the same users again changes nothing. With ``turn``
    this batch is made ready while the one before is written, and writes the mark that ``turn`` returns.
    """
    if not 0 < len(arrivals) <= MOST:
        raise InvalidError(Text("每批 1 至 1000 个用户", "A batch has 1 to 1,000 users"), field="arrivals")
    for last in (False,) * (TRIES - 1) + (True,):
        policy = await _present_policy(room)
        batch = await _sorted_out(room, visitor, request, policy, arrivals, mark, ask_until)
        if turn is not None and (batch.known or batch.arrived):
            # Invariant: whoever is known is looked at after the batch before: that one may have changed them.
            mark, turn = await turn(), None
            policy = await _present_policy(room)
            batch = await _sorted_out(room, visitor, request, policy, arrivals, mark, ask_until)
        await _record(room, visitor, request, policy, batch, mark)
        newcomers = await _newcomers(room, request, batch.new)
        if turn is not None:
            mark, turn = await turn(), None
        try:
            await room.custody.take_in(newcomers, mark)
        except ConflictError:
            if last:  # else somebody took an identifier meanwhile: find out who everybody is again
                raise
        else:
            break
    updated = await _update_all(room, visitor, request, batch.known, ask_until)
    done = [*batch.arrived, *updated, *(_arrived(each.arrival, "new", each.subject, each.plan) for each in batch.new)]
    order = {arrival.number: place for place, arrival in enumerate(arrivals)}
    return sorted(done, key=lambda each: order[each.number])


async def _present_policy(room: Room) -> Policy:
    [answer] = await room.custody.look_up([Query("-")])
    return await room.policy_at(answer.epoch)


async def _sorted_out(
    room: Room, visitor: Visitor, request: Request, policy: Policy, arrivals: Sequence[Arrival], mark: Mark,
    ask_until: datetime,
) -> _Batch:  # fmt: skip
    planner = Planner(policy, visitor, request, room.clock.now(), ask_until)
    matches = await match(room, policy, arrivals)
    known = await _read_known(room, [each.subject for each in matches if each.subject and not each.conflict])
    batch = _Batch([], [], [], [])
    for arrival, found in zip(arrivals, matches, strict=True):
        if found.conflict is not None:
            batch.arrived.append(Arrived(arrival.number, "conflict", found.subject, found.conflict))
        elif found.subject is None:
            planned = planner.newcomer(arrival.values, arrival.consents)
            if isinstance(planned, Refusal):
                _refuse(batch, arrival, None, planned)
            else:
                batch.new.append(_New(arrival, _id_of(room, mark, arrival), *planned, found))
        else:
            plan = planner.plan(arrival.values, arrival.consents, known[found.subject].standing)
            if isinstance(plan, Refusal):
                _refuse(batch, arrival, found.subject, plan)
            else:
                batch.known.append(_Known(arrival, known[found.subject], plan))
    return batch


def _refuse(batch: _Batch, arrival: Arrival, subject: str | None, refusal: Refusal) -> None:
    batch.arrived.append(Arrived(arrival.number, "refused", subject, refusal.code))
    batch.refused.append(refusal)


async def _read_known(room: Room, subjects: Sequence[str]) -> dict[str, Found]:
    answers = await room.custody.look_up([Query(subject, (), None) for subject in dict.fromkeys(subjects)])
    return {found.subject: found for answer in answers for found in answer.found}


def _id_of(room: Room, mark: Mark, arrival: Arrival) -> str:
    return new_subject_id(room.ring.lookup_mac(words(_ARRIVAL, mark.run) + frame(arrival.number))[:16])


async def _record(room: Room, visitor: Visitor, request: Request, policy: Policy, batch: _Batch, mark: Mark) -> None:
    """Record the batch before anything of it is sealed, opened or compared."""
    concerned = [each.subject for each in batch.new] + [each.found.subject for each in batch.known]
    arrivals = [*(each.arrival for each in batch.new), *(each.arrival for each in batch.known)]
    items = {item for arrival in arrivals for item in arrival.values}
    if concerned:
        await _leaf(room, visitor, request, policy, mark, tuple(sorted(items)), tuple(concerned), None, len(concerned))
    if batch.refused:
        await _leaf(room, visitor, request, policy, mark, (), (), batch.refused[0], len(batch.refused))


async def _leaf(
    room: Room, visitor: Visitor, request: Request, policy: Policy, mark: Mark, items: tuple[str, ...],
    concerned: tuple[str, ...], refusal: Refusal | None, rows: int,
) -> None:  # fmt: skip
    what, asked = words_of(policy, request, "collect", items, rows)
    who, where, own = who_and_where(visitor)
    verdict = verdict_of(policy, request, "refused" if refusal else "permitted", refusal)
    draft = Draft(who, where, what, verdict, {"run": mark.run, "row": mark.row, **asked, **own})
    await room.journal.record(Record(draft, room.day_key(), room.concerned(concerned)))


async def _newcomers(room: Room, request: Request, new: Sequence[_New]) -> list[Newcomer]:
    keys = await within_epoch(room, lambda: _keys(room, request, new))
    now = room.clock.now()
    return [
        Newcomer(Change(each.subject, 0, each.standing, _sealed(room, request, each, keys)), each.found.claims, now)
        for each in new
    ]


async def _keys(room: Room, request: Request, new: Sequence[_New]) -> dict[tuple[str, str], OpenKey]:
    """Make the newcomers' keys; where a run that was cut off made them before, those are the keys."""
    keys, fresh = dict[tuple[str, str], OpenKey](), list[NewKey]()
    suite = room.ring.suite
    for each in new:
        for purpose in each.plan.items:
            ground = ground_of(request.service, purpose)
            key, wrapped = fresh_subject_key(room.ring, each.subject, ground, room.entropy)
            keys[each.subject, ground] = (suite, FIRST, key)
            fresh.append(NewKey(each.subject, ground, FIRST, wrapped))
    if not fresh or await room.keys.add_many(fresh):
        return keys
    asked = list(dict.fromkeys((each.subject, each.ground) for each in fresh))
    living = await room.keys.fetch_many([KeyQuery(subject, (ground,)) for subject, ground in asked])
    made = {(each.subject, each.ground): each.key for each in fresh}
    for (subject, ground), versions in zip(asked, living, strict=True):
        wrapped = versions[ground][FIRST]
        if wrapped != made[subject, ground]:
            key = unwrap_subject_key(room.ring, wrapped, subject, ground)
            keys[subject, ground] = (suite_numbered(wrapped.suite), FIRST, key)
    return keys


def _sealed(room: Room, request: Request, each: _New, keys: dict[tuple[str, str], OpenKey]) -> tuple[SealedValue, ...]:
    values, rows, packs = each.arrival.values, [], room.packs
    for purpose, items in each.plan.items.items():
        ground = ground_of(request.service, purpose)
        key = keys[each.subject, ground]
        small = {item: text for item in items if packs and len(text := values[item]) <= LARGE}
        if small:
            rows.append(sealed(room, key, each.subject, ground, PACK, 1, packed_first(small)))
        large = (item for item in items if item not in small)
        rows += [sealed(room, key, each.subject, ground, item, 1, values[item].encode()) for item in large]
    return tuple(rows)


async def _update_all(
    room: Room, visitor: Visitor, request: Request, known: Sequence[_Known], ask_until: datetime
) -> list[Arrived]:
    arrived: list[Arrived] = []
    for start in range(0, len(known), TOGETHER):
        some = known[start : start + TOGETHER]
        arrived += await together([_update(room, visitor, request, each, ask_until) for each in some])
    return arrived


async def _update(room: Room, visitor: Visitor, request: Request, known: _Known, ask_until: datetime) -> Arrived:
    """Bring a known user to what the row says; nothing is written where all of it is so already."""
    arrival, found, plan = known
    changed = await _changed(room, request, known)
    if not changed and not plan.consents:
        return _arrived(arrival, "unchanged", found.subject, plan)
    normal = {item: arrival.values[item] for item in changed}

    async def transition(policy: Policy, found: Found, now: datetime) -> Change:
        version = next_versions(found, normal)
        standing = Planner(policy, visitor, request, now, ask_until).standing(plan, found.standing, version)
        return await rewritten(room, found, standing, normal, version)

    def decider(policy: Policy, *seen: object) -> Permit | Refusal:
        standing = next((each for each in seen if isinstance(each, Standing)), Standing())
        planner = Planner(policy, visitor, request, room.clock.now(), ask_until)
        planned = planner.plan(arrival.values, arrival.consents, standing)
        return planned if isinstance(planned, Refusal) else Permit(tuple(normal))

    named = replace(request, subject=SubjectRef(found.subject), items=tuple(normal), action="collect")
    private: dict[str, Value] = {"subject": found.subject}
    decided = (room.clock.now(), Permit(tuple(normal)), found.subject, private, decider)
    try:
        await write(Passage(room, visitor, named, room.policy, found, *decided), normal, transition)
    except ConflictError as problem:
        return Arrived(arrival.number, "conflict", found.subject, (problem.field or "").removeprefix("values."))
    except RefusedError as problem:
        return Arrived(arrival.number, "refused", found.subject, problem.refusal.code)
    return _arrived(arrival, "updated", found.subject, plan)


async def _changed(room: Room, request: Request, known: _Known) -> tuple[str, ...]:
    """Return the items that are not held as the row says under every ground that the plan names."""
    opened = await open_grounds(room, known.found.subject, known.found.values)
    values, changed = known.arrival.values, dict[str, None]()
    for held in opened.values():
        changed |= {item: None for item, each in held.items() if item in values and each.text != values[item]}
    for purpose, items in known.plan.items.items():
        present = opened.get(ground_of(request.service, purpose), {})
        changed |= {item: None for item in items if item not in present}
    return tuple(changed)


def _arrived(arrival: Arrival, kind: Literal["new", "updated", "unchanged"], subject: str, plan: Plan) -> Arrived:
    return Arrived(arrival.number, kind, subject, None, plan.to_ask)
