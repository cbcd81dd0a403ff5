"""The register of surveys: the secretariat asks; pages say how names are kept out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouze.registers.finding import registers
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.speaking import speakers
from shouze.registers.surveys.models import Survey
from tests.registers.codes.scene import secretary
from tests.registers.house import make, person, signed_in

pytestmark = pytest.mark.django_db


def begun() -> Survey:
    row: Survey = make("surveys", secretary(), {"year": 2025, "due": GIVEN.now() + timedelta(days=30)})
    return row


def test_who_reads_surveys_and_who_asks() -> None:
    row = begun()
    for role in Role:
        browser = signed_in(person(f"B-9-{role}", role))
        sees = role in {Role.SECRETARY, Role.APPROVER, Role.AUDITOR, Role.OFFICER}
        assert browser.get(f"/r/surveys/{row.number}/").status_code == (200 if sees else 403), role
        assert browser.get("/r/surveys/new").status_code == (200 if role == Role.SECRETARY else 403), role


def test_only_the_secretariat_asks_returns_and_drops() -> None:
    register = registers()["surveys"]
    by_hand = {each.name: set(each.by) for each in (register.creating, *register.acts) if not each.follows}
    assert by_hand == {act: {Role.SECRETARY} for act in ("ask", "return", "drop")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_page_opens_in_both_languages_and_states_how_few_are_too_few(language: str) -> None:
    row = begun()
    row.results, row.state = {"duties-met": [7, 8_000, 9_000, 9_500]}, "returned"
    row.save()
    page = signed_in(secretary(), language).get(f"/r/surveys/{row.number}/").content.decode()
    assert ("where 5 members or more" if language == "en" else "至少 5 家会员") in page
    assert "90.0%" in page


@pytest.mark.duty("A21-ind-guide")
def test_a_survey_under_way_is_still_to_be_done_and_never_late() -> None:
    assert speakers()["surveys.returned"][1].fact().open == 0
    row = begun()
    fact = speakers()["surveys.returned"][1].fact()
    assert (fact.open, fact.due, fact.at_once, fact.row) == (1, None, None, row.number)
