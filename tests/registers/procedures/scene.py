"""House rules at every stage."""

from __future__ import annotations

from typing import Any

from shouze.registers.procedures.models import Procedure
from tests.registers.house import approver, do, make, officer

TEXT = "# 一、目的\n\n规范批量导出。\n\n- 先申请\n- 再由他人审批\n"


def drafted(**changed: Any) -> Procedure:
    values: dict[str, Any] = {
        "name": "export", "title": "批量导出流程", "title_en": "Bulk export", "kind": "workflow", "owner": None,
        "posts": [], "agents": [], "read_days": 14, "review_months": 12, "text": TEXT,
    }  # fmt: skip
    made: Procedure = make("procedures", officer(), values | changed)
    return made


def in_force(**changed: Any) -> Procedure:
    row = do(drafted(**changed), "submit", officer())
    made: Procedure = do(row, "approve", approver(), {"in_force_from": None})
    return made
