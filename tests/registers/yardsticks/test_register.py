"""Yardsticks: numbers are set with a reason, by who keeps the register."""

from __future__ import annotations

from typing import Any

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.roles import Role
from shouze.registers.rows import Event
from shouze.registers.yardsticks.register import yardsticks
from tests.registers.house import do, officer, person

pytestmark = pytest.mark.django_db
NUMBERS = {"most": 200, "from_hour": 8, "to_hour": 20, "decoys": "", "watched": True}


def test_a_number_is_set_with_its_reason() -> None:
    stick = do(yardsticks()["volume"], "set", officer(), NUMBERS, reason="月末业务量大")
    event = Event.objects.get(register="yardsticks", entry=stick.pk)
    assert (event.reason, event.changes["most"]) == ("月末业务量大", [500, 200])
    with pytest.raises(InvalidError):
        do(stick, "set", officer(), NUMBERS, reason="")


def test_decoys_stand_in_no_history() -> None:
    stick = do(yardsticks()["decoy"], "set", officer(), NUMBERS | {"decoys": "a" * 26})
    assert "aaaa" not in str(Event.objects.get(register="yardsticks", entry=stick.pk).changes)


@pytest.mark.parametrize(("wrong", "field"), [({"to_hour": 8}, "to_hour"), ({"decoys": "13800000000"}, "decoys")])
def test_what_cannot_be_is_told(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        do(yardsticks()["decoy"], "set", officer(), NUMBERS | wrong)
    assert caught.value.field == field


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.AGENT, Role.ADMINISTRATOR])
def test_only_who_keeps_the_register_sets_numbers(role: Role) -> None:
    with pytest.raises(NotYoursError):
        do(yardsticks()["volume"], "set", person("S-9", role), NUMBERS)


def test_a_rule_that_is_switched_off_is_not_watched() -> None:
    do(yardsticks()["hours"], "set", officer(), NUMBERS | {"watched": False})
    assert "hours" not in yardsticks()
