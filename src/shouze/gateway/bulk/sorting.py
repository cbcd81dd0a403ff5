"""One chunk of a run: who is in scope, and what the rules say of each under the policy in force now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from shouze.gateway.asking import Visitor
from shouze.gateway.bulk.deciding import against, use_of
from shouze.gateway.bulk.means import Means
from shouze.gateway.bulk.request import Counts, Job
from shouze.gateway.ports import Found, Query
from shouze.rules.decide import decide
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Standing
from shouze.rules.use import ground_of


class Wanted(NamedTuple):
    """A subject with the items that are permitted and held."""

    found: Found
    items: tuple[str, ...]


class Sorted(NamedTuple):
    """A chunk sorted: what may be done, who is refused by which code, and how many hold nothing or are kept.

    ``refusal`` is what stands against the whole run now; nothing else is then to be looked at.
    """

    wanted: tuple[Wanted, ...]
    refused: dict[Refusal, list[str]]
    counts: Counts
    refusal: Refusal | None = None


async def page_of(means: Means, job: Job, after: str) -> list[str]:
    """Return the next subjects, at most a chunk of them, in order of id: the run's own order, never shown."""
    if job.form.scope.reach == "listed":
        return await means.requests.listed(job.id, after, means.chunk)
    if job.form.scope.reach == "users":
        return await means.room.custody.using(job.form.service, after, means.chunk)
    return await means.requests.everybody(after, means.chunk)


async def sort(means: Means, visitor: Visitor, job: Job, subjects: Sequence[str]) -> Sorted:
    """Read the subjects and the policy's epoch in one statement, and decide for each.

    # Invariant: an order, a freeze, a revoked approval or a withdrawn consent holds from the next chunk on.
    """
    # A13-3-bulk: approval and policy are asked again for every chunk
    room, form = means.room, job.form
    grounds = None if form.action == "destroy" else (ground_of(form.service, form.purpose),)
    answers = await room.custody.look_up([Query(subject, (), grounds) for subject in subjects])
    policy = await room.policy_at(max(answer.epoch for answer in answers))
    now = means.now
    refusal = against(policy, use_of(visitor, job, None, job.counts.rows), now)
    if refusal is not None:
        return Sorted((), {}, Counts(), refusal)
    wanted, refused, tally = [], dict[Refusal, list[str]](), Counter[str]()
    for answer in answers:
        for found in answer.found:
            if not in_scope(job, found.standing, now):
                continue
            tally["seen"] += 1
            outcome = sort_one(policy, visitor, job, found, now)
            if isinstance(outcome, Refusal):
                refused.setdefault(outcome, []).append(found.subject)
            elif outcome:
                wanted.append(Wanted(found, outcome))
            else:
                tally["kept" if kept_by_law(policy, job, found.standing, now) else "not_held"] += 1
    codes = Counter({each.code: 0 for each in refused})
    for each, named in refused.items():
        codes[each.code] += len(named)
    counts = Counts(tally["seen"], len(wanted), tally["not_held"], tally["kept"], dict(codes))
    over = against(policy, use_of(visitor, job, None, job.counts.rows + len(wanted)), now)
    return Sorted(tuple(wanted), refused, counts, over)


def sort_one(policy: Policy, visitor: Visitor, job: Job, found: Found, now: datetime) -> Refusal | tuple[str, ...]:
    """Return the items that may be handled and are held, none perhaps; or why nothing may be."""
    form = job.form
    decision = decide(policy, use_of(visitor, job, found.subject, job.counts.rows), found.standing, now)
    if isinstance(decision, Refusal):
        return decision
    held = found.standing.held.get(ground_of(form.service, form.purpose), {})
    items = tuple(item for item in decision.items if item in held)
    if form.action != "destroy" or not _of_law(policy, job):
        return items
    return tuple(item for item in items if (due := held[item].due) is not None and due <= now)


def in_scope(job: Job, standing: Standing, now: datetime) -> bool:
    """Tell whether a subject is one of those that the request is about."""
    form = job.form
    if form.service not in standing.services or standing.erased_at is not None:
        return form.scope.reach == "listed"
    ended = standing.services[form.service]
    if form.scope.reach == "users" and ended is not None and ended <= now:
        return False
    if form.scope.consented is None:
        return True
    consent = standing.consents.get(ground_of(form.service, form.scope.consented))
    return consent is not None and consent.withdrawn_at is None and (consent.until is None or now < consent.until)


def kept_by_law(policy: Policy, job: Job, standing: Standing, now: datetime) -> bool:
    """Tell whether a named law keeps one of the items, under this purpose or another."""
    for ground, items in standing.held.items():
        rule = policy.purpose_of(ground)
        if rule is None or rule.law is None:
            continue
        if any(item in job.form.items and (held.due is None or held.due > now) for item, held in items.items()):
            return job.form.action == "destroy"
    return False


def _of_law(policy: Policy, job: Job) -> bool:
    rule = policy.purpose_of(ground_of(job.form.service, job.form.purpose))
    return rule is not None and rule.law is not None
