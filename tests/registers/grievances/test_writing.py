"""Complaints about inspections on paper: noted with the paper, what comes back entered by people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from shouze.errors import InvalidError, ShouzeError
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.grievances.models import GrievanceRow
from shouze.registers.grievances.writing import PAPER
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock
from tests.registers.grievances.test_complaining import MINISTRY, complained, ministry
from tests.registers.house import PROOF, do, officer, signed_in
from tests.registers.parties import Other

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A17-3-no-fee")]


def on_paper(**more: Any) -> GrievanceRow:
    return complained(**{"to": PAPER, "against": "", "against_name": "某省管局", "addressee": "部", **more})


def test_on_paper_it_needs_no_peer_and_sends_no_dispatch() -> None:
    row = on_paper()
    assert (row.state, row.title, row.addressee, row.peer_id) == ("sent", "某省管局", "部", None)
    assert not DispatchRow.objects.exists()


def test_about_the_ministry_it_is_reconsidered_by_the_ministry_and_its_page_says_so(other: Other) -> None:
    other.trusted()
    ministry()
    row = on_paper(against=MINISTRY, against_name="")
    page = signed_in(officer()).get(reverse("row", args=["grievances", row.number])).content.decode()
    assert ("行政复议" in page, "以书面提出，没有公文" in page) == (True, True)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"against_name": ""}, "against_name"),
        ({"addressee": " "}, "addressee"),
        ({"addressee": "某省管局"}, "addressee"),
        ({"to": MINISTRY, "against": "shouze.localhost/other"}, "against_name"),
        ({"to": MINISTRY, "against": "shouze.localhost/other", "against_name": ""}, "addressee"),
    ],
)
def test_what_is_missing_or_cannot_be_is_named(other: Other, changed: dict[str, Any], field: str) -> None:
    other.trusted()
    ministry()
    with pytest.raises(InvalidError) as caught:
        on_paper(**changed)
    assert caught.value.field == field
    assert not GrievanceRow.objects.exists()


def test_its_number_term_and_decision_are_entered_with_the_paper() -> None:
    who, row = officer(), on_paper()
    due = GIVEN.now() + timedelta(days=15)
    do(row, "enter-number", who, {"number_there": "部投〔2026〕7号", "due": due})
    row.refresh_from_db()
    assert (row.state, Clock.objects.get(register="grievances").due) == ("taken-up", due)
    decided = {"upheld": ["fee"], "reasons": "有收据", "measures": "退还", "decided_at": GIVEN.now()}
    with pytest.raises(ShouzeError):
        do(row, "enter-upheld", who, decided, documents=[])
    do(row, "enter-upheld", who, decided, documents=[PROOF])
    row.refresh_from_db()
    assert (row.state, row.upheld, row.reasons) == ("upheld", ["fee"], "有收据")
    assert not Clock.objects.filter(register="grievances").exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"upheld": ["conduct"]}, "upheld"),
        ({"decided_at": timedelta(hours=1)}, "decided_at"),
        ({"decided_at": timedelta(days=-9)}, "decided_at"),
    ],
)
def test_a_decision_is_about_what_was_complained_of_and_came_since(changed: dict[str, Any], field: str) -> None:
    row = on_paper()
    told = {name: GIVEN.now() + by if isinstance(by, timedelta) else by for name, by in changed.items()}
    decided = {"upheld": ["fee"], "reasons": "有收据", "decided_at": GIVEN.now(), **told}
    with pytest.raises(InvalidError) as caught:
        do(row, "enter-upheld", officer(), decided, documents=[PROOF])
    assert caught.value.field == field


def test_what_went_by_dispatch_is_decided_by_dispatch_alone(other: Other) -> None:
    other.trusted()
    ministry()
    row, who = complained(), officer()
    for name in ("enter-number", "enter-upheld", "enter-dismissed"):
        assert signed_in(who).get(reverse("act", args=["grievances", row.number, name])).status_code in {403, 404, 409}


def test_only_what_was_complained_of_is_offered_as_upheld() -> None:
    row = on_paper(grounds=["fee"])
    page = signed_in(officer()).get(reverse("act", args=["grievances", row.number, "enter-upheld"])).content.decode()
    assert [f'value="{ground}"' in page for ground in ("fee", "obstruction", "conduct")] == [True, False, False]
