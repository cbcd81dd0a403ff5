"""The policy: one immutable document compiled from all registers.

``compile_policy`` is pure: the same declarations and entries give the same document and the same digest. A gateway
decides only under a policy whose epoch is the one that the statement reading the subject returned.

A changed declaration asks again, and only for what changed: each purpose and each item carries the version since
which its terms have stood (``since``); a consent to an earlier version does not cover it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from shouze.rules.catalogue import Statutes
from shouze.rules.declaration import Declaration, NamedLaw, Purpose, Recipient, Retention
from shouze.rules.entries import (
    Account,
    Agent,
    Approval,
    Caller,
    Certified,
    Ending,
    Freeze,
    Grant,
    Issuer,
    Order,
    Person,
    Post,
    Provision,
    Silence,
)
from shouze.rules.period import parse_period
from shouze.rules.use import parts_of


class Published(msgspec.Struct, frozen=True):
    """One published version of a service's declaration; never changed once written."""

    version: int
    at: datetime
    digest: str
    declaration: Declaration


class Traits(msgspec.Struct, frozen=True):
    """What the door needs to know of an item: its normal form, whether it finds subjects, its grade."""

    form: str
    identifier: str | None
    grade: int


class RecipientRule(msgspec.Struct, frozen=True):
    """A declared recipient: which items, from when until when, and whether consent must name it."""

    items: frozenset[str]
    by_consent: bool
    since: datetime | None
    until: datetime | None


class PurposeRule(msgspec.Struct, frozen=True):
    """A purpose as the door decides by it; ``items`` maps each item to the version since which its terms stand."""

    law: str | None
    necessary: bool
    means: frozenset[str]
    since: int
    items: dict[str, int]
    recipients: dict[str, RecipientRule]
    retention: Retention
    law_qualifies: bool = True
    """Whether the named law, where there is one, may except from Article 9(1) to (4)."""


class ServiceRule(msgspec.Struct, frozen=True):
    """A service as the door decides by it."""

    version: int
    digest: str
    governed: bool
    purposes: dict[str, PurposeRule]
    items: dict[str, Traits]
    ended_at: datetime | None = None


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides, at one epoch."""

    epoch: int = 0
    digest: str = ""
    services: dict[str, ServiceRule] = {}
    grants: dict[str, tuple[Grant, ...]] = {}
    """Holder (``post:…``, ``agent:…``, ``account:…``, ``person:…``) to what it may do."""
    administrators: frozenset[str] = frozenset()
    agents: dict[str, Agent] = {}
    orders: tuple[Order, ...] = ()
    silences: dict[str, Silence] | msgspec.UnsetType = msgspec.UNSET
    """Left out where there is none: such a policy has the digest that it had before there were any."""
    freezes: tuple[Freeze, ...] = ()
    approvals: dict[str, Approval] = {}
    callers: dict[str, Caller] = {}
    issuers: dict[str, Issuer] = {}
    certificates: dict[str, Certified] | msgspec.UnsetType = msgspec.UNSET
    """``course@person`` to the certificate; absent where there is none: such a policy reads as it always did."""

    def certificate_of(self, person: str, course: str) -> Certified | None:
        """Return a person's certificate of a course, whatever its term."""
        return self.certificates.get(f"{course}@{person}") if self.certificates is not msgspec.UNSET else None

    def purpose_of(self, ground: str) -> PurposeRule | None:
        """Return the purpose of a retention ground, or None where it is no longer declared."""
        service, purpose = parts_of(ground)
        rule = self.services.get(service)
        return rule.purposes.get(purpose) if rule else None

    def hushed_by(self, ticket: str | None, now: datetime) -> str | None:
        """Return the demand that a use is for, by its ticket, where a law forbids for now to tell the user."""
        silence = self.silences.get(ticket or "") if self.silences else None
        return silence.id if silence is not None and now < silence.until else None

    def hushes_over(self, now: datetime) -> list[str]:
        """Return the demands of whose looks users are told by now."""
        return [name for name, each in self.silences.items() if each.until <= now] if self.silences else []

    def traits(self, item: str) -> Traits | None:
        """Return the traits of an item that any service declares."""
        return next((rule.items[item] for rule in self.services.values() if item in rule.items), None)


class Registers(msgspec.Struct, frozen=True, kw_only=True):
    """The present entries of every kind, by id."""

    posts: dict[str, Post] = {}
    accounts: dict[str, Account] = {}
    people: dict[str, Person] = {}
    certificates: dict[str, Certified] = {}
    agents: dict[str, Agent] = {}
    orders: dict[str, Order] = {}
    silences: dict[str, Silence] = {}
    freezes: dict[str, Freeze] = {}
    approvals: dict[str, Approval] = {}
    endings: dict[str, Ending] = {}
    provisions: dict[str, Provision] = {}
    callers: dict[str, Caller] = {}
    issuers: dict[str, Issuer] = {}


def compile_policy(
    histories: Mapping[str, Sequence[Published]], registers: Registers, statutes: Statutes, epoch: int
) -> Policy:
    """Compile the published ``histories`` (service to its versions, oldest first) and the present registers."""
    policy = Policy(
        services={service: _service(history, registers, statutes) for service, history in sorted(histories.items())},
        grants={
            **{f"post:{each.id}": each.grants for each in registers.posts.values()},
            **{f"agent:{each.id}": each.grants for each in registers.agents.values()},
            **{f"account:{each.id}": each.grants for each in registers.accounts.values()},
            **{f"person:{each.id}": each.grants for each in registers.people.values()},
        },
        administrators=frozenset(each.id for each in registers.accounts.values() if each.administers),
        agents=registers.agents,
        orders=tuple(order for _, order in sorted(registers.orders.items())),
        silences=registers.silences or msgspec.UNSET,
        freezes=tuple(freeze for _, freeze in sorted(registers.freezes.items())),
        approvals=registers.approvals,
        callers=registers.callers,
        issuers=registers.issuers,
        certificates=registers.certificates or msgspec.UNSET,
    )
    return replace(policy, epoch=epoch, digest=digest_of(policy))


