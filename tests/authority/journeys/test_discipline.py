"""The authority among itself: a tie that bars, a measure for every operator, a report that its person never sees."""

from __future__ import annotations

import pytest

from tests.authority.journeys.staging import act, fill, made, session
from tests.desk.journeys.stage import NARROW, Stage

pytestmark = pytest.mark.lasting
OPERATOR = "海州网络（虚构）"


def test_who_has_a_tie_is_told_so_and_offered_nothing(stage: Stage) -> None:
    row = made(stage, "C-0007", "supervised", "supervised-new-zh", title=OPERATOR, licence="虚构 B2-7", province="海州")
    tie = made(stage, "C-0008", "ties", "tie-new-zh", operator=OPERATOR, kind="kin", words="近亲属任职")
    with stage.window("en", NARROW, session(stage, "C-0008")) as window:
        window.go(row)
        window.check("supervised-tied-narrow-en")
        assert "You have a tie to this operator" in window.text()
        assert not window.page.locator("main .acts").count()
    with stage.window("zh", state=session(stage, "C-0007")) as window:
        window.go(row)
        assert window.page.locator("main .acts").count()
        window.go(tie)
        assert window.page.locator("main h1").inner_text() != ""
        assert "近亲属" not in window.page.content()


def test_a_measure_is_put_before_every_operator_with_what_is_open_in_front(stage: Stage) -> None:
    made(
        stage,
        "C-0007",
        "supervised",
        "supervised-new-zh",
        title="云泽视频（虚构）",
        licence="虚构 B2-8",
        province="云泽",
    )
    row = made(
        stage, "C-0007", "instructions", "instruction-new-zh", title="弱口令清理", title_en="Weak passwords",
        document="云通管安〔2026〕7号", body="某通信管理局（虚构）", article="13(8)", ground="本规定第十三条",
        measure="清理弱口令",
        measure_en="Remove weak passwords", reach="some", province="云泽", due="2099-12-31T18:00",
    )  # fmt: skip
    act(stage, "C-0001", row, "签发")
    with stage.window("en", NARROW, session(stage, "C-0001")) as window:
        for _ in range(60):  # until a round has put it before the operator
            window.go(row)
            if "云泽视频" in window.text() and "All of it sent" in window.text():
                break
            window.page.wait_for_timeout(500)
        assert "To be served" in window.text()
        window.check("instruction-narrow-en")


def test_a_report_is_answered_and_never_seen_by_whom_it_names(stage: Stage) -> None:
    with stage.window("en", NARROW) as anybody:
        anybody.go("/public/misconduct?lang=en")
        anybody.check("public-misconduct-narrow-en")
        fill(anybody, {"kind": "abuse", "named": "方远", "story": "索要费用"})
        anybody.submit("main button.main")
        anybody.check("public-misconduct-received-narrow-en")
        number, code = (each.strip() for each in anybody.page.locator("main dd").all_inner_texts())
    row = f"/r/misconduct/{number}/"
    with stage.window("zh", state=session(stage, "C-0007")) as named:
        named.page.goto(stage.desk + row)
        assert number not in named.text()
        named.go("/r/misconduct/")
        assert number not in named.page.content()
    with stage.window("zh", state=session(stage, "C-0001")) as head:
        head.go(row)
        head.check("misconduct-zh")
        head.submit("main .acts form button")
        assert "索要费用" in head.text()
        head.check("misconduct-told-zh")
        head.go("/looks")
        fill(head, {"reason": "季度监督", "number": number})
        head.submit("main button.main")
        head.check("looks-zh")
        assert head.page.locator("main td").get_by_text(number).count() == 1
    act(stage, "C-0001", row, "不予受理", told="经查，此事已有结论", reason="重复")
    with stage.window("en", NARROW) as anybody:
        anybody.go("/public/misconduct/outcome?lang=en")
        fill(anybody, {"number": number, "code": code})
        anybody.submit("main button.main")
        anybody.check("public-misconduct-outcome-narrow-en")
        assert "经查，此事已有结论" in anybody.text()
