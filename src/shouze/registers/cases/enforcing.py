"""Payment, surcharge, enforcement, what the party brings against the decision, and closing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from shouze.chinatime import day_of
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.cases.models import Case
from shouze.registers.describing import Doing
from shouze.registers.ports import penalties, working_days
from shouze.rules.penalty.clocks import Span, ending, may_sue_until, surcharge


def owed(case: Case, on: date) -> Decimal:
    """Return the surcharge owed on a day: what has grown on the fine as it stands, less what of it was paid (72)."""
    if not case.standing_fine or case.pay_by is None:
        return Decimal(0)
    noted = [(date.fromisoformat(each["on"]), int(each["amount"])) for each in case.payments]
    # what was paid before payments were kept one by one counts as paid in time
    before = case.kept - sum(amount for _, amount in noted)
    grown = surcharge(case.standing_fine - before, day_of(case.pay_by), on, noted, _paused(case))
    return max(grown - case.surcharge, Decimal(0))


def _paused(case: Case) -> list[Span]:
    """Return every time of reconsideration or action, those that are over and the one that goes on."""
    over = [Span(date.fromisoformat(each["since"]), date.fromisoformat(each["until"])) for each in case.contests]
    if case.contested_at is None:
        return over
    return [*over, Span(day_of(case.contested_at), day_of(case.contest_ended_at) if case.contest_ended_at else None)]


def final_from(case: Case) -> datetime | None:
    """Return from when the party can sue no more; None while reconsideration or action goes on.

    Of a fine that was deferred nothing is enforced before its day (Penalty Law 72).
    """
    if case.served_at is None or case.in_contest:
        return None
    ended, since = case.contest_ended_at, day_of(case.served_at)
    if ended is not None and case.contested == "action":
        sued: datetime = ended
    else:
        after = day_of(ended) if ended is not None else None
        sued = may_sue_until(penalties().terms, since, after, working_days()).ends_at
    return max(sued, case.pay_by or sued)


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
    case.payments = [*case.payments, _payment(day_of(at), amount)]
    if case.kept == case.standing_fine and case.paid_at is None:
        case.paid_at = at


def _payment(on: date, amount: int) -> dict[str, str | int]:
    return {"on": on.isoformat(), "amount": amount}


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
    final = final_from(case)
    if final is None:
        raise InvalidError(Text("复议或者诉讼尚未终结", "Reconsideration or action is not ended"), field="reason")
    last = max(final, ending(terms["urged"], day_of(case.urged_at), working_days()).ends_at)
    if doing.now < last:
        day = day_of(last)
        remedy = Text("当事人可以起诉的期限、准予延期的期限和催告后的十日届满后再申请",
                      "Apply once its time to sue, a deferral and ten days after urging are over")  # fmt: skip
        raise InvalidError(Text(f"{day} 以前不能申请强制执行", f"Not before the end of {day}"), field="reason",
                           remedy=remedy)  # fmt: skip
    case.applied_at = doing.now


def contest(doing: Doing[Case]) -> None:
    """Note reconsideration or action; the decision stands meanwhile, the surcharge does not grow."""
    case, at = doing.entry, doing.values["at"]
    if at > doing.now:
        raise InvalidError(Text("受理时间在将来", "It was accepted in the future"), field="at")
    # one that is over stays with its days: an action after reconsideration pauses the surcharge once more
    if case.contested_at is not None and case.contest_ended_at is not None:
        over = {"since": day_of(case.contested_at).isoformat(), "until": day_of(case.contest_ended_at).isoformat()}
        case.contests = [*case.contests, over]
    case.contested_at, case.contest_ended_at, case.contest_result = at, None, ""


def end_contest(doing: Doing[Case]) -> None:
    """Note how it ended, and when the party was told: a revoked decision is withdrawn, a changed one has its fine."""
    case, told = doing.entry, doing.values
    at, sum_ = told.get("at") or doing.now, told.get("changed_to")
    if at > doing.now or (case.contested_at is not None and at < case.contested_at):
        raise InvalidError(Text("应在受理以后、现在以前", "It ends after it was accepted, and not in the future"),
                           field="at")  # fmt: skip
    if (case.contest_result == "changed") is (sum_ is None):
        words = Text("变更的须写变更后的罚款，其他结果不写", "A changed decision has its fine, no other result has")
        remedy = Text("罚款不变的写原数额，不再罚款的写 0", "Give the old sum where it stays, 0 where none is left")
        raise InvalidError(words, field="changed_to", remedy=remedy)
    case.contest_ended_at = at
    if case.contest_result == "revoked":
        case.withdrawn_at, case.state = doing.now, "withdrawn"
    elif sum_ is not None:
        _change(case, int(sum_), at)


def _change(case: Case, fine: int, at: datetime) -> None:
    if fine < 0:
        raise InvalidError(Text("罚款不能为负", "No fine is below zero"), field="changed_to")
    case.changed_fine, case.fine_changed_at, case.retracted_at = fine, at, None
    if fine and case.served_at is not None and case.pay_by is None:
        case.pay_by = ending(penalties().terms["pay"], day_of(at), working_days()).ends_at
    whole = 0 < fine <= case.kept
    case.paid_at = (case.paid_at or at) if whole else None


def refund(doing: Doing[Case]) -> None:
    """Note that what was paid above the fine as it stands is returned."""
    case = doing.entry
    back = case.excess
    case.returned, case.returned_at = case.returned + back, doing.now
    # less than nothing was paid that day: a fine that is raised later is unpaid in so far
    case.payments = [*case.payments, _payment(day_of(doing.now), -back)]


def close(doing: Doing[Case]) -> None:
    """Close what is done: paid, and corrected."""
    case = doing.entry
    if case.outcome == "penalty" and case.state == "served" and (lack := _open_ends(case)) is not None:
        raise InvalidError(Text("还不能结案", "It cannot be closed yet"), field="reason", remedy=lack)
    case.closed_at = doing.now


def _open_ends(case: Case) -> Text | None:
    if case.excess:
        return Text("多缴的罚款尚未退还", "What was paid above the fine is not returned")
    if case.standing_fine and case.paid_at is None and case.applied_at is None:
        return Text("罚款尚未缴清，也没有申请执行", "The fine is neither paid nor is enforcement applied for")
    if case.corrected != "corrected":
        return Text("尚未复查改正", "The correction is not checked")
    if case.in_contest:
        return Text("复议或者诉讼尚未终结", "Reconsideration or action is not ended")
    return None
