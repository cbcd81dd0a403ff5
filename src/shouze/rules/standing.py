"""Where a subject stands: consents, agreements, services, what is held.

A standing is immutable; each transition returns the next one. It names items and times, never values.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from shouze.rules.period import Moment
from shouze.rules.use import ground_of, usage_of


class Consent(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a user agreed to for one purpose of a service: by which act, when, to which version (Art. 9(1))."""

    version: int
    items: frozenset[str]
    at: datetime
    act: str
    channel: str
    recipients: frozenset[str] = frozenset()
    until: Moment | None = None
    withdrawn_at: datetime | None = None


class Agreement(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A limit agreed with one user (Art. 9(3)): what the operator shall not do; an empty part covers all."""

    id: str
    service: str
    purposes: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    until: Moment | None = None


class Held(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """That an item is held under a ground: its version, when it was collected, until when it is kept."""

    version: int
    at: datetime
    due: datetime | None = None


class Standing(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Everything about one subject that decides whether a use is permitted."""

    services: dict[str, datetime | None] = {}
    """Service to the moment the user ended it, or None while it is used."""
    consents: dict[str, Consent] = {}
    """Ground (``service/purpose``) to the consent given for it."""
    agreements: tuple[Agreement, ...] = ()
    held: dict[str, dict[str, Held]] = {}
    """Ground to the items sealed under it; records of use stand under ``usage_of`` the ground.

    There the version of an item is that of its key.
    """
    frozen_by: str | None = None
    erased_at: datetime | None = None

    def joined(self, service: str) -> Standing:
        """Return the standing of a user who uses ``service`` (again)."""
        return replace(self, services={**self.services, service: None})

    def consented(self, service: str, purpose: str, consent: Consent) -> Standing:
        """Return the standing after a consent; it replaces the earlier one for the same purpose."""
        return replace(self, consents={**self.consents, ground_of(service, purpose): consent})

    def withdrawn(self, ground: str, items: frozenset[str], now: datetime) -> Standing:
        """Return the standing after consent for ``ground`` is withdrawn: for ``items``, or wholly when empty."""
        consent = self.consents.get(ground)
        if consent is None or consent.withdrawn_at is not None:
            return self
        left = consent.items - items if items else frozenset[str]()
        narrowed = replace(consent, items=left) if left else replace(consent, withdrawn_at=now)
        gone = items if left else {**self.held.get(ground, {}), **self.held.get(usage_of(ground), {})}
        return replace(self, consents={**self.consents, ground: narrowed}).without_items(ground, gone)

    def agreed(self, agreement: Agreement) -> Standing:
        """Return the standing with one more agreed limit, replacing one of the same id."""
        others = tuple(each for each in self.agreements if each.id != agreement.id)
        return replace(self, agreements=(*others, agreement))

    def holding(self, ground: str, items: dict[str, Held]) -> Standing:
        """Return the standing in which ``items`` are held under ``ground`` beside what was held there."""
        return replace(self, held={**self.held, ground: {**self.held.get(ground, {}), **items}})

    def without_items(self, ground: str, items: Iterable[str]) -> Standing:
        """Return the standing in which ``items`` are no longer held under ``ground``, nor records of use with them."""
        gone, held = frozenset(items), dict(self.held)
        for place in (ground, usage_of(ground)):
            kept = {item: each for item, each in held.pop(place, {}).items() if item not in gone}
            held |= {place: kept} if kept else {}
        return replace(self, held=held)

    def left(self, service: str, now: datetime) -> Standing:
        """Return the standing of a user whose use of ``service`` ended ``now``; the first ending counts."""
        return replace(self, services={**self.services, service: self.services.get(service) or now})

    def frozen(self, incident: str | None) -> Standing:
        """Return the standing with the account frozen for an incident, or released with None."""
        return replace(self, frozen_by=incident)

    def erased(self, now: datetime) -> Standing:
        """Return what remains of an erased subject: that it is erased, and when."""
        return Standing(erased_at=now)

    def items_held(self) -> frozenset[str]:
        """Return every item held under any ground."""
        return frozenset(item for items in self.held.values() for item in items)

    def next_due(self) -> datetime | None:
        """Return the earliest moment at which something held comes to its end."""
        return min((held.due for items in self.held.values() for held in items.values() if held.due), default=None)
