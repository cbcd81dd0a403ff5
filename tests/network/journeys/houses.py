"""An operator, a province and the Ministry: three installations as real processes, and their people's browsers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.authority.journeys.staging import begin, fill
from tests.cli.conftest import STORY
from tests.desk.journeys.stage import CHROMIUM, FLAGS, NARROW, Stage, Window
from tests.network.sides import OFFICER, Side, command, until

NAMES = {"province": ("云泽省通信管理局（虚构）", "Yunze Communications Administration (fictional)"),
         "ministry": ("工业和信息化部（演示）", "Ministry (demonstration)")}  # fmt: skip
OPERATOR = {"title": "星桥通信有限公司（虚构）", "licence": "B1-20260001"}
"""As its declaration says."""
AT = "%Y-%m-%dT%H:%M"
"""How a browser writes a moment that is typed in."""


@dataclass
class House:
    """One installation: its process, and windows of its people."""

    side: Side
    host: str
    browser: Browser
    stage: Stage = field(init=False)
    _held: dict[str, Any] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Reach its pages by the name that its cookies are of."""
        self.stage = Stage(self.side.home, self.side.url, "", self.browser)
        self.stage.desk = f"http://{self.host}:{self.side.port}"

    @contextmanager
    def window(self, number: str, language: str = "zh", size: Any = None) -> Iterator[Window]:
        """Open a window of somebody who has signed in."""
        if number not in self._held:
            told = self.side.ask("cookies", number)
            self._held[number] = [{"name": name, "value": value, "url": self.stage.desk}
                                  for name, value in told.items()]  # fmt: skip
        with self.stage.window(language, size) as window:
            window.context.add_cookies(self._held[number])
            yield window

    def look(self, window: Window, name: str) -> None:
        """Hold a page to the house's promises, once in each language and width."""
        if name not in self._seen:
            window.check(name)
            self._seen.add(name)

    def made(self, number: str, register: str, language: str = "zh", size: Any = None, **values: str) -> str:
        """Fill a register's form in; return the row's address."""
        with self.window(number, language, size) as window:
            window.go(f"/r/{register}/new")
            self.look(window, _shot(register, "new", language, size))
            fill(window, values)
            window.submit("main form.sheet button.button")
            _done(window)
            self.look(window, _shot(register, "made", language, size))
            return window.page.url.removeprefix(self.stage.desk)

    def act(self, number: str, row: str, called: str, language: str = "zh", size: Any = None, **values: str) -> str:
        """Do an act on a row's page; return what it says afterwards. The form and the row are looked at."""
        register = row.split("/")[2]
        with self.window(number, language, size) as window:
            window.go(row)
            begin(window, called)
            name = window.page.url.rsplit("/", 1)[-1]
            self.look(window, _shot(register, name, language, size))
            fill(window, values)
            window.submit("main form.sheet button.button")
            _done(window)
            self.look(window, _shot(register, f"{name}-done", language, size))
            return window.text()

    def refused(self, number: str, row: str, called: str, language: str, size: Any = None, **values: str) -> str:
        """Do an act, or fill in a new row, that cannot be; return what the page says of it."""
        with self.window(number, language, size) as window:
            window.go(row)
            if called:
                begin(window, called)
            fill(window, values)
            window.submit("main form.sheet button.button")
            self.look(window, _shot(row.split("/")[2], "refused", language, size))
            return window.page.inner_text("main .errors")

    def reads(self, number: str, row: str, *words: str, language: str = "zh", size: Any = None) -> str:
        """Open a row until it says all these words; return what it says."""
        with self.window(number, language, size) as window:
            window.go(row)
            until(lambda: _again(window.page, words), f"{words} at {row}")
            self.look(window, _shot(row.split("/")[2], "read", language, size))
            return window.text()

    def row(self, register: str, **wanted: Any) -> str:
        """Wait for a row; return its address."""
        found = until(lambda: self.side.rows(register, **wanted), f"{register} {wanted}")
        return f"/r/{register}/{found[-1]['number']}/"


def _shot(register: str, what: str, language: str, size: Any) -> str:
    return f"{register}-{what}-{language}{'-narrow' if size is NARROW else ''}"


def _done(window: Window) -> None:
    assert not window.page.locator("main .errors").count(), window.text()


def _again(page: Page, words: tuple[str, ...]) -> bool:
    said = page.inner_text("main")
    if all(each in said for each in words):
        return True
    page.wait_for_timeout(200)
    page.reload()
    return False


@dataclass
class Houses:
    """The three, acquainted with one another."""

    operator: House
    province: House
    ministry: House


@contextmanager
def raised(folder: Path) -> Iterator[Houses]:
    """Start all three with their people, let them compare fingerprints, and open one browser."""
    with ExitStack() as stack:
        sides = {name: Side(folder / name, ("authority", "up")) for name in NAMES}
        sides["operator"] = Side(folder / "operator", ("up",))
        for side in sides.values():
            stack.callback(side.close)
            side.start()
        _peopled(**sides)
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        stack.callback(browser.close)
        hosts = {"operator": "desk.localhost", "province": "authority.localhost", "ministry": "authority.localhost"}
        yield Houses(**{name: House(side, hosts[name], browser) for name, side in sides.items()})


def _peopled(operator: Side, province: Side, ministry: Side) -> None:
    for words in (("declare", str(STORY / "declaration.yaml")), ("policy", "apply", str(STORY / "policy.yaml"))):
        assert command(operator, *words).returncode == 0
    operator.ask("join", OFFICER, "security-officer", "officer", "security", "approver")
    for side, letter in ((province, "C"), (ministry, "M")):
        side.ask("join", f"{letter}-0001", "", "head")
        title, title_en = NAMES["province" if letter == "C" else "ministry"]
        side.ask("make", "bodies", f"{letter}-0001", {"title": title, "title_en": title_en})
        for number in ("2", "3"):
            side.ask("join", f"{letter}-000{number}", "", "inspector")
    until(lambda: operator.rows("operator", **OPERATOR), "the operator as it declares itself")
    _meet(operator, OFFICER, province, "C-0001")
    _meet(operator, OFFICER, ministry, "M-0001")
    _meet(province, "C-0001", ministry, "M-0001")


def _meet(one: Side, mine: str, other: Side, theirs: str) -> None:
    number = one.ask("make", "peers", mine, {"address": other.url})
    until(lambda: one.rows("peers", number=number, state="introduced"), "the other's introduction")
    row = until(lambda: other.rows("peers", state="introduced"), "the introduction")[0]
    one.ask("do", "peers", number, "trust", mine, {"compared": other.ask("fingerprint")})
    other.ask("do", "peers", row["number"], "trust", theirs, {"compared": one.ask("fingerprint")})
