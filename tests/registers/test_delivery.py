"""The record of service: blanks to be filled in by hand before, what was entered afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shouze.language import Text
from shouze.registers.delivery import Paper, record
from shouze.registers.issued.models import Issued
from shouze.reports.report import BLANK, said

AT = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)
PAPER = Paper(Text("责令改正通知书", "Order to correct"), "7号", Text("某局", "A CA"), "某公司", AT, "ab" * 32)


def rows(**entered: Any) -> dict[str, str]:
    report = said(record(PAPER, Issued(**entered), "S-1", "order-service"), "zh")
    return dict(report["sections"][0]["blocks"][0]["rows"])


def test_what_is_not_known_yet_is_left_to_be_written_by_hand() -> None:
    told = rows()
    assert {told[each] for each in ("送达地点", "送达时间", "送达人及证号", "签收人及职务", "拒收事由", "见证人")} == {
        BLANK
    }
    assert told["送达方式"].count("□") == 5
    assert (told["文书名称和文号"], told["内容摘要（SHA-256）"]) == ("责令改正通知书 7号", "ab" * 32)


def test_once_entered_it_says_what_was_done_and_no_more() -> None:
    told = rows(
        served_at=AT, served_how="left", served_where="某路", served_by="周某", refused_because="不收", filmed=True
    )
    assert (told["送达方式"], told["见证人"], told["送达时间"]) == ("留置送达", "已拍照、录像", "2026-11-28 00:30")
    assert "签收人及职务" not in told


def test_both_sides_have_a_place_to_sign() -> None:
    report = said(record(PAPER, Issued(), "S-1", "order-service"), "en")
    [signing] = report["sections"][1]["blocks"]
    assert (signing["kind"], len(signing["rows"])) == ("signing", 4)
