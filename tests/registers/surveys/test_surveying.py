"""Members tell figures; quartiles go back to those who did, with their own place, and nothing to anybody else."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.link.industry import Figure, Figures
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.ports import GIVEN
from shouze.registers.surveys.models import Survey, SurveyAnswer
from shouze.registers.surveys.surveying import keep
from shouze.rules.comparing import MEASURES
from tests.registers.codes.scene import member, members, secretary
from tests.registers.house import do, make
from tests.registers.parties import Other, later

pytestmark = pytest.mark.django_db
YEAR = GIVEN.now().year - 1


def begun(**more: Any) -> Survey:
    row: Survey = make("surveys", secretary(), {"year": YEAR, "due": GIVEN.now() + timedelta(days=30)} | more)
    keep(GIVEN.now())
    return row


def tells(other: Other, row: Survey, sequence: int = 1, **figures: int) -> None:
    told = tuple(Figure(measure=name.replace("_", "-"), value=value) for name, value in figures.items())
    other.send("figures", Figures(year=row.year, figures=told), matter=row.number, sequence=sequence)
    row.refresh_from_db()


def test_every_member_is_asked_once_and_who_joins_meanwhile_too() -> None:
    members(3)
    Other(party="shouze.localhost/authority").trusted("authority", number="L-90")
    row = begun()
    keep(GIVEN.now())
    assert DispatchRow.objects.filter(kind="figures-request").count() == 3
    member("late", 50)
    keep(GIVEN.now())
    sent = DispatchRow.objects.filter(kind="figures-request")
    assert {(each.matter, each.body["least"], tuple(each.body["measures"])) for each in sent} == {
        (row.number, 5, tuple(MEASURES))
    }
    assert sent.count() == 4


@pytest.mark.duty("A21-ind-guide")
def test_each_member_that_answered_gets_the_quartiles_and_its_own_place_without_a_name() -> None:
    joined = members(6)
    authority = Other(party="shouze.localhost/authority")
    authority.trusted("authority", number="L-90")
    row = begun()
    for number, each in enumerate(joined[:5], 1):
        tells(each, row, duties_met=number * 1_000, **({"trained": 9_000} if number < 5 else {}))
    assert row.members == 5
    done = do(row, "return", secretary())
    assert (done.state, done.members) == ("returned", 5)
    assert done.results == {"duties-met": [5, 2_000, 3_000, 4_000]}, "four told the other measure: too few"
    sent = DispatchRow.objects.filter(kind="comparison").select_related("peer").order_by("peer__party")
    assert [each.peer.party for each in sent] == [each.party for each in joined[:5]]
    places = {each.peer.party: each.body["compared"][0]["place"] for each in sent}
    assert [places[each.party] for each in joined[:5]] == [5, 4, 3, 2, 1]
    for row_sent in sent:
        said = json.dumps(row_sent.body, ensure_ascii=False)
        assert not any(f"m{n}（" in said or f"/m{n}" in said for n in range(1, 7))
        assert {name for one in row_sent.body["compared"] for name in one} <= {
            "measure", "members", "lower", "median", "upper", "own", "place",
        }  # fmt: skip
    assert not any(SurveyAnswer.objects.values_list("values", flat=True)), "single answers are not kept as rows"


def test_four_answers_return_nothing_and_cannot_be_returned_by_hand() -> None:
    row = begun()
    for each in members(4):
        keep(GIVEN.now())
        tells(each, row, duties_met=5_000)
    with pytest.raises(NotYoursError):
        do(row, "return", secretary())
    with later(timedelta(days=31)):
        keep(GIVEN.now())
    row.refresh_from_db()
    assert (row.state, row.results) == ("too-few", {})
    assert all("compared" not in each.body for each in DispatchRow.objects.filter(kind="comparison"))


def test_when_it_is_due_it_goes_back_by_itself_once() -> None:
    joined = members(5)
    row = begun()
    for each in joined:
        tells(each, row, complaint_days=350)
    with later(timedelta(days=31)):
        keep(GIVEN.now())
        keep(GIVEN.now())
    row.refresh_from_db()
    assert row.state == "returned"
    assert DispatchRow.objects.filter(kind="comparison").count() == 5
    tells(joined[0], row, 2, complaint_days=1)
    assert DispatchRow.objects.filter(kind="figures", state="stuck").count() == 1


def test_a_member_may_tell_it_again_before_that_and_counts_once() -> None:
    (other,) = members(1)
    row = begun()
    tells(other, row, duties_met=1)
    tells(other, row, 2, duties_met=2)
    assert row.members == 1
    assert SurveyAnswer.objects.get().values == {"duties-met": 2}


@pytest.mark.parametrize("figures", [{"duties_met": 10_001}, {"complaint_days": 10**9}])
def test_what_cannot_be_is_not_taken(figures: dict[str, int]) -> None:
    (other,) = members(1)
    row = begun()
    tells(other, row, **figures)
    assert (row.members, DispatchRow.objects.get(kind="figures").state) == (0, "stuck")


def test_what_was_not_asked_is_left_out_and_nobody_answers_unasked() -> None:
    (other,) = members(1)
    row = begun()
    tells(other, row, invented=7, trained=1)
    assert SurveyAnswer.objects.get().values == {"trained": 1}
    stranger = member("stranger", 80)
    tells(stranger, row, trained=1)
    assert row.members == 1


@pytest.mark.parametrize(
    ("changed", "field"), [({"year": 2012}, "year"), ({"year": 9000}, "year"), ({"due": GIVEN.now()}, "due")]
)
def test_what_is_wrong_is_named(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        begun(**changed)
    assert caught.value.field == field


def test_of_a_year_figures_are_returned_once_so_that_two_results_tell_of_nobody() -> None:
    row = begun()
    with pytest.raises(InvalidError):
        begun()
    do(row, "drop", secretary())
    assert begun().state == "asking", "nothing went back of the one that was dropped"
