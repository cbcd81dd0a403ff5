"""Decides about a request as a whole, before any subject is looked at; the rules stay the only judge."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from shouze.gateway.asking import Visitor
from shouze.gateway.bulk.request import Job
from shouze.rules.decide import decide
from shouze.rules.entries import Approval
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Standing
from shouze.rules.use import APPROVE, BULK, Action, Use

_UNKNOWN = "subject-unknown"
"""What the rules answer about nobody once everything but the subject is in order."""
_NOT_KNOWN = frozenset({"caller-unknown", "not-entitled", "agent-unfit", "untrained"})


def use_of(visitor: Visitor, job: Job, subject: str | None, volume: int) -> Use:
    """Return the use that a run intends of one subject, as one of ``volume`` subjects; of nobody with None."""
    form = job.form
    return Use(
        actor=visitor.actor, service=form.service, purpose=form.purpose, action=form.action, items=form.items,
        place=visitor.place, subject=subject, recipient=form.provided_to, approval=job.id,
        volume=max(volume, 1), in_run=True,
    )  # fmt: skip


def against(policy: Policy, use: Use, now: datetime) -> Refusal | None:
    """Return what stands against a use whoever it is about, or None."""
    decision = decide(policy, use, None, now)
    return decision if isinstance(decision, Refusal) and decision.code != _UNKNOWN else None


def against_asking(policy: Policy, visitor: Visitor, job: Job, now: datetime) -> Refusal | None:
    """Return what stands against a request, or any item of it, beside that nobody has approved it yet."""
    # A13-3-bulk: what could not be done anyway is not put before anybody
    asked = replace(policy, approvals={job.id: _approval(job, visitor.actor.id, now)})
    use = use_of(visitor, job, None, job.form.volume)
    each = (against(asked, replace(use, items=(item,)), now) for item in use.items)
    return next((refusal for refusal in each if refusal is not None), None)


def against_approving(policy: Policy, visitor: Visitor, job: Job, now: datetime) -> Refusal | None:
    """Return what stands against this person's deciding about this request."""
    # A13-3-bulk: never the requester, under whichever of its names
    if visitor.actor.id == job.asked_by.id:
        return Refusal("needs-approval", "approver")
    form = job.form
    use = Use(visitor.actor, form.service, form.purpose, APPROVE, form.items, visitor.place)
    decision = decide(policy, use, Standing(), now)
    if isinstance(decision, Refusal):
        return decision
    return next(iter(decision.withheld.values()), None)


def has_business(policy: Policy, visitor: Visitor, now: datetime, actions: frozenset[Action]) -> bool:
    """Tell whether somebody holds a grant of one of these actions for any purpose."""
    for service, rule in policy.services.items():
        for purpose in rule.purposes:
            for action in actions:
                decision = decide(policy, Use(visitor.actor, service, purpose, action, place=visitor.place), None, now)
                if not isinstance(decision, Refusal) or decision.code not in _NOT_KNOWN:
                    return True
    return False


BUSINESS: frozenset[Action] = BULK | {APPROVE}


def _approval(job: Job, requested_by: str, now: datetime) -> Approval:
    """Return the approval that would be there if it were given."""
    form = job.form
    return Approval(
        id=job.id, requested_by=requested_by, approved_by=f"not-{requested_by}"[:128], reason="asked",
        action=form.action, service=form.service, purpose=form.purpose, items=frozenset(form.items),
        volume=form.volume, since=now, until=now + timedelta(days=1), run_only=True,
    )  # fmt: skip


def approval_of(job: Job) -> Approval:
    """Return the policy's entry for an approved request; it says nothing that people wrote."""
    form = job.form
    if job.decided_by is None or job.decided_at is None or job.until is None:
        raise ValueError
    return Approval(
        id=job.id, requested_by=job.asked_by.id, approved_by=job.decided_by, reason=f"bulk request {job.id}",
        action=form.action, service=form.service, purpose=form.purpose, items=frozenset(form.items),
        volume=form.volume, since=job.decided_at, until=job.until, run_only=True,
    )  # fmt: skip
