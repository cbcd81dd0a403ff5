"""Operators that have not filed, by province, on a page and as CSV, for who works on it."""

from __future__ import annotations

import pytest

from shouze.registers.roles import Role
from tests.registers.house import person, signed_in
from tests.registers.instructions.scene import operator

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


@pytest.mark.duty("A13-7-network")
def test_they_are_listed_and_narrowed_to_a_province() -> None:
    operator()
    operator("=海州网络（虚构）", licence="B2-2", province="海州")
    browser = signed_in(person("C-9", Role.AUDITOR), "en")
    page = browser.get("/filings/unfiled").content.decode()
    assert "云泽通信（虚构）" in page
    assert "2 have no network unit filed" in page
    page = browser.get("/filings/unfiled?province=海州").content.decode()
    assert "云泽通信（虚构）" not in page
    table = browser.get("/filings/unfiled.csv?province=海州").content.decode("utf-8-sig")
    assert "'=海州网络" in table
    assert browser.get("/r/filings/").content.decode().count("/filings/unfiled") == 1


@pytest.mark.parametrize("role", list(Role))
def test_who_may_read_it(role: Role) -> None:
    browser = signed_in(person("C-9", role))
    wanted = 200 if role in {Role.INSPECTOR, Role.HEAD, Role.AUDITOR, Role.MINISTRY} else 403
    assert {browser.get(f"/filings/unfiled{ending}").status_code for ending in ("", ".csv")} == {wanted}
