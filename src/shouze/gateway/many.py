"""Releases in one step: one look-up, one write of records, one reading of keys for all that are asked together.

Each subject is decided as if it were asked for alone. Of many asked for by one call, those alike but for the subject
and permitted the same items share one leaf that commits to every one of them; a refused one has a leaf of its own, and
so has whatever was asked by a call of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from shouze.errors import InvalidError, ShouzeError
from shouze.gateway.asking import Released, Request, Visitor
from shouze.gateway.batching import Batching, Place
from shouze.gateway.passage import Courses, Passage, Question, alike, arrive, question
from shouze.gateway.ports import KeyQuery, LivingKeys, SealedValue
from shouze.gateway.release import chosen_grounds, grounds_of, released, require_opening
from shouze.gateway.room import Room
from shouze.gateway.sealing import PACK, opened_with
from shouze.gateway.wording import verdict_of, who_and_where, words_of
from shouze.journal.record import Receipt, Record
from shouze.language import Text
from shouze.ledger.entry import Draft
from shouze.rules.refusal import Refusal, RefusedError

WIDTH = 4
"""Steps of releases under way at once: while some wait for the database, others are worked on."""
LEAST = 32
"""Releases that go together without being divided: without that, steps that end together would be one for ever."""
MOST = 1_000
"""Requests in one step: one leaf speaks of at most so many subjects."""


class Asking(NamedTuple):
    """A request with who makes it, and the question that finds its subject."""

    visitor: Visitor
    request: Request
    question: Question


class Releases:
    """Releases that wait together go together: nobody waits for company, whoever comes meanwhile goes next."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._together: Batching[Asking, Released | ShouzeError] = Batching(self._all, width=WIDTH, least=LEAST)

    async def __call__(self, visitor: Visitor, request: Request) -> Released:
        """Open the asked and permitted items; RefusedError when none is permitted.

        Refused items are named with their refusal, items of which nothing is held are named as such.
        """
        outcome = await self._together(_opening(self._room, visitor, request))
        if isinstance(outcome, ShouzeError):
            raise outcome
        return outcome

    def put(self, visitor: Visitor, request: Request, place: Place[Released | ShouzeError]) -> None:
        """Have what is released, or why not, told where it is waited for; InvalidError for a malformed request."""
        self._together.put(_opening(self._room, visitor, request), place)

    async def _all(self, asked: Sequence[Asking]) -> list[Released | ShouzeError]:
        return await _release_all(self._room, asked, apart=True)


async def read_many(room: Room, visitor: Visitor, requests: Sequence[Request]) -> list[Released | RefusedError]:
    """Return for each request what ``release`` would return or refuse, in their order.

    InvalidError where one of them is malformed, and then nothing is recorded or opened.
    """
    outcomes = list[Released | RefusedError]()
    for outcome in await _release_all(room, _openings(room, visitor, requests), apart=False):
        if isinstance(outcome, ShouzeError) and not isinstance(outcome, RefusedError):
            raise outcome
        outcomes.append(outcome)
    return outcomes


def _opening(room: Room, visitor: Visitor, request: Request) -> Asking:
    """Return what is asked for one request; InvalidError where it is malformed."""
    require_opening(request)
    return Asking(visitor, request, question(room, request, grounds_of(request), (PACK, *request.items)))


def _openings(room: Room, visitor: Visitor, requests: Sequence[Request]) -> list[Asking]:
    """Return what is asked for each request: grounds and items are the same where requests are alike."""
    wanted: dict[object, tuple[tuple[str, ...] | None, tuple[str, ...]]] = {}
    asked = []
    for request in requests:
        kind = request.service, request.purposes, request.action, request.items
        if kind not in wanted:
            require_opening(request)
            wanted[kind] = grounds_of(request), (PACK, *request.items)
        asked.append(Asking(visitor, request, question(room, request, *wanted[kind])))
    return asked


async def _release_all(room: Room, asked: Sequence[Asking], *, apart: bool) -> list[Released | ShouzeError]:
    """Return for each what was released, or why not; ``apart``: each has a leaf of its own."""
    passages = await arrive_all(room, asked)
    chosen = [{} if isinstance(each.decision, Refusal) else chosen_grounds(each) for each in passages]
    receipts = await _record(room, passages, [tuple(each) or None for each in chosen], apart=apart)
    # Invariant: a key is fetched only where there is a record.
    chosen = [{} if isinstance(there, BaseException) else each for each, there in zip(chosen, receipts, strict=True)]
    living = await _keys(room, passages, chosen)
    done = zip(passages, chosen, receipts, living, strict=True)
    return [await _released(room, *each) for each in done]


