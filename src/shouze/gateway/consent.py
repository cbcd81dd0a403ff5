"""Consent, withdraw, agree: the verbs of what the user allows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.gateway.asking import ConsentGiven, Done, Request, Visitor
from shouze.gateway.changing import carry_out, ending, settle_debts, unbind_what_ended
from shouze.gateway.collect import check_consents, due_from, foreseen
from shouze.gateway.passage import approach
from shouze.gateway.ports import Change, Found, SealedValue
from shouze.gateway.room import Room
from shouze.gateway.sealing import Sealer, open_values
from shouze.language import Text
from shouze.rules.policy import Policy
from shouze.rules.standing import Agreement, Held
from shouze.rules.use import ground_of


async def consent(room: Room, visitor: Visitor, request: Request, consents: Sequence[ConsentGiven]) -> Done:
    """Note what a known user agrees to; items already held are kept for the new purposes too."""
    passage = await approach(room, visitor, request, grounds=None)
    check_consents(passage.policy, request.service, consents)
    receipt = await passage.admit(tuple(sorted({item for given in consents for item in given.items})))

    async def transition(policy: Policy, found: Found, now: datetime) -> Change:
        standing = foreseen(found.standing, request.service, consents, now)
        wanted = _wanted(found, request.service, consents)
        opened = await open_values(room, found.subject, list(wanted.values()))
        sealer, puts = Sealer(room, found.subject, found.values), []
        await sealer.ready(ground for ground, _ in wanted)
        for (ground, item), value in wanted.items():
            rule = policy.purpose_of(ground)
            if rule is None or (value.ground, item) not in opened:
                continue
            puts.append(sealer.seal(ground, item, value.version, opened[value.ground, item]))
            standing = standing.holding(ground, {item: Held(value.version, now, due_from(rule, now))})
        return Change(found.subject, found.revision, standing, tuple(puts))

    await carry_out(passage, transition)
    return Done(passage.subject or "", receipt)


async def withdraw(room: Room, visitor: Visitor, request: Request) -> Done:
    """End consent for the named purposes, or for the named items of them, at once.

    What was held on that consent alone is gone with its key; what another purpose or a named law keeps stays.
    """
    passage = await approach(room, visitor, request, grounds=None)
    _check_withdrawable(passage.policy, request)
    receipt = await passage.admit()

    async def transition(_policy: Policy, found: Found, now: datetime) -> Change:
        standing = found.standing
        for purpose in request.purposes:
            # A09-1-consent: without consent nothing is held for the purpose any longer
            standing = standing.withdrawn(ground_of(request.service, purpose), frozenset(request.items), now)
        return await ending(room, found, standing)

    change = await carry_out(passage, transition)
    await settle_debts(room, change.subject)
    await unbind_what_ended(room, change.subject, change.standing, passage.now)
    return Done(change.subject, receipt)


async def agree(room: Room, visitor: Visitor, request: Request, agreement: Agreement) -> Done:
    """Note a limit agreed with one user (Art. 9(3))."""
    passage = await approach(room, visitor, request)
    receipt = await passage.admit()

    async def transition(_policy: Policy, found: Found, _now: datetime) -> Change:
        return Change(found.subject, found.revision, found.standing.agreed(agreement))

    await carry_out(passage, transition)
    return Done(passage.subject or "", receipt)


def _wanted(found: Found, service: str, consents: Sequence[ConsentGiven]) -> dict[tuple[str, str], SealedValue]:
    """Return, by new (ground, item), a sealed value of each consented item that is held elsewhere and not there."""
    held = {(value.ground, value.item) for value in found.values}
    anywhere = {value.item: value for value in found.values}
    asked = {(ground_of(service, given.purpose), item) for given in consents for item in given.items}
    return {place: anywhere[place[1]] for place in sorted(asked - held) if place[1] in anywhere}


def _check_withdrawable(policy: Policy, request: Request) -> None:
    for number, purpose in enumerate(request.purposes):
        rule = policy.purpose_of(ground_of(request.service, purpose))
        if rule is not None and rule.law is not None:
            raise InvalidError(
                Text("该目的依据法律，不以同意为基础", "The purpose rests on a named law, not on consent"),
                field=f"purposes[{number}]",
                remedy=Text("只撤回基于同意的目的", "Withdraw purposes that rest on consent"),
            )
