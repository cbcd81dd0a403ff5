"""The privacy officer registers an agent, has it assessed and engaged, and finds it unfit."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.desk.journeys.stage import NARROW, Stage, Window

pytestmark = pytest.mark.lasting

FORMAT = "%Y-%m-%dT%H:%M"


def test_an_agent_from_its_registration_to_the_shut_door(stage: Stage, tmp_path: Path) -> None:
    proof = tmp_path / "评估报告.pdf"
    proof.write_bytes(b"%PDF-1.7")
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    with stage.window("zh") as window:
        window.go("/")
        window.check("begin-zh")
        window.begin()
        window.check("home-empty-zh")
        _register(window, now)
        assert "待评估" in window.text()
        assert "信息闸门对此代理人关闭" in window.text()
        window.press("评估")
        window.page.check("main [name=verdict][value=fit]")
        window.submit()
        assert window.page.locator(".errors").is_visible()
        window.check("agent-assess-wrong-zh")
        window.page.check("main [name=verdict][value=fit]")
        window.fill(fit_until=(now + timedelta(days=200)).strftime(FORMAT))
        window.page.set_input_files("main [name=documents]", proof)
        window.submit()
        window.press("批准委托")
        window.submit()
        assert "委托中" in window.text()
        assert "闸门自" in window.text()
        window.check("agent-engaged-zh")
        state = window.context.storage_state()
    with stage.window("en", NARROW, state) as window:
        window.go("/r/agents/")
        window.check("agents-narrow")
        window.submit("main tbody a")
        window.check("agent-narrow")
        assert "评估报告.pdf" in window.text()


def _register(window: Window, now: datetime) -> None:
    window.go("/r/agents/new")
    window.fill(
        name="baiyun", title="白云营业厅", title_en="Baiyun Stores", contact="某某", contract="HT-2026-07",
        contract_since=(now - timedelta(days=1)).strftime(FORMAT),
        contract_until=(now + timedelta(days=300)).strftime(FORMAT), tasks="开户与客户服务", sites="BY-01",
    )  # fmt: skip
    window.page.check("main [name=services][value=mobile]")
    window.page.check("main [name=actions][value=read]")
    window.check("agent-new-zh")
    window.submit()


@pytest.mark.lasting
@pytest.mark.parametrize("path", ["/r/people/", "/calendar", "/search", "/r/people/new", "/r/agents/new"])
def test_every_page_is_accessible_in_both_languages_at_both_widths(stage: Stage, path: str) -> None:
    for language, size in (("zh", None), ("en", NARROW), ("zh", NARROW), ("en", None)):
        with stage.window(language, size, stage.first()) as window:
            window.go(path)
            assert window.page.url == stage.desk + path
            window.check(f"{path.strip('/').replace('/', '-')}-{language}-{'wide' if size is None else 'narrow'}")


def test_nothing_is_shown_to_a_stranger(stage: Stage) -> None:
    for path in ("/", "/r/agents/", "/calendar", "/search"):
        answer = httpx.get(stage.url + path, headers={"host": "desk.localhost"}, trust_env=False, timeout=30)
        assert answer.headers.get("location", "").startswith("/account/login/"), path


def test_the_menu_opens_by_keyboard_and_on_a_phone_only_when_asked(stage: Stage) -> None:
    with stage.window("zh", state=stage.first()) as window:
        window.go("/r/agents/")
        group = window.page.locator("nav summary", has_text="规则与同意")
        link = window.page.get_by_role("link", name="收集使用规则")
        assert not link.is_visible()
        group.focus()
        window.page.keyboard.press("Enter")
        assert link.is_visible()
        window.check("menu-zh")
    with stage.window("en", NARROW, stage.first()) as window:
        window.go("/r/agents/")
        assert not window.page.get_by_role("link", name="Grants", exact=True).is_visible()
        window.page.locator("nav summary", has_text="Menu").click()
        assert window.page.get_by_role("link", name="Grants", exact=True).is_visible()
        window.check("menu-narrow-en")
