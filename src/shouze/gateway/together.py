"""Changes for many users in one step: one look-up, one record for those alike, changes that are written together.

Each request is decided as if it came alone, and each subject changes alone: one that another change overtakes is
decided again, as in the single verb. Requests that are alike but for the subject share one leaf that commits to every
subject; a refused one has a leaf of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from shouze.errors import ShouzeError
from shouze.gateway.asking import Outcome, Request, Visitor
from shouze.gateway.consent import check_withdrawable, limit, take_back
from shouze.gateway.leaving import leave
from shouze.gateway.many import arrive_all, record_all
from shouze.gateway.passage import Passage, question
from shouze.gateway.room import Room
from shouze.journal.record import Receipt
from shouze.rules.decide import Permit
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.standing import Agreement

TOGETHER = 256
"""Subjects that one transaction changes at the most."""

Step = Callable[[Sequence[Passage], Sequence[Receipt]], Awaitable[list[Outcome]]]


async def agree_many(
    room: Room, visitor: Visitor, requests: Sequence[Request], agreements: Sequence[Agreement]
) -> list[Outcome]:
    """Note the same limits with each user."""
    return await _together(
        room, visitor, requests, lambda passages, receipts: limit(passages, receipts, agreements), ()
    )


async def withdraw_many(room: Room, visitor: Visitor, requests: Sequence[Request]) -> list[Outcome]:
    """End consent of each user for the purposes of the request about them, or for items of them."""
    return await _together(room, visitor, requests, take_back, None, check_withdrawable)


async def terminate_many(room: Room, visitor: Visitor, requests: Sequence[Request]) -> list[Outcome]:
    """End each user's use of the service."""
    return await _together(room, visitor, requests, leave, None)


async def _together(
    room: Room, visitor: Visitor, requests: Sequence[Request], step: Step, grounds: tuple[str, ...] | None,
    check: Callable[[Passage], None] = lambda _: None,
) -> list[Outcome]:  # fmt: skip
    """Return what became of each request, in their order; InvalidError before anything is recorded or changed."""
    asked = [question(room, each, grounds) for each in requests]
    passages = await arrive_all(room, visitor, requests, asked)
    for passage in passages:
        check(passage)
    receipts = await record_all(room, passages, [each.request.items for each in passages])
    permitted = [n for n, each in enumerate(passages) if isinstance(each.decision, Permit)]
    became = dict[int, Outcome]()
    for start in range(0, len(permitted), TOGETHER):
        some = permitted[start : start + TOGETHER]
        became |= dict(zip(some, await _outcomes(step, passages, receipts, some), strict=True))
    return [
        RefusedError(each.decision) if isinstance(each.decision, Refusal) else became[n]
        for n, each in enumerate(passages)
    ]


async def _outcomes(
    step: Step, passages: Sequence[Passage], receipts: Sequence[Receipt], some: Sequence[int]
) -> list[Outcome]:
    try:
        return await step([passages[n] for n in some], [receipts[n] for n in some])
    except ShouzeError as problem:
        return [problem] * len(some)
