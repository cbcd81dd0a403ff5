"""A place where the drive's rules are shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.publications.models import Publication
from shouze.registers.publications.register import REGISTER
from tests.registers.house import PROOF, officer


def shown(place: str = "website", **changed: Any) -> Publication:
    values = {
        "service": "cloud-drive", "title": "官网隐私页", "place": place, "url": "https://www.example.test/rules",
        "since": timezone.now() - timedelta(days=1), "check_days": 90,
    }  # fmt: skip
    return acting.make(REGISTER, officer(), Asked(values | changed, documents=[PROOF]))
