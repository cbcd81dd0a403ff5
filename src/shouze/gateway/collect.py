"""Collect and correct: the verbs that bring values in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.gateway.asking import ConsentGiven, Done, Request, Visitor
from shouze.gateway.passage import Decider, approach, refused_under, use_of
from shouze.gateway.ports import Change, Found
from shouze.gateway.room import Room
from shouze.gateway.writing import next_versions, normal_values, rewritten, write
from shouze.language import Text
from shouze.rules.decide import Permit, decide
from shouze.rules.period import after
from shouze.rules.policy import Policy, PurposeRule
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Consent, Held, Standing
from shouze.rules.use import ground_of


async def collect(
    room: Room, visitor: Visitor, request: Request, values: Mapping[str, str], consents: Sequence[ConsentGiven] = ()
) -> Done:
    """Take in items of a new subject, or of the one that ``request`` refers to; all of them, or nothing.

    Each item is sealed under every named purpose that declares it, and under every purpose of the service that rests
    on a named law and declares it. ``request.items`` are the names of ``values``. RefusedError names the first item
    that may not be collected, ConflictError an identifier that is another subject's, InvalidError a malformed value.
    """
    newcomer = None if request.subject is not None else new_subject_id(room.entropy(16))
    decider = _collecting(consents)
    passage = await approach(room, visitor, request, decider=decider, grounds=None, newcomer=newcomer)
    normal = normal_values(passage, values)
    receipt = await passage.admit()

    async def transition(policy: Policy, found: Found, now: datetime) -> Change:
        standing = foreseen(found.standing, request.service, consents, now)
        version = next_versions(found, normal)
        for purpose, items in _plan(policy, request).items():
            rule, ground = policy.services[request.service].purposes[purpose], ground_of(request.service, purpose)
            held = {item: Held(version[item], now, due_from(rule, now)) for item in items}
            standing = standing.holding(ground, held)
        return await rewritten(room, found, standing, normal, version)

    await write(passage, normal, transition)
    found = passage.found or Found("", 0, Standing())
    return Done(found.subject, receipt, next_versions(found, normal))


_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]


def new_subject_id(entropy: bytes) -> str:
    """Return the id made of 16 random bytes: 26 lower-case letters and digits."""
    number = int.from_bytes(entropy) << 2  # base32 (RFC 4648) writes five bits a letter: 130 for 128
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])


def foreseen(standing: Standing, service: str, consents: Sequence[ConsentGiven], now: datetime) -> Standing:
    """Return the standing with the consents just given; a user who left comes back only by consenting anew."""
    if consents or service not in standing.services:
        standing = standing.joined(service)
    for given in consents:
        consent = Consent(given.version, given.items, now, given.act, given.channel, given.recipients)
        standing = standing.consented(service, given.purpose, consent)
    return standing


def due_from(rule: PurposeRule, now: datetime) -> datetime | None:
    """Return when an item collected now ends; None while its end depends on the service's."""
    return after(now, rule.retention.period) if rule.retention.counted_from == "collection" else None


def check_consents(policy: Policy, service: str, consents: Sequence[ConsentGiven]) -> None:
    """Refuse consents to what the declaration does not contain, or asks none for; InvalidError names the field."""
    rule = policy.services.get(service)
    for number, given in enumerate(consents if rule else ()):
        purpose = rule.purposes.get(given.purpose) if rule else None
        field = f"consents[{number}]"
        if purpose is None or rule is None:
            raise InvalidError(Text("该服务没有这个目的", "The service has no such purpose"), field=f"{field}.purpose")
        if given.version > rule.version:
            raise InvalidError(Text("该版本尚未公布", "That version is not published"), field=f"{field}.version")
        if not given.items <= purpose.items.keys():
            raise InvalidError(Text("该目的未声明其中的信息项", "The purpose lacks an item"), field=f"{field}.items")
        if not given.recipients <= purpose.recipients.keys():
            raise InvalidError(
                Text("该目的未声明其中的接收方", "The purpose lacks a recipient"), field=f"{field}.recipients"
            )
        # A09-5-carveout: who is asked to agree to what a law demands is misled about having a choice
        if purpose.law is not None and not any(purpose.recipients[each].by_consent for each in given.recipients):
            raise InvalidError(
                Text("该目的依法律规定，不以同意为依据", "The purpose rests on a named law, not on consent"),
                field=f"{field}.purpose",
                remedy=Text(
                    "从 consents 中去掉该目的，不要征求同意", "Leave it out of consents, and do not ask for it"
                ),
            )


def _plan(policy: Policy, request: Request) -> dict[str, tuple[str, ...]]:
    """Return the items to take in for each purpose: those named, and those that a law adds."""
    rules = policy.services[request.service].purposes
    by_law = [name for name, rule in rules.items() if rule.law is not None and name not in request.purposes]
    plan = {name: tuple(item for item in request.items if item in rules[name].items) for name in rules}
    return {name: plan[name] for name in (*request.purposes, *by_law) if plan[name]}


def _collecting(consents: Sequence[ConsentGiven]) -> Decider:
    def decider(
        policy: Policy,
        visitor: Visitor,
        request: Request,
        subject: str | None,
        standing: Standing | None,
        now: datetime,
    ) -> Permit | Refusal:
        check_consents(policy, request.service, consents)
        if standing is not None:
            standing = foreseen(standing, request.service, consents, now)
        service = policy.services.get(request.service)
        declared: set[str] = set()
        refusals = list[Refusal | None]()
        for purpose in request.purposes:
            rule = service.purposes.get(purpose) if service else None
            listed = tuple(item for item in request.items if rule is None or item in rule.items)
            use = use_of(visitor, request, purpose, subject, listed)
            refusals.append(_refusal(decide(policy, use, standing, now)))
            declared.update(listed)
        if refusal := refused_under(policy, request, refusals):
            return refusal
        stray = tuple(item for item in request.items if item not in declared)
        use = use_of(visitor, request, request.purposes[0], subject, stray)
        return _refusal(decide(policy, use, standing, now)) or Permit(request.items)

    return decider


def _refusal(decision: Permit | Refusal) -> Refusal | None:
    if isinstance(decision, Refusal):
        return decision
    return next(iter(decision.withheld.values()), None)
