"""What a party may rely on: heard anew when told anew, no heavier for its defence, a hearing for large sums."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouze.registers.cases.models import Case
from shouze.registers.ports import GIVEN
from tests.registers.cases import scene
from tests.registers.cases.scene import head, inspector, notified, opened, proposal
from tests.registers.cases.test_register import LATER, refused
from tests.registers.house import do
from tests.registers.parties import later

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
EVIDENCE = {"shows": "新的记录", "of_kind": "documentary", "digest": "cd" * 32, "checked": False}


def stated(case: Case) -> Case:
    done: Case = do(case, "state", inspector(), {"statement": "已改正", "at": GIVEN.now()})
    return done


def test_nothing_is_made_heavier_for_the_partys_defence_but_for_what_is_found_anew() -> None:
    case = stated(notified())
    assert refused(case, "propose", inspector(), proposal(fine=25_000)) == "fine"
    assert case.notified_fine is not None
    told = case.notified_fine
    assert do(case, "propose", inspector(), proposal(fine=told)).fine == told, "what was told may stand"
    case.refresh_from_db()
    assert do(case, "propose", inspector(), proposal(fine=15_000)).fine == 15_000
    case.refresh_from_db()
    case = do(case, "notify", head())
    assert (case.stated_at, refused(case, "propose", inspector(), proposal(fine=25_000))) == (None, "fine")


def test_evidence_that_was_added_after_the_defence_may_bear_a_heavier_fine() -> None:
    case = stated(notified())
    with later(timedelta(minutes=1)):
        case = do(case, "add-evidence", inspector(), EVIDENCE)
        assert do(case, "propose", inspector(), proposal(fine=25_000)).fine == 25_000


def test_what_is_told_anew_is_discussed_and_reviewed_anew() -> None:
    case = notified(weighty=True)
    case = do(case, "discuss", head(), {"discussion": "同意"})
    case = do(case, "review", scene.reviewer(), {"review": "合法"})
    case = do(case, "propose", inspector(), proposal(fine=30_000, weighty=True))
    case = do(case, "notify", head())
    case = do(case, "deliver", inspector(), {"paper": "notice", "how": "direct", "at": GIVEN.now()})
    assert (case.discussed_at, case.reviewed_at, case.discussion, case.review) == (None, None, "", "")
    with later(LATER):
        assert refused(case, "decide", head(), {"decision_number": "1号", "fine": 30_000, "because": "x"})


def test_a_statement_and_a_request_are_dated_between_the_notice_and_now() -> None:
    case = notified()
    for at in (GIVEN.now() + timedelta(days=1), GIVEN.now() - timedelta(days=3)):
        assert refused(case, "state", inspector(), {"statement": "x", "at": at}) == "at"
    due = notified(opened(natural=True))
    early = GIVEN.now() - timedelta(days=3)
    assert refused(due, "ask", inspector(), {"hearing_asked_at": early}) == "hearing_asked_at"


def test_confiscation_says_how_much_and_gives_the_right_to_a_hearing() -> None:
    case = scene.inquired(opened())
    with later(LATER):
        case = do(case, "look", inspector(), {"corrected": "refused"})
        taken = proposal(instrument="pipl-66-1", fine=50_000, measures=["confiscation"])
        assert refused(case, "propose", inspector(), taken) == "gains"
        assert do(case, "propose", inspector(), {**taken, "gains": 500_000}).hearing_due


@pytest.mark.duty("A23")
def test_where_another_law_fines_higher_the_announcement_of_article_23_may_still_be_made() -> None:
    case = scene.inquired(opened())
    with later(LATER):
        case = do(case, "look", inspector(), {"corrected": "refused"})
        higher = proposal(instrument="pipl-66-1", fine=50_000, measures=["announcement"])
        assert "announcement" in do(case, "propose", inspector(), higher).measures
        assert refused(case, "propose", inspector(), {**higher, "measures": ["closure"]}) == "measures"


@pytest.mark.duty("A22")
def test_a_breach_of_article_12_alone_is_announced_by_no_provision() -> None:
    case = scene.inquired(opened(duties=["A12-15d"]))
    told = proposal(instrument="order24-22", fine=10_000, measures=["announcement"])
    assert refused(case, "propose", inspector(), told) == "measures"
