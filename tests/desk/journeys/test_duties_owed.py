"""What is owed in the registers of rules, orders, records and people: begun, overdue, mended; at both widths."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.desk.journeys.stage import NARROW, WIDE, Stage, Window

pytestmark = pytest.mark.lasting

SWEPT = ("publications", "channels", "consents", "people", "records", "orders")


def at(days: float) -> str:
    return (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("proof") / "照片.pdf"
    file.write_bytes(b"%PDF-1.7")
    return file


def choose(window: Window, **chosen: str) -> None:
    """Choose from few (buttons, boxes) or many (a list), whichever the form has."""
    for name, value in chosen.items():
        field = window.page.locator(f"main select[name={name}]")
        if field.count():
            field.select_option(value)
        else:
            window.page.check(f"main [name={name}][value='{value}']")


def act(window: Window, words: str, proof: Path | None = None, **fields: str) -> None:
    """Press an act's button, fill in its form, and submit it."""
    window.press(words)
    window.fill(**fields)
    if proof is not None:
        window.page.set_input_files("main [name=documents]", proof)
    window.submit("main form.sheet button.button")


def test_a_flow_that_bundles_consents_is_found_faulty_is_overdue_and_is_mended(stage: Stage, proof: Path) -> None:
    with stage.window("en", NARROW, stage.first()) as window:
        window.go("/r/consents/new")
        window.fill(title="营业厅开户", place="受理台", shows="规则全文", shown_version="1", review_months="6")
        choose(window, service="mobile", kind="counter", purposes="offers", act="signed")
        window.page.set_input_files("main [name=documents]", proof)
        window.submit()
        assert "To be reviewed" in window.page.inner_text(".head")
        window.press("Review")
        choose(window, faults="bundled", owner="S-0001")
        window.fill(words="合为一次同意", due=at(-2))
        window.page.set_input_files("main [name=documents]", proof)
        window.submit("main form.sheet button.button")
        assert "1 shortcomings are open" in window.text()
        assert "overdue" in window.page.inner_text(".clocks .late")
        window.check("flow-overdue-narrow-en")
        window.submit(".acts a:text-is('Mended')")
        choose(window, mended="bundled")
        window.page.set_input_files("main [name=documents]", proof)
        window.submit("main form.sheet button.button")
        assert window.page.locator(".clocks .late").count() == 0
        window.check("flow-mended-narrow-en")


def test_a_channel_that_nobody_tried_is_overdue_is_found_broken_and_works_again(stage: Stage) -> None:
    with stage.window("zh", WIDE, stage.first()) as window:
        window.go("/r/channels/new")
        window.fill(title="服务热线", address="10099", try_days="30")
        choose(window, serves="enquiry", services="mobile", kind="phone")
        window.submit()
        assert "逾期" in window.page.inner_text(".clocks .late")
        act(window, "试用失效", problem="无人接听")
        assert "失效" in window.page.inner_text(".head")
        assert "修复“服务热线”" in window.page.inner_text(".clocks")
        window.check("channel-broken-zh")
        act(window, "试用有效")
        assert "还有" in window.page.inner_text(".clocks")


def test_a_demand_for_materials_is_overdue_until_it_is_answered(stage: Stage, proof: Path) -> None:
    with stage.window("en", WIDE, stage.first()) as window:
        window.go("/r/orders/new")
        choose(window, kind="produce", sender="ca")
        window.fill(body="云泽省通信管理局", document="云通函〔2026〕31号", demand="提供授权清单", received_at=at(-9),
                    due=at(-1))  # fmt: skip
        window.page.set_input_files("main [name=documents]", proof)
        window.submit()
        number = window.page.url.rstrip("/").rpartition("/")[2]
        window.go("/")
        assert "云通函〔2026〕31号" in window.page.inner_text(".box.bad")
        window.check("home-overdue-en")
        window.go(f"/r/orders/{number}/")
        act(window, "Close as answered", proof)
        assert window.page.locator(".clocks .late").count() == 0
        window.check("order-answered-en")


def test_a_handling_on_paper_is_attested_and_declared_void(stage: Stage) -> None:
    with stage.window("zh", NARROW, stage.first()) as window:
        window.go("/r/records/new")
        choose(window, system="paper", act="read", service="mobile")
        window.fill(actor="S-0042", at=at(-1), place="解放路营业厅", title="核对 13812345678", subjects_count="3")
        window.submit()
        assert "像是含有号码" in window.page.inner_text(".errors")
        window.fill(title="核对开户单")
        window.submit()
        assert "人工证明" in window.page.inner_text(".head")
        window.check("record-narrow-zh")
        act(window, "作废", reason="重复登记")
        assert "已作废" in window.page.inner_text(".head")


def test_a_colleague_with_a_term_leaves(stage: Stage) -> None:
    with stage.window("en", WIDE, stage.first()) as window:
        window.go("/r/people/new")
        window.fill(username="S 42", name="陈安", until=at(7))
        window.page.check("main [name=roles_held][value=service]")
        window.submit()
        assert "Use letters, digits" in window.page.inner_text(".errors")
        window.fill(username="S-0042")
        window.submit()
        assert "6 days left" in window.page.inner_text(".clocks")
        window.press("Sign off")
        window.submit("main form.sheet button.grave")
        assert "shut out of the desk and at the door" in window.text()
        window.check("person-left-en")


@pytest.mark.lasting
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_list_form_and_row_is_accessible_and_fits_at_both_widths(stage: Stage, language: str) -> None:
    paths = [f"/r/{name}/{page}" for name in SWEPT for page in ("", "new")]
    with stage.window(language, state=stage.first()) as window:
        for number, path in enumerate(paths):
            window.go(path)
            assert window.page.url == stage.desk + path
            # Held to WCAG in alternation: wide in one language is narrow in the other.
            held, other = (NARROW, WIDE) if (number % 2 == 0) == (language == "zh") else (WIDE, NARROW)
            window.page.set_viewport_size(other)
            assert window.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
            window.page.set_viewport_size(held)
            window.check(f"{path[3:].strip('/').replace('/', '-')}-{language}-{held['width']}")
