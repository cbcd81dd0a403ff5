"""The clocks that a case has running, each from its own moment (Penalty Law 44, 60, 61, 64, 67, 48)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from shouze.chinatime import day_of
from shouze.language import Text
from shouze.registers import remedies
from shouze.registers.cases.deciding import missing
from shouze.registers.cases.enforcing import final_from, owed
from shouze.registers.cases.models import Case
from shouze.registers.describing import Alert, Running
from shouze.registers.ports import penalties, working_days
from shouze.registers.roles import INSPECTING, Role, Roles
from shouze.rules.penalty.clocks import ending, may_sue_until

HEAD: Roles = frozenset({Role.HEAD})
_CHAIR: Roles = frozenset({Role.CHAIR})
_OWED = {
    "correct": Text("复查{name}是否改正", "See whether {name} is corrected"),
    "order": Text("送达{name}的责令改正通知书", "Serve the order to correct in {name}"),
    "decide": Text("决定{name}", "Decide {name}"),
    "notice": Text("送达{name}的告知书", "Serve the notice in {name}"),
    "statement": Text("{name}的陈述申辩期限", "Days for a statement in {name}"),
    "ask": Text("{name}要求听证的期限", "Days for asking for a hearing in {name}"),
    "hearing": Text("举行{name}的听证", "Hold the hearing in {name}"),
    "deliver": Text("送达{name}的决定书", "Serve the decision in {name}"),
    "pay": Text("{name}的缴款期限", "The fine in {name} is to be paid"),
    "enforce": Text("{name}未缴清的，申请强制执行", "Unpaid: apply for enforcement in {name}"),
    "refund": Text("退还{name}多缴的罚款", "Return what was paid too much in {name}"),
    "retract": Text("撤回{name}已公开的信息", "Withdraw what was published of {name}"),
}
_ENDED = frozenset({"closed", "dismissed"})


def running(case: Case, _now: datetime) -> Sequence[Running]:
    """Return what is owed in a case."""
    return [*_before(case), *_after(case)]


def _clock(case: Case, kind: str, since: datetime, due: datetime | None, met: datetime | None,
           roles: Roles = INSPECTING, person: int | None = None) -> Running:  # fmt: skip
    title = _OWED[kind].fill(name=case.number)
    duty = "A20-credit" if kind == "retract" else "A23"
    return Running(kind=kind, title=title, since=since, due=due, met=met, roles=roles, person=person, duty=duty)


def _before(case: Case) -> Iterator[Running]:
    over = case.decided_at or case.referred_at
    if case.ordered_at is not None:
        since = case.order_served_at or case.ordered_at
        yield _clock(case, "correct", since, case.correct_by, case.corrected_at)
        if case.order_digest:
            yield _clock(case, "order", case.ordered_at, None, case.order_served_at or case.corrected_at or over)
    if case.opened_at is not None:
        yield _clock(case, "decide", case.opened_at, case.decide_by, over, HEAD | INSPECTING)
    if case.notified_at is not None:
        yield _clock(case, "notice", case.notified_at, None, case.notice_served_at or over)
    if case.notice_served_at is not None:
        said = case.stated_at or case.waived_at or over
        yield _clock(case, "statement", case.notice_served_at, case.statement_by, said)
        if case.hearing_by is not None:
            asked = case.hearing_asked_at or case.waived_at or over
            yield _clock(case, "ask", case.notice_served_at, case.hearing_by, asked)
    if case.hearing_asked_at is not None:
        met = case.held_at or over
        yield _clock(case, "hearing", case.hearing_asked_at, case.hearing_at, met, _CHAIR | HEAD, case.chair_id)


def _after(case: Case) -> Iterator[Running]:
    terms, working = penalties().terms, working_days()
    ended = case.closed_at or case.withdrawn_at
    if case.decided_at is not None:
        due = ending(terms["deliver"], day_of(case.decided_at), working).ends_at
        yield _clock(case, "deliver", case.decided_at, due, case.served_at or ended)
    if case.served_at is not None and case.fine:
        lifted = None if case.standing_fine else case.contest_ended_at
        over = case.paid_at or ended or lifted
        yield _clock(case, "pay", case.served_at, case.pay_by, over)
        final = final_from(case)
        last = ending(terms["enforce"], day_of(final), working).ends_at if final is not None else None
        yield _clock(case, "enforce", case.served_at, last, case.applied_at or over)
    if (since := case.unsettled_at) is None:
        return
    if case.publish:
        due = ending(terms["retract"], day_of(since), working).ends_at
        yield _clock(case, "retract", since, due, case.retracted_at)
    if case.excess or case.returned:
        yield _clock(case, "refund", since, None, None if case.excess else case.returned_at)


def notes(case: Case, now: datetime) -> Sequence[Text]:
    """Return what stands on top of a case: what is missing before a decision, what has grown, what time is left."""
    found: list[Text] = []
    if case.state in ("notified", "hearing") and (lack := missing(case, now)) is not None:
        found.append(Text(f"决定之前：{lack.zh}", f"Before the decision: {lack.en}"))
    if case.peer_id is None and case.state not in _ENDED:
        found.append(Text("与当事人没有公文往来：文书打印送达，并登记送达",
                          "No dispatches go to the party: print and deliver papers, note the delivery"))  # fmt: skip
    if case.peer_id is not None and case.state not in _ENDED:
        found.append(Text("以公文送达的，当事人须已同意并签订确认书（行政处罚法第六十一条，凭记忆）",
                          "A dispatch serves a paper where the party has agreed and signed that it does "
                          "(Penalty Law 61, from memory)"))  # fmt: skip
    if case.state == "served" and case.served_at is not None:
        found.extend(_remedies(case, case.served_at))
        if (more := owed(case, day_of(now))) > 0:
            found.append(Alert(f"逾期未缴，加处罚款至今日 {more:,.2f} 元",
                               f"Not paid in time: surcharge to this day RMB {more:,.2f}"))  # fmt: skip
    found.extend(_sums(case))
    if case.thresholds:
        found.append(
            Alert("达到司法解释规定的数量，涉嫌犯罪", "The numbers of the interpretation on crimes are reached")
        )
    return found


def _sums(case: Case) -> Iterator[Text]:
    if case.excess:
        yield Alert(f"多缴罚款 {case.excess:,} 元，应当退还",
                    f"RMB {case.excess:,} were paid too much: return them")  # fmt: skip
    if case.fine is not None and (case.changed_fine or 0) > case.fine:
        yield Alert("变更后的罚款高于原决定：除第三人提出相反请求外，复议、诉讼不得加重",
                    "The changed fine is above the decided one: reconsideration and actions may not make it worse, "
                    "unless a third party asked for the opposite")  # fmt: skip


def _remedies(case: Case, served: datetime) -> Sequence[Text]:
    if case.contested_at is not None:
        if case.contested != "reconsideration" or case.contest_ended_at is None:
            return ()
        last = may_sue_until(penalties().terms, day_of(served), day_of(case.contest_ended_at), working_days()).day
        return [Text(f"当事人不服复议决定的，提起行政诉讼至 {last}",
                     f"After reconsideration the party may sue until {last}")]  # fmt: skip
    return [remedies.until(Text("当事人", "The party"), served)]
