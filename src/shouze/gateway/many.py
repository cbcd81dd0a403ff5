"""Releases for many subjects in one step: one look-up, one record for those alike, one reading of keys.

Each subject is decided as if it were asked for alone. Requests that are alike but for the subject, and permitted the
same items, share one leaf that commits to every one of them; a refused one has a leaf of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from shouze.errors import InvalidError
from shouze.gateway.asking import Released, Request, Visitor
from shouze.gateway.passage import Passage, Question, Together, alike, arrive, question
from shouze.gateway.ports import KeyQuery, LivingKeys, SealedValue
from shouze.gateway.release import chosen_grounds, grounds_of, released, require_opening
from shouze.gateway.room import Room
from shouze.gateway.sealing import PACK, opened_with
from shouze.gateway.wording import who_and_where, words_of
from shouze.journal.record import Receipt, Record
from shouze.language import Text
from shouze.ledger.entry import Draft, Verdict
from shouze.rules.refusal import Refusal, RefusedError

MOST = 1_000
"""Requests in one step: one leaf speaks of at most so many subjects."""


async def read_many(room: Room, visitor: Visitor, requests: Sequence[Request]) -> list[Released | RefusedError]:
    """Return for each request what ``release`` would return or refuse, in their order.

    InvalidError where one of them is malformed, and then nothing is recorded or opened.
    """
    passages = await arrive_all(room, visitor, requests, _questions(room, requests))
    chosen = [{} if isinstance(each.decision, Refusal) else chosen_grounds(each) for each in passages]
    receipts = await record_all(room, passages, [tuple(each) or None for each in chosen])
    living = await _keys(room, passages, chosen)
    done = zip(passages, chosen, receipts, living, strict=True)
    return [await _released(room, *each) for each in done]


def _questions(room: Room, requests: Sequence[Request]) -> list[Question]:
    """Return what is asked for each request: grounds and items are the same where requests are alike."""
    wanted: dict[object, tuple[tuple[str, ...] | None, tuple[str, ...]]] = {}
    asked = []
    for request in requests:
        kind = request.service, request.purposes, request.action, request.items
        if kind not in wanted:
            require_opening(request)
            wanted[kind] = grounds_of(request), (PACK, *request.items)
        asked.append(question(room, request, *wanted[kind]))
    return asked


async def arrive_all(
    room: Room, visitor: Visitor, requests: Sequence[Request], asked: Sequence[Question]
) -> list[Passage]:
    """Find all subjects with one statement and decide each request; InvalidError for too many of them."""
    if len(requests) > MOST:
        raise InvalidError(
            Text("一次最多 1000 个请求", "At most 1,000 requests at once"),
            field="requests",
            remedy=Text("分批发送", "Send them in several batches"),
        )
    answers = await room.custody.look_up([each.query for each in asked])
    policy = await room.policy_at(max((answer.epoch for answer in answers), default=0))
    now, decide = room.clock.now(), Together()
    return [arrive(room, visitor, *each, policy, now, decide) for each in zip(requests, asked, answers, strict=True)]


async def record_all(room: Room, passages: Sequence[Passage], named: Sequence[tuple[str, ...] | None]) -> list[Receipt]:
    """Make all records durable together: of items that are ``named``, alone where that is None.

    # Invariant: nothing of any of the subjects is opened or changed before this returns.
    """
    groups: dict[object, list[int]] = {}
    for n, (passage, items) in enumerate(zip(passages, named, strict=True)):
        alone = isinstance(passage.decision, Refusal) or items is None
        groups.setdefault(n if alone else (alike(passage.request), items), []).append(n)
    written = await asyncio.gather(
        *(
            passages[members[0]].noted(passages[members[0]].request.action)
            if isinstance(key, int)
            else _shared(room, [passages[n] for n in members], named[members[0]] or ())
            for key, members in groups.items()
        )
    )
    receipts = {n: receipt for members, receipt in zip(groups.values(), written, strict=True) for n in members}
    return [receipts[n] for n in range(len(passages))]


async def _shared(room: Room, passages: Sequence[Passage], items: tuple[str, ...]) -> Receipt:
    first = passages[0]
    service = first.policy.services.get(first.request.service)
    what, asked = words_of(first.policy, first.request, first.request.action, items, len(passages))
    who, where, own = who_and_where(first.visitor)
    declared = f"{first.request.service}@{service.version}" if service else None
    verdict = Verdict("permitted", None, None, first.policy.digest or None, declared)
    words = {"ticket": first.request.ticket, "reason": first.request.reason}
    private = {name: value for name, value in words.items() if value is not None}
    draft = Draft(who, where, what, verdict, {**private, **asked, **own})
    concerned = room.concerned([each.subject or "" for each in passages])
    return await room.journal.record(Record(draft, room.day_key(), concerned))


async def _keys(room: Room, passages: Sequence[Passage], chosen: Sequence[dict[str, str]]) -> list[LivingKeys]:
    queries = [
        KeyQuery(passage.subject or "", tuple(dict.fromkeys(grounds.values())))
        for passage, grounds in zip(passages, chosen, strict=True)
    ]
    return await room.keys.fetch_many(queries)


async def _released(
    room: Room, passage: Passage, chosen: dict[str, str], receipt: Receipt, living: LivingKeys
) -> Released | RefusedError:
    if isinstance(passage.decision, Refusal):
        return RefusedError(passage.decision)
    grounds, found = set(chosen.values()), passage.found
    values: list[SealedValue] = [each for each in found.values if each.ground in grounds] if found else []
    opened = opened_with(room, passage.subject or "", values, living)
    return await released(passage, chosen, opened, receipt)
