"""A case from its opening to the decision that is served, and a review at first licensing, as officers do them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.authority.journeys.staging import act, begin, fill, session
from tests.desk.journeys.stage import NARROW, Stage, Window

pytestmark = pytest.mark.lasting
TODAY = date.today()  # noqa: DTZ011 - the browser's and the server's day
FINE = {
    "instrument": "order24-23", "measures": "warning", "gravity": "ordinary", "gravity_because": "持续一个月",
}  # fmt: skip


@pytest.fixture(scope="module")
def operator(stage: Stage) -> str:
    """Let an officer enter an operator; return its number."""
    with stage.window("zh", state=session(stage, "C-0007")) as window:
        window.go("/r/supervised/new")
        fill(
            window, {"title": "星桥通信（虚构）", "licence": "虚构 B1-20990001", "province": "云泽", "sector": "basic"}
        )
        window.check("operator-new-zh")
        window.submit()
        return window.page.url.rstrip("/").rpartition("/")[2]


@pytest.fixture(scope="module")
def case(stage: Stage, operator: str) -> str:
    """Let two officers open a case; return its address."""
    with stage.window("zh", state=session(stage, "C-0007")) as window:
        window.go("/r/cases/new")
        window.check("case-new-zh")
        fill(window, {
            "title": "未经同意收集（虚构）", "operator": operator, "body": "云泽省通信管理局（虚构）", "source": "tip",
            "facts": "安装时未经同意读取通讯录。", "duties": "A09-1-consent",
            "occurred": f"{TODAY - timedelta(days=30)}", "ended": f"{TODAY - timedelta(days=3)}",
            "found_on": f"{TODAY - timedelta(days=2)}",
        })  # fmt: skip
        second = window.page.locator("main [name=second]")
        second.select_option(label=next(each for each in second.locator("option").all_inner_texts() if "江澄" in each))
        window.submit()
        return window.page.url.replace(stage.desk, "")


def test_a_fine_outside_the_band_is_refused_with_the_reason(stage: Stage, case: str, tmp_path: Path) -> None:
    paper = tmp_path / "权限调用记录.txt"
    paper.write_text("虚构的记录")
    with stage.window("zh", state=session(stage, "C-0007")) as window:
        window.go(case)
        begin(window, "登记证据")
        fill(window, {"shows": "读取通讯录的调用", "of_kind": "documentary"})
        window.page.set_input_files("main input[type=file]", paper)
        window.submit("main form.sheet button.button")
        assert "读取通讯录的调用" in window.text()
    act(stage, "C-0001", case, "责令限期改正", demand="停止读取", correct_by=f"{TODAY + timedelta(days=10)}T18:00")
    with stage.window("en", NARROW, session(stage, "C-0007")) as window:
        window.go(case)
        begin(window, "Propose a penalty")
        fill(window, {**FINE, "fine": "50000"})
        window.submit("main form.sheet button.button")
        assert "30,000" in window.text() or "30000" in window.text()
        window.check("case-fine-refused-narrow-en")
        fill(window, {**FINE, "fine": "20000"})
        window.submit("main form.sheet button.button")
        assert "To be told" in window.text()
        window.check("case-proposed-narrow-en")


def test_the_party_is_told_waives_and_gets_the_decision(stage: Stage, case: str, tmp_path: Path) -> None:
    act(stage, "C-0001", case, "处罚前告知")
    receipt = tmp_path / "送达回证.txt"
    receipt.write_text("虚构的回证")
    delivered(stage, case, receipt, "notice")
    with stage.window("zh", state=session(stage, "C-0001")) as window:
        window.go(case)
        assert "决定之前" in window.text()
        window.check("case-told-zh")
    proved(stage, "C-0007", case, "登记放弃陈述申辩和听证", receipt, {"reason": "当事人书面放弃"})
    told = {"decision_number": "云通管罚〔2026〕9号", "fine": "20000", "because": "事实清楚，证据确凿"}
    assert "待送达" in act(stage, "C-0001", case, "决定处罚", **told)
    delivered(stage, case, receipt, "decision")
    with stage.window("en", state=session(stage, "C-0007")) as window:
        window.go(case)
        assert "sue until" in window.text()
        window.check("case-served-en")
        link = window.page.get_by_text("Decision · PDF", exact=True).get_attribute("href")
        begins = "async link => (await (await fetch(link)).text()).slice(0, 5)"
        assert window.page.evaluate(begins, link) == "%PDF-"
        window.go("/r/cases/?q=星桥")
        window.check("cases-en")


def delivered(stage: Stage, case: str, receipt: Path, paper: str) -> None:
    values = {"paper": paper, "how": "direct", "at": now(stage, case), "reason": "当面送达"}
    proved(stage, "C-0007", case, "登记送达", receipt, values)


def now(stage: Stage, case: str) -> str:
    """Return the moment that is now in Shanghai, as the field takes it."""
    with stage.window("zh", state=session(stage, "C-0007")) as window:
        window.go(case)
        asked = "new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 16)"
        return str(window.page.evaluate(asked))


def proved(stage: Stage, number: str, row: str, words: str, proof: Path, values: dict[str, str]) -> None:
    """Do an act that wants a proof."""
    with stage.window("zh", state=session(stage, number)) as window:
        window.go(row)
        begin(window, words)
        fill(window, values)
        window.page.set_input_files("main input[type=file]", proof)
        window.submit("main form.sheet button.button")
        assert_done(window)


def assert_done(window: Window) -> None:
    assert not window.page.locator("main form [aria-invalid=true]").count(), window.text()


def test_a_review_at_first_licensing_ends_on_the_operators_row(stage: Stage, operator: str) -> None:
    with stage.window("zh", state=session(stage, "C-0007")) as window:
        window.go("/r/annualreviews/new")
        fill(window, {"operator": operator, "due": f"{TODAY + timedelta(days=30)}T18:00"})
        window.check("review-new-zh")
        window.submit()
        row = window.page.url.replace(stage.desk, "")
    act(stage, "C-0007", row, "登记答复", says="制度、人员、设备齐备（虚构）")
    told = {"result": "conditions", "conditions": "三个月内完成全员培训"}
    assert "附条件合格" in act(stage, "C-0001", row, "作出审查结果", **told)
    with stage.window("en", NARROW, session(stage, "C-0007")) as window:
        window.go(f"/r/supervised/{operator}/")
        assert "Passed on conditions" in window.text()
        window.check("operator-reviewed-narrow-en")
