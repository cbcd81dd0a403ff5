"""Consent, withdraw, agree: the verbs of what the user allows."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.gateway.asking import ConsentGiven, Done, Outcome, Request, Visitor
from shouze.gateway.changing import Transition, carry_out, carry_out_all, conclude, done, ending, only
from shouze.gateway.collect import check_consents, due_from, foreseen
from shouze.gateway.passage import Passage, approach
from shouze.gateway.ports import Change, Found, SealedValue
from shouze.gateway.room import Room
from shouze.gateway.sealing import Sealer, open_grounds
from shouze.journal.record import Receipt
from shouze.language import Text
from shouze.rules.policy import Policy, PurposeRule
from shouze.rules.standing import Agreement, Held, Standing
from shouze.rules.use import ground_of


async def consent(room: Room, visitor: Visitor, request: Request, consents: Sequence[ConsentGiven]) -> Done:
    """Note what a known user agrees to; items already held are kept for the new purposes too."""
    passage = await approach(room, visitor, request, grounds=None)
    check_consents(passage.policy, request.service, consents)
    receipt = await passage.admit(tuple(sorted({item for given in consents for item in given.items})))

    async def transition(policy: Policy, found: Found, now: datetime) -> Change:
        standing = foreseen(found.standing, request.service, consents, now)
        wanted = _wanted(policy, found.standing, request.service, consents)
        opened = await open_grounds(room, found.subject, found.values if wanted else ())
        anywhere = {item: each for held in opened.values() for item, each in held.items()}
        sealer, puts, removals = Sealer(room, found.subject, found.values), list[SealedValue](), list[tuple[str, str]]()
        await sealer.ready(wanted)
        for ground, (rule, items) in wanted.items():
            added = {item: anywhere[item] for item in items if item in anywhere}
            rows = sealer.seal(ground, {**opened.get(ground, {}), **added})
            puts += rows
            removals += sealer.gone(ground, rows)
            held = {item: Held(each.version, now, due_from(rule, now)) for item, each in added.items()}
            standing = standing.holding(ground, held) if held else standing
        return Change(found.subject, found.revision, standing, tuple(puts), tuple(removals), former=found.standing)

    await carry_out(passage, transition)
    return Done(passage.subject or "", receipt)


async def withdraw(room: Room, visitor: Visitor, request: Request) -> Done:
    """End consent for the named purposes, or for the named items of them, at once.

    What was held on that consent alone is gone with its key; what another purpose or a named law keeps stays.
    """
    passage = await approach(room, visitor, request, grounds=None)
    check_withdrawable(passage)
    receipt = await passage.admit()
    return only(await take_back([passage], [receipt]))


async def take_back(passages: Sequence[Passage], receipts: Sequence[Receipt]) -> list[Outcome]:
    """End consents once that is recorded."""

    def taking_back(passage: Passage) -> Transition:
        def transition(_policy: Policy, found: Found, now: datetime) -> Change | Awaitable[Change]:
            standing, request = found.standing, passage.request
            for purpose in request.purposes:
                # A09-1-consent: without consent nothing is held for the purpose any longer
                standing = standing.withdrawn(ground_of(request.service, purpose), frozenset(request.items), now)
            return ending(passage.room, found, standing)

        return transition

    outcomes = await carry_out_all(passages, [taking_back(each) for each in passages])
    changes = [each for each in outcomes if isinstance(each, Change)]
    await conclude(passages[0].room, changes, changes, passages[0].now)
    return [done(*each) for each in zip(outcomes, receipts, strict=True)]


async def agree(room: Room, visitor: Visitor, request: Request, agreement: Agreement) -> Done:
    """Note a limit agreed with one user (Art. 9(3))."""
    passage = await approach(room, visitor, request)
    receipt = await passage.admit()
    return only(await limit([passage], [receipt], (agreement,)))


async def limit(
    passages: Sequence[Passage], receipts: Sequence[Receipt], agreements: Sequence[Agreement]
) -> list[Outcome]:
    """Note limits with each user once that is recorded."""

    def transition(_policy: Policy, found: Found, _now: datetime) -> Change:
        standing = found.standing
        for each in agreements:
            standing = standing.agreed(each)
        return Change(found.subject, found.revision, standing, former=found.standing)

    outcomes = await carry_out_all(passages, [transition] * len(passages))
    return [done(*each) for each in zip(outcomes, receipts, strict=True)]


def _wanted(
    policy: Policy, standing: Standing, service: str, consents: Sequence[ConsentGiven]
) -> dict[str, tuple[PurposeRule, list[str]]]:
    """Return, by new ground, its rule and the consented items that are held elsewhere and not there."""
    anywhere, wanted = standing.items_held(), dict[str, tuple[PurposeRule, list[str]]]()
    for given in consents:
        ground = ground_of(service, given.purpose)
        items, rule = given.items & anywhere - standing.held.get(ground, {}).keys(), policy.purpose_of(ground)
        if items and rule is not None:
            wanted[ground] = (rule, sorted(items))
    return wanted


def check_withdrawable(passage: Passage) -> None:
    """Refuse to withdraw what does not rest on consent; InvalidError names the purpose."""
    policy, request = passage.policy, passage.request
    for number, purpose in enumerate(request.purposes):
        rule = policy.purpose_of(ground_of(request.service, purpose))
        if rule is not None and rule.law is not None:
            raise InvalidError(
                Text("该目的依据法律，不以同意为基础", "The purpose rests on a named law, not on consent"),
                field=f"purposes[{number}]",
                remedy=Text("只撤回基于同意的目的", "Withdraw purposes that rest on consent"),
            )
