"""An officer with a tie withdraws and others take over; a report on an officer ends with measures and a referral."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.authority.journeys.staging import fill, made, session, step
from tests.desk.journeys.stage import NARROW, Stage

pytestmark = pytest.mark.lasting
TODAY = date.today()  # noqa: DTZ011 - the browser's and the server's day
OPERATOR = "云帆数据（虚构）"


def test_an_officer_with_a_tie_withdraws_and_others_take_over(stage: Stage) -> None:
    made(stage, "C-0007", "supervised", "conduct-operator-zh", title=OPERATOR, licence="虚构 B2-70", province="云泽")
    case = made(
        stage, "C-0007", "cases", "conduct-case-en", "en", title="超范围收集（虚构）", operator=OPERATOR,
        body="云泽省通信管理局（虚构）", source="tip", facts="读取通讯录。", duties="A09-1-consent", second="江澄",
        occurred=f"{TODAY - timedelta(days=30)}", ended=f"{TODAY - timedelta(days=3)}",
        found_on=f"{TODAY - timedelta(days=2)}",
    )  # fmt: skip
    with stage.window("en", NARROW, session(stage, "C-0008")) as window:
        window.go("/r/ties/new")
        window.check("conduct-tie-new-narrow-en")
        fill(window, {"operator": OPERATOR, "kind": "kin", "words": "近亲属任职"})
        window.submit()
        window.check("conduct-tie-narrow-en")
        assert "超范围收集" in window.text(), "it says which cases the tie takes them from"
        window.go(case)
        window.check("conduct-case-tied-narrow-en")
        assert "You have a tie to this operator" in window.text()
        assert not window.page.locator("main .acts").count()
    with stage.window("zh", state=session(stage, "C-0001")) as window:
        window.go("/r/withdrawals/")
        window.check("withdrawals-zh")
        window.submit("main tbody a")
        window.check("withdrawal-zh")
        assert "更换" in window.text()
    others = {"officer": "方远", "second": "陆遥", "reason": "江澄回避"}
    told = step(stage, "C-0001", case, "Put others in charge", others,
                shot="reassign-narrow-en", language="en", narrow=True)  # fmt: skip
    assert "陆遥" in told


def test_a_report_on_an_officer_ends_with_measures_a_referral_and_an_answer(stage: Stage, tmp_path: Path) -> None:
    row, number, code = reported(stage)
    with stage.window("zh", state=session(stage, "C-0001")) as head:
        head.go("/")
        head.check("head-home-zh")
        assert "办理对工作人员的反映" in head.text()
    until = f"{TODAY + timedelta(days=7)}T18:00"
    asked = step(
        stage,
        "C-0001",
        row,
        "请其说明",
        {"said": "有人反映你在检查中接受宴请。", "until": until},
        shot="misconduct-put-zh",
    )
    assert "待说明" in asked
    explained(stage)
    found = {"finding": "partly", "found_because": "接受宴请属实，未影响检查结论。"}
    step(stage, "C-0001", row, "Say whether it was so", found, shot="misconduct-find-en", language="en")
    measure = {"measure": "moved", "measures": "调离检查岗位一年。"}
    step(stage, "C-0001", row, "采取措施", measure, shot="misconduct-measure-narrow-zh", narrow=True)
    letter = tmp_path / "移送函.txt"
    letter.write_text("虚构的移送函")
    referral = {"referred_to": "云泽省纪检监察组（虚构）", "reference": "云通管移〔2026〕1号", "reason": "可能违纪"}
    told = step(stage, "C-0001", row, "Refer to supervision", referral, shot="misconduct-refer-narrow-en",
                language="en", narrow=True, proof=letter)  # fmt: skip
    assert "Referred to supervision" in told
    step(stage, "C-0001", row, "答复反映人", {"told": "反映部分属实，已处理并移送。"}, shot="misconduct-tell-zh")
    assert "Settled" in step(stage, "C-0001", row, "Settle", shot="misconduct-close-en", language="en")
    with stage.window("zh", NARROW) as anybody:
        anybody.go("/public/misconduct/outcome?lang=zh")
        fill(anybody, {"number": number, "code": code})
        anybody.submit("main button.main")
        anybody.check("misconduct-outcome-narrow-zh")
        assert "已处理并移送" in anybody.text()
        assert "调离" not in anybody.page.content(), "a sanction's details are not the reporter's"


def reported(stage: Stage) -> tuple[str, str, str]:
    """Let a colleague report an officer from inside; return the row's address, its number and code."""
    with stage.window("en", state=session(stage, "C-0010")) as window:
        window.go("/misconduct/report")
        window.check("misconduct-inside-en")
        fill(window, {"kind": "favouritism", "person": "方远", "story": "检查当日接受被检查单位宴请。"})
        window.submit("main button.main")
        window.check("misconduct-inside-received-en")
        number, code = (each.strip() for each in window.page.locator("main dd").all_inner_texts())
    return f"/r/misconduct/{number}/", number, code


def explained(stage: Stage) -> None:
    """Let the person find what was put before them, and answer."""
    with stage.window("en", NARROW, session(stage, "C-0007")) as window:
        window.go("/")
        window.check("explain-home-narrow-en")
        assert "Explain what was reported" in window.text(), "it stands among what is theirs to do"
        window.go("/r/explanations/")
        window.submit("main tbody a")
        window.check("explanation-narrow-en")
        assert "宴请" in window.text()
        row = window.page.url.replace(stage.desk, "")
    told = step(stage, "C-0007", row, "Answer", {"answer": "仅工作餐，已补交餐费。"}, shot="explain-narrow-en",
                language="en", narrow=True)  # fmt: skip
    assert "工作餐" in told
