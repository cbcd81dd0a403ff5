"""The decision: may this use happen, now, under this policy?

``decide`` is pure and total: a permit, or a refusal with a code and the article it rests on. In this order:

* the caller's token, or the face's assertion, still stands and is bound to this actor;
* whoever acts is entitled to it: a grant of post, agent or account, in time, for this service, purpose, action, place;
  where the grant needs a certificate of training, they hold it;
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
from typing import NamedTuple

import msgspec

from shouze.rules.case import Case
from shouze.rules.conditions import CONDITIONS, SUBJECT_CONDITIONS
from shouze.rules.item_conditions import ITEM_CONDITIONS, SUBJECT_ITEM_CONDITIONS, ItemCondition, Items
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal
from shouze.rules.remembering import remembered
from shouze.rules.standing import Standing
from shouze.rules.use import Use


class Permit(msgspec.Struct, frozen=True, gc=False):
    """An open door: for these items, under this version of the declaration or this named law."""

    items: tuple[str, ...]
    withheld: dict[str, Refusal] = {}
    version: int | None = None
    law: str | None = None


class Begun(NamedTuple):
    """A decision but for the subject: the case, a refusal of the whole, refusals of items and what is left of them."""

    case: Case
    refusal: Refusal | None
    withheld: dict[str, Refusal]
    left: tuple[str, ...]

    def about(self, standing: Standing | None, use: Use, now: datetime) -> Permit | Refusal:
        """Decide about one subject; ``use`` differs from what the decision was begun with in the subject alone."""
        if self.refusal is not None:
            return self.refusal
        if use.items and not self.left:
            return self.withheld[use.items[0]]
        return _second_round(self.case.about(standing, use, now), self.left, self.withheld)


def decide(policy: Policy, use: Use, standing: Standing | None, now: datetime) -> Permit | Refusal:
    """Decide one use of one subject's information; ``standing`` is None where no such subject is known.

    Raises nothing. ``now`` is aware of its offset.
    """
    return begin(policy, use, now).about(standing, use, now)


def begin(policy: Policy, use: Use, now: datetime) -> Begun:
    """Decide what does not depend on the subject.

    Uses that differ in the subject alone have the same answer between two moments that the policy names, so it is
    remembered. A subject's own act is decided anew each time, for there the subject is what entitles; and so is
    everything under a policy that was never published, which nobody asks twice.
    """
    if use.actor.kind == "subject" or policy.epoch == 0:
        return _tried(policy, use, now)
    memory = remembered(policy)
    key = (
        memory.span(now), use.actor, use.place, use.service, use.purpose, use.action, use.items, use.recipient,
        use.approval, use.volume,
    )  # fmt: skip
    found: Begun | None = memory.answers.get(key)
    if found is None:
        found = memory.answers[key] = _tried(policy, use, now)
    return found


def _tried(policy: Policy, use: Use, now: datetime) -> Begun:
    case = Case.of(policy, use, None, now)
    for condition in CONDITIONS:
        if refusal := condition(case):
            return Begun(case, refusal, {}, use.items)
    withheld = _withheld(case, use.items, ITEM_CONDITIONS)
    return Begun(case, None, withheld, tuple(item for item in use.items if item not in withheld))


def _second_round(case: Case, left: Items, withheld: dict[str, Refusal]) -> Permit | Refusal:
    use = case.use
    for condition in SUBJECT_CONDITIONS:
        if refusal := condition(case):
            return refusal
    for item_condition in SUBJECT_ITEM_CONDITIONS:
        if later := item_condition(case, left):
            withheld = {**withheld, **later}
            left = tuple(item for item in left if item not in later)
    if use.items and not left:
        return withheld[use.items[0]]
    version = case.service.version if case.service else None
    return Permit(left, withheld, version, case.purpose.law if case.purpose else None)


def _withheld(case: Case, items: tuple[str, ...], conditions: tuple[ItemCondition, ...]) -> dict[str, Refusal]:
    withheld: dict[str, Refusal] = {}
    for item in items:
        for condition in conditions:
            if refusal := condition(case, item):
                withheld[item] = refusal
                break
    return withheld
