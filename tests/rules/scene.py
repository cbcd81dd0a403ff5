"""One scene of a decision: a policy, a use, a standing and a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import replace as rearranged
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from msgspec.structs import replace

from shouze.rules.decide import Permit, decide
from shouze.rules.declaration import Told
from shouze.rules.entries import Caller, Certified, Freeze, Issuer, Order
from shouze.rules.policy import Policy, PurposeRule
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Standing
from shouze.rules.use import Actor, Use

V = TypeVar("V")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BEFORE, AFTER = NOW - HOUR, NOW + HOUR
SERVICES = ("mobile", "cloud")
PURPOSES = ("serve", "register", "advertise")
ITEMS = ("name", "phone", "place-of-use")
SITES = ("hall", "online")
RECIPIENTS = ("courier", "court")
SUBJECT, ANOTHER = "subject-one", "subject-two"
WORDS = Told("词", "words")
LAW = "cybersecurity-law"


@dataclass(frozen=True)
class Scene:
    """Everything that a decision looks at."""

    policy: Policy
    use: Use
    standing: Standing | None
    now: datetime = NOW

    @property
    def decision(self) -> Permit | Refusal:
        """What the rules say."""
        return decide(self.policy, self.use, self.standing, self.now)

    @property
    def holder(self) -> str:
        """The key of the actor's grants."""
        actor = self.use.actor
        return {"staff": f"post:{actor.post}", "agent-staff": f"agent:{actor.agent}"}.get(
            actor.kind, f"account:{actor.id}"
        )

    def with_policy(self, **changes: Any) -> Scene:
        """Return the scene with parts of the policy replaced."""
        return rearranged(self, policy=replace(self.policy, **changes))

    def with_use(self, **changes: Any) -> Scene:
        """Return the scene with parts of the use replaced."""
        return rearranged(self, use=replace(self.use, **changes))

    def with_standing(self, **changes: Any) -> Scene:
        """Return the scene with parts of the subject's standing replaced."""
        return rearranged(self, standing=replace(self.standing or Standing(), **changes))

    def with_service(self, **changes: Any) -> Scene:
        """Return the scene with parts of the used service's rules replaced."""
        name = self.use.service
        return self.with_policy(
            services=put(self.policy.services, name, replace(self.policy.services[name], **changes))
        )

    def with_purpose(self, **changes: Any) -> Scene:
        """Return the scene with parts of the used purpose's rules replaced."""
        purposes, name = self.policy.services[self.use.service].purposes, self.use.purpose
        return self.with_service(purposes=put(purposes, name, replace(purposes[name], **changes)))

    def with_recipient(self, **changes: Any) -> Scene:
        """Return the scene with parts of the used recipient's rules replaced."""
        recipients, name = self.purpose.recipients, self.use.recipient or ""
        return self.with_purpose(recipients=put(recipients, name, replace(recipients[name], **changes)))

    def with_consent(self, **changes: Any) -> Scene:
        """Return the scene with parts of the consent that the use rests on replaced."""
        consents = (self.standing or Standing()).consents
        ground = self.use.ground
        return self.with_standing(consents=put(consents, ground, replace(consents[ground], **changes)))

    def with_grants(self, **changes: Any) -> Scene:
        """Return the scene with a part of every grant of the actor replaced."""
        grants = tuple(replace(each, **changes) for each in self.policy.grants[self.holder])
        return self.with_policy(grants=put(self.policy.grants, self.holder, grants))

    @property
    def purpose(self) -> PurposeRule:
        """The rules of the used purpose."""
        return self.policy.services[self.use.service].purposes[self.use.purpose]


def put(whole: Mapping[str, V], name: str, one: V) -> dict[str, V]:
    """Return ``whole`` with one entry put in."""
    return {**whole, name: one}


def without(whole: Mapping[str, V], name: str | None) -> dict[str, V]:
    """Return ``whole`` without one entry."""
    return {each: value for each, value in whole.items() if each != name}


def order(**changes: Any) -> Order:
    """Return an order in force that covers everything not named in ``changes``."""
    return replace(Order(id="order-1", authority=WORDS, reason=WORDS, since=BEFORE), **changes)


def freeze(target: str, name: str) -> Freeze:
    """Return a freeze in force."""
    return Freeze(id=f"{target}-{name}", incident="incident-1", target=cast("Any", target), name=name, since=BEFORE)


def _holding(**changes: Any) -> Callable[[Scene], Scene]:
    held = replace(Certified(id="order-24@wang", course="order-24", person="wang", since=BEFORE), **changes)
    return lambda scene: scene.with_grants(course="order-24").with_policy(certificates={held.id: held})


UNTRAINED: dict[str, Callable[[Scene], Scene]] = {
    "no certificate": lambda scene: scene.with_grants(course="order-24"),
    "of another course": _holding(course="other", id="other@wang"),
    "another's": _holding(person="li", id="order-24@li"),
    "over": _holding(until=NOW),
    "to come": _holding(since=AFTER),
}
"""Scenes in which the grants need a certificate, and what the actor has instead of one."""


def refusal_of(decision: Permit | Refusal, item: str) -> Refusal | None:
    """Return the refusal of the whole or of one item, or None where the item is permitted."""
    return decision if isinstance(decision, Refusal) else decision.withheld.get(item)


def caller(actor: Actor, /, **changes: Any) -> Caller:
    """Return the entry of the token that the actor presents."""
    mine = Caller(
        id=actor.caller or "token-1",
        secret_sha256="0" * 64,
        kind=actor.kind,
        actor=actor.id,
        until=AFTER,
        post=actor.post,
        agent=actor.agent,
    )
    return replace(mine, **changes)


def admitted(actor: Actor) -> tuple[dict[str, Caller], dict[str, Issuer]]:
    """Return the callers and issuers under which the actor is known."""
    if actor.caller is None:
        return {}, {}
    face: Any = "portal" if actor.kind == "subject" else "desk"
    issuer = Issuer(id="face-1", face=face, public_key="A" * 43 + "=")
    if actor.issuer is None:
        return {actor.caller: caller(actor)}, {}
    return {actor.caller: caller(actor, kind="face", actor="face-1", post=None, agent=None)}, {"face-1": issuer}
