"""The decision: may this use happen, now, under this policy?

``decide`` is pure and total: a permit, or a refusal with a code and the article it rests on. In this order:

* the caller's token, or the face's assertion, still stands and is bound to this actor;
* whoever acts is entitled to it: a grant of post, agent or account, in time, for this service, purpose, action, place;
* an agent is fit and its contract in force;
* the service, purpose and means are declared, and a law that the purpose names is one that may except; each item is
  declared, and for this purpose;
* no order of the authority suspends it; no freeze of an incident stands against it;
* a recipient is declared for disclosure, for these items, in its term;
* bulk export, copying and destruction have another person's approval, large enough and in time;
* the operator has not ended the service;
* the subject is known and not erased, its account not frozen, its use of the service not ended (a purpose that a
  named law keeps goes on);
* nothing agreed with the user stands against it; the user's consent for this version covers each item and recipient,
  unless the purpose rests on a named law; the item's retention has not ended.

What depends on the subject comes last, so that whoever is entitled to nothing that was asked learns nothing about a
subject. A refused item is withheld and the others are permitted; with none left, the first refusal is the answer.

# Invariant: withdrawing or narrowing anything never permits more.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from shouze.rules.case import Case
from shouze.rules.conditions import CONDITIONS, SUBJECT_CONDITIONS
from shouze.rules.item_conditions import ITEM_CONDITIONS, SUBJECT_ITEM_CONDITIONS, ItemCondition
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Standing
from shouze.rules.use import Use

_ROUNDS = ((CONDITIONS, ITEM_CONDITIONS), (SUBJECT_CONDITIONS, SUBJECT_ITEM_CONDITIONS))


class Permit(msgspec.Struct, frozen=True):
    """An open door: for these items, under this version of the declaration or this named law."""

    items: tuple[str, ...]
    withheld: dict[str, Refusal] = {}
    version: int | None = None
    law: str | None = None


def decide(policy: Policy, use: Use, standing: Standing | None, now: datetime) -> Permit | Refusal:
    """Decide one use of one subject's information; ``standing`` is None where no such subject is known.

    Raises nothing. ``now`` is aware of its offset.
    """
    case = Case.of(policy, use, standing, now)
    withheld: dict[str, Refusal] = {}
    left = use.items
    for conditions, item_conditions in _ROUNDS:
        for condition in conditions:
            if refusal := condition(case):
                return refusal
        withheld |= {item: refusal for item in left if (refusal := _refuse(case, item, item_conditions))}
        left = tuple(item for item in use.items if item not in withheld)
        if use.items and not left:
            return withheld[use.items[0]]
    version = case.service.version if case.service else None
    return Permit(left, withheld, version, case.purpose.law if case.purpose else None)


def _refuse(case: Case, item: str, item_conditions: tuple[ItemCondition, ...]) -> Refusal | None:
    for condition in item_conditions:
        if refusal := condition(case, item):
            return refusal
    return None
