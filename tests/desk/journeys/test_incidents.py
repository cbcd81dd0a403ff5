"""A day on which something happened: the counter, a search of records, an incident with its report."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.desk.journeys.stage import NARROW, WIDE, Stage, Window

pytestmark = pytest.mark.lasting

POST = """\
format: shouze-policy/1
posts:
  - id: desk
    name: {zh: 综合岗, en: All in one}
    grants:
      - services: [mobile, cloud-drive]
        actions: [freeze, inspect, read, use, compare, correct, withdraw, terminate]
accounts:
  - {id: drive, name: {zh: 云盘, en: Drive}, grants: [{services: [cloud-drive], actions: [collect]}]}
"""
PAGES = ("/counter", "/records/search", "/records/import", "/r/incidents/", "/r/watching/", "/r/yardsticks/",
         "/r/records/", "/r/counter/", "/duties", "/duties/A14-1-remedy")  # fmt: skip
PHONE, EMAIL = "13812345678", "zhangsan@example.invalid"


def prepared(stage: Stage, folder: Path) -> None:
    """Grant the first person's post, and take in a user."""
    (folder / "post.yaml").write_text(POST)
    stage.command("policy", "apply", str(folder / "post.yaml"))
    (folder / "user.csv").write_text(f"phone,email,consent:provide-drive\n{PHONE},{EMAIL},true\n")
    stage.command(
        "collect", "--service", "cloud-drive", "--purpose", "provide-drive", "--consent-act", "ticked", "--channel",
        "app", "--account", "drive", str(folder / "user.csv"),
    )  # fmt: skip


def test_a_caller_is_served_records_are_searched_and_an_incident_is_reported(stage: Stage, tmp_path: Path) -> None:
    prepared(stage, tmp_path)
    with stage.window("en") as window:
        window.begin()
        window.go("/r/people/P-" + window.page.evaluate("new Date().getFullYear()").__str__() + "-0001/move")
        while not window.page.locator("main [name=post] option[value=desk]").count():
            window.page.reload()  # pages keep the policy for a few seconds
        window.page.select_option("main [name=post]", "desk")
        window.submit()
        _serve(window)
        _search(window)
        _incident(window)
        _duties(window)
        state = window.context.storage_state()
    for language, size in (("zh", NARROW), ("en", NARROW), ("zh", WIDE)):
        with stage.window(language, size, state) as window:
            for path in PAGES:
                window.go(path)
                assert window.page.url == window.stage.desk + path
                window.check(f"{path.strip('/').replace('/', '-')}-{language}-{size['width']}")
            _incident_pages(window, f"{language}-{size['width']}")


def _serve(window: Window) -> None:
    window.go("/counter")
    window.page.select_option("main [name=channel]", "phone")
    window.page.select_option("main [name=served]", "cloud-drive/provide-drive")
    window.page.select_option("main [name=found_with]", "phone")
    window.fill(value=PHONE)
    window.submit()
    window.check("call-begun")
    window.page.select_option("main [name=compare-item]", "email")
    window.page.fill("main [name=compare-value]", EMAIL)
    window.submit("main button[value=compare]")
    assert EMAIL not in window.text()
    window.submit("main button[value=email]")
    assert EMAIL in window.text()
    window.check("call-shown")
    window.submit("main button[value=end]")


def _search(window: Window) -> None:
    window.go("/records/search")
    window.page.select_option("main [name=purpose]", "investigation")
    window.fill(reason="I-1", actor="S-0001")
    window.submit()
    assert "S-0001" in window.text()
    window.check("records-found")


def _incident(window: Window) -> None:
    window.go("/r/incidents/new")
    window.fill(title="客服账号异常查询", story="同一账号夜间大量查询", detected_at=_local(timedelta(minutes=-5)))
    for name, value in (("kind", "leak"), ("certainty", "suspected")):
        window.page.check(f"main [name={name}][value={value}]")
    window.page.select_option("main [name=found_by]", "staff")
    window.submit()
    row = window.page.url
    _act(window, row, "freeze", target="item", frozen_item="email")
    _act(window, row, "count", handled_since=_local(timedelta(days=-1)), by_actor="S-0001")
    assert "Users affected" in window.text()
    window.page.goto(f"{row}grade")
    window.page.check("main [name=criteria][value=harm]")
    window.page.check("main [name=grade][value=serious]")
    window.fill(grade_because="可能被用于诈骗")
    window.submit()
    window.check("incident-serious")
    assert "at once" in window.text().lower()


def _duties(window: Window) -> None:
    """The wheel comes to say what the incident owes, and leads to it."""
    window.go("/duties/A14-1-remedy")
    owing = window.page.locator('main table a[href^="/r/incidents/I-"]')
    while "Due" not in window.text() or not owing.count():
        window.page.reload()  # answers follow within ten seconds
    window.go("/duties")
    window.page.locator('.wheel a[href="/duties/A14-1-remedy"]').press("Enter")
    window.page.wait_for_url("**/duties/A14-1-remedy")
    owing.first.click()
    window.page.wait_for_url("**/r/incidents/*/")


def _incident_pages(window: Window, name: str) -> None:
    window.go("/r/incidents/")
    window.page.locator("main td.number a").first.click()
    window.check(f"incident-{name}")
    number = window.page.url.rstrip("/").rpartition("/")[2]
    for page in ("report", "notice"):
        window.go(f"/incidents/{number}/{page}")
        window.check(f"incident-{page}-{name}")
    for act in ("freeze", "grade", "count"):
        window.go(f"/r/incidents/{number}/{act}")
        window.check(f"incident-{act}-{name}")


def _act(window: Window, row: str, act: str, **values: str) -> None:
    window.page.goto(f"{row}{act}")
    for name, value in values.items():
        field = window.page.locator(f"main [name={name}]").first
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    window.submit("main form.sheet button")


def _local(by: timedelta) -> str:
    return (datetime.now(ZoneInfo("Asia/Shanghai")) + by).strftime("%Y-%m-%dT%H:%M")
