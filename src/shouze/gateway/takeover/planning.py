"""Decides what may be taken in of a user, under which grounds, and what the user is still to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from shouze.gateway.asking import Request, Visitor
from shouze.gateway.collect import due_from
from shouze.gateway.passage import use_of
from shouze.rules.decide import decide
from shouze.rules.policy import Policy, PurposeRule
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Consent, Held, Standing
from shouze.rules.use import ground_of


class Plan(NamedTuple):
    """Purposes with the items to take in for each, the proven consents that count, and the purposes to ask about."""

    items: Mapping[str, tuple[str, ...]]
    consents: Mapping[str, Consent]
    to_ask: tuple[str, ...]


class Planner:
    """Plans for the users of one batch; users alike in what they bring, new to all, share a plan."""

    def __init__(self, policy: Policy, visitor: Visitor, request: Request, now: datetime, ask_until: datetime) -> None:
        self._policy, self._visitor, self._request = policy, visitor, request
        self._now, self._ask_until = now, ask_until
        self._alike: dict[object, tuple[Plan, Standing] | Refusal] = {}

    def newcomer(self, values: Iterable[str], consents: Mapping[str, Consent]) -> tuple[Plan, Standing] | Refusal:
        """Return the plan for somebody new and the first standing, or why nothing may be taken in."""
        kind = (frozenset(values), frozenset(consents.items()))
        if kind not in self._alike:
            plan = self.plan(kind[0], consents, Standing())
            self._alike[kind] = plan if isinstance(plan, Refusal) else (plan, self.standing(plan, Standing(), {}))
        return self._alike[kind]

    def plan(self, values: Iterable[str], consents: Mapping[str, Consent], standing: Standing) -> Plan | Refusal:
        """Return what to take in of a user who stands so."""
        request, service = self._request, self._policy.services.get(self._request.service)
        rules = service.purposes if service else {}
        brought = sorted(values)
        by_law = [name for name, rule in rules.items() if rule.law is not None and name not in request.purposes]
        items = {
            name: tuple(item for item in brought if name not in rules or item in rules[name].items)
            for name in (*request.purposes, *by_law)
        }
        stray = set(brought).difference(*items.values())
        if stray:
            items[request.purposes[0]] += tuple(sorted(stray))
        wanted = {name: named for name, named in items.items() if named and not self._withdrawn(name, standing)}
        counting = {
            name: each
            for name, each in consents.items()
            if name in wanted and _counts(each, self._ground(name), standing)
        }
        refusal = next(
            filter(None, (self._refusal(name, wanted[name], standing) for name in wanted if name not in by_law)), None
        )
        if refusal is not None:
            return refusal
        to_ask = [
            name
            for name in wanted
            if self._unproven(rules[name], wanted[name], self._consent(name, counting, standing))
        ]
        return Plan(wanted, counting, tuple(to_ask))

    def standing(self, plan: Plan, standing: Standing, version: Mapping[str, int]) -> Standing:
        """Return the standing once the plan is carried out; an item without a version in ``version`` has its first."""
        request = self._request
        if request.service not in standing.services:
            standing = standing.joined(request.service)
        for purpose, consent in plan.consents.items():
            standing = standing.consented(request.service, purpose, consent)
        for purpose, items in plan.items.items():
            rule, ground = self._policy.services[request.service].purposes[purpose], self._ground(purpose)
            present = standing.held.get(ground, {})
            due = due_from(rule, self._now)
            if purpose in plan.to_ask:
                due = min(due or self._ask_until, self._ask_until)
            fresh = {item: Held(version.get(item, 1), self._now, due) for item in items if item not in present}
            standing = standing.holding(ground, fresh) if fresh else standing
        return standing

    def _refusal(self, purpose: str, items: tuple[str, ...], standing: Standing) -> Refusal | None:
        """Return why this could not be taken in even with the user's consent."""
        service = self._policy.services.get(self._request.service)
        version = service.version if service else 0
        if self._request.service not in standing.services:
            standing = standing.joined(self._request.service)
        supposed = Consent(version, frozenset(items), self._now, "", "")
        use = use_of(self._visitor, self._request, purpose, None, items)
        decision = decide(self._policy, use, standing.consented(self._request.service, purpose, supposed), self._now)
        if isinstance(decision, Refusal):
            return decision
        return next(iter(decision.withheld.values()), None)

    def _unproven(self, rule: PurposeRule, items: tuple[str, ...], consent: Consent | None) -> bool:
        if rule.law is not None:
            return False
        if consent is None or consent.withdrawn_at is not None:
            return True
        return any(item not in consent.items or consent.version < max(rule.since, rule.items[item]) for item in items)

    def _consent(self, purpose: str, counting: Mapping[str, Consent], standing: Standing) -> Consent | None:
        return counting.get(purpose) or standing.consents.get(self._ground(purpose))

    def _withdrawn(self, purpose: str, standing: Standing) -> bool:
        consent = standing.consents.get(self._ground(purpose))
        return consent is not None and consent.withdrawn_at is not None

    def _ground(self, purpose: str) -> str:
        return ground_of(self._request.service, purpose)


def _counts(consent: Consent, ground: str, standing: Standing) -> bool:
    """Tell whether a proven consent says more than what is known: an older one never replaces a newer one."""
    known = standing.consents.get(ground)
    return known is None or (consent.version, consent.at) > (known.version, known.at)
