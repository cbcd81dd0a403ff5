"""What visits tell: no side alone attests; denial by either is a breach, silence shows nothing."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from shouze.registers.ports import GIVEN
from shouze.registers.standings.keeping import answer_now
from shouze.registers.visits.facts import SPEAKS
from shouze.registers.visits.models import Visit
from shouze.registers.visits.visiting import note_silence
from tests.registers.house import PROOF, do
from tests.registers.parties import Other, later
from tests.registers.reports.scene import inspector
from tests.registers.visits.scene import after_the_visit, announced, answered, recorded

pytestmark = pytest.mark.django_db
DUTIES = ("A17-3-no-fee", "A17-3-no-hinder")
FREE = next(each for each in SPEAKS if each.matter == "visits.free")


def states(*duties: str) -> list[str]:
    answers = answer_now(GIVEN.now())
    return [answers[duty].state for duty in duties or DUTIES]


def visited(other: Other, **more: Any) -> Visit:
    """Return a visit with its record; it has to be after the visit."""
    other.trusted("operator")
    with later(timedelta(days=-1, hours=-4)):
        row = announced(other.party)
    return recorded(row, **more)


@pytest.mark.duty("A17-3-no-fee", "A17-3-no-hinder", "A17-1-inspect")
def test_both_sides_have_to_say_so(other: Other) -> None:
    assert states("A17-1-inspect", *DUTIES) == ["not-evidenced", "met", "met"]
    with after_the_visit():
        row = visited(other)
        assert states("A17-1-inspect", *DUTIES) == ["met", "due", "due"]
        answered(other, row)
        assert states() == ["met", "met"]


@pytest.mark.duty("A17-3-no-fee", "A17-3-no-hinder")
def test_the_operators_denial_is_a_breach_of_the_one_duty(other: Other) -> None:
    with after_the_visit():
        answered(other, visited(other), no_fee=False, comment="收取检测费")
        assert states() == ["breached", "met"]


def test_the_officers_own_denial_is_one_before_anybody_answers(other: Other) -> None:
    with after_the_visit():
        visited(other, not_hindered="no")
        assert states() == ["due", "breached"]


def test_silence_shows_nothing_and_puts_nobody_in_breach(other: Other) -> None:
    with after_the_visit():
        row = visited(other)
        with later(timedelta(days=20)):
            assert states() == ["due", "due"]
            note_silence(GIVEN.now())
            row.refresh_from_db()
            assert (row.state, states()) == ("silent", ["not-evidenced", "not-evidenced"])
            answered(other, row)
            assert states() == ["met", "met"]


def test_a_refusal_to_sign_shows_nothing(other: Other) -> None:
    with after_the_visit():
        row = do(visited(other), "unsigned", inspector(), reason="拒绝签字")
        do(row, "close", inspector(), reason="已处理")
        assert states() == ["not-evidenced", "not-evidenced"]


@pytest.mark.duty("A17-3-record")
def test_a_visit_without_a_record_is_a_breach_after_its_term(other: Other) -> None:
    other.trusted("operator")
    announced(other.party)
    assert states("A17-3-record") == ["due"]
    with later(timedelta(days=30)):
        assert states("A17-3-record") == ["not-evidenced"]


def test_an_answer_on_paper_counts_as_one_by_dispatch() -> None:
    with after_the_visit():
        row = recorded(announced("", operator_name="某公司", unannounced="突击检查"))
        signed = {"says_no_fee": "attested", "says_not_hindered": "attested", "comment": "", "signed_by": "钱某"}
        do(row, "enter-answer", inspector(), signed, documents=[PROOF])
        assert states() == ["met", "met"]


@pytest.mark.duty("A17-3-no-fee")
@pytest.mark.parametrize(("above", "state"), [("dismissed", "met"), ("upheld", "breached"), ("", "breached")])
def test_a_denial_that_was_dismissed_above_is_none(other: Other, above: str, state: str) -> None:
    with after_the_visit():
        row = answered(other, visited(other), no_fee=False, comment="收费")
        Visit.objects.filter(pk=row.pk).update(above_no_fee=above)
        assert states() == [state, "met"]


@pytest.mark.duty("A17-3-no-fee")
def test_what_is_upheld_above_is_a_breach_whatever_both_sides_said(other: Other) -> None:
    with after_the_visit():
        row = answered(other, visited(other))
        Visit.objects.filter(pk=row.pk).update(above_no_fee="upheld")
        assert states() == ["breached", "met"]


def test_a_dismissal_above_does_not_undo_the_officers_own_denial(other: Other) -> None:
    with after_the_visit():
        row = visited(other, no_fee="no")
        Visit.objects.filter(pk=row.pk).update(above_no_fee="dismissed")
        assert states() == ["breached", "due"]


def test_of_each_duty_every_recorded_visit_is_counted_once(other: Other) -> None:
    """Whatever the officers, the operator and the higher authority said: at fault, shown, open, or not shown."""
    with after_the_visit():
        row = visited(other)
        every = product([True, False], ["", "attested", "contested"], ["", "upheld", "dismissed"],
                        ["recorded", "silent", "closed"])  # fmt: skip
        for officers, says, above, state in every:
            said = {"no_fee": officers, "says_no_fee": says, "above_no_fee": above, "state": state}
            Visit.objects.filter(pk=row.pk).update(**said, answered_at=GIVEN.now() if says else None)
            fact = FREE.fact()
            assert fact.lacking + fact.shown + fact.open + fact.unshown == 1, said
            assert bool(fact.shown) == (officers and (above or says) in ("attested", "dismissed")), said
