"""The conditions that each item of a use must meet, in their order.

Those that ask about the subject stand apart: they are tried last, for every subject anew, and so each looks at all
items at once and returns those that it refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from shouze.rules.case import Case, allows, covers, in_time
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Consent
from shouze.rules.use import OPENING

Items = tuple[str, ...]
Withheld = Mapping[str, Refusal]
ItemCondition = Callable[[Case, str], Refusal | None]
SubjectItemCondition = Callable[[Case, Items], Withheld]
NONE: Withheld = {}


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
    """Refuse to provide an item that is not declared for the recipient (Art. 10)."""
    if not case.provides:
        return None
    declared = case.recipient is not None and item in case.recipient.items
    return None if declared else Refusal("recipient-not-declared", item)


def as_agreed(case: Case, items: Items) -> Withheld:
    """Refuse what was agreed with this user not to be done (Art. 9(3))."""
    # A09-3-contract: nothing against what was agreed
    if case.standing is None or not case.standing.agreements or case.narrows or case.by_right:
        return NONE
    use = case.use
    limits = [
        limit
        for limit in case.standing.agreements
        if limit.service == use.service
        and covers(limit.purposes, use.purpose)
        and covers(limit.actions, use.action)
        and in_time(None, limit.until, case.now)
    ]
    against = (item for item in items if any(covers(limit.items, item) for limit in limits))
    return {item: Refusal("against-agreement", item) for item in against}


def consented(case: Case, items: Items) -> Withheld:
    """Refuse without a consent that stands and covers the item as now declared (Art. 9(1))."""
    # A09-5-carveout: a law or administrative regulation may provide otherwise
    purpose, consent = case.purpose, case.consent
    if purpose is None or not case.of_items or case.by_right or purpose.law is not None:
        return NONE
    # A09-1-consent: no collecting and no using without it
    if consent is None or not _stands(consent, case.now):
        return {item: Refusal("no-consent", item) for item in items}
    withheld: dict[str, Refusal] = {}
    version, since = consent.version, purpose.since
    for item in items:
        if item not in consent.items:
            withheld[item] = Refusal("no-consent", item)
        elif version < since or version < purpose.items.get(item, 0):
            withheld[item] = Refusal("consent-outdated", item)
    return withheld


def recipient_consented(case: Case, items: Items) -> Withheld:
    """Refuse to provide a recipient whose ground is consent when the consent does not name it (PIPL 23)."""
    if case.recipient is None or not case.recipient.by_consent:
        return NONE
    consent = case.consent
    named = consent is not None and _stands(consent, case.now) and case.use.recipient in consent.recipients
    return NONE if named else {item: Refusal("no-consent", item) for item in items}


def kept(case: Case, items: Items) -> Withheld:
    """Refuse an item whose declared retention has ended, even before it is erased."""
    # A09-3-purpose-limit: the purpose ends with its retention
    if case.use.action not in OPENING or case.standing is None or case.by_right:
        return NONE
    held = case.standing.held.get(case.ground)
    if not held:
        return NONE
    withheld: dict[str, Refusal] = {}
    for item in items:
        if (each := held.get(item)) is not None and each.due is not None and each.due <= case.now:
            withheld[item] = Refusal("retention-ended", item)
    return withheld


def _stands(consent: Consent, now: datetime) -> bool:
    return consent.withdrawn_at is None and in_time(consent.at, consent.until, now)


ITEM_CONDITIONS: tuple[ItemCondition, ...] = (
    item_declared,
    item_granted,
    item_not_suspended,
    item_not_frozen,
    item_for_recipient,
)

SUBJECT_ITEM_CONDITIONS: tuple[SubjectItemCondition, ...] = (
    as_agreed,
    consented,
    recipient_consented,
    kept,
)
