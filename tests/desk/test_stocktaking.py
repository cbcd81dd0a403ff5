"""Counting on a page: with and without JavaScript, by who counts, while it is under way."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from shouze.registers.roles import Role
from tests.registers.house import officer, person, signed_in
from tests.registers.media.scene import kept
from tests.registers.stocktakes.scene import ended, started

pytestmark = pytest.mark.django_db


def test_a_number_is_noted_and_the_rest_stays_to_be_seen() -> None:
    first, second = kept(), kept()
    address = f"/stocktakes/{started().number}/count"
    browser = signed_in(officer(), "en")
    page = browser.post(address, {"mark": first.number}, follow=True).content.decode()
    assert f"{first.number}: on the list, noted" in page
    assert "1 of 2 seen" in page
    part = browser.post(address, {"mark": second.tag}, headers={"hx-request": "true"}).content.decode()
    assert part.startswith('<div id="counted">')
    assert "2 of 2 seen" in part


def test_nothing_typed_is_said_and_notes_nothing() -> None:
    kept()
    address = f"/stocktakes/{started().number}/count"
    part = signed_in(officer(), "en").post(address, {"mark": " "}, headers={"hx-request": "true"}).content.decode()
    assert "There is no number" in part


@pytest.mark.parametrize(("role", "status"), [(Role.SERVICE, 200), (Role.AUDITOR, 403), (Role.AGENT, 403)])
def test_who_may_count(role: Role, status: int) -> None:
    assert signed_in(person("S-9", role)).get(f"/stocktakes/{started().number}/count").status_code == status


def test_a_count_that_is_over_leads_to_its_page() -> None:
    row = ended(started())
    answer = signed_in(officer()).get(f"/stocktakes/{row.number}/count")
    assert answer.headers["location"] == f"/r/stocktakes/{row.number}/"


def test_the_page_takes_the_same_queries_however_much_is_there(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(12):
        kept()
    row, browser = started(), signed_in(officer())
    with django_assert_max_num_queries(14):
        assert browser.get(f"/stocktakes/{row.number}/count").status_code == 200
