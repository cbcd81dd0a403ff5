"""Payment, surcharge, enforcement, what the party brings against the decision, and closing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.cases.models import Case
from shouze.registers.describing import Doing
from shouze.registers.ports import penalties, working_days
from shouze.rules.penalty.clocks import day_of, ending, surcharge


def owed(case: Case, on: date) -> Decimal:
    """Return the surcharge that has grown by a day: 3% a day of what is unpaid, never above it (Penalty Law 72, 73)."""
    unpaid = case.standing_fine - case.kept
    if unpaid <= 0 or case.pay_by is None:
        return Decimal(0)
    return surcharge(unpaid, day_of(case.pay_by), on, _paused(case, on))


def _paused(case: Case, on: date) -> int:
    """Return the days of reconsideration or action after the time for paying: they do not count (Penalty Law 73)."""
    if case.contested_at is None or case.pay_by is None:
        return 0
    first = max(day_of(case.contested_at), day_of(case.pay_by))
    last = day_of(case.contest_ended_at) if case.contest_ended_at else on
    return max((min(last, on) - first).days, 0)


def pay(doing: Doing[Case]) -> None:
    """Note a payment; it is paid once the fine is whole."""
    case, told = doing.entry, doing.values
    amount, at = int(told["amount"]), told["at"]
    if not 0 <= amount <= case.standing_fine - case.kept:
        raise InvalidError(Text("超过应缴数额", "It is more than is owed"), field="amount")
    if at > doing.now:
        raise InvalidError(Text("缴纳时间在将来", "It was paid in the future"), field="at")
    most, extra = owed(case, day_of(at)), Decimal(int(told.get("extra") or 0))
    if extra > most:
        raise InvalidError(Text(f"加处罚款至多 {most} 元", f"The surcharge is at most RMB {most}"), field="extra")
    case.paid, case.surcharge = case.paid + amount, case.surcharge + extra
    if case.kept == case.standing_fine:
        case.paid_at = at


def defer(doing: Doing[Case]) -> None:
    """Defer payment, or let it be made in parts (Penalty Law 66)."""
    if doing.entry.pay_by is None or doing.entry.pay_by <= doing.now:
        raise InvalidError(Text("应在将来", "It lies in the future"), field="pay_by")


def urge(doing: Doing[Case]) -> None:
    """Note that the party was urged in writing; there is nothing to urge before the time for paying is over."""
    case = doing.entry
    if case.pay_by is not None and doing.now <= case.pay_by:
        last = day_of(case.pay_by)
        raise InvalidError(Text(f"缴款期限（{last}）未满", f"The time for paying, until {last}, is not over"),
                           field="reason")  # fmt: skip
    case.urged_at = doing.now


def apply_to_court(doing: Doing[Case]) -> None:
    """Note the application to the court: urged in vain, the time to sue over (Compulsion Law 53, 54)."""
    case, terms = doing.entry, penalties().terms
    if case.urged_at is None or case.served_at is None:
        raise InvalidError(Text("尚未催告", "The party was not urged first"), field="reason")
    if case.contested_at is not None and case.contest_ended_at is None:
        raise InvalidError(Text("复议或者诉讼尚未终结", "Reconsideration or action is not ended"), field="reason")
    last = max(ending(terms[name], day_of(since), working_days()).ends_at
               for name, since in (("litigate", case.served_at), ("urged", case.urged_at)))  # fmt: skip
    if doing.now <= last:
        day = day_of(last)
        remedy = Text("当事人可以起诉的期限和催告后的十日届满后再申请",
                      "Apply once its time to sue and ten days after urging are over")  # fmt: skip
        raise InvalidError(Text(f"{day} 以前不能申请强制执行", f"Not before the end of {day}"), field="reason",
                           remedy=remedy)  # fmt: skip
    case.applied_at = doing.now


def contest(doing: Doing[Case]) -> None:
    """Note reconsideration or action; the decision stands meanwhile, the surcharge does not grow."""
    case, at = doing.entry, doing.values["at"]
    if at > doing.now:
        raise InvalidError(Text("受理时间在将来", "It was accepted in the future"), field="at")
    case.contested_at, case.contest_ended_at, case.contest_result = at, None, ""


def end_contest(doing: Doing[Case]) -> None:
    """Note how it ended; a decision that was revoked is withdrawn, of a changed one the fine is as it was changed."""
    case, sum_ = doing.entry, doing.values.get("changed_to")
    if (case.contest_result == "changed") is (sum_ is None):
        words = Text("变更的须写变更后的罚款，其他结果不写", "A changed decision has its fine, no other result has")
        remedy = Text("罚款不变的写原数额，不再罚款的写 0", "Give the old sum where it stays, 0 where none is left")
        raise InvalidError(words, field="changed_to", remedy=remedy)
    case.contest_ended_at = doing.now
    if case.contest_result == "revoked":
        case.withdrawn_at, case.state = doing.now, "withdrawn"
    elif sum_ is not None:
        _change(case, int(sum_), doing.now)


def _change(case: Case, fine: int, now: datetime) -> None:
    if fine < 0:
        raise InvalidError(Text("罚款不能为负", "No fine is below zero"), field="changed_to")
    case.changed_fine, case.retracted_at = fine, None
    if fine and case.served_at is not None and case.pay_by is None:
        case.pay_by = ending(penalties().terms["pay"], day_of(now), working_days()).ends_at
    whole = 0 < fine <= case.kept
    case.paid_at = (case.paid_at or now) if whole else None


def refund(doing: Doing[Case]) -> None:
    """Note that what was paid above the fine as it stands is returned."""
    case = doing.entry
    case.returned, case.returned_at = case.returned + case.excess, doing.now


def close(doing: Doing[Case]) -> None:
    """Close what is done: paid, and corrected."""
    case = doing.entry
    if case.outcome == "penalty" and case.state == "served" and (lack := _open_ends(case, doing.now)) is not None:
        raise InvalidError(Text("还不能结案", "It cannot be closed yet"), field="reason", remedy=lack)
    case.closed_at = doing.now


def _open_ends(case: Case, _now: datetime) -> Text | None:
    if case.excess:
        return Text("多缴的罚款尚未退还", "What was paid above the fine is not returned")
    if case.standing_fine and case.paid_at is None and case.applied_at is None:
        return Text("罚款尚未缴清，也没有申请执行", "The fine is neither paid nor is enforcement applied for")
    if case.corrected != "corrected":
        return Text("尚未复查改正", "The correction is not checked")
    if case.contested_at is not None and case.contest_ended_at is None:
        return Text("复议或者诉讼尚未终结", "Reconsideration or action is not ended")
    return None
