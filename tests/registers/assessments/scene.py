"""An impact assessment at every stage."""

from __future__ import annotations

from typing import Any

from shouze.registers.assessments.models import Assessment
from tests.registers.house import approver, do, make, officer

CONTENT = {
    "reasons": ["major"], "lawful": "合法、正当、必要", "influence": "影响有限", "measures": "加密、最小授权",
    "conclusion": "measures",
}  # fmt: skip


def begun() -> Assessment:
    values = {"about": "other", "title": "人脸识别门禁", "reasons": ["sensitive"]}
    row: Assessment = make("assessments", officer(), values)
    return row


def submitted(row: Assessment | None = None, **changed: Any) -> Assessment:
    written = do(row or begun(), "write", officer(), {**CONTENT, **changed})
    found: Assessment = do(written, "submit", officer())
    return found


def approved(row: Assessment | None = None, **changed: Any) -> Assessment:
    found: Assessment = do(submitted(row, **changed), "approve", approver())
    return found
