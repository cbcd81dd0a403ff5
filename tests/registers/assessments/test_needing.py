"""What needs an impact assessment: told from the registers, with a digest that changes with what is to be assessed."""

from __future__ import annotations

import pytest

from shouze.registers.assessments.needing import REASONS, about_choices, needs
from tests.registers.agents.scene import proposed
from tests.registers.recipients.scene import taken_over

pytestmark = pytest.mark.django_db


def test_services_recipients_and_agents_are_found_each_with_its_reasons() -> None:
    taken_over()
    proposed()
    found = {each.about: each.reasons for each in needs()}
    assert found["recipient:mobile/courier"] == ("provide",)
    assert found["agent:baiyun"] == ("entrust",)
    assert "provide" in found["service:mobile"]
    assert set(found) <= set(about_choices())
    assert {reason for reasons in found.values() for reason in reasons} <= set(REASONS)


def test_the_digest_is_of_what_is_assessed_and_not_of_its_papers() -> None:
    row = taken_over()
    before = {each.about: each.digest for each in needs()}
    row.contract, row.contact = "C-9", "某"
    row.save()
    assert {each.about: each.digest for each in needs()} == before
    row.items = ["name"]
    row.save()
    changed = {each.about: each.digest for each in needs()}
    assert [about for about in before if changed[about] != before[about]] == [row.about]
