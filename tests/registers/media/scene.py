"""Carriers in custody."""

from __future__ import annotations

from typing import Any

from shouze.registers.media.models import Medium
from tests.registers.house import make, officer


def kept(**changed: Any) -> Medium:
    values = {
        "mark": "", "title": "开户资料复印件", "kind": "paper", "service": "", "items": [], "subjects": 120,
        "protection": ["locked"], "keeper": officer(), "place": "A-12", "keep_until": None,
    }  # fmt: skip
    made: Medium = make("media", officer(), values | changed)
    return made
