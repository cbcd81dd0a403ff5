"""A whole installation with its desk, in a process of its own, and a real browser in front of it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.cli.conftest import STORY
from tests.cli.shell import PATIENCE, Shell, program, running

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
PASSWORD = "correct-horse-42-battery"
WIDE: Any = {"width": 1280, "height": 900}
NARROW: Any = {"width": 360, "height": 740}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SHOTS = os.environ.get("SHOUZE_SHOTS")
"""A folder that screenshots are kept in, to be looked at."""


@dataclass
class Stage:
    """An installation that runs, the desk's address, and the browser."""

    home: Path
    url: str
    code: str
    browser: Browser
    desk: str = field(init=False)
    _first: Any = None

    def __post_init__(self) -> None:
        self.desk = self.url.replace("127.0.0.1", "desk.localhost")

    def command(self, *words: str) -> str:
        """Run a command as a program of its own: the browser's loop is this thread's."""
        arguments = program("--lang", "en", "--home", str(self.home), *words)
        return subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout

    def first(self) -> Any:
        """Return the session of the first person, who is registered or signs in where nobody has done so."""
        if self._first is None:
            with self.window() as window:
                window.go("/begin")
                if window.page.locator("main [name=code]").count():
                    window.begin()
                else:
                    window.sign_in("S-0001")
                window.go("/")
                assert "/account/" not in window.page.url, "the first person is signed in"
                self._first = window.context.storage_state()
        return self._first

    @contextmanager
    def window(self, language: str = "zh", size: Any = None, state: Any = None) -> Iterator[Window]:
        """Open a window in a language and size; whatever the console says against the page is an error."""
        context = self.browser.new_context(
            locale="zh-CN" if language == "zh" else "en-GB", viewport=size or WIDE, storage_state=state,
            accept_downloads=True, timezone_id="Asia/Shanghai",
        )  # fmt: skip
        try:
            yield Window(self, context, context.new_page())
        finally:
            context.close()


@dataclass
class Window:
    """One window of the browser at the desk."""

    stage: Stage
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(30_000)
        self.page.on("console", self._heard)

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type == "error" and "status of 422" not in said.text:  # a form that was filled in wrongly
            self.complaints.append(said.text)

    def go(self, path: str) -> None:
        """Open a page of the desk."""
        self.page.goto(self.stage.desk + path)

    def fill(self, **values: str) -> None:
        """Fill fields of the form by their names."""
        for name, value in values.items():
            self.page.fill(f"main [name={name}]", value)

    def press(self, words: str) -> None:
        """Press the button or follow the link with these words in the page's body."""
        found = self.page.locator("main").get_by_text(re.compile(f"^{re.escape(words)}$")).locator("visible=true")
        with self.page.expect_navigation():
            found.last.click()

    def submit(self, button: str = "main form button.main") -> None:
        """Submit a form and wait for its answer."""
        with self.page.expect_navigation():
            self.page.locator(button).first.click()

    def begin(self, number: str = "S-0001", name: str = "林静") -> None:
        """Register the first person."""
        self.go("/begin")
        self.fill(code=self.stage.code, username=number, name=name, password=PASSWORD)
        self.submit()

    def sign_in(self, number: str, password: str = PASSWORD) -> None:
        """Sign in."""
        self.go("/account/login/")
        self.fill(login=number, password=password)
        self.submit()

    def text(self) -> str:
        """Return what the page's body says."""
        return self.page.inner_text("main")

    def shoot(self, name: str) -> None:
        """Keep a screenshot, where somebody asked for them."""
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)

    def check(self, name: str) -> None:
        """Hold the page to the house's promises: accessible, no wider than its window, quiet on the console."""
        self.shoot(name)
        found = Axe().run(self.page, options={"runOnly": TAGS}).response["violations"]
        grave = [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found if each["impact"] in _GRAVE]
        assert grave == [], f"{name}: {grave}"
        widths = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert widths[0] <= widths[1], f"{name} is wider than its window: {widths}"
        assert self.complaints == [], f"{name}: {self.complaints}"


_GRAVE = ("serious", "critical")


@contextmanager
def raised(home: Path, port: int = 0, **environment: str) -> Iterator[Stage]:
    """Run an installation with the story's rules and posts, and open the browser."""
    shell = Shell(home)
    with running(home, "up", "--port", str(port), **environment) as started:
        code = ""
        assert started.stdout is not None
        for line in started.stdout:
            code = line.split()[-1] if "first person" in line else code
            if line.startswith("serving at"):
                break
        url = line.split()[-1]
        with patch.dict(os.environ, environment):
            shell("declare", str(STORY / "declaration.yaml"))
            shell("policy", "apply", str(STORY / "policy.yaml"))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            try:
                yield Stage(home, url, code, browser)
            finally:
                browser.close()
