"""Proposes a penalty within the band, tells the party before anything is decided, hears and weighs what it says."""

from __future__ import annotations

from datetime import datetime

from shouze.chinatime import day_of
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.cases import inquiring, papers, serving
from shouze.registers.cases.models import Case
from shouze.registers.describing import Doing
from shouze.registers.ports import penalties, working_days
from shouze.registers.rows import Event
from shouze.rules.penalty.clocks import ending
from shouze.rules.penalty.fining import (
    CONFISCATION,
    Act,
    Gravity,
    Objection,
    may_ask_for_hearing,
    measures_of,
    objection,
)

_GRAVITIES: dict[str, Gravity] = {
    "ordinary": "ordinary", "heavier": "heavier", "lighter": "lighter", "mitigated": "mitigated",
}  # fmt: skip


def judged(case: Case, now: datetime) -> Act:
    """Return the act as the rules judge it."""
    return Act(
        articles=frozenset(case.articles), ended=case.ended or day_of(now), refused=case.corrected == "refused",
        grave=case.grave, gains=case.gains or 0, turnover=case.turnover or 0,
    )  # fmt: skip


def check(case: Case, fine: int, now: datetime) -> None:
    """Refuse what the law does not allow: InvalidError names the field, the reason and the band."""
    gravity = _GRAVITIES.get(case.gravity, "ordinary")
    refuse(objection(penalties(), judged(case, now), case.instrument, fine, gravity, case.grounds))


def refuse(found: Objection | None) -> None:
    """Raise an objection as an error."""
    if found is not None:
        raise InvalidError(found.reason, field=found.field, remedy=found.remedy)


def propose(doing: Doing[Case]) -> None:
    """Propose: the order to correct has come first, warning and order stand beside every fine (Arts. 22, 23)."""
    case = doing.entry
    case.gains, case.turnover = case.gains or 0, case.turnover or 0
    if case.ordered_at is None:
        remedy = Text("先责令限期改正", "Order to correct within a time first")
        raise InvalidError(Text("责令改正在先", "The order to correct comes first"), field="instrument", remedy=remedy)
    if not case.evidence:
        raise InvalidError(Text("没有证据", "There is no evidence"), field="instrument",
                           remedy=Text("先登记证据", "Add evidence first"))  # fmt: skip
    if inquiring.too_late(case):
        raise InvalidError(Text("已过追究期限", "Limitation has passed"), field="instrument")
    check(case, case.fine or 0, doing.now)
    _demand_no_heavier(case)
    provision = penalties().penalties[case.instrument]
    lawful = measures_of(penalties(), judged(case, doing.now), provision)
    if wrong := [each for each in case.measures if each not in lawful]:
        words = Text.listed(penalties().measures[each] for each in wrong)
        raise InvalidError(
            Text(f"该条文没有这些措施：{words.zh}", f"That provision has no {words.en}"), field="measures"
        )
    owed = [each for each in ("order-to-correct", "warning", "announcement") if each in provision.measures]
    case.measures = list(dict.fromkeys([*owed, *case.measures]))
    if CONFISCATION in case.measures and not case.gains:
        raise InvalidError(Text("没收违法所得没有写数额", "Confiscation needs the amount of the gains"), field="gains")
    case.hearing_due = may_ask_for_hearing(penalties(), provision, case.fine or 0, case.measures,
                                           natural=case.natural, gains=case.gains)  # fmt: skip
    case.weighty = case.weighty or case.hearing_due or case.gravity == "mitigated"


def _demand_no_heavier(case: Case) -> None:
    """Refuse a heavier fine after the party defended itself (Penalty Law 45): only what is found later bears one."""
    if case.notified_fine is None or (case.fine or 0) <= case.notified_fine:
        return
    # a notice that is made anew forgets the statement; the history does not
    heard = Event.objects.filter(register="cases", entry=case.pk, act__in=("state", "stated", "ask")).order_by("id")
    first = heard.values_list("at", flat=True).first()
    if first is not None and not any(datetime.fromisoformat(each["at"]) > first for each in case.evidence):
        raise InvalidError(Text("不得因申辩加重处罚（行政处罚法第四十五条）",
                                "Nothing is made heavier for the party's defence (Penalty Law 45)"), field="fine",
                           remedy=Text("至多为告知的数额；另有新的证据的，先登记证据",
                                       "At the most what was told; for what is found anew, add its evidence first"),
                           )  # fmt: skip


def notify(doing: Doing[Case]) -> None:
    """Tell the party facts, reasons, basis and rights before the decision (Penalty Law 44): clocks run from service."""
    case = doing.entry
    _begin_again(case)
    case.notified_at, case.notified_fine = doing.now, case.fine
    due = ending(penalties().terms["statement"], day_of(doing.now), working_days()).ends_at
    case.notice_dispatch = serving.serve(case, "case-papers", papers.notice(case, doing.now), doing, due)


def _begin_again(case: Case) -> None:
    """Forget an earlier notice: what is told anew is answered, discussed and reviewed anew."""
    case.notice_served_at = case.statement_by = case.hearing_by = case.waived_at = case.stated_at = None
    case.hearing_asked_at = case.hearing_at = case.hearing_told_at = case.hearing_served_at = case.held_at = None
    case.discussed_at = case.reviewed_at = None
    case.statement = case.weighed = case.minutes = case.discussion = case.review = ""


def told(case: Case, at: datetime) -> None:
    """Let the party's clocks run from the service of the notice."""
    terms, day = penalties().terms, day_of(at)
    case.notice_served_at = at
    case.statement_by = ending(terms["statement"], day, working_days()).ends_at
    case.hearing_by = ending(terms["hearing-request"], day, working_days()).ends_at if case.hearing_due else None


def state(doing: Doing[Case]) -> None:
    """Keep what the party says, typed in or brought by dispatch."""
    case = doing.entry
    case.stated_at = doing.values.get("at") or doing.now
    if case.stated_at > doing.now or (
        case.notified_at is not None and day_of(case.stated_at) < day_of(case.notified_at)
    ):
        raise InvalidError(Text("收到时间应在告知以后、现在以前",
                                "It comes after the party was told, and not in the future"), field="at")  # fmt: skip
    case.weighed = ""


def waive(doing: Doing[Case]) -> None:
    """Note that the party wants to say nothing and no hearing."""
    doing.entry.waived_at = doing.now
