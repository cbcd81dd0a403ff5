"""The overview: counted in a bounded number of queries, every number leads to its list, and only some see it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.supervised.overview import Overview
from tests.registers.announcements.scene import published
from tests.registers.cases import scene as cases
from tests.registers.house import do, make, person, signed_in
from tests.registers.issued import scene as orders
from tests.registers.parties import later
from tests.registers.reports.scene import inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def supervised(province: str, number: int) -> Any:
    return make("supervised", inspector(), {
        "title": f"甲公司 {number}", "licence": f"B1-{number}", "filing": "", "credit_code": "", "province": province,
        "sector": "basic", "services": "移动电话", "contact": "某某", "licensed_by": "", "title_en": "",
    })  # fmt: skip


def figure(title: str, label: str) -> Any:
    told = Overview(GIVEN.now().year, GIVEN.now()).sections()
    return next(each for words, figures in told if words.en == title for each in figures if each.label.en == label)


@pytest.mark.duty("A03-competence")
def test_operators_are_counted_by_province() -> None:
    for number, province in enumerate(["云泽省", "云泽省", "江南省"]):
        supervised(province, number)
    assert figure("Operators", "Supervised").value == 3
    assert figure("Operators", "云泽省").value == 2
    assert "province=" in figure("Operators", "江南省").address
    assert figure("Operators", "Basic telecommunications").value == 3


@pytest.mark.duty("A23")
def test_penalties_are_counted_by_province_and_sector() -> None:
    supervised("云泽省", 1)
    case = cases.opened(operator="B1-1")
    case = do(cases.notified(case), "waive", inspector())
    cases.decided(case)
    assert figure("Penalties, by province", "云泽省").value == 1
    assert figure("Penalties, by sector", "Basic telecommunications").value == 1
    browser = signed_in(person("C-9", Role.HEAD, Role.INSPECTOR), "en")
    link = figure("Penalties, by sector", "Basic telecommunications").address
    assert "1 in all" in browser.get(link).content.decode()


@pytest.mark.duty("A14-2-obey")
def test_orders_that_were_answered_late_are_counted_however_they_were_served() -> None:
    for number, days in (("1号", 1), ("2号", 20)):
        order = orders.served(orders.signed(document=number, days=5))
        with later(timedelta(days=days)):
            orders.answered(order)
    browser = signed_in(person("C-9", Role.HEAD, Role.INSPECTOR), "en")
    found = figure("Orders", "Answered late")
    page = browser.get(found.address).content.decode()
    assert (found.value, "2号" in page, "1号" in page) == (1, True, False)


def test_every_number_leads_to_a_list_that_opens_and_holds_it() -> None:
    supervised("云泽省", 1)
    published()
    browser = signed_in(person("C-9", Role.HEAD, Role.INSPECTOR, Role.AUDITOR, Role.PUBLISHER), "en")
    page = browser.get("/overview").content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'<dd><a href="([^"]+)"', page)]
    assert len(links) > 30
    assert [(link, browser.get(link).status_code) for link in links if browser.get(link).status_code != 200] == []
    link = figure("Announcements and lists", "Announcements").address
    assert "1 in all" in browser.get(link).content.decode()


def test_a_month_is_named_by_its_number_alone_so_that_twelve_fit_under_a_chart() -> None:
    cases.opened()
    page = signed_in(inspector(), "en").get("/overview").content.decode()
    assert not re.findall(r">\s*\d{4}-\d\d\s*<", page)
    assert re.findall(r">\s*12\s*<", page)


def test_it_is_counted_in_a_bounded_number_of_queries(django_assert_max_num_queries: Any) -> None:
    now = GIVEN.now()
    with django_assert_max_num_queries(24):
        told = Overview(now.year, now)
        assert told.sections()
        assert {len(months) for months in told.months().values()} == {12}


def test_a_year_that_cannot_be_is_told_of_and_an_earlier_one_is_shown() -> None:
    browser = signed_in(inspector(), "en")
    assert "Overview of 2020" in browser.get("/overview?year=2020").content.decode()
    assert browser.get("/overview?year=1999").status_code == 422
    assert browser.get("/overview?year=x").status_code == 422


def test_the_table_and_the_pdf_have_the_same_figures() -> None:
    supervised("云泽省", 1)
    browser = signed_in(person("C-9", Role.HEAD, Role.AUDITOR), "en")
    rows = browser.get("/overview.csv").content.decode("utf-8-sig")
    assert "Operators,Supervised,1," in rows
    answer: Any = browser.get("/duties/reports/overview.pdf")
    assert answer.status_code == 200
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert raw.startswith(b"%PDF-")


@pytest.mark.parametrize("role", [Role.MINISTRY, Role.ASSOCIATION, Role.PUBLISHER, Role.CHAIR, Role.ADMINISTRATOR])
def test_roles_that_do_not_see_it(role: Role) -> None:
    browser = signed_in(person("C-8", role))
    assert browser.get("/overview").status_code == 403
    assert browser.get("/overview.csv").status_code == 403
    assert "/overview" not in browser.get("/").content.decode()
