"""An operator that complains, the authority complained about, and the next higher authority."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shouze.link.supervision import Grievance, GrievanceStatement
from shouze.registers.conduct.models import Conduct
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from tests.registers.house import do
from tests.registers.parties import Other
from tests.registers.reports.scene import head, inspector

LOWER = Other(party="shouze.localhost/lower")


def grievance(**more: Any) -> Grievance:
    told = {
        "number": "GV-2026-0001", "authority": LOWER.party, "inspection": "VT-2026-0001", "grounds": ("fee", "conduct"),
        "happened_at": GIVEN.now() - timedelta(days=1), "story": "收取检测费", **more,
    }  # fmt: skip
    return Grievance(**told)


def lower() -> Other:
    """Return the authority complained about, known as a peer."""
    found = Other(party=LOWER.party)
    found.trusted(number="L-2", title="某省通信管理局")
    return found


def complained(other: Other, **more: Any) -> Conduct:
    other.trusted("operator", title="星桥通信")
    other.send("grievance", grievance(**more), matter="GV-2026-0001")
    return Conduct.objects.get()


def asked(row: Conduct, by: Person | None = None, **more: Any) -> Conduct:
    values = {"question": "是否收取费用？", "answer_by": None, **more}
    found: Conduct = do(row, "ask", by or inspector(), values)
    return found


def stated(there: Other, row: Conduct, text: str = "没有收费") -> Conduct:
    there.send("grievance-statement", GrievanceStatement(number=row.number, text=text), matter=row.number)
    row.refresh_from_db()
    return row


def decided(row: Conduct, *upheld: str, by: Person | None = None, **more: Any) -> Conduct:
    values = {"upheld": list(upheld), "reasons": "有收据为证", "measures": "责令退还" if upheld else "", **more}
    found: Conduct = do(row, "decide", by or head(), values)
    return found
