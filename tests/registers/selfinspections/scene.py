"""A self-inspection at every stage."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from shouze.chinatime import SHANGHAI
from shouze.ledger.checkpoint import Checkpoint
from shouze.registers.acting import Attached
from shouze.registers.ports import GIVEN
from shouze.registers.selfinspections.drawing import Drawn
from shouze.registers.selfinspections.models import SelfInspection
from tests.registers.house import approver, do, make, officer

PROOFS = Attached("proofs.zip", "application/zip", b"PK")
RECORD = {
    "index": 7, "at": "2026-11-01T00:00:00+00:00", "kind": "staff", "actor": "S-0042", "post": "", "agent": "",
    "site": "HQ", "act": "read", "service": "mobile", "purposes": [], "items": ["name"], "outcome": "permitted",
    "leaf": "", "result": "", "note": "", "by": "", "judged_at": "", "shortcoming": "",
}  # fmt: skip


def this_year() -> int:
    return GIVEN.now().astimezone(SHANGHAI).year


def begun(year: int | None = None) -> SelfInspection:
    row: SelfInspection = make("selfinspections", officer(), {"year": year or this_year(), "title": ""})
    return row


def planned(row: SelfInspection | None = None, **changed: Any) -> SelfInspection:
    values = {"lead": officer(), "scope": "全部业务", "since": None, "until": None, "wanted": 5}
    found: SelfInspection = do(row or begun(), "plan", officer(), values | changed)
    return found


def drawn(row: SelfInspection | None = None) -> SelfInspection:
    result = Drawn(Checkpoint("example.org/log", 9, b"\0" * 32), [dict(RECORD)], 3, b"PK")
    found: SelfInspection = do(row or planned(), "draw", officer(), {"drawn": result}, documents=[PROOFS])
    return found


def judged(row: SelfInspection | None = None, short: Mapping[str, str] = MappingProxyType({})) -> SelfInspection:
    row = row or drawn()
    duties = {
        each["duty"]: ("short", short[each["duty"]]) if each["duty"] in short else ("met", "") for each in row.plan
    }
    found: SelfInspection = do(row, "judge", officer(), {"duties": duties, "records": {"7": ("met", "")}})
    return found


def finished(row: SelfInspection | None = None) -> SelfInspection:
    row = judged(row) if row is None or row.left else row
    found: SelfInspection = do(row, "finish", officer(), {"conclusion": "基本符合"})
    return found


def signed() -> SelfInspection:
    found: SelfInspection = do(finished(), "sign", approver())
    return found
