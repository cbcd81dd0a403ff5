"""What the watch rules tell of Article 13(3)."""

from __future__ import annotations

import pytest

from shouze.registers.yardsticks.models import RULES, Yardstick
from shouze.registers.yardsticks.register import yardsticks
from tests.registers.standings.driving import fact_of, states_of

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A13-3-dlp")]


def test_handling_is_watched_while_a_rule_is_in_force() -> None:
    assert states_of("yardsticks.watched", always=True) == ["not-evidenced"]
    yardsticks()
    assert (states_of("yardsticks.watched", always=True), fact_of("yardsticks.watched").shown) == (["met"], len(RULES))
    Yardstick.objects.update(watched=False)
    assert states_of("yardsticks.watched", always=True) == ["not-evidenced"]
