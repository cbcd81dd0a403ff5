"""The authority's stage: its installation, its people, and their browser windows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, sync_playwright

from tests.cli.shell import PATIENCE, address, running
from tests.desk.journeys.stage import CHROMIUM, FLAGS, NARROW, PASSWORD, Stage, Window

PEOPLE = {
    "C-0001": ("沈局", "head"), "C-0007": ("方远", "inspector"), "C-0008": ("江澄", "inspector"),
    "C-0009": ("顾白", "publisher"), "C-0010": ("陆遥", "inspector"),
}  # fmt: skip
SCRIPT = """
import os, sys
from pathlib import Path
from shouze.settings import load_settings
from shouze.wiring.desk import configure
home = Path(sys.argv[1])
configure(home, load_settings(home, os.environ), None, None)
from shouze.registers import acting
from shouze.registers.people.models import Person
from shouze.registers.people.register import REGISTER
for each in sys.argv[3:]:
    number, name, role = each.split(":")
    person = Person(username=number, name=name, title=name, roles_held=[role])
    person.set_password(sys.argv[2])
    acting.enrol(REGISTER, person, None)
"""
STATES: dict[tuple[str, str], Any] = {}


@contextmanager
def staged(home: Path) -> Iterator[Stage]:
    """Start an authority with its people; yield where windows are opened."""
    with running(home, "authority", "up", "--port", "0") as started:
        url = address(started)
        people = [f"{number}:{name}:{role}" for number, (name, role) in PEOPLE.items()]
        arguments = [sys.executable, "-c", SCRIPT, str(home), PASSWORD, *people]
        subprocess.run(arguments, check=True, timeout=PATIENCE, env=dict(os.environ))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            try:
                opened = Stage(home, url, "", browser)
                opened.desk = url.replace("127.0.0.1", "authority.localhost")
                yield opened
            finally:
                browser.close()


def session(stage: Stage, number: str) -> Any:
    known = stage.url, number
    if known not in STATES:
        with stage.window() as window:
            window.sign_in(number)
            STATES[known] = window.context.storage_state()
    return STATES[known]


def act(stage: Stage, number: str, row: str, words: str, **values: str) -> str:
    """Do an act as somebody; return what the row's page says afterwards."""
    with stage.window("zh", state=session(stage, number)) as window:
        window.go(row)
        begin(window, words)
        fill(window, values)
        window.submit("main form.sheet button.button")
        assert not window.page.locator("main form [aria-invalid=true]").count(), window.text()
        return window.text()


def step(
    stage: Stage, number: str, row: str, words: str, values: dict[str, str] | None = None, *, shot: str = "",
    language: str = "zh", narrow: bool = False, proof: Path | None = None,
) -> str:  # fmt: skip
    """Do an act as somebody and hold its form and what comes of it to the house's promises; return the row's words."""
    with stage.window(language, NARROW if narrow else None, session(stage, number)) as window:
        window.go(row)
        begin(window, words)
        if shot:
            window.check(shot)
        fill(window, values or {})
        if proof is not None:
            window.page.set_input_files("main input[type=file]", proof)
        window.submit("main form.sheet button.button")
        assert not window.page.locator("main .errors, main form [aria-invalid=true]").count(), window.text()
        if shot and narrow:
            window.check(f"{shot}-done")
        return window.text()


def made(stage: Stage, number: str, register: str, shot: str, language: str = "zh", **values: str) -> str:
    """Let somebody fill a register's form in; return the row's address."""
    with stage.window(language, state=session(stage, number)) as window:
        window.go(f"/r/{register}/new")
        window.check(shot)
        fill(window, values)
        window.submit()
        assert not window.page.locator("main form [aria-invalid=true]").count(), window.text()
        window.shoot(f"{shot}-done")
        return window.page.url.replace(stage.desk, "")


def record(**more: str) -> dict[str, str]:
    """Return the values of a record of service, of this moment."""
    return {
        "served_at": f"{datetime.now(UTC) + timedelta(hours=8):%Y-%m-%dT%H:%M}", "served_how": "direct",
        "served_where": "云泽市星桥路2号（虚构）", "served_by": "方远 YZ-07；江澄 YZ-08", "received_by": "某甲", **more,
    }  # fmt: skip


def played(stage: Stage, script: str) -> str:
    """Let something happen that takes time, or that another installation does: Python over the installation."""
    lines = [*SCRIPT.partition("from shouze.registers import acting")[0].splitlines(), *script.splitlines()]
    arguments = [sys.executable, "-c", "\n".join(lines), str(stage.home)]
    return subprocess.run(
        arguments, check=True, timeout=PATIENCE, capture_output=True, text=True, env=dict(os.environ)
    ).stdout


def begin(window: Window, words: str) -> None:
    """Follow the link to an act's form; the history may have the same words."""
    with window.page.expect_navigation():
        window.page.locator("main .acts").get_by_text(words, exact=True).first.click()


def choose(select: Locator, wanted: str) -> None:
    """Choose an option by its value, or by what it says."""
    values = select.locator("option").evaluate_all("all => all.map(each => each.value)")
    said = select.locator("option").all_inner_texts()
    select.select_option(
        wanted if wanted in values else values[next(n for n, each in enumerate(said) if wanted in each)]
    )


def fill(window: Window, values: dict[str, str]) -> None:
    for name, value in values.items():
        found = window.page.locator(f"main [name={name}]").first
        if found.get_attribute("type") in ("radio", "checkbox"):
            for one in value.split():
                window.page.check(f"main [name={name}][value='{one}']")
        elif found.evaluate("each => each.tagName") == "SELECT":
            choose(found, value)
        else:
            found.fill(value)
