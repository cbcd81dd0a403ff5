"""Nothing is enforced too early, and no more than a review or court left standing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shouze.chinatime import day_of
from shouze.errors import NotYoursError
from shouze.registers.cases.acts import ACTS
from shouze.registers.cases.clocks import notes, running
from shouze.registers.cases.enforcing import owed
from shouze.registers.cases.models import Case
from shouze.registers.cases.register import REGISTER
from shouze.registers.describing import Running
from shouze.registers.ports import GIVEN
from tests.registers.cases import scene
from tests.registers.cases.scene import head, inspector, notified
from tests.registers.cases.test_register import clock, refused
from tests.registers.house import do
from tests.registers.parties import later

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def test_nobody_is_urged_before_the_time_for_paying_nor_enforced_against_before_it_may_sue() -> None:
    case = notified()
    with later(timedelta(days=20)):
        case = scene.decided(case)
        case = do(case, "deliver", inspector(), {"paper": "decision", "how": "direct", "at": GIVEN.now()})
        assert refused(case, "urge", inspector()) == "reason"
    assert case.pay_by is not None
    with later(case.pay_by - GIVEN.now() + timedelta(hours=1)):
        case = do(case, "urge", inspector())
        assert refused(case, "apply", head()) == "reason"
    with later(timedelta(days=20 + 190)):
        case = do(case, "urge", inspector())
        assert refused(case, "apply", head()) == "reason"
        contested = do(case, "contest", inspector(), {"contested": "action", "at": GIVEN.now()})
    with later(timedelta(days=20 + 202)):
        assert refused(contested, "apply", head()) == "reason"
        case = do(contested, "end-contest", inspector(), {"contest_result": "upheld"})
        assert do(case, "apply", head()).applied_at is not None


def _served(days: float = 20) -> Case:
    case = notified()
    with later(timedelta(days=days)):
        case = scene.decided(case)
        done: Case = do(case, "deliver", inspector(), {"paper": "decision", "how": "direct", "at": GIVEN.now()})
        return done


def _enforcing(case: Case) -> Running:
    return next(each for each in running(case, GIVEN.now()) if each.kind == "enforce")


def test_after_reconsideration_it_is_enforced_from_fifteen_days_on_and_within_three_months() -> None:
    case = _served()
    with later(timedelta(days=40)):
        case = do(case, "contest", inspector(), {"contested": "reconsideration", "at": GIVEN.now()})
        assert _enforcing(case).due is None, "no time runs while it is reconsidered"
        assert not any("sue" in each.en for each in notes(case, GIVEN.now()))
    with later(timedelta(days=80)):
        case = do(case, "end-contest", inspector(), {"contest_result": "upheld"})
        told = " ".join(each.en for each in notes(case, GIVEN.now()))
        assert "After reconsideration the party may sue until" in told
    with later(timedelta(days=85)):
        case = do(case, "urge", inspector())
    with later(timedelta(days=90)):
        assert refused(case, "apply", head()) == "reason", "it may still sue"
    assert case.contest_ended_at is not None
    due = _enforcing(case).due
    assert due is not None
    assert timedelta(days=15 + 88) <= due - case.contest_ended_at <= timedelta(days=15 + 12 + 93)
    with later(timedelta(days=115)):
        assert do(case, "apply", head()).applied_at is not None, "six months from service count no more"


def test_a_fine_that_was_deferred_is_not_enforced_before_its_day() -> None:
    case = _served()
    with later(timedelta(days=30)):
        case = do(case, "defer", head(), {"pay_by": GIVEN.now() + timedelta(days=300)})
        assert case.pay_by is not None
        due = _enforcing(case).due
        assert due is not None
        assert due > case.pay_by + timedelta(days=85), "the three months run from the end of the deferral"


def test_days_of_reconsideration_and_of_the_action_after_it_bear_no_surcharge() -> None:
    case = _served()
    assert case.pay_by is not None
    paid_by = case.pay_by - GIVEN.now() - timedelta(hours=12)
    with later(paid_by + timedelta(days=1)):
        case = do(case, "contest", inspector(), {"contested": "reconsideration", "at": GIVEN.now()})
        with pytest.raises(NotYoursError):
            do(case, "contest", inspector(), {"contested": "action", "at": GIVEN.now()})
    with later(paid_by + timedelta(days=11)):
        case = do(case, "end-contest", inspector(), {"contest_result": "upheld"})
        case = do(case, "contest", inspector(), {"contested": "action", "at": GIVEN.now()})
    with later(paid_by + timedelta(days=31)):
        case = do(case, "end-contest", inspector(), {"contest_result": "upheld"})
        assert owed(case, day_of(GIVEN.now())) == Decimal(600), "one day of thirty-one"


def test_the_surcharge_is_owed_after_the_fine_is_paid_and_never_twice() -> None:
    case = _served()
    assert case.pay_by is not None
    with later(case.pay_by - GIVEN.now() + timedelta(days=9, hours=12)):
        now = GIVEN.now()
        case = do(case, "pay", inspector(), {"amount": 20_000, "extra": 2_000, "at": now})
        assert (case.paid_at, owed(case, day_of(now))) == (now, Decimal(4_000))
        case = do(case, "pay", inspector(), {"amount": 0, "extra": 4_000, "at": now})
        assert (case.paid_at, owed(case, day_of(now))) == (now, Decimal(0))
        with pytest.raises(NotYoursError):
            do(case, "pay", inspector(), {"amount": 0, "extra": 1, "at": now})


UNPAID = ("pay", "defer", "urge", "apply")


def contested(case: Case) -> Case:
    done: Case = do(case, "contest", inspector(), {"contested": "reconsideration", "at": GIVEN.now()})
    return done


def changed(case: Case, fine: int | None) -> Case:
    done: Case = do(case, "end-contest", inspector(), {"contest_result": "changed", "changed_to": fine})
    return done


def test_a_changed_decision_has_its_fine_and_no_other_result_has(served: Case) -> None:
    with later(timedelta(days=21)):
        case = contested(served)
        ends: dict[str, Any] = {"contest_result": "changed", "changed_to": None}
        assert refused(case, "end-contest", inspector(), ends) == "changed_to"
        ends = {"contest_result": "upheld", "changed_to": 5_000}
        assert refused(case, "end-contest", inspector(), ends) == "changed_to"
        assert (
            refused(case, "end-contest", inspector(), {"contest_result": "changed", "changed_to": -1}) == "changed_to"
        )


def test_a_changed_fine_is_what_is_owed_and_the_paper_stays_as_it_was_decided(served: Case) -> None:
    with later(timedelta(days=21)):
        case = changed(contested(served), 5_000)
        assert (case.fine, case.standing_fine, case.state) == (20_000, 5_000, "served")
        assert refused(case, "pay", inspector(), {"amount": 5_001, "extra": 0, "at": GIVEN.now()}) == "amount"
        assert clock(case, "retract").met is None, "what was published is withdrawn or corrected"
        case = do(case, "pay", inspector(), {"amount": 5_000, "extra": 0, "at": GIVEN.now()})
        assert clock(case, "pay").met == clock(case, "enforce").met == case.paid_at
        case = do(case, "retract", inspector())
        assert clock(case, "retract").met == case.retracted_at


def test_the_surcharge_grows_on_the_fine_as_it_stands(served: Case) -> None:
    pay_by = served.pay_by
    assert pay_by is not None
    with later(timedelta(days=21)):
        case = changed(contested(served), 10_000)
    with later(pay_by - GIVEN.now() + timedelta(days=10, hours=-1)):
        assert refused(case, "pay", inspector(), {"amount": 10_000, "extra": 3_001, "at": GIVEN.now()}) == "extra"


def test_what_was_paid_too_much_is_returned_before_a_case_is_closed(served: Case) -> None:
    with later(timedelta(days=21)):
        case = do(served, "pay", inspector(), {"amount": 20_000, "extra": 0, "at": GIVEN.now()})
        case = changed(contested(case), 15_000)
        assert case.excess == 5_000
        assert case.paid_at is not None
        assert clock(case, "refund").met is None
        assert "RMB 5,000 were paid too much" in " ".join(each.en for each in REGISTER.notes(case, GIVEN.now()))
        case = do(case, "refund", inspector())
        assert (case.returned, case.excess, clock(case, "refund").met) == (5_000, 0, case.returned_at)


def test_no_fine_is_owed_once_it_was_lifted_and_a_withdrawn_one_is_returned_whole(served: Case) -> None:
    with later(timedelta(days=21)):
        case = changed(contested(served), 0)
        assert clock(case, "pay").met == case.contest_ended_at
        assert not any(each.possible(case, GIVEN.now()) for each in ACTS if each.name in UNPAID and each.possible)
        paid = do(changed(contested(case), 8_000), "pay", inspector(), {"amount": 8_000, "extra": 0, "at": GIVEN.now()})
        revoked = do(contested(paid), "end-contest", inspector(), {"contest_result": "revoked", "changed_to": None})
        assert (revoked.state, revoked.excess) == ("withdrawn", 8_000)


def test_what_makes_it_worse_is_told(served: Case) -> None:
    with later(timedelta(days=21)):
        case = changed(contested(served), 25_000)
        assert "may not make it worse" in " ".join(each.en for each in REGISTER.notes(case, GIVEN.now()))


def test_a_second_contest_leaves_what_the_first_changed_to_be_settled(served: Case) -> None:
    pay_by = served.pay_by
    assert pay_by is not None
    with later(timedelta(days=21)):
        case = do(served, "pay", inspector(), {"amount": 20_000, "extra": 0, "at": GIVEN.now()})
        case = do(changed(contested(case), 15_000), "refund", inspector())
        case = do(case, "contest", inspector(), {"contested": "action", "at": GIVEN.now()})
        assert clock(case, "retract").met is None
        case = changed(case, 18_000)
        assert (case.excess, case.paid_at, owed(case, day_of(GIVEN.now()))) == (0, None, Decimal(0))
    with later(pay_by - GIVEN.now() + timedelta(days=10, hours=-1)):
        assert owed(case, day_of(GIVEN.now())) == Decimal(900), "of what was returned and is owed again, ten days"
        case = do(case, "pay", inspector(), {"amount": 3_000, "extra": 900, "at": GIVEN.now()})
        assert case.paid_at is not None
