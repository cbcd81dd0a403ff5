"""From the draft to what anybody verifies: an officer, the head, the publisher, and somebody with a phone."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from tests.authority.journeys.staging import act, fill, session
from tests.desk.journeys.stage import NARROW, Stage

pytestmark = pytest.mark.lasting
LIST = "应用名称,应用开发者,所涉问题\n天气,某公司,违规收集个人信息\n出行,某出行,账号注销难\n"


def test_a_violation_is_published_by_three_and_verified_by_anybody(stage: Stage, tmp_path: Path) -> None:
    row = drafted(stage)
    number = row.rstrip("/").rpartition("/")[2]
    act(stage, "C-0001", row, "审核同意")
    assert "公开页" in act(stage, "C-0009", row, "公布")
    verified(stage, number, tmp_path / "entry.tlog-proof")
    act(stage, "C-0007", row, "提议撤下", removed_because="error", reason="公布有误")
    act(stage, "C-0001", row, "同意撤下")
    act(stage, "C-0009", row, "撤下")
    with stage.window("zh") as anybody:
        anybody.go(f"/public/{number}")
        assert "已撤下" in anybody.text()
        assert "星桥" not in anybody.page.content()
        anybody.check("public-removed-zh")


def drafted(stage: Stage) -> str:
    """Let an officer draft an announcement; return its address."""
    with stage.window("zh", state=session(stage, "C-0007")) as window:
        window.go("/r/announcements/new")
        window.check("announcement-new-zh")
        fill(window, {
            "kind": "announcement", "body": "云泽省通信管理局（虚构）", "operator_name": "星桥通信（虚构）",
            "decided_on": "2026-11-02", "articles": "9(1) 10", "facts": "未经用户同意向第三方提供通话记录。",
            "measures": "correct warning fine", "fine": "20000",
        })  # fmt: skip
        window.submit()
        return window.page.url.replace(stage.desk, "")


def verified(stage: Stage, number: str, proof: Path) -> None:
    """Let anybody with a phone find the entry, check its digest, and verify its proof in the browser's own words."""
    with stage.window("en", NARROW) as anybody:
        anybody.go("/public/")
        anybody.check("public-list-narrow-en")
        anybody.press("星桥通信（虚构）")
        for _ in range(120):  # until a checkpoint covers it and its proof was fetched
            if anybody.page.get_by_text("Proof", exact=True).count():
                break
            anybody.page.wait_for_timeout(500)
            anybody.page.reload()
        anybody.check("public-entry-narrow-en")
        digest = anybody.page.locator("main td code").first.inner_text()
        with anybody.page.expect_download() as taken:
            anybody.page.get_by_text("Proof", exact=True).click()
        taken.value.save_as(proof)
        host = {"host": stage.desk.removeprefix("http://")}
        text = httpx.get(
            f"http://127.0.0.1:{stage.desk.rpartition(':')[2]}/public/{number}/1.json",
            headers=host,
            trust_env=False,
            timeout=30,
        ).content
        assert sha256(text).hexdigest() == digest
        anybody.go("/public/log?lang=en")
        anybody.page.set_input_files("#proof", proof)
        anybody.page.locator("[data-verdict=verified]").wait_for()
        assert digest in anybody.page.locator("#verdict pre").inner_text()
        anybody.check("public-log-narrow-en")


def test_an_operator_is_on_the_bad_list_for_its_term(stage: Stage) -> None:
    with stage.window("zh", state=session(stage, "C-0007")) as window:
        window.go("/r/credit/new")
        fill(window, {
            "kind": "bad", "body": "云泽省通信管理局（虚构）", "operator_name": "云帆网络（虚构）",
            "decided_on": "2026-11-02", "articles": "13", "facts": "未采取防护措施。", "ground": "penalty",
            "listed_on": "2026-11-20",
        })  # fmt: skip
        window.submit()
        window.check("credit-draft-zh")
        row = window.page.url.replace(stage.desk, "")
    act(stage, "C-0001", row, "审核同意")
    act(stage, "C-0009", row, "公布")
    with stage.window("zh") as anybody:
        anybody.go("/public/?register=credit&q=云帆")
        assert "2027-11-20" in anybody.text()
        anybody.check("public-credit-zh")


def test_a_batch_is_composed_and_ordered_privately(stage: Stage) -> None:
    with stage.window("zh", state=session(stage, "C-0007")) as window:
        window.go("/r/batches/new")
        fill(window, {"title": "通报（2026年第1批）", "batch_no": "2026年第1批", "body": "云泽省通信管理局（虚构）",
                      "laws": "order24 pipl"})  # fmt: skip
        window.submit()
        row = window.page.url.replace(stage.desk, "")
    assert "账号注销难" in act(stage, "C-0007", row, "读入检测结果", lines=LIST)
    assert "已责令整改" in act(stage, "C-0001", row, "责令整改（不公开）")
    with stage.window("en", NARROW, session(stage, "C-0007")) as window:
        window.go(row)
        window.check("batch-narrow-en")
        assert "Prepare the notice" in window.text()
        window.go("/public/?q=天气")
        assert "Nothing was found" in window.text()


def test_somebody_complains_without_signing_in_and_an_officer_opens_it(stage: Stage) -> None:
    with stage.window("zh", NARROW) as anybody:
        anybody.go("/public/complain")
        anybody.check("public-complain-narrow-zh")
        fill(anybody, {"operator_name": "星桥通信（虚构）", "matter": "late", "story": "没有答复", "reach": "010-5555"})
        anybody.submit()
        assert "AC-" in anybody.text()
        assert "?" not in anybody.page.url
        anybody.check("public-complained-narrow-zh")
    with stage.window("en", state=session(stage, "C-0007")) as window:
        window.go("/r/appeals/")
        window.submit("main tbody a")
        assert "没有答复" not in window.text()
        window.check("appeal-en")
        window.submit("main .acts form button")
        assert "没有答复" in window.text()
        window.check("appeal-told-en")
