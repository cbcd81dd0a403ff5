"""What is the subject's own to see and to undo: where it stands, who handled what is its, a service left by mistake.

The portal names the one subject by a signed assertion. Before that it has to know who holds an identifier: it may ask
that, of the present holder alone, and nothing else in its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from shouze.errors import InvalidError
from shouze.gateway.asking import Done, Request, Visitor
from shouze.gateway.changing import carry_out
from shouze.gateway.collect import due_from
from shouze.gateway.passage import approach, normal_identifier
from shouze.gateway.ports import Change, Found, Query
from shouze.gateway.room import Room
from shouze.gateway.wording import who_and_where
from shouze.journal.record import Receipt, Record
from shouze.language import Text
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Draft, Verdict, What
from shouze.rules.decide import decide
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.standing import Held, Standing
from shouze.rules.use import SUBJECT_RIGHTS, Actor, Use, service_of
from shouze.vault.blind_index import tag

ACT_RECOGNISE, ACT_READ = "recognise", "read-standing"


class Recognised(msgspec.Struct, frozen=True):
    """Who holds an identifier now, or nobody."""

    subject: str | None
    receipt: Receipt


class OwnStanding(msgspec.Struct, frozen=True):
    """Where a subject stands, under the policy in force."""

    standing: Standing
    policy: Policy
    receipt: Receipt


async def recognise(room: Room, visitor: Visitor, item: str, value: str) -> Recognised:
    """Tell a portal which subject holds an exclusive identifier now; RefusedError for everybody else.

    Whether there is such a subject is in the answer alone: it is recorded, and asked of custody, in the same way.
    """
    allowed = is_portal(room.policy, visitor.actor)
    known = normal_identifier(room.policy, item, value, "value") if allowed else ""
    traits = room.policy.traits(item)
    if allowed and (traits is None or traits.identifier != "exclusive"):
        remedy = Text("使用手机号码、邮箱或账号", "Use a number, an address or an account")
        raise InvalidError(Text("此信息项不只属于一人", "Several may hold that item"), field="item", remedy=remedy)
    answer = await room.look_up(Query(None, (tag(room.ring, item, known),))) if allowed else None
    # A10-op-secrecy: a number that was issued anew finds its present holder only
    living = [each for each in answer.found if each.standing.erased_at is None] if answer else []
    subject = living[0].subject if len(living) == 1 else None
    refusal = None if allowed else Refusal("not-entitled")
    private: dict[str, Value] = {"subject": subject} if subject else {}
    named = (item,) if traits else ()
    receipt = await _record(room, visitor, What(ACT_RECOGNISE, (), named, len(living[:1])), refusal, private, subject)
    return Recognised(subject, receipt)


def is_portal(policy: Policy, actor: Actor) -> bool:
    """Tell whether a program is the portal itself: it has the id of an issuer that speaks for subjects."""
    issuer = policy.issuers.get(actor.id) if actor.kind == "service" else None
    return issuer is not None and issuer.face == "portal" and not issuer.revoked


async def read_standing(room: Room, visitor: Visitor) -> OwnStanding:
    """Tell a subject where it stands: services, consents, what is held since when and until when; no value."""
    # A09-2-query: what is held is the user's own to see
    found, refusal = await own(room, visitor)
    what = What(ACT_READ, (SUBJECT_RIGHTS,), (), 0 if refusal else 1)
    receipt = await _record(room, visitor, what, refusal, {}, visitor.actor.id if found else None)
    return OwnStanding(found.standing if found else Standing(), room.policy, receipt)


async def own(room: Room, visitor: Visitor) -> tuple[Found | None, Refusal | None]:
    """Return the subject that acts, and why it may not see what is its own (None where it may)."""
    actor = visitor.actor
    if actor.kind != "subject":
        return None, Refusal("not-entitled")
    answer = await room.look_up(Query(actor.id))
    policy = await room.policy_at(answer.epoch)
    found = answer.found[0] if answer.found else None
    use = Use(actor, "", SUBJECT_RIGHTS, "read", place=visitor.place, subject=actor.id)
    decision = decide(policy, use, found.standing if found else None, room.clock.now())
    return found, decision if isinstance(decision, Refusal) else None


async def resume(room: Room, visitor: Visitor, request: Request) -> Done:
    """Take up a service again that the subject left by mistake, while nothing of it is destroyed yet.

    What has gone meanwhile does not come back; the rules decide anew on what is left.
    """
    passage = await approach(room, visitor, request)
    receipt = await passage.admit()

    def transition(policy: Policy, found: Found, _now: datetime) -> Change:
        after = resumed(policy, found.standing, request.service)
        return Change(found.subject, found.revision, after, former=found.standing)

    await carry_out(passage, transition)
    return Done(passage.subject or "", receipt)


def resumed(policy: Policy, standing: Standing, service: str) -> Standing:
    """Return the standing of a user who is back: what is still held has the end that it had before."""

    def restored(ground: str, each: Held) -> Held:
        rule = policy.purpose_of(ground)
        return each if rule is None else replace(each, due=due_from(rule, each.at))

    held = {
        ground: {item: restored(ground, each) for item, each in items.items()}
        if service_of(ground) == service
        else items
        for ground, items in standing.held.items()
    }
    return replace(standing.joined(service), held=held)


async def note_own(
    room: Room, visitor: Visitor, act: str, rows: int, sought: Mapping[str, Value] | None = None,
    refusal: Refusal | None = None,
) -> Receipt:  # fmt: skip
    """Record a subject's look at the records of its own; RefusedError after it where it was refused.

    ``rows`` is how many records it was shown; ``sought`` is what it named, to which the leaf only commits.
    """
    subject = visitor.actor.id if visitor.actor.kind == "subject" and not refusal else None
    return await _record(room, visitor, What(act, (SUBJECT_RIGHTS,), (), rows), refusal, sought or {}, subject)


async def _record(
    room: Room, visitor: Visitor, what: What, refusal: Refusal | None, private: Mapping[str, Value], subject: str | None
) -> Receipt:
    who, where, free = who_and_where(visitor)
    outcome = "refused" if refusal else "permitted"
    code, article = (refusal.code, refusal.article) if refusal else (None, None)
    verdict = Verdict(outcome, code, article, room.policy.digest or None)
    key = room.record_key(subject)
    receipt = await room.journal.record(Record(Draft(who, where, what, verdict, {**private, **free}), key))
    if refusal:
        raise RefusedError(refusal)
    return receipt
