"""A grant from its request to its review, a bulk export by two people, an order received and lifted."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.desk.journeys.stage import NARROW, PASSWORD, WIDE, Stage, Window
from tests.gateway.bulk.scene import KEY

pytestmark = pytest.mark.lasting
FORMAT = "%Y-%m-%dT%H:%M"


def soon(days: int) -> str:
    return (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=days)).strftime(FORMAT)


def test_a_grant_is_asked_for_approved_reviewed_and_narrowed(stage: Stage) -> None:
    with stage.window("zh", state=stage.first()) as window:
        window.go("/r/holders/new")
        window.page.check("main [name=kind][value=post]")
        window.fill(name="shop", title="门店", title_en="Shop")
        window.submit()
        _ask(window, "post:shop", "read", "open-account", ["name", "address"])
        window.check("grant-requested-zh")
        window.press("批准")
        window.submit()
        assert "闸门自" not in window.text(), "the door's entry is the holder's"
        assert "已授权" in window.text()
        window.go("/r/campaigns/new")
        window.fill(title="第四季度权限复核", due=soon(14))
        window.page.check("main [name=kinds][value=post]")
        window.page.check("main [name=extent][value=all]")
        window.page.select_option("main [name=reviewer]", label="林静（S-0001）")
        window.submit()
        window.check("campaign-zh")
        window.submit("main .wide tr:has-text('门店') a")
        window.check("review-zh")
        window.press("收窄")
        window.page.uncheck("main [name=items][value=address]")
        window.submit()
        assert "收窄" in window.page.inner_text(".head")
    assert "open-account" in stage.command("policy", "show")


def test_an_export_is_asked_for_by_one_and_approved_by_another(stage: Stage) -> None:
    with stage.window("en", state=stage.first()) as officer, stage.window("en", NARROW) as marketer:
        _ask(officer, "person:S-0001", "approve", "offers", ["phone"])
        officer.press("Approve")
        officer.submit()
        marketer.go(_invited(officer))
        marketer.fill(password1=PASSWORD, password2=PASSWORD)
        marketer.submit("main form button")
        marketer.sign_in("S-0077")
        marketer.go("/r/bulk/new")
        chosen = {"action": "export", "service": "mobile", "purpose": "offers", "reach": "users", "format": "csv"}
        for name, value in chosen.items():
            _choose(marketer, name, value)
        marketer.page.check("main [name=items][value=phone]")
        marketer.fill(volume="100", recipient_key=KEY, grounds="季度回访", recipient="回访组")
        marketer.submit()
        marketer.check("bulk-requested-narrow-en")
        address = marketer.page.url.replace(stage.desk, "")
        officer.go(address)
        officer.press("Approve")
        officer.submit()
        officer.check("bulk-approved-en")
        marketer.go(address)
        marketer.press("Run")
        marketer.submit()
        marketer.page.wait_for_selector("#standing .state.good")
        with marketer.page.expect_download() as download:
            marketer.page.get_by_text("Fetch the result (once)").click()
        assert download.value.suggested_filename.endswith(".tar")
        marketer.go(address)
        assert "The result was fetched" in marketer.text()
        marketer.check("bulk-done-narrow-en")


def _given_a_post(window: Window) -> None:
    """Give the first person of the desk a post, without which nobody has a token."""
    window.go("/r/people/?q=S-0001")
    window.page.locator("main td.number a, main .cards a").first.click()
    window.page.goto(window.page.url + "move")
    window.page.select_option("main [name=post]", index=1)
    window.submit("main form.sheet button")


def test_a_token_is_shown_once(stage: Stage) -> None:
    with stage.window("zh", state=stage.first()) as window:
        _given_a_post(window)
        window.go("/r/tokens/new")
        _choose(window, "bearer", "person:S-0001")
        window.fill(until=soon(30), why="命令行")
        window.submit()
        window.press("签发并显示一次")
        window.submit()
        assert window.page.input_value("#told").startswith("szt_")
        window.check("token-told-zh")


def test_a_suspension_is_entered_with_its_document_and_lifted(stage: Stage, tmp_path: Path) -> None:
    letter = tmp_path / "责令暂停.pdf"
    letter.write_bytes(b"%PDF-1.7")
    with stage.window("zh", NARROW, stage.first()) as window:
        window.go("/r/orders/new")
        _choose(window, "kind", "suspend")
        _choose(window, "sender", "ca")
        window.fill(body="云泽省通信管理局", document="云通责〔2026〕12号", demand="暂停营销", received_at=soon(-1))
        window.page.check("main [name=purposes][value=offers]")
        window.submit()
        assert "证明材料" in window.page.inner_text(".errors"), "an order comes with its document"
        window.check("order-wrong-narrow-zh")
        window.page.set_input_files("main [name=documents]", letter)
        window.submit()
        assert "信息闸门正在执行此暂停令" in window.text()
        assert "闸门自" in window.text()
        window.page.get_by_text("取得证明").click()
        assert "shouze log prove 1/" in window.text()
        window.check("order-narrow-zh")
        window.press("登记解除")
        window.page.set_input_files("main [name=documents]", letter)
        window.submit("main form button.grave")
        assert "已解除" in window.text()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_list_and_form_is_accessible_and_fits_at_both_widths(stage: Stage, language: str) -> None:
    listed = ["grants", "holders", "tokens", "campaigns", "reviews", "bulk", "orders"]
    pages = [f"/r/{name}/" for name in listed] + [f"/r/{name}/new" for name in listed if name != "reviews"]
    with stage.window(language, state=stage.first()) as window:
        for number, path in enumerate(pages):
            window.go(path)
            assert window.page.url == window.stage.desk + path
            # Held to WCAG in alternation: wide in one language is narrow in the other.
            narrow_first = (number % 2 == 0) == (language == "zh")
            for size in (NARROW, WIDE) if narrow_first else (WIDE, NARROW):
                window.page.set_viewport_size(size)
                name = f"{path[3:].strip('/').replace('/', '-')}-{language}-{size['width']}"
                if size == (NARROW if narrow_first else WIDE):
                    window.check(name)
                else:
                    window.shoot(name)
                    assert window.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def _choose(window: Window, name: str, value: str) -> None:
    """Choose one of few (buttons) or many (a list)."""
    field = window.page.locator(f"main select[name={name}]")
    if field.count():
        field.select_option(value)
    else:
        window.page.check(f"main [name={name}][value='{value}']")


def _ask(window: Window, holder: str, action: str, purpose: str, items: list[str]) -> None:
    window.go("/r/grants/new")
    _choose(window, "holder", holder)
    for name, value in (("services", "mobile"), ("actions", action), ("purposes", purpose)):
        window.page.check(f"main [name={name}][value={value}]")
    for item in items:
        window.page.check(f"main [name=items][value={item}]")
    window.fill(until=soon(90), why="工作需要")
    window.submit()


def _invited(window: Window) -> str:
    """Register a marketer; return the link by which they sign in first."""
    window.go("/r/people/new")
    window.fill(username="S-0077", name="郑拓")
    _choose(window, "post", "marketing")
    window.page.check("main [name=roles_held][value=service]")
    window.submit()
    window.press("Make a sign-in link")
    window.submit()
    return window.page.input_value("#told")
