"""The register of peer reviews: the body itself reads them, and nobody of another house or office."""

from __future__ import annotations

import pytest

from shouze.errors import NotYoursError
from shouze.registers.finding import registers
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.speaking import speakers
from tests.registers.codes.scene import secretary
from tests.registers.house import do, person, signed_in
from tests.registers.peerreviews.scene import drawn, finds

pytestmark = pytest.mark.django_db


def test_each_role_reads_what_is_its_own_and_only_the_secretariat_acts() -> None:
    (row, *_), parties = drawn()
    finds(row, parties[row.reviewer.party])
    for number, role in enumerate(Role):
        who = person(f"B-9{number}", role)
        sees = role in {Role.SECRETARY, Role.APPROVER}
        browser = signed_in(who)
        assert browser.get(f"/r/peerreviews/{row.number}/").status_code == (200 if sees else 403), role
        assert browser.get("/r/peerreviews/new").status_code == 403
        if role != Role.SECRETARY:
            with pytest.raises(NotYoursError):
                do(row, "close", who, {"outcome": "x"})


@pytest.mark.parametrize("house", ["operator", "authority"])
def test_it_is_at_no_other_house(house: str) -> None:
    GIVEN.house = house  # type: ignore[assignment]  # one of the houses
    assert not {"peerreviews", "surveys"} & set(registers())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_page_says_who_may_see_it(language: str) -> None:
    (row, *_), parties = drawn()
    finds(row, parties[row.reviewer.party])
    page = signed_in(secretary(), language).get(f"/r/peerreviews/{row.number}/").content.decode()
    assert ("The authority does not see it" if language == "en" else "不得提供给电信管理机构") in page
    assert ("Partly" if language == "en" else "部分遵守") in page


@pytest.mark.duty("A21-ind-guide")
def test_open_reviews_are_still_to_be_done_and_never_late() -> None:
    rows, parties = drawn()
    finds(rows[0], parties[rows[0].reviewer.party])
    do(rows[0], "close", secretary(), {"outcome": "已复看"})
    fact = speakers()["peerreviews.closed"][1].fact()
    assert (fact.shown, fact.open, fact.due, fact.at_once) == (1, 2, None, None)
