"""A visit that is announced, recorded and answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from shouze.link.supervision import VisitAnswer
from shouze.registers.ports import GIVEN
from shouze.registers.visits.models import Visit
from tests.registers.house import do, make
from tests.registers.parties import Other, later
from tests.registers.reports.scene import inspector

OFFICERS = "周某 浙-110203\n吴某 浙-110204"


def announced(to: str, **more: Any) -> Visit:
    values = {
        "to": to, "operator_name": "", "basis": "例行检查", "place": "某路 1 号", "officers": OFFICERS,
        "unannounced": "", "planned_at": GIVEN.now() + timedelta(days=1), **more,
    }  # fmt: skip
    found: Visit = make("visits", inspector(), values)
    return found


@contextmanager
def after_the_visit() -> Iterator[None]:
    """Let it be a day and a few hours later."""
    with later(timedelta(days=1, hours=4)):
        yield


def told(**more: Any) -> dict[str, Any]:
    """Return the values of a record: they came three hours ago and left one hour ago."""
    now = GIVEN.now()
    return {
        "officers": OFFICERS, "place": "某路 1 号", "arrived_at": now - timedelta(hours=3), "seen": "机房无人值守",
        "left_at": now - timedelta(hours=1), "taken": "硬盘 K-1", "no_fee": "yes",
        "not_hindered": "yes", **more,
    }  # fmt: skip


def recorded(row: Visit, **more: Any) -> Visit:
    documents = more.pop("documents", ())
    found: Visit = do(row, "record", inspector(), told(**more), documents=documents)
    return found


def answered(other: Other, row: Visit, **more: Any) -> Visit:
    said = {"record": row.dispatch, "no_fee": True, "not_hindered": True, "signed_by": "钱某 S-0001", **more}
    other.send("visit-answer", VisitAnswer(**said), matter=row.number)
    row.refresh_from_db()
    return row
