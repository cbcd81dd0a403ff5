"""A stock-taking under way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from shouze.registers.people.models import Person
from shouze.registers.stocktakes.counting import Seen, see
from shouze.registers.stocktakes.models import Stocktake
from tests.registers.house import do, make, officer


def started(**changed: Any) -> Stocktake:
    values = {
        "title": "年度盘点",
        "place": "",
        "kinds": [],
        "due": timezone.now() + timedelta(days=7),
        "again_months": 12,
    }
    made: Stocktake = make("stocktakes", officer(), values | changed)
    return made


def seen(row: Stocktake, mark: str, by: Person | None = None) -> Seen:
    return see(row, mark, by or officer(), timezone.now())


def ended(row: Stocktake, **changed: Any) -> Stocktake:
    values = {"owner": "S-0001", "mended_by": timezone.now() + timedelta(days=5)}
    done: Stocktake = do(row, "end", officer(), values | changed)
    return done
