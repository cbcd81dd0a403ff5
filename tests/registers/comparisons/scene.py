"""An association that asks this operator for figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shouze.link.industry import Compared, Comparison, FiguresRequest
from shouze.registers.comparisons.models import Comparison as Row
from shouze.registers.ports import GIVEN
from shouze.rules.comparing import MEASURES
from tests.registers.commitments.scene import association
from tests.registers.parties import Other

MATTER = "SV-2026-0001"
YEAR = GIVEN.now().year


def asks(other: Other, **more: Any) -> None:
    due = GIVEN.now() + timedelta(days=30)
    told: dict[str, Any] = {"year": YEAR, "due": due, "measures": tuple(MEASURES), "least": 5}
    body = FiguresRequest(**told | more)
    other.send("figures-request", body, matter=MATTER, sequence=other.count + 1)


def asked(other: Other | None = None, **more: Any) -> Row:
    asks(other or association(), **more)
    return Row.objects.latest("pk")


def returns(other: Other, *measures: str) -> None:
    compared = tuple(
        Compared(measure=each, members=7, lower=8_000, median=9_000, upper=9_500, own=5_000, place=6)
        for each in measures
    )
    body = Comparison(year=YEAR, members=7, least=5, compared=compared)
    other.send("comparison", body, matter=MATTER, sequence=other.count + 1)
