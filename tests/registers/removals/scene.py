"""A batch whose apps failed their re-check, and the stores that carry them."""

from __future__ import annotations

from datetime import timedelta

from shouze.registers.acting import Attached
from shouze.registers.batches.models import Batch
from shouze.registers.notices.models import NamedApp
from shouze.registers.ports import GIVEN
from tests.registers.batches.scene import PAST, begun, published
from tests.registers.house import do, make
from tests.registers.parties import Other, later
from tests.registers.reports.scene import head, inspector

LIST = (
    "应用名称,应用开发者,应用来源,所涉问题\n天气,某公司,甲商店、乙商店,账号注销难\n"
    "出行,某出行,甲商店,账号注销难\n阅读,某网络,甲商店,账号注销难\n相册,某家,,账号注销难\n"
)
PAPER = [Attached("回证.txt", "text/plain", "签收".encode())]


def failed() -> Batch:
    batch = published(begun(LIST))
    NamedApp.objects.filter(state="named").update(state="failed")
    return batch


def store(title: str = "甲商店") -> Other:
    """Enter a store as an operator that dispatches go to."""
    other = Other(f"shouze.localhost/s{len(title)}")
    other.trusted("operator", licence="B2-9", title=title)
    make("supervised", inspector(), {
        "title": title, "licence": "B2-9", "filing": "", "credit_code": "", "province": "", "sector": "",
        "services": "", "contact": "", "licensed_by": "",
    })  # fmt: skip
    return other


def taken_down(batch: Batch) -> Batch:
    with later(PAST):
        found: Batch = do(
            batch, "take-down", head(), {"removal_due": GIVEN.now() + timedelta(days=3)}, reason="逾期未改"
        )
    return found
