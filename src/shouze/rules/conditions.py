"""The conditions that a use as a whole must meet, in their order.

Those that ask about the subject stand apart: they are tried last.
"""

from __future__ import annotations

from collections.abc import Callable

from shouze.rules.case import Case, in_time, unreviewed
from shouze.rules.refusal import Refusal
from shouze.rules.use import APPROVE, BULK, INSPECT, MATCH, RESUME

Condition = Callable[[Case], Refusal | None]


def caller_known(case: Case) -> Refusal | None:
    """Refuse a token or assertion that is revoked, expired or bound to somebody else (Art. 13(3))."""
    # A13-3-permissions: a revoked token ends with the policy that revokes it, whatever was checked before
    actor, policy = case.use.actor, case.policy
    if actor.caller is None:
        return None
    caller = policy.callers.get(actor.caller)
    if caller is None or caller.revoked or not in_time(None, caller.until, case.now):
        return Refusal("caller-unknown")
    if caller.kind == "face":
        issuer = policy.issuers.get(actor.issuer or "")
        spoken_for = issuer is not None and not issuer.revoked and issuer.id == caller.actor
        # A portal speaks for subjects only, a desk for everybody else.
        due = issuer is not None and (issuer.face == "portal") == (actor.kind == "subject")
        return None if spoken_for and due else Refusal("caller-unknown")
    bound = (caller.kind, caller.actor, caller.post, caller.agent)
    return None if bound == (actor.kind, actor.id, actor.post, actor.agent) else Refusal("caller-unknown")


def entitled(case: Case) -> Refusal | None:
    """Refuse whoever has no grant for this act here and now (Art. 13(3)), or whose system lacks a review (13(5)).

    Coming back is the user's alone.
    """
    # A13-3-permissions: staff, agents and programs do only what a grant says; a subject acts for itself alone
    use = case.use
    # A13-3-bulk: the review is a person's, of the operator's own staff
    if use.action == APPROVE and use.actor.kind != "staff":
        return Refusal("not-entitled")
    # A13-6-oplog: the records of all are looked at by the operator's own, not by those whose handling they tell of
    if use.action in {INSPECT, MATCH} and use.actor.kind not in {"staff", "service"}:
        return Refusal("not-entitled")
    if use.actor.kind != "subject":
        if use.action == RESUME:
            return Refusal("not-entitled")
        if case.grants:
            return None
        # A13-5-access: a program is let in from a system that was reviewed, where the operator asks for it
        lacking = "system-not-reviewed" if unreviewed(case) else "not-entitled"
        return Refusal("untrained" if case.untrained else lacking)
    allowed = {"read", "correct"} if case.by_right else {"consent", "withdraw", "terminate", "resume"}
    return None if use.subject == use.actor.id and use.action in allowed else Refusal("not-entitled")


def agent_fit(case: Case) -> Refusal | None:
    """Refuse staff and programs of an agent that is unfit, unreviewed or outside its contract (Art. 11)."""
    # A11-no-unfit: nobody is entrusted who fails the requirements
    actor = case.use.actor
    if actor.kind != "agent-staff" and actor.agent is None:
        return None
    agent = case.policy.agents.get(actor.agent or "")
    fit = (
        agent is not None
        and agent.fit
        and in_time(None, agent.fit_until, case.now)
        and in_time(agent.contract_since, agent.contract_until, case.now)
    )
    return None if fit else Refusal("agent-unfit")


def declared(case: Case) -> Refusal | None:
    """Refuse what the published rules do not contain: service, purpose, means (Arts. 8, 9(2))."""
    if case.by_right:
        return None
    # A08-make-rules: rules are made and published before anything is done
    if case.service is None:
        return Refusal("not-declared", "service")
    if not case.of_items:
        return None
    # A09-2-purpose: users were told the purpose
    if case.purpose is None:
        return Refusal("purpose-not-declared", "purpose")
    # A09-2-means: users were told the means; correcting is their right whatever was told
    told = case.use.action in case.purpose.means or case.use.action == "correct"
    return None if told else Refusal("means-not-declared", "action")


