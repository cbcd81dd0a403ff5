"""Where a decided case comes from: the register of cases, where this house keeps one.

What is read of a case is told by name: number, operator (its number here), articles, duties, decided_at, fine (as it
stands), when a review or court changed it, and whether it is to be published. A house without such a register types
the reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from shouze.registers.finding import registers
from shouze.rules.refusal import article_of

REGISTER = "cases"


class Decided(NamedTuple):
    """What an announcement takes from a case."""

    number: str
    title: str
    operator: str
    articles: tuple[str, ...]
    decided_at: datetime | None
    fine: int | None
    publish: bool
    changed_at: datetime | None = None

    def filled(self) -> Mapping[str, Any]:
        """Return the fields of a publication that follow from the case."""
        decided = timezone.localtime(self.decided_at).date() if self.decided_at else None
        told = {"case": self.number, "operator": self.operator, "articles": list(self.articles), "fine": self.fine,
                "decided_on": decided}  # fmt: skip
        return {name: value for name, value in told.items() if value not in (None, "", [])}


def read(row: Any) -> Decided:
    """Read a row of the register of cases; what it does not have is left open."""
    several = list(getattr(row, "articles", None) or [])
    single = getattr(row, "article", "")
    duties = getattr(row, "duties", None) or []
    told = several or ([single] if single else []) or [article_of(each) for each in duties]
    fine = getattr(row, "standing_fine", getattr(row, "fine", None))
    return Decided(
        row.number, row.title, str(getattr(row, "operator", "") or ""), tuple(dict.fromkeys(map(str, told))),
        getattr(row, "decided_at", None), None if fine is None else int(fine), bool(getattr(row, "publish", False)),
        getattr(row, "fine_changed_at", None),
    )  # fmt: skip


def decided(number: str) -> Decided | None:
    """Return a decided case by its number; None where there is no such, or no such register."""
    kept = registers().get(REGISTER)
    row = kept.rows().filter(number=number).first() if kept and number else None
    found = read(row) if row is not None else None
    return found if found and found.decided_at else None
