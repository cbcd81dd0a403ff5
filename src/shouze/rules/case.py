"""One use laid beside the parts of the policy that bear on it."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace

from shouze.rules.entries import Grant, Order
from shouze.rules.policy import Policy, PurposeRule, RecipientRule, ServiceRule
from shouze.rules.standing import Consent, Standing
from shouze.rules.use import OF_ITEMS, OPENING, SUBJECT_RIGHTS, Actor, Use

NARROWING = frozenset({"withdraw", "terminate", "erase", "freeze", "agree"})
"""Acts that only ever narrow what is done; no order, freeze or ending keeps a user from them."""


def in_time(since: datetime | None, until: datetime | None, now: datetime) -> bool:
    """Tell whether ``now`` lies in the span, which is open at its right end."""
    return (since is None or since <= now) and (until is None or now < until)


def covers(named: frozenset[str], one: str | None) -> bool:
    """Tell whether what restricts covers one id; an empty set covers all."""
    return not named or one in named


def allows(named: frozenset[str] | None, one: str | None) -> bool:
    """Tell whether a part of a grant allows one id; a part left out allows all, an empty one none."""
    return named is None or one in named


class Case(msgspec.Struct, frozen=True, gc=False):
    """A use with its service, purpose, grants, orders, recipient, consent and standing."""

    policy: Policy
    use: Use
    standing: Standing | None
    now: datetime
    service: ServiceRule | None
    purpose: PurposeRule | None
    grants: tuple[Grant, ...]
    orders: tuple[Order, ...]
    recipient: RecipientRule | None
    consent: Consent | None
    ground: str
    of_items: bool
    by_right: bool
    """The subject sees or corrects its own information, which needs no declaration (Art. 9(2))."""
    untrained: bool = False
    """There would be a grant, but for the certificate that it needs (Art. 15)."""

    @classmethod
    def of(cls, policy: Policy, use: Use, standing: Standing | None, now: datetime) -> Case:
        """Lay the use beside what bears on it."""
        service = policy.services.get(use.service)
        granted = tuple(each for each in held(policy, use.actor) if _granted(each, use, now))
        grants = tuple(each for each in granted if certified(policy, use.actor, each, now))
        purpose = service.purposes.get(use.purpose) if service else None
        return cls(
            policy=policy,
            use=use,
            standing=standing,
            now=now,
            service=service,
            purpose=purpose,
            grants=grants,
            orders=tuple(each for each in policy.orders if _suspends(each, use, now)),
            recipient=purpose.recipients.get(use.recipient or "") if purpose else None,
            consent=standing.consents.get(use.ground) if standing else None,
            ground=use.ground,
            of_items=use.action in OF_ITEMS,
            by_right=use.purpose == SUBJECT_RIGHTS and use.actor.kind == "subject",
            untrained=bool(granted) and not grants,
        )

    def about(self, standing: Standing | None, use: Use, now: datetime) -> Case:
        """Return the same case about a subject: only standing, subject and time are other ones."""
        return Case(
            self.policy, use, standing, now, self.service, self.purpose, self.grants, self.orders, self.recipient,
            standing.consents.get(self.ground) if standing else None, self.ground, self.of_items, self.by_right,
            self.untrained,
        )  # fmt: skip

    @property
    def outlives_the_service(self) -> bool:
        """Tell whether the use goes on after the service: for a named law, by right, to narrow, or to destroy."""
        by_law = self.purpose is not None and self.purpose.law is not None and self.use.action in OPENING
        return by_law or self.by_right or self.narrows or self.use.action == "destroy"

    @property
    def provides(self) -> bool:
        """Tell whether somebody else receives it: by disclosing, or by any use that names a recipient."""
        return self.use.action == "disclose" or self.use.recipient is not None

    @property
    def narrows(self) -> bool:
        """Tell whether the act only narrows what is done."""
        return self.use.action in NARROWING


def held(policy: Policy, actor: Actor) -> tuple[Grant, ...]:
    """Return the grants that an actor holds: by post, agent or account, and staff by their own work number."""
    # A13-3-permissions: what one person was granted ends with them, whatever their post may do
    own = policy.grants.get(f"person:{actor.id}", ()) if actor.kind == "staff" else ()
    return policy.grants.get(_holder(actor), ()) + own


def certified(policy: Policy, actor: Actor, grant: Grant, now: datetime) -> bool:
    """Tell whether an actor holds the certificate that a grant needs, if any; a program never does."""
    # A15-train-know/skill/resp: whoever has not been trained, or not lately, is not let near what wants it
    if grant.course is None:
        return True
    found = policy.certificate_of(actor.id, grant.course) if actor.kind in {"staff", "agent-staff"} else None
    return found is not None and in_time(found.since, found.until, now)


def unreviewed(case: Case) -> bool:
    """Tell whether the actor holds a grant for the use that lacks nothing but a review of the system in force."""
    grants = (replace(each, reviewed_until=None) for each in held(case.policy, case.use.actor) if each.reviewed_until)
    return any(_granted(each, case.use, case.now) for each in grants)


def _holder(actor: Actor) -> str:
    kind, name = {"staff": ("post", actor.post), "agent-staff": ("agent", actor.agent)}.get(
        actor.kind, ("account", actor.id)
    )
    return f"{kind}:{name}" if name else ""


def _granted(grant: Grant, use: Use, now: datetime) -> bool:
    return (
        use.actor.kind != "subject"
        and use.service in grant.services
        and use.action in grant.actions
        and allows(grant.purposes, use.purpose)
        and allows(grant.sites, use.place.site)
        and in_time(grant.since, grant.until, now)
        and in_time(None, grant.reviewed_until, now)
    )


def _suspends(order: Order, use: Use, now: datetime) -> bool:
    return (
        covers(order.services, use.service)
        and covers(order.purposes, use.purpose)
        and covers(order.actions, use.action)
        and covers(order.agents, use.actor.agent)
        and in_time(order.since, order.until, now)
    )
