"""An operator complains about an inspection: to the next higher authority alone, which alone ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouze.errors import InvalidError
from shouze.link.dispatch import unverified
from shouze.link.supervision import Grievance, GrievanceDecided, GrievanceReceived
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.grievances.complaining import higher
from shouze.registers.grievances.models import GrievanceRow
from shouze.registers.peers.trusted import authorities
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock
from tests.registers.house import make, officer
from tests.registers.parties import Other
from tests.registers.visited.test_answering import received

pytestmark = pytest.mark.django_db
MINISTRY = "shouze.localhost/ministry"


def ministry(**more: Any) -> Other:
    found = Other(party=MINISTRY)
    found.trusted(number="L-9", title="部", standing="ministry", **more)
    return found


def complained(**more: Any) -> GrievanceRow:
    values = {
        "to": MINISTRY, "visit": "", "against": "shouze.localhost/other", "inspection": "IN-2026-0007",
        "grounds": ["fee", "obstruction"], "happened_at": GIVEN.now() - timedelta(hours=2),
        "story": "收取检测费", **more,
    }  # fmt: skip
    found: GrievanceRow = make("grievances", officer(), values)
    return found


@pytest.mark.duty("A17-3-no-fee", "A17-3-no-hinder")
def test_it_goes_to_the_next_higher_authority_and_names_the_one_complained_about(other: Other) -> None:
    other.trusted()
    ministry()
    row = complained()
    written = unverified(DispatchRow.objects.get().signed)
    assert written is not None
    assert isinstance(written.body, Grievance)
    assert (written.receiver, written.matter, written.body.authority) == (MINISTRY, row.number, other.party)
    assert (written.body.grounds, written.body.inspection) == (("fee", "obstruction"), "IN-2026-0007")
    assert (row.state, row.title) == ("sent", "某局")


def test_a_visit_says_whom_it_is_about(other: Other) -> None:
    visit = received(other)
    ministry()
    row = complained(visit=visit.number, against="", inspection="")
    assert (row.against, row.inspection) == (other.party, "VT-2026-0001")


@pytest.mark.duty("A17-3-no-fee")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to": "shouze.localhost/other"}, "to"),
        ({"to": "shouze.localhost/nobody"}, "to"),
        ({"against": MINISTRY}, "against"),
        ({"against": ""}, "against"),
        ({"against": "shouze.localhost/nobody"}, "against"),
        ({"grounds": []}, "grounds"),
        ({"happened_at": timedelta(hours=1)}, "happened_at"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_sent(other: Other, changed: dict[str, Any], field: str) -> None:
    """Above all, nothing goes to whom it is about, nor to an authority that is not the next higher one."""
    other.trusted()
    ministry()
    told = {name: GIVEN.now() + by if isinstance(by, timedelta) else by for name, by in changed.items()}
    with pytest.raises(InvalidError) as caught:
        complained(**told)
    assert caught.value.field == field
    assert not DispatchRow.objects.exists()


@pytest.mark.duty("A17-3-no-fee")
def test_about_the_ministry_it_says_what_the_law_leaves_and_names_no_addressee(other: Other) -> None:
    other.trusted()
    ministry()
    with pytest.raises(InvalidError) as caught:
        complained(against=MINISTRY)
    told = caught.value
    assert told.remedy is not None
    for words in (told.remedy.zh, told.remedy.en):
        assert "25" in words or "第二十五条" in words
    assert ("行政复议" in told.remedy.zh, "State Council" in told.remedy.en) == (True, True)


def test_the_choices_are_authorities_that_people_have_confirmed(other: Other) -> None:
    other.trusted()
    ministry()
    Other(party="shouze.localhost/asked").trusted(number="L-5", state="introduced", standing="ministry")
    Other(party="shouze.localhost/operator").trusted("operator", number="L-6")
    assert set(higher()) == {MINISTRY}
    assert set(authorities()) == {other.party, MINISTRY}


def test_its_number_and_term_arrive_and_the_decision_ends_it(other: Other) -> None:
    other.trusted()
    there, row = ministry(), complained()
    due = GIVEN.now() + timedelta(days=15)
    there.send("grievance-received", GrievanceReceived(number="CD-1", grievance=row.number, due=due), matter=row.number)
    row.refresh_from_db()
    assert (row.state, row.number_there) == ("taken-up", "CD-1")
    assert Clock.objects.get(register="grievances").due == due
    body = GrievanceDecided(number="CD-1", authority=other.party, upheld=("fee",), dismissed=("obstruction",),
                            reasons="有收据", measures="退还")  # fmt: skip
    there.send("grievance-decision", body, matter=row.number, sequence=2)
    row.refresh_from_db()
    assert (row.state, row.upheld, row.reasons, row.measures) == ("upheld", ["fee"], "有收据", "退还")
    assert not Clock.objects.filter(register="grievances").exists()
    there.send("grievance-decision", GrievanceDecided(number="CD-1", authority=other.party, reasons="改口"),
               matter=row.number, sequence=3)  # fmt: skip
    row.refresh_from_db()
    assert (row.state, DispatchRow.objects.get(sequence=3).state) == ("upheld", "stuck")


def test_who_is_complained_about_ends_no_complaint(other: Other) -> None:
    other.trusted()
    ministry()
    row = complained()
    other.send("grievance-decision", GrievanceDecided(number="x", authority=other.party, reasons="不成立"),
               matter=row.number)  # fmt: skip
    row.refresh_from_db()
    assert (row.state, DispatchRow.objects.get(direction="in").state) == ("sent", "stuck")
