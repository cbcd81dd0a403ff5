"""A batch to its last rung: tested, ordered, named, checked again, taken down, banned from search, cut off, closed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.authority.journeys.staging import made, played, record, session, step
from tests.desk.journeys.stage import NARROW, Stage, Window

pytestmark = pytest.mark.lasting
LIST = (
    "应用名称,应用开发者,应用来源,应用版本,所涉问题\n手电筒,某工具,甲商店、乙商店,1.0,违规收集个人信息\n"
    "记账,某账本,甲商店,3.2,账号注销难\n地图,某导航,乙商店,8.1,超范围收集个人信息\n"
)
TIME_PASSES = """
from datetime import timedelta
from django.utils import timezone
from shouze.registers.batches.models import Batch
from shouze.registers.notices.models import NamedApp
past = timezone.now() - timedelta(minutes=1)
row = Batch.objects.get(title="到底的通报（虚构）")
Batch.objects.filter(pk=row.pk).update(**{"order_due" if row.state == "ordered" else "due": past})
NamedApp.objects.filter(batch=row.number).update(due=past)
"""


@pytest.fixture(scope="module")
def batch(stage: Stage) -> str:
    """Let an officer begin a batch; return its address."""
    return made(stage, "C-0007", "batches", "ladder-new-zh", title="到底的通报（虚构）", batch_no="2026年第9批",
                body="云泽省通信管理局（虚构）", laws="order24 pipl")  # fmt: skip


def test_it_is_ordered_privately_checked_in_one_table_and_named(stage: Stage, batch: str) -> None:
    step(stage, "C-0007", batch, "Take in what testing found", {"lines": LIST}, shot="ladder-add-en", language="en")
    step(stage, "C-0001", batch, "责令整改（不公开）", shot="ladder-order-narrow-zh", narrow=True)
    with stage.window("en", NARROW, session(stage, "C-0007")) as window:
        rechecking(window, batch, "Note what the re-check found", "ladder-recheck-narrow-en")
        for name, result in (("手电筒", "Not corrected"), ("记账", "Corrected"), ("地图", "Unreachable")):
            app(window, name).get_by_label(result, exact=True).check()
        app(window, "记账").locator("textarea").fill("入口已在首页")
        window.submit("main form.sheet button.button")
        window.check("ladder-rechecked-narrow-en")
        assert "The results are noted" in window.page.inner_text("body")
    played(stage, TIME_PASSES)
    step(stage, "C-0007", batch, "拟定通报", shot="ladder-prepare-zh")
    step(stage, "C-0001", batch, "Approve", shot="ladder-approve-narrow-en", language="en", narrow=True)
    step(stage, "C-0009", batch, "公布通报", shot="ladder-publish-zh")
    number = batch.rstrip("/").rpartition("/")[2]
    with stage.window("en", NARROW) as anybody:
        anybody.go(f"/public/{number}?lang=en")
        anybody.check("ladder-public-narrow-en")
        assert "手电筒" in anybody.text()
        assert "记账" not in anybody.page.content(), "it was corrected in time"


def rechecking(window: Window, batch: str, words: str, shot: str) -> None:
    window.go(batch)
    window.check(f"{shot}-row")
    with window.page.expect_navigation():
        window.page.locator("main .acts").get_by_text(words, exact=True).first.click()
    window.check(shot)


def app(window: Window, name: str) -> Locator:
    return window.page.locator("main fieldset").filter(has_text=name)


def test_what_fails_again_is_taken_down_banned_and_cut_off_and_the_batch_ends(
    stage: Stage, batch: str, tmp_path: Path
) -> None:
    played(stage, TIME_PASSES)
    sheet = tmp_path / "复测.csv"
    with stage.window("zh", state=session(stage, "C-0007")) as window:
        rechecking(window, batch, "登记复测结果", "ladder-recheck-zh")
        with window.page.expect_download() as taken:
            window.page.get_by_text("下载待填的表格", exact=True).click()
        lines = Path(taken.value.path()).read_text("utf-8-sig").splitlines()
        sheet.write_text("\n".join([lines[0], *(f"{each[:-2]},未改正,仍然收集" for each in lines[1:])]), "utf-8-sig")
        window.page.set_input_files("#sheet", sheet)
        window.submit("main form.sheet button.button")
        window.check("ladder-failed-zh")
        assert window.text().count("逾期未改") >= 2
    step(stage, "C-0001", batch, "Order the stores to take down", {"reason": "逾期未改正"},
         shot="ladder-take-down-narrow-en", language="en", narrow=True)  # fmt: skip
    served(stage, tmp_path)
    climbed(stage, batch)
    assert "已结束" in step(stage, "C-0007", batch, "结束", {"reason": "全部处置完毕"}, shot="ladder-close-zh")


def served(stage: Stage, tmp_path: Path) -> None:
    """Serve the stores on paper, and see that the apps are gone."""
    receipt = tmp_path / "回证.txt"
    receipt.write_text("虚构的回证")
    with stage.window("en", state=session(stage, "C-0008")) as window:
        window.go("/r/removals/")
        window.check("removals-en")
        found = window.page.locator("main tbody a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
        rows = [str(each) for each in dict.fromkeys(found) if "/removals/TD" in str(each)]
        assert len(rows) == 2
        window.go(rows[0])
        window.check("removal-en")
        link = window.page.get_by_text("The order · PDF", exact=True).get_attribute("href")
        begins = "async link => (await (await fetch(link)).text()).slice(0, 5)"
        assert window.page.evaluate(begins, link) == "%PDF-"
    for row, shot in zip(rows, ("removal", ""), strict=True):
        step(
            stage,
            "C-0008",
            row,
            "登记书面送达",
            record(),
            shot=shot and "removal-serve-narrow-zh",
            narrow=True,
            proof=receipt,
        )
        seen = {"found": "搜索不到"}
        form = shot and "removal-done-en"
        assert "Taken down" in step(stage, "C-0008", row, "Note that they are gone", seen, shot=form, language="en")


def climbed(stage: Stage, batch: str) -> None:
    """Ban from search what stays up elsewhere, and cut its access."""
    with stage.window("zh", state=session(stage, "C-0001")) as window:
        window.go(batch)
        found = window.page.locator("main a[href*='/r/notices/']").evaluate_all(
            "all => all.map(each => [each.getAttribute('href'), each.closest('tr').innerText])"
        )
    rows = [href for href, words in found if "已下架" in words]
    assert len(rows) == 2
    for row, shot in zip(rows, ("app", ""), strict=True):
        form, because = shot and "app-ban-narrow-en", {"reason": "仍可搜索"}
        step(stage, "C-0001", row, "Have it banned from search", because, shot=form, language="en", narrow=True)
        form, because = shot and "app-cut-zh", {"reason": "仍可访问"}
        assert "已断开接入" in step(stage, "C-0001", row, "要求断开接入", because, shot=form)
