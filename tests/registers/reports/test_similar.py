"""Similar reports are brought together, and what was typed in is the operator's of the register."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouze.registers.ports import GIVEN
from shouze.registers.reports.models import Report
from shouze.registers.reports.register import REGISTER
from shouze.registers.reports.similar import similar
from tests.registers.house import do, make, signed_in
from tests.registers.issued.test_register import drafted
from tests.registers.parties import Other, later
from tests.registers.reports.scene import head, inspector
from tests.registers.supervised.test_register import ROW

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def typed(operator: str, **more: Any) -> Report:
    values = {"title": "电话报告", "operator": operator, "operator_number": "", "licence": "", "kind": "leak",
              "certainty": "suspected", "detected_at": GIVEN.now(), "story": "经过", **more}  # fmt: skip
    found: Report = make("reports", inspector(), values)
    return found


def test_what_one_agent_did_at_several_operators_stands_together() -> None:
    one, two = typed("甲网（虚构）", agents="快速、白云"), typed("乙网（虚构）", agents="白云", kind="loss")
    typed("丙网（虚构）", agents="白云山")
    with later(timedelta(days=91)):
        typed("丁网（虚构）", agents="白云")
    assert (similar(one), similar(two)) == ([two], [one])
    with later(timedelta(days=89)):
        last = typed("戊网（虚构）", agents="快速", kind="tampering")
    assert last in similar(one)
    last.delete()
    notes = " ".join(each.en for each in REGISTER.notes(one, GIVEN.now()))
    assert "1 more operators name the same agent" in notes
    page = signed_in(inspector()).get(f"/r/reports/{one.number}/").content.decode()
    assert two.number in page


def test_what_one_operator_reports_again_stands_together_and_alarms_nobody() -> None:
    one, two = typed("甲网（虚构）"), typed("甲网（虚构）")
    typed("甲网（虚构）", kind="loss")
    assert similar(one) == [two]
    assert list(REGISTER.notes(one, GIVEN.now())) == []


def test_an_order_rests_on_a_report_that_was_typed_in(other: Other) -> None:
    """Reported by telephone, by somebody whom dispatches reach: the order goes into the matter of the report."""
    make("supervised", inspector(), ROW)
    other.trusted("operator", licence=ROW["licence"])
    report = typed("星桥", licence="Ａ１-1")
    assert (report.operator, report.licence) == (ROW["title"], ROW["licence"])
    order = do(drafted(other, report=report.number), "sign", head())
    assert (order.state, order.matter) == ("served", report.matter)
    do(report, "ask", inspector(), {"question": "多少人？", "answer_by": None})


def test_a_report_about_somebody_unknown_stays_as_it_was_written() -> None:
    report = typed("不在册的网（虚构）", licence="Z-1")
    assert (report.operator, report.licence, report.peer, report.matter) == ("不在册的网（虚构）", "Z-1", None, "")
