"""The register of comparisons: the privacy officer sends; its page shows what would go before it goes."""

from __future__ import annotations

import pytest

from shouze.errors import NotYoursError
from shouze.registers.finding import registers
from shouze.registers.ports import GIVEN
from shouze.registers.roles import KEEPERS, OVERSEEING, Role
from tests.registers.commitments.scene import association
from tests.registers.comparisons.scene import asked, returns
from tests.registers.house import do, officer, person, signed_in

pytestmark = pytest.mark.django_db


def test_who_reads_comparisons_and_who_sends_figures() -> None:
    row = asked()
    for role in Role:
        who = person(f"S-9-{role}", role)
        sees, browser = role in OVERSEEING | KEEPERS, signed_in(who)
        assert browser.get(f"/r/comparisons/{row.number}/").status_code == (200 if sees else 403), role
        assert browser.get("/r/comparisons/new").status_code == 403
        if role != Role.OFFICER:
            with pytest.raises(NotYoursError):
                do(row, "send", who)


@pytest.mark.parametrize("house", ["authority", "association"])
def test_it_is_at_no_other_house(house: str) -> None:
    GIVEN.house = house  # type: ignore[assignment]  # one of the houses
    assert not {"comparisons", "reviewings"} & set(registers())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_page_tells_what_would_be_sent_and_then_where_one_stands(language: str) -> None:
    other = association()
    row, browser = asked(other), signed_in(officer(), language)
    page = browser.get(f"/r/comparisons/{row.number}/").content.decode()
    assert ("What would be sent now: Duties met" if language == "en" else "此刻将送出：已履行的义务") in page
    do(row, "send", officer())
    returns(other, "duties-met")
    page = browser.get(f"/r/comparisons/{row.number}/").content.decode()
    assert "90.0%" in page
    assert ("Our place" if language == "en" else "位次") in page
    assert ("place 6 of 7; the median is 90.0%" if language == "en" else "7 家中第 6；中位数 90.0%") in page
