"""The conditions that each item of a use must meet, in their order.

Those that ask about the subject stand apart: they are tried last.
"""

from __future__ import annotations

from collections.abc import Callable

from shouze.rules.case import Case, allows, covers, in_time
from shouze.rules.refusal import Refusal
from shouze.rules.use import OPENING

ItemCondition = Callable[[Case, str], Refusal | None]


def item_declared(case: Case, item: str) -> Refusal | None:
    """Refuse an item that the service, or this purpose of it, does not declare."""
    # A09-2-scope: users were told the items
    if case.purpose is None or case.service is None or not case.of_items or case.by_right:
        return None
    if item not in case.service.items:
        return Refusal("item-not-declared", item)
    # A09-3-necessity: what another purpose needs, this one does not
    return None if item in case.purpose.items else Refusal("beyond-necessary", item)


def item_granted(case: Case, item: str) -> Refusal | None:
    """Refuse an item that no grant of the actor covers (Art. 13(3))."""
    if case.use.actor.kind == "subject" or any(allows(grant.items, item) for grant in case.grants):
        return None
    return Refusal("not-entitled", item)


def item_not_suspended(case: Case, item: str) -> Refusal | None:
    """Refuse an item whose handling the authority has ordered to be suspended (Art. 14(2))."""
    if case.narrows or case.by_right:
        return None
    return next((Refusal("suspended-by-order", order.id) for order in case.orders if item in order.items), None)


def item_not_frozen(case: Case, item: str) -> Refusal | None:
    """Refuse an item frozen as an incident's first measure (Art. 14(1))."""
    if case.narrows:
        return None
    for freeze in case.policy.freezes:
        if freeze.target == "item" and freeze.name == item and freeze.since <= case.now:
            return Refusal("frozen", item)
    return None


def item_for_recipient(case: Case, item: str) -> Refusal | None:
    """Refuse to disclose an item that is not declared for the recipient (Art. 10)."""
    if case.use.action != "disclose":
        return None
    declared = case.recipient is not None and item in case.recipient.items
    return None if declared else Refusal("recipient-not-declared", item)


def as_agreed(case: Case, item: str) -> Refusal | None:
    """Refuse what was agreed with this user not to be done (Art. 9(3))."""
    # A09-3-contract: nothing against what was agreed
    if case.standing is None or case.narrows or case.by_right:
        return None
    use = case.use
    for limit in case.standing.agreements:
        if (
            limit.service == use.service
            and covers(limit.purposes, use.purpose)
            and covers(limit.actions, use.action)
            and covers(limit.items, item)
            and in_time(None, limit.until, case.now)
        ):
            return Refusal("against-agreement", item)
    return None


def consented(case: Case, item: str) -> Refusal | None:
    """Refuse without a consent that stands and covers the item as now declared (Art. 9(1))."""
    # A09-5-carveout: a law or administrative regulation may provide otherwise
    if case.purpose is None or not case.of_items or case.by_right or case.purpose.law is not None:
        return None
    # A09-1-consent: no collecting and no using without it
    consent = case.consent
    if consent is None or consent.withdrawn_at is not None or item not in consent.items:
        return Refusal("no-consent", item)
    if not in_time(consent.at, consent.until, case.now):
        return Refusal("no-consent", item)
    needed = max(case.purpose.since, case.purpose.items.get(item, 0))
    return None if consent.version >= needed else Refusal("consent-outdated", item)


def recipient_consented(case: Case, item: str) -> Refusal | None:
    """Refuse to disclose to a recipient whose ground is consent when the consent does not name it (PIPL 23)."""
    if case.use.action != "disclose" or case.recipient is None or not case.recipient.by_consent:
        return None
    consent = case.consent
    named = (
        consent is not None
        and consent.withdrawn_at is None
        and in_time(consent.at, consent.until, case.now)
        and case.use.recipient in consent.recipients
    )
    return None if named else Refusal("no-consent", item)


def kept(case: Case, item: str) -> Refusal | None:
    """Refuse an item whose declared retention has ended, even before it is erased."""
    # A09-3-purpose-limit: the purpose ends with its retention
    if case.use.action not in OPENING or case.standing is None or case.by_right:
        return None
    held = case.standing.held.get(case.use.ground, {}).get(item)
    ended = held is not None and held.due is not None and held.due <= case.now
    return Refusal("retention-ended", item) if ended else None


ITEM_CONDITIONS: tuple[ItemCondition, ...] = (
    item_declared,
    item_granted,
    item_not_suspended,
    item_not_frozen,
    item_for_recipient,
)

SUBJECT_ITEM_CONDITIONS: tuple[ItemCondition, ...] = (
    as_agreed,
    consented,
    recipient_consented,
    kept,
)
