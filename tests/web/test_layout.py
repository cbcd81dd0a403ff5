"""The menu: headings that follow from the registers' descriptions, one of them open."""

from __future__ import annotations

import re

import pytest

from shouze.registers.describing import GROUPS
from shouze.registers.finding import registers
from shouze.registers.roles import Role
from shouze.web.layout import menu
from tests.registers.house import officer, person, signed_in

pytestmark = pytest.mark.django_db


def test_every_register_stands_under_one_heading_in_its_order() -> None:
    headings = menu(list(registers().values()), "/")
    assert [each.title for each in headings] == list(GROUPS.values())
    assert sorted(each.name for heading in headings for each in heading.registers) == sorted(registers())
    for heading in headings:
        assert [each.order for each in heading.registers] == sorted(each.order for each in heading.registers)


@pytest.mark.parametrize(
    ("path", "heading", "current"),
    [("/r/agents/", "代理与权限", "代理人"), ("/r/agents/A-2026-0001/assess", "代理与权限", "代理人"),
     ("/records/search", "处理与事件", "操作记录"), ("/r/counter/", "处理与事件", "来电与到访")],
)  # fmt: skip
def test_the_heading_of_the_page_is_open_and_its_register_marked(path: str, heading: str, current: str) -> None:
    found = [each for each in menu(list(registers().values()), path) if each.current]
    assert [(each.title.zh, each.current.title.zh) for each in found if each.current] == [(heading, current)]


@pytest.mark.parametrize("path", ["/", "/counter", "/counter/C-2026-0001", "/calendar", "/r/", "/r/nothing/"])
def test_a_page_of_no_register_opens_none(path: str) -> None:
    assert not [each for each in menu(list(registers().values()), path) if each.current]


def test_the_page_shows_it_without_scripts() -> None:
    page = signed_in(officer()).get("/r/agents/").content.decode()
    assert re.findall(r"<details open><summary>(.*?)</summary>", page) == ["代理与权限"]
    assert page.count('aria-current="page"') == 1


def test_a_heading_without_registers_for_this_person_is_left_out() -> None:
    page = signed_in(person("S-9", Role.AGENT, agent="baiyun"), "en").get("/").content.decode()
    assert "Agents and permissions" not in page
