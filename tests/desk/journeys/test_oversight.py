"""What is watched and reviewed: unusual handling, a review that ran over, a token that a program outlived."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.cli.shell import PATIENCE
from tests.desk.journeys.stage import NARROW, WIDE, Stage, Window

pytestmark = pytest.mark.lasting
NOTED = """
from datetime import date
from pathlib import Path
import sys
from shouze.settings import Settings
from shouze.wiring.desk import configure
configure(Path(sys.argv[1]), Settings(), None, None)
from shouze.registers.watching.watch import note
note("volume", "S-0042", date.today(), 812, 500)
"""


def at(days: float) -> str:
    return (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def overrun(stage: Stage, register: str, table: str, column: str) -> None:
    """Let the term of a register's rows have passed yesterday: time that a journey cannot wait for."""
    yesterday = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")
    with closing(sqlite3.connect(stage.home / "desk.db", timeout=PATIENCE)) as desk, desk:
        assert desk.execute(f"UPDATE {table} SET {column} = ?", (yesterday,)).rowcount
        assert desk.execute(
            "UPDATE registers_clock SET due = ? WHERE register = ? AND met IS NULL", (yesterday, register)
        ).rowcount


def late(window: Window) -> int:
    return window.page.locator(".clocks .late").count()


def choose(window: Window, name: str, value: str) -> None:
    """Choose one of few (buttons) or many (a list)."""
    field = window.page.locator(f"main select[name={name}]")
    if field.count():
        field.select_option(value)
    else:
        window.page.check(f"main [name={name}][value='{value}']")


@pytest.mark.duty("A13-6-oplog")
def test_unusual_handling_waits_to_be_looked_into_and_becomes_an_incident(stage: Stage) -> None:
    with stage.window("zh", NARROW, stage.first()) as window:
        command = [sys.executable, "-c", NOTED, str(stage.home)]
        subprocess.run(command, check=True, timeout=PATIENCE, capture_output=True)
        window.go("/r/watching/")
        window.press("W-2026-0001")
        assert "待查明" in window.page.inner_text(".head")
        assert "812" in window.text()
        assert window.page.locator(".clocks").count() == 1
        window.check("watching-open-narrow-zh")
        window.press("转为安全事件")
        window.submit("main form.sheet button.grave")
        assert "已转为事件" in window.page.inner_text(".head")
        window.check("watching-incident-narrow-zh")
        window.go("/r/incidents/")
        assert "I-2026-0001" in window.text()


@pytest.mark.duty("A13-3-permissions")
def test_a_review_that_ran_over_stands_in_front_until_every_grant_is_decided(stage: Stage) -> None:
    with stage.window("en", WIDE, stage.first()) as window:
        window.go("/r/grants/new")
        choose(window, "holder", "post:customer-service")
        for name, value in (("services", "mobile"), ("actions", "read"), ("purposes", "open-account"),
                            ("items", "name")):  # fmt: skip
            window.page.check(f"main [name={name}][value={value}]")
        window.fill(until=at(90), why="needed at work")
        window.submit()
        window.press("Approve")
        window.submit()
        window.go("/r/campaigns/new")
        window.fill(title="Q4", due=at(14))
        window.page.check("main [name=kinds][value=post]")
        window.page.check("main [name=extent][value=all]")
        window.page.select_option("main [name=reviewer]", value=_first(window))
        window.submit()
        campaign = window.page.url
        assert late(window) == 0
        overrun(stage, "campaigns", "campaigns_campaign", "due")
        window.page.goto(campaign)
        assert late(window) == 1
        window.check("campaign-overdue-en")
        window.go("/")
        assert "Finish the access review: Q4" in window.page.inner_text(".box.bad")
        while True:
            window.page.goto(campaign)
            waiting = window.page.locator("main .wide tr:has-text('To be decided') a")
            if not waiting.count():
                break
            with window.page.expect_navigation():
                waiting.first.click()
            window.press("Keep")
            window.fill(reason="needed at work")
            window.submit()
        window.press("Finish")
        window.submit()
        assert late(window) == 0
        assert "Finished" in window.page.inner_text(".head")
        window.check("campaign-finished-en")


@pytest.mark.duty("A13-3-permissions")
def test_a_token_that_has_run_out_is_replaced_and_revoked(stage: Stage) -> None:
    with stage.window("en", WIDE, stage.first()) as window:
        old = _token(window, 20)
        assert late(window) == 0
        overrun(stage, "tokens", "tokens_token", "until")
        window.page.goto(old)
        assert late(window) == 1
        window.check("token-over-en")
        new = _token(window, 300)
        window.page.goto(old)
        window.press("Revoke")
        window.fill(reason="replaced")
        window.submit("main form.sheet button.grave")
        assert late(window) == 0
        assert "Revoked" in window.page.inner_text(".head")
        window.page.goto(new)
        assert "Made" in window.page.inner_text(".head")


def _first(window: Window) -> str:
    """Return the value by which the reviewer's list names the first person."""
    value = window.page.locator("main [name=reviewer] option:has-text('S-0001')").get_attribute("value")
    assert value is not None
    return value


def _token(window: Window, days: int) -> str:
    window.go("/r/tokens/new")
    choose(window, "bearer", "account:crm")
    window.fill(until=at(days), why="integration")
    window.submit()
    address = window.page.url
    window.press("Make it and show it once")
    window.submit()
    assert window.page.input_value("#told").startswith("szt_")
    window.page.goto(address)
    return address
