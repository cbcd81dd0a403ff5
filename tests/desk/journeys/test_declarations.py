"""Rules from the first draft to the door, in a browser; every page of these registers in both languages and widths."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desk.journeys.stage import NARROW, WIDE, Stage, Window

pytestmark = pytest.mark.lasting
TEXTS = {
    "name.zh": "星桥阅读", "name.en": "Starbridge Reader", "channels.enquiry.zh": "应用内",
    "channels.enquiry.en": "In the app",
    "channels.correction.zh": "应用内", "channels.correction.en": "In the app", "purposes[0].id": "read-books",
    "purposes[0].name.zh": "提供阅读", "purposes[0].name.en": "To let users read", "purposes[0].how.zh": "应用内填写",
    "purposes[0].how.en": "Entered in the app", "purposes[0].items[0].because.zh": "登录",
    "purposes[0].items[0].because.en": "To sign in", "purposes[0].items[0].refusal.zh": "无法使用",
    "purposes[0].items[0].refusal.en": "It cannot be used",
}  # fmt: skip
PAGES = ("/r/declarations/", "/r/publications/new", "/r/channels/new", "/r/consents/new", "/consents/subject",
         "/consents/numbers", "/declarations/import", "/r/operator/")  # fmt: skip


def test_rules_are_written_checked_while_typing_approved_and_published(stage: Stage) -> None:
    with stage.window("zh") as window:
        window.begin()
        window.go("/r/declarations/new")
        window.fill(service="reader", title="星桥阅读", title_en="Starbridge Reader")
        window.submit("main form.sheet button.main")
        number = window.page.url.rstrip("/").rpartition("/")[2]
        window.press("编辑")
        _write(window)
        window.check("declaration-edit-zh")
        window.submit(".bar button.main")
        window.go(f"/declarations/{number}/rules")
        assert "To let users read" in window.text()
        window.check("declaration-rules-zh")
        for act in ("提交审批", "批准", "公布"):
            window.go(f"/r/declarations/{number}/")
            window.press(act)
            window.submit("main form.sheet button.main")
        assert "现行" in window.text()
        window.check("declaration-published-zh")
        state = window.context.storage_state()
    with stage.window("en", NARROW, state) as window:
        window.go(f"/declarations/{number}/compare")
        window.submit("main form[method=post] button")
        assert "all of them" in window.text()
        window.check("declaration-compare-narrow")
    assert "reader@1" in stage.command("policy", "show")


def _write(window: Window) -> None:
    page = window.page
    page.click('button[value="add:purposes"]')
    page.wait_for_selector('[name="purposes[0].id"]')
    for name, value in TEXTS.items():
        page.fill(f'[name="{name}"]', value)
    page.check('[name="app_types"][value="instant-messaging"]')
    page.check('[name="purposes[0].means"][value="collect"]')
    page.select_option('[name="purposes[0].items[0].need"]', "necessary")
    page.select_option('[name="purposes[0].items[0].item"]', "location")
    page.wait_for_selector("#at-purposes-0-items-0-need-wrong .error")
    page.select_option('[name="purposes[0].items[0].item"]', "phone")
    page.wait_for_selector("#verdict .note.good")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_is_accessible(stage: Stage, language: str, size: Any) -> None:
    with stage.window(language, size, stage.first()) as window:
        for path in PAGES:
            window.go(path)
            assert "/account/" not in window.page.url, "a page of the desk, not the sign-in"
            window.check(f"{path.strip('/').replace('/', '-')}-{language}-{size['width']}")