def lawful(case: Case) -> Refusal | None:
    """Refuse a purpose whose named law is not, or no longer, a law that may except from Article 9 (Art. 9(5))."""
    # A09-3-law: nothing is handled in the name of a law that does not stand
    law_fails = case.of_items and case.purpose is not None and not case.purpose.law_qualifies
    return Refusal("law-does-not-qualify", "purpose") if law_fails else None


def not_suspended(case: Case) -> Refusal | None:
    """Refuse what the authority has ordered to be suspended (Art. 14(2))."""
    # A14-2-obey: a suspension order is carried out
    # A14-1-cooperate: what was done can be looked up while it is suspended
    if case.narrows or case.by_right or case.use.action == INSPECT:
        return None
    return next((Refusal("suspended-by-order", order.id) for order in case.orders if not order.items), None)


def not_frozen(case: Case) -> Refusal | None:
    """Refuse what an incident's first measure holds: service, agent, action, person (Art. 14(1))."""
    # A14-1-remedy: the measure holds at once
    if case.narrows:
        return None
    use = case.use
    hit = {"service": use.service, "agent": use.actor.agent, "action": use.action, "actor": use.actor.id}
    for freeze in case.policy.freezes:
        if hit.get(freeze.target) == freeze.name and freeze.since <= case.now:
            return Refusal("frozen", freeze.target)
    return None


def recipient_declared(case: Case) -> Refusal | None:
    """Refuse a disclosure, or any use for a recipient, to nobody declared, or outside the term (Art. 10)."""
    # A10-no-illegal-supply: nobody receives who is not declared
    if not case.provides:
        return None
    rule = case.recipient
    in_term = rule is not None and in_time(rule.since, rule.until, case.now)
    return None if in_term else Refusal("recipient-not-declared", "recipient")


def approved(case: Case) -> Refusal | None:
    """Refuse bulk export, copying and destruction that nobody else has approved (Art. 13(3))."""
    # A13-3-bulk: another person reviews it first
    use = case.use
    if use.action not in BULK and use.volume <= 1:
        return None
    approval = case.policy.approvals.get(use.approval or "")
    fits = (
        approval is not None
        and approval.requested_by == use.actor.id
        and approval.approved_by != approval.requested_by
        and (approval.action, approval.service, approval.purpose) == (use.action, use.service, use.purpose)
        and approval.items.issuperset(use.items)
        and use.volume <= approval.volume
        and (use.in_run or not approval.run_only)
        and in_time(approval.since, approval.until, case.now)
    )
    return None if fits else Refusal("needs-approval", "approval")


def service_goes_on(case: Case) -> Refusal | None:
    """Refuse use after the operator has ended the service; what a law keeps is read for that law alone."""
    # A09-4-stop: use stops at that moment
    rule = case.service
    ended = rule is not None and rule.ended_at is not None and rule.ended_at <= case.now
    return Refusal("service-ended", "service") if ended and not case.outlives_the_service else None


def subject_known(case: Case) -> Refusal | None:
    """Refuse for a subject unknown or erased."""
    # A10-op-secrecy: entitlement was settled before, so the answer tells the unentitled nothing
    if case.standing is None:
        return Refusal("subject-unknown")
    # A09-4-cancel: a cancelled account is gone
    return Refusal("subject-erased") if case.standing.erased_at else None


def account_not_frozen(case: Case) -> Refusal | None:
    """Refuse use of a frozen account (Art. 14(1))."""
    frozen = case.standing is not None and case.standing.frozen_by is not None
    return Refusal("frozen", "account") if frozen and not case.narrows else None


def user_stays(case: Case) -> Refusal | None:
    """Refuse collecting and using after the user has ended the service (Art. 9(4))."""
    # A09-4-stop: the user's ending is the trigger, without grace
    ended = case.standing.services.get(case.use.service) if case.standing else None
    over = ended is not None and ended <= case.now
    if case.use.action == RESUME:
        return None if over else Refusal("service-ended", "service")
    return Refusal("service-ended", "service") if over and not case.outlives_the_service else None


CONDITIONS: tuple[Condition, ...] = (
    caller_known,
    entitled,
    agent_fit,
    declared,
    lawful,
    not_suspended,
    not_frozen,
    recipient_declared,
    approved,
    service_goes_on,
)

SUBJECT_CONDITIONS: tuple[Condition, ...] = (
    subject_known,
    account_not_frozen,
    user_stays,
)
