"""Carries one subject from its present state to the next.

A change is compared and swapped on the subject's revision. Where it has moved on, the use is decided again on the new
state; what was permitted and is no more ends as a refusal, recorded.

Order of a change that ends something: the new state and the keys owed to destruction are written together, then the
keys are destroyed, then that is noted. A crash in between leaves the debt written down; ``settle_debts`` pays it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from shouze.errors import ConflictError, ShouzeError
from shouze.gateway.asking import Done, Outcome
from shouze.gateway.batching import together
from shouze.gateway.passage import Passage
from shouze.gateway.ports import Change, EndedKey, Found, Query
from shouze.gateway.room import Room
from shouze.gateway.sealing import Sealer, keys_of, open_grounds
from shouze.journal.record import Receipt
from shouze.language import Text
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.standing import Held, Standing
from shouze.rules.use import USAGE, service_of

TRIES = 8

Transition = Callable[[Policy, Found, datetime], Change | Awaitable[Change]]
"""Works out the change that a subject's state calls for; one that needs no key, and so waits for nothing, at once."""


async def carry_out(passage: Passage, transition: Transition) -> Change:
    """Apply ``transition`` to the passage's subject, again on a newer state where another change came between."""
    [outcome] = await carry_out_all([passage], [transition])
    if isinstance(outcome, ShouzeError):
        raise outcome
    return outcome


async def carry_out_all(
    passages: Sequence[Passage], transitions: Sequence[Transition]
) -> list[Change | ShouzeError]:  # fmt: skip
    """Apply to each passage's subject its transition and write together what they come to, or say why one was not.

    A subject that another change has overtaken is decided again, alone.
    """
    outcomes = await _all([_next(*each) for each in zip(passages, transitions, strict=True)])
    changes = {n: each for n, each in enumerate(outcomes) if isinstance(each, Change)}
    if not changes:
        return outcomes
    try:
        written = await passages[0].room.custody.change_many(list(changes.values()))
    except ShouzeError as problem:
        return [problem if n in changes else outcome for n, outcome in enumerate(outcomes)]
    overtaken = [n for n, done in zip(changes, written, strict=True) if not done]
    again = await together([_again(passages[n], transitions[n]) for n in overtaken])
    for n, outcome in zip(overtaken, again, strict=True):
        outcomes[n] = outcome
    return outcomes


def done(outcome: Change | ShouzeError, receipt: Receipt) -> Outcome:
    """Say that a change was made and where that is recorded, or why not."""
    return Done(outcome.subject, receipt) if isinstance(outcome, Change) else outcome


def only(outcomes: Sequence[Outcome]) -> Done:
    """Return the one outcome; raise it where it is an error."""
    [outcome] = outcomes
    if isinstance(outcome, ShouzeError):
        raise outcome
    return outcome


def _next(passage: Passage, transition: Transition) -> Change | Awaitable[Change] | ShouzeError:
    if passage.found is None:
        return RefusedError(Refusal("subject-unknown"))
    try:
        return transition(passage.policy, passage.found, passage.now)
    except ShouzeError as problem:
        return problem


async def _all(begun: Sequence[Change | Awaitable[Change] | ShouzeError]) -> list[Change | ShouzeError]:
    """Return what each comes to; those that wait for keys wait together, and the others take no task of their own."""
    waited = iter(await together([_told(each) for each in begun if not isinstance(each, Change | ShouzeError)]))
    return [each if isinstance(each, Change | ShouzeError) else next(waited) for each in begun]


async def _told(change: Awaitable[Change]) -> Change | ShouzeError:
    try:
        return await change
    except ShouzeError as problem:
        return problem


async def _again(passage: Passage, transition: Transition) -> Change | ShouzeError:
    """Decide and change again on the newer state, as often as others come between; then give up."""
    try:
        for _ in range(TRIES - 1):
            policy, found, now = await _decided_again(passage)
            change = await worked_out(transition(policy, found, now))
            if await passage.room.custody.change(change):
                return change
        await passage.came_to("aborted")
    except ShouzeError as problem:
        return problem
    return ConflictError(
        Text("同一用户的其他变更过于频繁", "Other changes to the same subject kept coming between"),
        remedy=Text("稍后重试", "Try again shortly"),
    )


async def _decided_again(passage: Passage) -> tuple[Policy, Found, datetime]:
    room, before = passage.room, passage.found
    answer = await room.look_up(Query(before.subject if before else "", (), None))
    policy, now = await room.policy_at(answer.epoch), room.clock.now()
    found = answer.found[0] if answer.found else None
    standing = found.standing if found else None
    decision = passage.decider(policy, passage.visitor, passage.request, passage.subject, standing, now)
    if isinstance(decision, Refusal):
        await passage.came_to("refused", (), decision)
        raise RefusedError(decision)
    if found is None:
        raise RefusedError(Refusal("subject-unknown"))
    return policy, found, now