async def arrive_all(room: Room, asked: Sequence[Asking]) -> list[Passage]:
    """Find all subjects with one statement and decide each request; InvalidError for too many of them."""
    if len(asked) > MOST:
        raise InvalidError(
            Text("一次最多 1000 个请求", "At most 1,000 requests at once"),
            field="requests",
            remedy=Text("分批发送", "Send them in several batches"),
        )
    answers = await room.custody.look_up([each.question.query for each in asked])
    policy = await room.policy_at(max((answer.epoch for answer in answers), default=0))
    now, decide = room.clock.now(), Courses()
    return [
        arrive(room, visitor, request, question, answer, policy, now, decide)
        for (visitor, request, question), answer in zip(asked, answers, strict=True)
    ]


async def record_all(room: Room, passages: Sequence[Passage], named: Sequence[tuple[str, ...] | None]) -> list[Receipt]:
    """Make all records durable together: of items that are ``named``, alone where that is None.

    # Invariant: nothing of any of the subjects is opened or changed before this returns.
    """
    receipts = list[Receipt]()
    for outcome in await _record(room, passages, named, apart=False):
        if isinstance(outcome, BaseException):
            raise outcome
        receipts.append(outcome)
    return receipts


async def _record(
    room: Room, passages: Sequence[Passage], named: Sequence[tuple[str, ...] | None], *, apart: bool
) -> list[Receipt | BaseException]:
    """Make all records durable together; return for each its receipt, or why there is none."""
    if apart:
        notes = [each.note(each.request.action, items) for each, items in zip(passages, named, strict=True)]
        return await room.journal.record_all(notes)
    groups: dict[object, list[int]] = {}
    for n, (passage, items) in enumerate(zip(passages, named, strict=True)):
        alone = isinstance(passage.decision, Refusal) or items is None
        groups.setdefault(n if alone else (alike(passage.request), items), []).append(n)
    written = await room.journal.record_all([
        passages[members[0]].note(passages[members[0]].request.action)
        if isinstance(key, int)
        else _shared(room, [passages[n] for n in members], named[members[0]] or ())
        for key, members in groups.items()
    ])  # fmt: skip
    receipts = {n: receipt for members, receipt in zip(groups.values(), written, strict=True) for n in members}
    return [receipts[n] for n in range(len(passages))]


def _shared(room: Room, passages: Sequence[Passage], items: tuple[str, ...]) -> Record:
    first = passages[0]
    what, asked = words_of(first.policy, first.request, first.request.action, items, len(passages))
    who, where, own = who_and_where(first.visitor)
    verdict = verdict_of(first.policy, first.request, "permitted", None)
    words = {"ticket": first.request.ticket, "reason": first.request.reason}
    private = {name: value for name, value in words.items() if value is not None}
    draft = Draft(who, where, what, verdict, {**private, **asked, **own})
    hushed_by = first.policy.hushed_by(first.request.ticket, first.now)
    concerned = room.concerned([each.subject or "" for each in passages], hushed_by)
    return Record(draft, room.day_key(), concerned)


async def _keys(room: Room, passages: Sequence[Passage], chosen: Sequence[dict[str, str]]) -> list[LivingKeys]:
    queries = [
        KeyQuery(passage.subject or "", tuple(dict.fromkeys(grounds.values())))
        for passage, grounds in zip(passages, chosen, strict=True)
    ]
    return await room.keys.fetch_many(queries)


async def _released(
    room: Room, passage: Passage, chosen: dict[str, str], receipt: Receipt | BaseException, living: LivingKeys
) -> Released | ShouzeError:
    # Invariant: without a receipt nothing is opened.
    if isinstance(receipt, ShouzeError):
        return receipt
    if isinstance(receipt, BaseException):
        raise receipt
    if isinstance(passage.decision, Refusal):
        return RefusedError(passage.decision)
    grounds, found = set(chosen.values()), passage.found
    values: list[SealedValue] = [each for each in found.values if each.ground in grounds] if found else []
    try:
        opened = opened_with(room, passage.subject or "", values, living)
        outcome = released(passage, chosen, opened, receipt)
        return outcome if len(outcome.items) == len(chosen) else await _fewer(passage, outcome)
    except ShouzeError as problem:
        return problem


async def _fewer(passage: Passage, outcome: Released) -> Released:
    """Record that fewer items were opened than the first record says, and give that receipt out."""
    return replace(outcome, receipt=await passage.came_to("fewer", tuple(outcome.items)))
