"""The register of commitments: the privacy officer answers; who oversees reads; at an operator's alone."""

from __future__ import annotations

import pytest

from shouze.errors import NotYoursError
from shouze.registers.finding import registers
from shouze.registers.ports import GIVEN
from shouze.registers.roles import KEEPERS, OVERSEEING, Role
from shouze.registers.rows import Clock
from tests.registers.commitments.scene import asked
from tests.registers.house import do, officer, person, signed_in

pytestmark = pytest.mark.django_db
SIGNED = {"signed_by": "某总", "post": "总经理"}


def test_who_reads_commitments_and_who_answers() -> None:
    row = asked()
    for role in Role:
        who = person(f"S-9-{role}", role)
        browser = signed_in(who)
        sees = role in OVERSEEING | KEEPERS
        assert browser.get(f"/r/commitments/{row.number}/").status_code == (200 if sees else 403), role
        assert browser.get("/r/commitments/new").status_code == 403
        for act in ("pledge", "decline"):
            if role == Role.OFFICER:
                assert browser.get(f"/r/commitments/{row.number}/{act}").status_code == 200
            else:
                with pytest.raises(NotYoursError):
                    do(row, act, who, SIGNED)


@pytest.mark.parametrize("house", ["authority", "association"])
def test_it_is_at_no_other_house(house: str) -> None:
    GIVEN.house = house  # type: ignore[assignment]  # one of the houses
    assert "commitments" not in registers()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_page_opens_in_both_languages_and_says_that_it_is_voluntary(language: str) -> None:
    row = asked()
    page = signed_in(officer(), language).get(f"/r/commitments/{row.number}/").content.decode()
    assert ("Self-discipline is voluntary" if language == "en" else "自律是自愿的") in page
    assert ("Members answer within ten days." if language == "en" else "会员十日内答复投诉。") in page


def test_its_clock_runs_until_it_is_answered() -> None:
    row = asked()
    assert Clock.objects.get(register="commitments").due == row.due
    do(row, "decline", officer())
    assert not Clock.objects.filter(register="commitments").exists()
