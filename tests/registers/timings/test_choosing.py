"""What holds where nothing was chosen, and when a clock warns."""

from __future__ import annotations

import pytest

from shouze.registers.timings.choosing import OFFERED, chosen, timed
from shouze.registers.timings.models import MATTERS
from tests.registers.complaints.scene import noon

pytestmark = pytest.mark.django_db


def test_every_matter_has_a_default_with_its_reason() -> None:
    assert set(MATTERS) == set(OFFERED)
    assert {name: chosen(name).counting.id for name in MATTERS} == {
        "complaint-answer": "calendar-15", "complaint-handle": "working-15", "request": "calendar-30",
    }  # fmt: skip


def test_it_warns_before_it_is_passed_up_and_before_it_ends() -> None:
    moments = timed("complaint-answer", noon("2026-03-02"))
    assert noon("2026-03-02") < moments.warn_at < moments.escalate_at < moments.due