async def worked_out(change: Change | Awaitable[Change]) -> Change:
    """Return a change, waiting for it where it has to be waited for."""
    return change if isinstance(change, Change) else await change


def ending(room: Room, found: Found, after: Standing) -> Change | Awaitable[Change]:
    """Return the change to ``after``, removing every value that is no longer held there.

    A ground left empty loses its key. A ground that keeps other items gets a new key and they are sealed again, so
    that the old key, and with it the removed items, can be destroyed; only that has to be waited for.
    """
    before = found.standing.held
    grounds = {value.ground for value in found.values}
    ended = {ground for ground in grounds if _loses(before, after.held, ground)}
    touched = [value for value in found.values if value.ground in ended]
    keys = (*keys_of(touched), *usage_keys_ended(before, after.held))
    change = Change(
        found.subject, found.revision, after, (), tuple((value.ground, value.item) for value in touched), keys,
        room.clock.now(), found.standing,
    )  # fmt: skip
    stays = sorted(ground for ground in ended if after.held.get(ground))
    return _resealing(room, found, change, stays) if stays else change


async def _resealing(room: Room, found: Found, change: Change, stays: Sequence[str]) -> Change:
    """Return a change that removes all of these grounds' rows as one that seals anew what stays of them."""
    held, sealer = change.standing.held, Sealer(room, found.subject, found.values)
    values = [value for value in found.values if value.ground in stays]
    opened = await open_grounds(room, found.subject, values)
    await together([sealer.renew(ground) for ground in stays])
    puts = [
        row
        for ground in stays
        for row in sealer.seal(ground, {i: each for i, each in opened.get(ground, {}).items() if i in held[ground]})
    ]
    put = {(row.ground, row.item) for row in puts}
    return change._replace(puts=tuple(puts), removals=tuple(place for place in change.removals if place not in put))


def usage_keys_ended(
    before: Mapping[str, Mapping[str, Held]], after: Mapping[str, Mapping[str, Held]]
) -> tuple[EndedKey, ...]:
    """Return the keys of records of use that are no longer held: each item has its own, named in the standing."""
    return tuple(
        EndedKey(ground, held.version)
        for ground, items in before.items()
        if ground.endswith(USAGE)
        for item, held in items.items()
        if item not in after.get(ground, {})
    )


def _loses(before: Mapping[str, Mapping[str, Held]], after: Mapping[str, Mapping[str, Held]], ground: str) -> bool:
    kept = after.get(ground, {})
    return not kept or bool(before.get(ground, {}).keys() - kept.keys())


async def conclude(room: Room, changes: Sequence[Change], unbinding: Iterable[Change], now: datetime) -> None:
    """Destroy the keys that these changes ended, note it, and end the bindings that nothing warrants any more."""
    ended = [each for each in changes if each.endings]
    if ended:
        await room.keys.destroy_many([(each.subject, each.endings) for each in ended])
        await room.custody.settled(ended)
    left = {each.subject: each.standing for each in unbinding}
    bound = await room.custody.ever_bound(sorted(left)) if left else set[str]()
    await together([unbind_what_ended(room, each, left[each], now) for each in sorted(bound)])


async def settle_debts(room: Room, subject: str) -> int:
    """Destroy the keys whose destruction is owed; return how many."""
    owed = await room.custody.endings(subject)
    if owed:
        await room.keys.destroy(subject, owed)
        await room.custody.ended(subject, owed)
    return len(owed)


async def unbind_what_ended(room: Room, subject: str, standing: Standing, now: datetime) -> None:
    """End the bindings of identifiers that nothing held in a service still in use warrants.

    An exclusive identifier goes back with the service, at the latest with what the user may still undo; a shared one
    stays while any ground holds it. Nothing of an erased subject stays bound.
    """
    if standing.erased_at is not None:
        await room.custody.unbind(subject, None, now, forget=True)
        return
    in_use = {service for service, ended in standing.services.items() if ended is None}
    lively = {item for ground, items in standing.held.items() if service_of(ground) in in_use for item in items}
    ended = []
    for item in await room.custody.bound(subject):
        traits = room.policy.traits(item)
        exclusive = traits is None or traits.identifier == "exclusive"
        if item not in (lively if exclusive else standing.items_held()):
            ended.append(item)
    if ended:
        await room.custody.unbind(subject, ended, now, forget=False)


def expired(standing: Standing, now: datetime) -> Standing:
    """Return the standing without what has come to its end; erased when nothing is left and no service used."""
    held = {
        ground: kept
        for ground, items in standing.held.items()
        if (kept := {item: each for item, each in items.items() if each.due is None or each.due > now})
    }
    in_use = any(ended is None for ended in standing.services.values())
    if not held and not in_use and standing.erased_at is None:
        return standing.erased(now)
    return replace(standing, held=held)
