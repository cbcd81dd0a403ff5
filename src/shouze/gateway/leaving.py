"""Terminate, erase, give back: the verbs by which things end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from shouze.gateway.asking import Done, Outcome, Request, Visitor
from shouze.gateway.batching import together
from shouze.gateway.changing import (
    Transition,
    carry_out,
    carry_out_all,
    conclude,
    ending,
    expired,
    only,
    settle_debts,
    worked_out,
)
from shouze.gateway.passage import Passage, approach
from shouze.gateway.ports import Change, Found, Query
from shouze.gateway.room import Room
from shouze.journal.record import Receipt, Record
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.rules.period import after
from shouze.rules.policy import Policy
from shouze.rules.standing import Held, Standing
from shouze.rules.use import service_of

PAGE = 200
TOGETHER = 64
"""Subjects that are swept at the same time."""


async def terminate(room: Room, visitor: Visitor, request: Request, undo_days: int = 0) -> Done:
    """End the subject's use of a service now (Art. 9(4)).

    Collecting and using stop; what no named law and no declared period keeps is erased at once, or after ``undo_days``
    in which the subject may resume; exclusive identifiers go back with it. When nothing is left and no service is used,
    the subject is erased.
    """
    passage = await approach(room, visitor, request, grounds=None)
    receipt = await passage.admit()
    return only(await leave([passage], [receipt], timedelta(days=undo_days)))


async def leave(
    passages: Sequence[Passage], receipts: Sequence[Receipt], undo: timedelta = timedelta()
) -> list[Outcome]:  # fmt: skip
    """End the use of the services once it is recorded; destruction alone may wait."""
    ended = [Standing() for _ in passages]

    def leaving(n: int, passage: Passage) -> Transition:
        def transition(policy: Policy, found: Found, now: datetime) -> Change | Awaitable[Change]:
            ended[n] = left(policy, found.standing, passage.request.service, now, undo)
            return ending(passage.room, found, expired(ended[n], now))

        return transition

    outcomes = await carry_out_all(passages, [leaving(*each) for each in enumerate(passages)])
    changes = [each for each in outcomes if isinstance(each, Change)]
    unbinding = [each for each in changes if not undo or each.standing.erased_at is not None]
    await conclude(passages[0].room, changes, unbinding, passages[0].now)
    return [
        Done(outcome.subject, receipt, left=standing) if isinstance(outcome, Change) else outcome
        for outcome, receipt, standing in zip(outcomes, receipts, ended, strict=True)
    ]


async def give_back(room: Room, visitor: Visitor, request: Request) -> Done:
    """End the binding of the named identifiers: they find this subject no longer and may be issued to another."""
    passage = await approach(room, visitor, request)
    receipt = await passage.admit()
    subject = passage.subject or ""
    await room.custody.unbind(subject, request.items, passage.now)
    return Done(subject, receipt)


async def freeze_account(room: Room, visitor: Visitor, request: Request, incident: str | None) -> Done:
    """Freeze the subject's account as an incident's first measure (Art. 14(1)), or release it with None."""
    passage = await approach(room, visitor, request)
    receipt = await passage.admit()

    def transition(_policy: Policy, found: Found, _now: datetime) -> Change:
        after = found.standing.frozen(incident)
        return Change(found.subject, found.revision, after, former=found.standing)

    await carry_out(passage, transition)
    return Done(passage.subject or "", receipt)


async def erase_due(room: Room, limit: int = PAGE) -> int:
    """Erase what has come to its end, of up to ``limit`` subjects; return how many subjects were treated.

    Ended retention, keys whose destruction is owed, and users of services that the operator has ended. Safe to stop
    and to run again.
    """
    answer = await room.look_up(Query("-"))
    policy, now = await room.policy_at(answer.epoch), room.clock.now()
    due = await room.custody.due(now, limit)
    await _sweep_all(room, due, lambda standing: expired(standing, now))
    done = len(due)
    for service, rule in policy.services.items():
        if rule.ended_at is not None and rule.ended_at <= now and done < limit:
            done += await _end_service(room, policy, service, rule.ended_at, limit - done)
    return done


async def _end_service(room: Room, policy: Policy, service: str, ended_at: datetime, limit: int) -> int:
    users = await room.custody.using(service, "", limit)
    await _sweep_all(room, users, lambda standing: left(policy, standing, service, ended_at))
    return len(users)


async def _sweep_all(room: Room, subjects: Sequence[str], step: Callable[[Standing], Standing]) -> None:
    """Take many subjects a step further, some at a time: what they ask of the store and write goes together."""
    for start in range(0, len(subjects), TOGETHER):
        await _sweep(room, subjects[start : start + TOGETHER], step)


async def _sweep(room: Room, subjects: Sequence[str], step: Callable[[Standing], Standing]) -> None:
    """Take subjects a step further on the system's own account, recorded before anything is destroyed."""
    now = room.clock.now()
    answers = await room.custody.look_up([Query(each, (), None) for each in subjects])
    found = [each for answer in answers for each in answer.found]
    after = {each.subject: expired(step(each.standing), now) for each in found}
    moved = [each for each in found if after[each.subject] != each.standing]
    await together([_record_erasure(room, each, after[each.subject]) for each in moved])
    changes = await together([worked_out(ending(room, each, after[each.subject])) for each in moved])
    written = await room.custody.change_many(changes) if changes else []
    done = [change for change, mine in zip(changes, written, strict=True) if mine]
    await conclude(room, done, done, now)
    await together([_settle(room, each) for each in sorted({*subjects} - {each.subject for each in moved})])


async def _settle(room: Room, subject: str) -> None:
    """Pay what is owed; who was due and owes nothing is due again when the standing says."""
    if not await settle_debts(room, subject):
        await room.custody.ended(subject, ())


async def _record_erasure(room: Room, found: Found, after: Standing) -> None:
    subject, items = found.subject, tuple(sorted(found.standing.items_held() - after.items_held()))
    draft = Draft(
        Who("system"), Where(), What("erase", (), items, 1), Verdict("due", policy=room.policy.digest or None),
        {"subject": subject},
    )  # fmt: skip
    await room.journal.record(Record(draft, room.record_key(subject)))


def left(policy: Policy, standing: Standing, service: str, now: datetime, undo: timedelta = timedelta()) -> Standing:
    """Return the standing of a user who leaves ``service``: each thing held for it now has its end.

    What rests on consent alone ends with the service, or the declared period after it; what a named law keeps ends
    when its own period does. A purpose no longer declared keeps nothing. Nothing ends before ``undo`` is over.
    """
    # A09-4-stop: use ends at once; A09-4-cancel: what nothing keeps is gone
    standing = standing.left(service, now)
    held: dict[str, dict[str, Held]] = {}
    for ground, items in standing.held.items():
        mine = service_of(ground) == service
        held[ground] = {item: _ended(policy, ground, each, now, undo) if mine else each for item, each in items.items()}
    return replace(standing, held=held)


def _ended(policy: Policy, ground: str, held: Held, now: datetime, undo: timedelta) -> Held:
    rule = policy.purpose_of(ground)
    if rule is None or (rule.retention.counted_from == "collection" and rule.law is None):
        return replace(held, due=now + undo)
    return replace(held, due=held.due or max(now + undo, after(now, rule.retention.period)))
