"""The authority's own duties on the wheel: its rows of the Order, in both languages, with what they rest on."""

from __future__ import annotations

import pytest

from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.standings.keeping import keep
from tests.registers.house import person, signed_in
from tests.registers.parties import Other
from tests.registers.reports.scene import reported

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


@pytest.mark.duty("A14-2-assess", "A18-auth-secrecy")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wheel_shows_what_this_authority_owes_and_nothing_of_an_operator(language: str) -> None:
    reported(Other())
    keep(GIVEN.now())
    browser = signed_in(person("C-0003", Role.AUDITOR), language)
    page = browser.get("/duties").content.decode()
    assert "A14-2-assess" in page
    assert "A12-15d" not in page
    one = browser.get("/duties/A14-2-assess").content.decode()
    assert ("事件报告的影响评估" if language == "zh" else "reported incidents assessed") in one


def test_a_report_of_the_duties_is_the_authoritys_too() -> None:
    keep(GIVEN.now())
    told = signed_in(person("C-0003", Role.AUDITOR), "en").get("/duties.json").json()
    assert {"A17-1-inspect", "A19-annual", "A20-credit"} <= {each["id"] for each in told}
