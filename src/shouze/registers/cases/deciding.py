"""Decides, serves and withdraws.

# Invariant: nothing is decided before the party was told and its days have passed or been used, and never above what it
was told of (Penalty Law 44, 45).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shouze.chinatime import day_of
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting, delivery
from shouze.registers.acting import Asked
from shouze.registers.cases import correcting, papers, proposing, serving
from shouze.registers.cases.models import Case
from shouze.registers.describing import Doing
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.ports import penalties, working_days
from shouze.rules.penalty.clocks import ending
from shouze.rules.penalty.fining import no_penalty


def decide(doing: Doing[Case]) -> None:
    """Decide a penalty: what was told, at the most, once everything before it is done."""
    case = doing.entry
    _refuse_early(case, doing.now)
    if (case.fine or 0) > (case.notified_fine or 0):
        remedy = Text("重新拟定并告知", "Propose and tell the party anew")
        raise InvalidError(Text("罚款高于告知的数额", "The fine is above what the party was told of"), field="fine",
                           remedy=remedy)  # fmt: skip
    proposing.check(case, case.fine or 0, doing.now)
    if Case.objects.filter(decision_number=case.decision_number).exclude(pk=case.pk).exists():
        raise InvalidError(Text("已有此文号", "There is a decision with this number"), field="decision_number")
    case.outcome, case.decided_at = "penalty", doing.now
    # A20-credit: what was decided as a breach enters the credit file and is published; A23: announced too
    case.publish = True
    case.decision_dispatch = serving.serve(case, "decision", papers.decision(case, doing.now), doing, None)


def _refuse_early(case: Case, now: datetime) -> None:
    if (lack := missing(case, now)) is not None:
        raise InvalidError(Text("现在不能决定", "It cannot be decided now"), field="decision_number", remedy=lack)


def missing(case: Case, now: datetime) -> Text | None:
    """Return what is still missing before a decision; None where nothing is."""
    over = case.waived_at is not None
    if case.notice_served_at is None or case.statement_by is None:
        return Text("告知书尚未送达", "The notice is not served")
    if case.stated_at is not None and not case.weighed:
        return Text("陈述申辩尚未复核", "The statement is not weighed")
    # what the party was told it has to say something is its own to the last day: a first statement does not end it
    if not over and now <= case.statement_by:
        return Text("陈述申辩期限未满", "The days for a statement are not over")
    if case.hearing_asked_at is not None and case.held_at is None:
        return Text("听证尚未举行", "The hearing is not held")
    if case.hearing_by is not None and case.hearing_asked_at is None and not over and now <= case.hearing_by:
        return Text("要求听证的期限未满", "The days for asking for a hearing are not over")
    if case.weighty and case.discussed_at is None:
        return Text("尚未集体讨论", "It is not discussed collectively")
    if (case.weighty or case.held_at is not None) and case.reviewed_at is None:
        return Text("尚未法制审核", "It is not reviewed for lawfulness")
    return None


def dismiss(doing: Doing[Case]) -> None:
    """End without a penalty: not established, or no penalty on a named ground (Penalty Law 33, 57)."""
    case = doing.entry
    if case.outcome == "none":
        proposing.refuse(no_penalty(penalties(), case.grounds))
    case.decided_at, case.fine, case.publish = doing.now, 0, False
    case.decision_dispatch = serving.serve(case, "decision", papers.decision(case, doing.now), doing, None)


def deliver(doing: Doing[Case]) -> None:
    """Note when and how a paper was delivered; clocks run from then."""
    case, told = doing.entry, doing.values
    made = {
        "order": case.ordered_at,
        "notice": case.notified_at,
        "hearing": case.hearing_told_at,
        "decision": case.decided_at,
    }
    at = delivery.check_day(told["at"], made.get(told["paper"]), doing.now, told["how"], field="at")
    if told["paper"] == "order":
        correcting.served(case, at)
    elif told["paper"] == "notice":
        proposing.told(case, at)
    elif told["paper"] == "hearing":
        case.hearing_served_at = at
    else:
        _served(case, at, str(told["how"]))


def _served(case: Case, at: datetime, how: str) -> None:
    case.served_at, case.served_how = at, how
    if case.outcome != "penalty":
        return
    case.pay_by = ending(penalties().terms["pay"], day_of(at), working_days()).ends_at if case.standing_fine else None
    case.state = "served"


def receipted(doing: Doing[DispatchRow], _before: Mapping[str, Any]) -> None:
    """Take the receipt of a paper that went by dispatch for its delivery."""
    digest = doing.entry.sha256
    columns = (("notice", "notice_dispatch"), ("hearing", "hearing_dispatch"), ("decision", "decision_dispatch"))
    if doing.entry.kind not in ("case-papers", "decision"):
        return
    for paper, column in columns:
        case = Case.objects.filter(**{column: digest}).first()
        if case is not None:
            told = {"paper": paper, "how": "dispatch", "at": doing.now}
            acting.followed("cases", case, "arrived", Asked(told))


def withdraw(doing: Doing[Case]) -> None:
    """Withdraw a decision; what was published of it is withdrawn within three working days (Penalty Law 48)."""
    doing.entry.withdrawn_at = doing.now


def retract(doing: Doing[Case]) -> None:
    """Note that what was published is withdrawn, with the reason."""
    doing.entry.retracted_at = doing.now
