"""The register of take-down orders: who sees it, who serves; its paper names the store's apps alone."""

from __future__ import annotations

import pytest

from shouze.registers.finding import registers
from shouze.registers.ports import GIVEN
from shouze.registers.removals.models import Removal
from shouze.registers.removals.papers import order
from shouze.registers.removals.register import REGISTER
from shouze.registers.roles import INSPECTING, Role
from shouze.reports.report import said
from tests.registers.house import person, signed_in
from tests.registers.removals.scene import failed, taken_down

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def test_who_sees_an_order_and_who_serves_it() -> None:
    taken_down(failed())
    row = Removal.objects.get(title="乙商店")
    for role in Role:
        browser = signed_in(person(f"C-8-{role}", role))
        sees = role in INSPECTING | {Role.AUDITOR}
        assert browser.get(f"/r/removals/{row.number}/").status_code == (200 if sees else 403), role
        wanted = 200 if role in INSPECTING else 403
        assert browser.get(f"/r/removals/{row.number}/serve").status_code == wanted, role
        assert browser.get("/r/removals/new").status_code == 403, "a batch makes them, nobody else"
    assert {each.name for each in (REGISTER.creating, *REGISTER.acts) if not each.by} == {
        "put", "order", "sent", "reported",
    }  # fmt: skip


@pytest.mark.parametrize("house", ["operator", "association"])
def test_it_is_at_no_other_house(house: str) -> None:
    GIVEN.house = house  # type: ignore[assignment]  # one of the houses
    assert "removals" not in registers()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_page_and_its_paper_say_whom_it_is_for_and_what(language: str) -> None:
    taken_down(failed())
    row = Removal.objects.get(title="乙商店")
    page = signed_in(person("C-0400", Role.HEAD), language).get(f"/r/removals/{row.number}/").content.decode()
    assert ("It went by no dispatch" if language == "en" else "没有以公文送达") in page
    told = str(said(order(row, GIVEN.now()), "en" if language == "en" else "zh"))
    assert "天气" in told
    assert "出行" not in told, "another store has it"
