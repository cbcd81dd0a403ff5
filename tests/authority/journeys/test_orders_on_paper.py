"""An operator without Shouze is ordered to suspend, is served, answers late on paper, and somebody looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.authority.journeys.staging import fill, made, played, record, session, step
from tests.desk.journeys.stage import NARROW, Stage

pytestmark = pytest.mark.lasting
OPERATOR, DOCUMENT = "远帆网络（虚构）", "云通管责停〔2026〕21号"
PASSED = """
from datetime import timedelta
from django.utils import timezone
from shouze.registers import acting
from shouze.registers.finding import registers
from shouze.registers.issued.models import Issued
order = Issued.objects.get(document="云通管责停〔2026〕21号")
for name in ("signed_at", "served_at", "due"):
    setattr(order, name, getattr(order, name) - timedelta(days=20))
order.save()
acting.settle(registers()["issued"], order, timezone.now())
"""


@pytest.fixture(scope="module")
def order(stage: Stage) -> str:
    """Let an officer enter an operator and draft its order; return the order's address."""
    made(stage, "C-0007", "supervised", "paper-operator-zh", title=OPERATOR, licence="虚构 B2-20990021",
         province="云泽", sector="internet")  # fmt: skip
    return made(
        stage, "C-0007", "issued", "paper-order-new-zh", kind="suspend", operator="虚构 B2-20990021",
        document=DOCUMENT, body="云泽省通信管理局（虚构）", because="疑似向第三方提供通讯录",
        services="远帆应用", actions="disclose", days="3", answer_to="云泽市通信路1号（虚构），方远",
    )  # fmt: skip


def test_an_operator_without_shouze_is_ordered_served_and_answers_late(
    stage: Stage, order: str, tmp_path: Path
) -> None:
    assert "待书面送达" in step(stage, "C-0001", order, "签发并送达", shot="paper-order-sign-zh")
    printed(stage, order)
    paper = tmp_path / "送达回证.txt"
    paper.write_text("虚构的回证")
    left = record(served_how="left", received_by="", refused_because="称负责人不在", witness="某乙")
    said = step(stage, "C-0008", order, "登记送达回证", left, shot="paper-order-serve-zh", proof=paper)
    assert all(each in said for each in ("已送达", "留置送达", "申请行政复议至", "书面报告"))
    played(stage, PASSED)
    with stage.window("zh", state=session(stage, "C-0008")) as window:
        window.go("/calendar")
        window.check("paper-order-overdue-zh")
        assert DOCUMENT in window.text()
    said = step(stage, "C-0008", order, "Enter the answer on paper", {"says": "已暂停"},
                shot="paper-order-answer-narrow-en", language="en", narrow=True, proof=paper)  # fmt: skip
    assert all(each in said for each in ("Obeyed on paper only", "answered late"))
    said = step(stage, "C-0007", order, "核实：已执行", {"reason": "现场查看"}, shot="paper-order-seen-zh")
    assert "已核实执行" in said
    said = step(stage, "C-0001", order, "解除", {"reason": "已改正"}, shot="paper-order-lift-zh")
    assert "送达" in said
    listed(stage)


def printed(stage: Stage, order: str) -> None:
    """See that the order and its record of service can be printed, in either language, and draft what they are."""
    for language, words in (("zh", ("令 · PDF", "送达回证 · PDF")), ("en", ("The order · PDF",))):
        with stage.window(language, NARROW, session(stage, "C-0007")) as window:
            window.go(order)
            window.check(f"paper-order-signed-narrow-{language}")
            for each in words:
                link = window.page.get_by_text(each, exact=True).get_attribute("href")
                begins = "async link => (await (await fetch(link)).text()).slice(0, 5)"
                assert window.page.evaluate(begins, link) == "%PDF-", each


def listed(stage: Stage) -> None:
    """See that it stands in the list, at its operator and in the year's figures."""
    with stage.window("zh", state=session(stage, "C-0007")) as window:
        window.go("/r/issued/?q=远帆")
        window.check("paper-orders-zh")
        assert OPERATOR in window.text()
        window.go("/r/supervised/?q=远帆")
        window.page.locator("main table a").first.click()
        assert DOCUMENT in window.text()
        window.go("/overview")
        assert "逾期答复" in window.text()


def test_a_question_on_paper_ends_with_its_answer(stage: Stage, order: str, tmp_path: Path) -> None:
    assert order
    asked = made(
        stage, "C-0007", "issued", "paper-question-new-en", "en", kind="question", operator=OPERATOR,
        document="云通管询〔2026〕4号", body="云泽省通信管理局（虚构）", because="通讯录保存多久？", days="5",
        answer_to="云泽市通信路1号（虚构），方远",
    )  # fmt: skip
    step(stage, "C-0001", asked, "签发并送达")
    paper = tmp_path / "回执.txt"
    paper.write_text("虚构的回执")
    step(stage, "C-0008", asked, "登记送达回证", record(served_how="post"), proof=paper)
    assert "已答复" in step(stage, "C-0008", asked, "登记书面答复", {"says": "六个月"}, proof=paper)


def test_a_notice_of_an_inspection_is_printed_and_served(stage: Stage, order: str, tmp_path: Path) -> None:
    assert order
    with stage.window("zh", state=session(stage, "C-0001")) as window:
        window.go("/r/bodies/new")
        fill(window, {"title": "云泽省通信管理局（虚构）", "title_en": "Yunze CA (fictional)"})
        window.submit()
    visit = made(
        stage, "C-0007", "visits", "paper-visit-new-zh", operator_name=OPERATOR, basis="举报", place="星桥路2号",
        planned_at=f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%dT%H:%M}", officers="方远 YZ-07\n江澄 YZ-08",
    )  # fmt: skip
    paper = tmp_path / "送达回证.txt"
    paper.write_text("虚构的回证")
    said = step(stage, "C-0008", visit, "登记通知送达", record(), shot="paper-visit-serve-zh", proof=paper)
    assert "待检查、待记录" in said
