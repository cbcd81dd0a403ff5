"""A batch that goes up the ladder, on a clock that is moved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shouze.registers.batches.models import Batch
from shouze.registers.notices.models import NamedApp
from tests.registers.announcements.scene import publisher
from tests.registers.house import do, make
from tests.registers.parties import later
from tests.registers.reports.scene import head, inspector

LIST = (
    "序号,应用名称,App备案号,应用开发者,应用来源,应用版本,所涉问题,属地\n"
    "1,天气,云ICP备1号-4A,某公司,某商店,2.7.4,违规收集个人信息、超范围收集个人信息,云泽\n"
    "2,出行（小程序）,,某出行,小程序,,账号注销难,云泽\n"
    "3,阅读,云ICP备3号-1A,某网络,某商店,1.0,新说法,云泽\n"
)
BATCH: dict[str, Any] = {
    "title": "关于侵害用户权益App名单的通报（2026年第1批）", "batch_no": "2026年第1批", "total_no": 7,
    "body": "云泽省通信管理局（虚构）", "tested_by": "第三方检测机构", "laws": ["order24", "pipl"],
    "contact": "010-0000",
}  # fmt: skip
PAST = timedelta(days=40)


def begun(lines: str = LIST) -> Batch:
    return do(make("batches", inspector(), BATCH), "add", inspector(), {"lines": lines})  # type: ignore[no-any-return]  # the house's act says less


def app(batch: Batch, title: str) -> NamedApp:
    return NamedApp.objects.get(batch=batch.number, title=title)


def published(batch: Batch | None = None) -> Batch:
    """Return a batch whose private time is over and whose notice is public; one app was corrected before."""
    batch = do(batch or begun(), "order", head())
    do(app(batch, "阅读"), "check", inspector(), {"passed": True, "found": "已改正"})
    with later(PAST):
        batch = do(do(batch, "prepare", inspector()), "approve", head())
        found: Batch = do(batch, "publish", publisher())
    return found