def digest_of(content: object) -> str:
    """Return the SHA-256 (hex) of the canonical JSON of ``content``: every unordered part sorted, UTF-8."""
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def _service(history: Sequence[Published], registers: Registers, statutes: Statutes) -> ServiceRule:
    latest = history[-1]
    service = latest.declaration.service
    ending = registers.endings.get(service)
    provisions = [each for each in registers.provisions.values() if each.service == service]
    return ServiceRule(
        version=latest.version,
        digest=latest.digest,
        governed=latest.declaration.scope.governed,
        purposes={each.id: _purpose(each, history, provisions, statutes) for each in latest.declaration.purposes},
        items=_traits(latest.declaration, statutes),
        ended_at=ending.at if ending else None,
    )


def _purpose(
    purpose: Purpose, history: Sequence[Published], provisions: Sequence[Provision], statutes: Statutes
) -> PurposeRule:
    named = (each for each in history[-1].declaration.recipients if each.id in purpose.recipients)
    return PurposeRule(
        law=None if isinstance(purpose.ground, str) else purpose.ground.instrument,
        necessary=purpose.necessary,
        means=frozenset(purpose.means),
        since=_terms_since(purpose.id, history),
        items={each.item: _item_since(purpose.id, each.item, history) for each in purpose.items},
        recipients={each.id: _recipient(each, purpose.id, provisions, statutes) for each in named},
        retention=purpose.retention,
        law_qualifies=isinstance(purpose.ground, str) or _by_law(purpose.ground, statutes),
    )


def _recipient(
    recipient: Recipient, purpose: str, provisions: Sequence[Provision], statutes: Statutes
) -> RecipientRule:
    # A10-no-illegal-supply: what was agreed with a recipient narrows what users were told, and never widens it
    items, since, until = frozenset(recipient.items), recipient.since, recipient.until
    for each in provisions:
        if each.recipient == recipient.id:
            items &= each.items if purpose in each.purposes else frozenset()
            since = max((moment for moment in (since, each.since) if moment is not None), default=None)
            until = min((moment for moment in (until, each.until) if moment is not None), default=None)
    return RecipientRule(items, not _by_law(recipient.ground, statutes), since, until)


def _by_law(ground: str | NamedLaw, statutes: Statutes) -> bool:
    # A09-5-carveout: a law named once may cease to be one that excepts; what rests on it ceases with it
    instrument = None if isinstance(ground, str) else statutes.instruments.get(ground.instrument)
    return instrument is not None and instrument.may_except


def _traits(declaration: Declaration, statutes: Statutes) -> dict[str, Traits]:
    own = {each.id: Traits(each.form, each.identifier, each.grade) for each in declaration.own_items}
    named = {each.item for purpose in declaration.purposes for each in purpose.items}
    known = {name: statutes.items[name] for name in sorted(named) if name in statutes.items}
    return {name: Traits(each.form, each.identifier, each.grade) for name, each in known.items()} | own


def asks_anew(earlier: Declaration, later: Declaration) -> frozenset[str]:
    """Return the purposes of both whose terms became wider: consents to the earlier one do not cover the later."""
    shared = {each.id for each in earlier.purposes} & {each.id for each in later.purposes}
    return frozenset(purpose for purpose in shared if _wider(purpose, earlier, later))


def _terms_since(purpose: str, history: Sequence[Published]) -> int:
    since = history[0].version
    for before, now in pairwise(history):
        if _find(now.declaration, purpose) is not None and _wider(purpose, before.declaration, now.declaration):
            since = now.version
    return since


def _wider(purpose: str, earlier: Declaration, later: Declaration) -> bool:
    before, now = _find(earlier, purpose), _find(later, purpose)
    if before is None or now is None:
        return True
    same = (before.name, before.how, before.ground) == (now.name, now.how, now.ground)
    told = {each.id: each for each in earlier.recipients if each.id in before.recipients}
    wider = [
        each
        for each in later.recipients
        if each.id in now.recipients and (each.id not in told or _receives_more(told[each.id], each))
    ]
    return not same or bool(wider) or not set(now.means) <= set(before.means) or _keeps_longer(before, now)


def _receives_more(before: Recipient, now: Recipient) -> bool:
    same = (before.name, before.ground) == (now.name, now.ground)
    sooner = before.since is not None and (now.since is None or now.since < before.since)
    longer = before.until is not None and (now.until is None or now.until > before.until)
    return not same or not set(now.items) <= set(before.items) or sooner or longer


def _keeps_longer(before: Purpose, now: Purpose) -> bool:
    if before.retention.counted_from != now.retention.counted_from:
        return True
    (old_months, old_days), (months, days) = parse_period(before.retention.period), parse_period(now.retention.period)
    return months > old_months or days > old_days


def _item_since(purpose: str, item: str, history: Sequence[Published]) -> int:
    since, held = history[0].version, False
    for published in history:
        found = _find(published.declaration, purpose)
        holds = found is not None and any(each.item == item for each in found.items)
        if holds and not held:
            since = published.version
        held = holds
    return since


def _find(declaration: Declaration, purpose: str) -> Purpose | None:
    return next((each for each in declaration.purposes if each.id == purpose), None)
