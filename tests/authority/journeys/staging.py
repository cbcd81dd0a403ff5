"""The authority's stage: its installation, its people, and their browser windows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.cli.shell import PATIENCE, address, running
from tests.desk.journeys.stage import CHROMIUM, FLAGS, PASSWORD, Stage, Window

PEOPLE = {
    "C-0001": ("沈局", "head"), "C-0007": ("方远", "inspector"), "C-0008": ("江澄", "inspector"),
    "C-0009": ("顾白", "publisher"),
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
    acting.found(REGISTER, person, None)
"""
STATES: dict[str, Any] = {}


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
    if number not in STATES:
        with stage.window() as window:
            window.sign_in(number)
            STATES[number] = window.context.storage_state()
    return STATES[number]


def act(stage: Stage, number: str, row: str, words: str, **values: str) -> str:
    """Do an act as somebody; return what the row's page says afterwards."""
    with stage.window("zh", state=session(stage, number)) as window:
        window.go(row)
        begin(window, words)
        fill(window, values)
        window.submit("main form.sheet button.button")
        assert not window.page.locator("main form [aria-invalid=true]").count(), window.text()
        return window.text()


def begin(window: Window, words: str) -> None:
    """Follow the link to an act's form; the history may have the same words."""
    with window.page.expect_navigation():
        window.page.locator("main .acts").get_by_text(words, exact=True).first.click()


def fill(window: Window, values: dict[str, str]) -> None:
    for name, value in values.items():
        found = window.page.locator(f"main [name={name}]").first
        if found.get_attribute("type") in ("radio", "checkbox"):
            for one in value.split():
                window.page.check(f"main [name={name}][value='{one}']")
        elif found.evaluate("each => each.tagName") == "SELECT":
            found.select_option(value)
        else:
            found.fill(value)
