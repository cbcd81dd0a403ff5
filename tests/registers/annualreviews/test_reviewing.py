"""The review of a year: opened for all in the first quarter, asked, answered, missed; counted from what was told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.chinatime import SHANGHAI
from shouze.registers.annualreviews.models import AnnualReview
from shouze.registers.annualreviews.reviewing import (
    REMINDED,
    counted,
    first_quarter,
    note_missing,
    open_year,
    remind_waiting,
)
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock
from shouze.registers.standings.keeping import answer_now
from shouze.registers.supervised.models import Supervised
from shouze.registers.supervised.register import RESULTS
from shouze.rules.duty import STATES
from tests.registers.annualreviews.scene import IN_JANUARY, answers, asked, at, duties, supervised
from tests.registers.house import do, signed_in
from tests.registers.parties import Other
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


@pytest.fixture
def january() -> Iterator[None]:
    with at(IN_JANUARY):
        yield


@pytest.mark.duty("A19-annual")
@pytest.mark.usefixtures("january")
def test_in_the_first_quarter_every_operator_is_asked_once() -> None:
    reviews = asked(3)
    assert [(each.year, each.occasion, each.state) for each in reviews] == [(2025, "annual", "asked")] * 3
    assert reviews[0].due == first_quarter(2025)[1]
    open_year(GIVEN.now())
    assert AnnualReview.objects.count() == 3
    supervised(9)
    open_year(GIVEN.now())
    assert AnnualReview.objects.count() == 4, "who is supervised since is asked too"


@pytest.mark.duty("A19-annual")
@pytest.mark.usefixtures("january")
def test_who_has_filed_and_holds_no_licence_is_not_reviewed_yearly() -> None:
    Supervised.objects.filter(pk=supervised(1).pk).update(licence="", filing="云ICP备1号")
    assert asked(1)[0].operator == Supervised.objects.exclude(licence="").get().number
    assert AnnualReview.objects.count() == 1


@pytest.mark.duty("A19-annual")
@pytest.mark.usefixtures("january")
def test_a_review_is_owed_by_the_end_of_its_year_whoever_is_silent() -> None:
    review = asked(1)[0]
    ends = datetime(2027, 1, 1, tzinfo=SHANGHAI)
    later = [(ends - timedelta(hours=1), "due"), (ends, "breached")]
    assert [answer_now(moment)["A19-annual"].state for moment, _ in later] == [state for _, state in later]
    answered = do(review, "answered", inspector(), {"says": "纸质报告", "at": None, "breached": None})
    assert answer_now(GIVEN.now() + timedelta(days=40))["A19-annual"].state == "due", "no day is set for concluding"
    do(answered, "conclude", head(), {"result": next(iter(RESULTS)), "conditions": ""})
    assert answer_now(ends)["A19-annual"].state == "met"


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        (datetime(2025, 12, 31, 23, 59, 59, tzinfo=SHANGHAI), False),
        (datetime(2026, 1, 1, tzinfo=SHANGHAI), True),
        (datetime(2026, 3, 31, 23, 59, 59, tzinfo=SHANGHAI), True),
        (datetime(2026, 4, 1, tzinfo=SHANGHAI), False),
    ],
)
def test_the_quarter_is_of_chinas_days(moment: datetime, opened: bool) -> None:
    with at(moment):
        supervised()
        open_year(GIVEN.now())
    assert AnnualReview.objects.filter(year=2025).exists() is opened


@pytest.mark.usefixtures("january")
def test_whoever_is_a_peer_is_asked_by_dispatch_and_reminded() -> None:
    other = Other()
    other.trusted("operator", licence="B1-0")
    [review] = asked()
    sent = DispatchRow.objects.get(kind="review-form")
    assert (sent.matter, sent.sha256, sent.body["document"]) == (review.number, review.dispatch, "2025")
    do(review, "remind", inspector(), {"words": "请尽快答复"})
    assert DispatchRow.objects.filter(kind="review-form", matter=review.number).count() == 2


def test_who_has_not_answered_when_the_term_is_nearly_over_is_reminded_once_by_itself() -> None:
    other = Other()
    with at(IN_JANUARY):
        other.trusted("operator", licence="B1-0")
        [review] = asked()
        remind_waiting(GIVEN.now())
    assert DispatchRow.objects.filter(kind="review-form").count() == 1
    with at(review.due - REMINDED + timedelta(seconds=1)):
        remind_waiting(GIVEN.now())
        remind_waiting(GIVEN.now())
    assert DispatchRow.objects.filter(kind="review-form").count() == 2
    review.refresh_from_db()
    assert review.reminded_at is not None


@pytest.mark.duty("A19-annual")
@pytest.mark.usefixtures("january")
def test_the_result_stands_on_the_operators_row() -> None:
    [review] = asked()
    review = do(review, "answered", inspector(), {"says": "见附件", "at": None})
    do(review, "conclude", head(), {"result": "conditions", "conditions": "三个月内完成培训"})
    operator = Supervised.objects.get(number=review.operator)
    told = (operator.review, operator.review_year, operator.review_result, operator.review_conditions)
    assert told == (review.number, 2025, "conditions", "三个月内完成培训")


@pytest.mark.usefixtures("january")
def test_a_foreign_archive_in_an_answer_stands_on_the_review() -> None:
    other = Other()
    other.trusted("operator", licence="B1-0")
    [review] = asked()
    answers(other, review, b"no archive", name="pack.zip")
    review.refresh_from_db()
    assert [each["name"] for each in review.packs] == ["pack.zip"]
    page = signed_in(inspector(), "en").get(f"/r/annualreviews/{review.number}/").content.decode()
    assert "Evidence pack pack.zip" in page


@pytest.mark.duty("A19-annual")
@pytest.mark.usefixtures("january")
def test_an_answer_by_dispatch_is_taken_in_with_what_it_says_of_the_duties() -> None:
    other = Other()
    other.trusted("operator", licence="B1-0")
    [review] = asked()
    answers(other, review, duties(met=30, due=4, breached=2, not_evidenced=1))
    review.refresh_from_db()
    assert (review.state, review.late) == ("answered", False)
    assert review.counts == {"met": 30, "due": 4, "breached": 2, "not-evidenced": 1}
    assert [each.kind for each in Clock.objects.filter(register="annualreviews", met=None)] == ["conclude"]


@pytest.mark.usefixtures("january")
def test_an_answer_to_anothers_review_is_not_taken() -> None:
    other, third = Other(), Other(party="shouze.localhost/third")
    other.trusted("operator", licence="B1-0")
    third.trusted("operator", licence="B1-7", number="L-2")
    [review] = asked()
    answers(third, review, duties(met=1))
    assert AnnualReview.objects.get().state == "asked"
    assert DispatchRow.objects.get(kind="review-answer").state == "stuck"


@pytest.mark.usefixtures("january")
def test_who_does_not_answer_in_time_is_listed_and_may_answer_late() -> None:
    [review] = asked()
    with at(review.due):
        note_missing(GIVEN.now())
        assert AnnualReview.objects.get().state == "asked"
    with at(review.due + timedelta(microseconds=1)):
        note_missing(GIVEN.now())
        review.refresh_from_db()
        assert (review.state, review.drawn) == ("missing", "silent")
        done = do(review, "answered", inspector(), {"says": "纸质报告", "at": None})
        assert (done.state, done.late) == ("answered", True)


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b'{"a": 1}', b'[{"id": "x"}]', b"[" * 100_000])
def test_what_cannot_be_read_counts_as_nothing(raw: bytes) -> None:
    assert counted(raw) == {}


@given(st.dictionaries(st.sampled_from(STATES), st.integers(1, 40)))
def test_states_are_counted_as_they_were_told(states: dict[str, int]) -> None:
    raw = duties(**{name.replace("-", "_"): count for name, count in states.items()}, invented=3)
    assert counted(raw) == states
