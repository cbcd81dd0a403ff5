"""Carries one subject from its present state to the next.

A change is compared and swapped on the subject's revision. Where it has moved on, the use is decided again on the new
state; what was permitted and is no more ends as a refusal, recorded.

Order of a change that ends something: the new state and the keys owed to destruction are written together, then the
keys are destroyed, then that is noted. A crash in between leaves the debt written down; ``settle_debts`` pays it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from msgspec.structs import replace

from shouze.errors import ConflictError
from shouze.gateway.passage import Passage
from shouze.gateway.ports import Change, EndedKey, Found, Query
from shouze.gateway.room import Room
from shouze.gateway.sealing import Sealer, keys_of, open_grounds
from shouze.language import Text
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.standing import Held, Standing
from shouze.rules.use import USAGE

TRIES = 8

Transition = Callable[[Policy, Found, datetime], Awaitable[Change]]


async def carry_out(passage: Passage, transition: Transition) -> Change:
    """Apply ``transition`` to the passage's subject, again on a newer state where another change came between."""
    room, found, policy, now = passage.room, passage.found, passage.policy, passage.now
    for _ in range(TRIES):
        if found is None:
            raise RefusedError(Refusal("subject-unknown"))
        change = await transition(policy, found, now)
        if await room.custody.change(change):
            return change
        answer = await room.look_up(Query(found.subject, (), None))
        policy, now = await room.policy_at(answer.epoch), room.clock.now()
        found = answer.found[0] if answer.found else None
        standing = found.standing if found else None
        decision = passage.decider(policy, passage.visitor, passage.request, passage.subject, standing, now)
        if isinstance(decision, Refusal):
            await passage.came_to("refused", (), decision)
            raise RefusedError(decision)
    await passage.came_to("aborted")
    raise ConflictError(
        Text("同一用户的其他变更过于频繁", "Other changes to the same subject kept coming between"),
        remedy=Text("稍后重试", "Try again shortly"),
    )


async def ending(room: Room, found: Found, after: Standing) -> Change:
    """Return the change to ``after``, removing every value that is no longer held there.

    A ground left empty loses its key. A ground that keeps other items gets a new key and they are sealed again, so
    that the old key, and with it the removed items, can be destroyed.
    """
    before = found.standing.held
    ended = {value.ground for value in found.values if _loses(before, after.held, value.ground)}
    touched = [value for value in found.values if value.ground in ended]
    stays = sorted(ground for ground in ended if after.held.get(ground))
    sealer = Sealer(room, found.subject, found.values)
    opened = await open_grounds(room, found.subject, [value for value in touched if value.ground in stays])
    await asyncio.gather(*(sealer.renew(ground) for ground in stays))
    puts = [
        row
        for ground in stays
        for row in sealer.seal(
            ground, {i: each for i, each in opened.get(ground, {}).items() if i in after.held[ground]}
        )
    ]
    removals = [place for ground in sorted(ended) for place in sealer.gone(ground, puts)]
    keys = (*keys_of(touched), *usage_keys_ended(before, after.held))
    return Change(found.subject, found.revision, after, tuple(puts), tuple(removals), keys, room.clock.now())


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
    lively = {item for ground, items in standing.held.items() if ground.partition("/")[0] in in_use for item in items}
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
