"""Nobody whom a report names or mentions sees that it is there: not in a page, list, search, export, clock or duty."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shouze.link.kinds import Letter
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.misconduct.models import Misconduct
from shouze.registers.misconduct.seeing import mentioned
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.standings.keeping import keep
from tests.registers.house import do, person, signed_in
from tests.registers.misconduct.scene import head, inspector, ministry, put, reported
from tests.registers.parties import Other

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
READERS = {Role.HEAD, Role.MINISTRY}


def body(answer: Any) -> str:
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return io.BytesIO(raw).read().decode("utf-8", "replace")


def pages(browser: Client, row: Misconduct) -> dict[str, int]:
    """Return how each way to a row answers; nothing that answers 200 may name it to whoever should not know."""
    base = reverse("row", args=["misconduct", row.number])
    return {
        "row": browser.get(base).status_code,
        "json": browser.get(f"{base}row.json").status_code,
        "told": browser.post(reverse("misconduct-told", args=[row.number])).status_code,
        "report": browser.get(reverse("report", args=["misconduct", row.number, "row", "json"])).status_code,
        **{act: browser.get(f"{base}{act}").status_code for act in ("name", "put", "find", "refer", "dismiss", "tell")},
    }


EVERYWHERE: tuple[Callable[[Client], Any], ...] = (
    lambda browser: browser.get("/"),
    lambda browser: browser.get("/r/misconduct/"),
    lambda browser: browser.get("/r/misconduct/export.csv"),
    lambda browser: browser.get("/r/misconduct/?q=MC"),
    lambda browser: browser.post("/search", {"q": Misconduct.objects.get().number}),
    lambda browser: browser.get("/calendar"),
    lambda browser: browser.get("/duties"),
    lambda browser: browser.get("/duties.json"),
    lambda browser: browser.get("/duties/A18-auth-secrecy"),
    lambda browser: browser.get("/r/explanations/"),
    lambda browser: browser.get("/r/dispatches/"),
)


def known(browser: Client, number: str) -> bool:
    """Tell whether any page that is no search box repeating the question names the report."""
    found = [body(page(browser)).replace(f'value="{number}"', "") for page in EVERYWHERE]
    return any(number in each for each in found)


@pytest.mark.duty("A18-auth-secrecy", "A24")
@pytest.mark.parametrize("role", [Role.HEAD, Role.MINISTRY, Role.AUDITOR, Role.INSPECTOR])
def test_whom_it_names_never_sees_it_whatever_their_role(role: Role) -> None:
    ministry()
    named = person("C-0666", role)
    row = reported(named=named.name)
    keep(GIVEN.now())
    browser = signed_in(named)
    assert set(pages(browser, row).values()) == {404}
    assert not known(browser, row.number)


def test_of_the_others_heads_and_the_ministry_alone_see_it_and_of_heads_the_ministry_alone() -> None:
    ministry()
    row, above = reported(), reported(above=True)
    for role in Role:
        browser = signed_in(person(f"X-{role[:5]}", role))
        for each, readers in ((row, READERS), (above, {Role.MINISTRY})):
            status = browser.get(reverse("row", args=["misconduct", each.number])).status_code
            assert status == (200 if role in readers else 404), role


@pytest.mark.parametrize("role", [Role.HEAD, Role.AUDITOR])
def test_who_sees_it_finds_it_and_who_does_not_finds_no_trace_of_it(role: Role) -> None:
    row = reported()
    keep(GIVEN.now())
    browser = signed_in(person("C-0777", role))
    assert set(pages(browser, row).values()) <= ({200, 403} if role in READERS else {404})
    assert known(browser, row.number) is (role in READERS)


def test_whom_it_turns_out_to_be_about_loses_sight_of_it() -> None:
    second = person("C-0002", Role.HEAD)
    ministry()
    row = reported(named="一位处长")
    assert pages(signed_in(second), row)["row"] == 200
    row = do(row, "name", head(), {"kind": "abuse", "person": second})
    assert set(pages(signed_in(second), row).values()) == {404}
    assert set(pages(signed_in(head()), row).values()) == {404}
    assert pages(signed_in(ministry()), row)["row"] == 200


def test_asked_to_explain_they_see_what_is_put_and_nothing_of_the_report() -> None:
    row = reported()
    asked = put(row)
    browser = signed_in(inspector())
    page = body(browser.get(reverse("row", args=["explanations", asked.number])))
    assert "有人反映您收受礼金" in page
    assert row.number not in page
    assert set(pages(browser, row).values()) == {404}


@pytest.mark.parametrize("role", [Role.HEAD, Role.AUDITOR, Role.MINISTRY])
def test_an_operators_report_is_no_dispatch_that_anybody_opens(other: Other, role: Role) -> None:
    other.trusted("operator")
    head()
    other.send("misconduct-report", Letter(title="反映某人", text=f"{inspector().name}索要费用"))
    row = DispatchRow.objects.get()
    browser = signed_in(person("C-0777", role))
    assert browser.get(reverse("row", args=["dispatches", row.number])).status_code in {403, 404}
    assert "反映某人" not in body(browser.get("/r/dispatches/"))
    assert "反映某人" not in body(browser.post("/search", {"q": "反映某人"})).replace('value="反映某人"', "")


def test_people_are_found_in_a_text_by_name_and_by_number() -> None:
    one, two = person("K-0001", Role.INSPECTOR, name="欧阳明"), person("K-0002", Role.INSPECTOR, name="王")
    assert mentioned("欧阳明收了钱") == [one]
    assert mentioned("K-0002 收了钱") == [two]
    assert mentioned("姓王的收了钱") == []
