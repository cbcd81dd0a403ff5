"""The first days."""

from __future__ import annotations

import pytest

from shouze.desk.guide import AT_AN_ASSOCIATION, STEPS, steps_for
from shouze.registers.roles import Role
from tests.registers.house import Opened, officer, person, signed_in
from tests.registers.parties import joined

pytestmark = pytest.mark.django_db


def test_a_new_house_is_told_what_it_lacks() -> None:
    steps = steps_for(officer())
    assert steps
    assert not any(done for _, done in steps)
    assert "从这里开始" in signed_in(officer()).get("/").content.decode()


def test_whoever_does_not_keep_the_house_is_not_guided() -> None:
    assert steps_for(person("S-4", Role.SERVICE)) == []


def test_every_step_leads_to_a_register() -> None:
    from shouze.registers.finding import registers

    assert {step.register for step in STEPS} <= set(registers())
    with joined("association"):
        assert {step.register for step in AT_AN_ASSOCIATION} <= set(registers())


def test_an_association_is_led_to_its_members_and_its_code_and_to_no_door() -> None:
    with joined("association"):
        assert [step.register for step, _ in steps_for(officer())] == ["bodies", "people", "peers", "codes"]


@pytest.mark.django_db(transaction=True)
def test_what_is_in_force_at_the_door_counts_as_done(opened: Opened) -> None:
    done = {step.register for step, done in steps_for(officer()) if done}
    assert {"declarations", "grants"} <= done
