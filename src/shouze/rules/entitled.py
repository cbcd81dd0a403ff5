"""What an actor may ask for now, whoever the user is: purposes, actions and items that a grant lets through.

The conditions of a decision answer it themselves, but for two: whether another person has approved a bulk operation,
and what depends on the user. A test compares it with decisions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from shouze.rules.case import Case, held
from shouze.rules.conditions import CONDITIONS, approved
from shouze.rules.item_conditions import ITEM_CONDITIONS
from shouze.rules.policy import Policy
from shouze.rules.use import OF_ITEMS, Actor, Place, Use

_ASKING = tuple(each for each in CONDITIONS if each is not approved)


class Entitled(msgspec.Struct, frozen=True):
    """Actions on items for one declared purpose; ``recipient`` for disclosing, ``site`` where it holds there alone."""

    service: str
    version: int
    purpose: str
    law: str | None
    """The named law that the purpose rests on, where it does not rest on consent."""
    actions: tuple[str, ...]
    items: tuple[str, ...]
    recipient: str | None
    site: str | None


def entitled_to(policy: Policy, actor: Actor, now: datetime) -> tuple[Entitled, ...]:
    """Return what the actor may ask for, by service and purpose; nothing for a user, whose own everything is."""
    if actor.kind == "subject":
        return ()
    sites = sorted({site for grant in held(policy, actor) for site in grant.sites or ()})
    rows = dict[tuple[str, str, tuple[str, ...], str | None, str | None], list[str]]()
    for use in _uses(policy, actor):
        anywhere = _items(policy, use, now)
        for site in (None, *sites):
            items = anywhere if site is None else _items(policy, msgspec.structs.replace(use, place=Place(site)), now)
            if items and (site is None or items != anywhere):
                rows.setdefault((use.service, use.purpose, items, use.recipient, site), []).append(use.action)
    return tuple(_entitled(policy, key, actions) for key, actions in rows.items())


def _uses(policy: Policy, actor: Actor) -> Iterator[Use]:
    """Return every use of items that is declared; correcting is, whatever means are."""
    for service, rules in policy.services.items():
        for purpose, rule in rules.purposes.items():
            means = {*rule.means, "correct"}
            for action in (each for each in sorted(OF_ITEMS) if each in means):
                for recipient in rule.recipients if action == "disclose" else (None,):
                    yield Use(actor, service, purpose, action, tuple(rule.items), recipient=recipient)


def _items(policy: Policy, use: Use, now: datetime) -> tuple[str, ...]:
    case = Case.of(policy, use, None, now)
    if any(condition(case) for condition in _ASKING):
        return ()
    return tuple(item for item in use.items if not any(condition(case, item) for condition in ITEM_CONDITIONS))


def _entitled(
    policy: Policy, key: tuple[str, str, tuple[str, ...], str | None, str | None], actions: list[str]
) -> Entitled:
    service, purpose, items, recipient, site = key
    rules = policy.services[service]
    return Entitled(
        service, rules.version, purpose, rules.purposes[purpose].law, tuple(actions), items, recipient, site
    )
