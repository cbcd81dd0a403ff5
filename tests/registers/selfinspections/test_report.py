"""The signed report of a self-inspection."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from shouze.registers.ports import GIVEN
from shouze.registers.reporting import report_of, reports_of
from shouze.registers.selfinspections.register import REGISTER
from shouze.registers.shortcomings.models import Shortcoming
from shouze.reports.report import said
from shouze.reports.typesetting import set_pdf
from tests.registers.house import approver, do
from tests.registers.selfinspections.scene import finished, judged

pytestmark = pytest.mark.django_db


def told(row: Any) -> dict[str, Any]:
    return said(report_of(REGISTER, row, "selfinspection", GIVEN.now()), "en")


@pytest.mark.duty("A16-record")
def test_it_tells_plan_duties_draw_shortcomings_and_who_signed() -> None:
    row = do(finished(judged(short={"A12-15d": "两件超过十五日"})), "sign", approver())
    whole = told(row)
    assert set_pdf(whole).startswith(b"%PDF-")
    text = msgspec.json.encode(whole).decode()
    for each in ("全部业务", "两件超过十五日", "基本符合", row.nonce, "example.org/log", row.content, "S-0042",
                 Shortcoming.objects.get().number, approver().name):  # fmt: skip
        assert each in text, each


def test_its_figures_add_up_to_what_was_judged() -> None:
    row = do(finished(judged(short={"A12-15d": "两件"})), "sign", approver())
    [figures] = next(each for each in told(row)["sections"] if each["title"] == "Results")["blocks"]
    counts = {each["label"]: each["value"] for each in figures["rows"]}
    assert counts["Falls short"] == 1
    assert sum(counts.values()) == len(row.plan) + len(row.sample)


def test_before_it_is_signed_there_is_none() -> None:
    assert reports_of(REGISTER, finished()) == []
