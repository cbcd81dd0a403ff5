"""Hearings and what comes before a weighty decision: collective discussion and the review for lawfulness."""

from __future__ import annotations

from shouze.chinatime import day_of
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.cases import inquiring, papers, serving
from shouze.registers.cases.models import Case
from shouze.registers.describing import Doing
from shouze.registers.ports import penalties, working_days
from shouze.registers.roles import Role
from shouze.rules.penalty.clocks import latest_before


def ask(doing: Doing[Case]) -> None:
    """Note that the party asks for a hearing; what is late is refused, with the last day."""
    case = doing.entry
    if case.hearing_asked_at is None or case.hearing_asked_at > doing.now:
        raise InvalidError(Text("提出时间在将来", "It was asked for in the future"), field="hearing_asked_at")
    if case.notified_at is not None and day_of(case.hearing_asked_at) < day_of(case.notified_at):
        raise InvalidError(Text("提出时间早于告知", "It was asked for before the party was told"),
                           field="hearing_asked_at")  # fmt: skip
    if case.hearing_by is not None and case.hearing_asked_at > case.hearing_by:
        last = day_of(case.hearing_by)
        raise InvalidError(Text(f"已过提出期限（{last}）", f"It was asked for after {last}"), field="hearing_asked_at",
                           remedy=Text("可以作为陈述申辩登记", "It may be noted as a statement"))  # fmt: skip


def arrange(doing: Doing[Case]) -> None:
    """Set time, place and a chair who did not inquire; the party hears seven working days ahead (Penalty Law 64)."""
    case, chair = doing.entry, doing.values.get("chair")
    if chair is None or Role.CHAIR not in chair.roles or chair.pk in (case.officer_id, case.second_id):
        remedy = Text("选择非本案调查人员的听证主持人", "Choose a chair of hearings who did not inquire")
        raise InvalidError(Text("不能主持此听证", "This person may not chair it"), field="chair", remedy=remedy)
    inquiring.demand_free(doing, chair, case.operator, "chair")
    assert case.hearing_at is not None  # noqa: S101 - the form asks for it
    latest = latest_before(penalties().terms["hearing-notice"], day_of(case.hearing_at), working_days())
    if day_of(doing.now) > latest:
        remedy = Text("改在更晚的日子", "Choose a later day")
        raise InvalidError(Text(f"应在 {latest} 以前通知", f"The party had to be told by {latest}"), field="hearing_at",
                           remedy=remedy)  # fmt: skip
    case.hearing_told_at, case.hearing_served_at = doing.now, None
    report = papers.hearing_notice(case, doing.now)
    case.hearing_dispatch = serving.serve(case, "case-papers", report, doing, case.hearing_at)


def hold(doing: Doing[Case]) -> None:
    """Keep minutes and opinion; the decision rests on them (Penalty Law 65)."""
    case = doing.entry
    if case.hearing_at is not None and doing.now < case.hearing_at:
        raise InvalidError(Text("听证尚未举行", "The hearing lies ahead"), field="minutes")
    if case.hearing_served_at is None:
        raise InvalidError(Text("听证通知尚未送达", "The notice of the hearing is not served"), field="minutes",
                           remedy=Text("先登记送达", "Note its delivery first"))  # fmt: skip
    if case.hearing_at is not None:
        latest = latest_before(penalties().terms["hearing-notice"], day_of(case.hearing_at), working_days())
        if day_of(case.hearing_served_at) > latest:
            raise InvalidError(Text("听证通知送达太晚", "The notice of the hearing was served too late"),
                               field="minutes", remedy=Text("另定日期", "Set another day"))  # fmt: skip
    case.held_at = doing.now


def discuss(doing: Doing[Case]) -> None:
    """Keep what those in charge discussed collectively (Penalty Law 57)."""
    doing.entry.discussed_at = doing.now


def review(doing: Doing[Case]) -> None:
    """Keep the opinion on lawfulness of somebody who neither inquired nor decides (Penalty Law 58)."""
    doing.entry.reviewed_at = doing.now
