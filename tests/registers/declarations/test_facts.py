"""What declarations tell of Articles 8 and 9(4), driven from nothing to a breach and back."""

from __future__ import annotations

import pytest
from django.utils import timezone

from shouze.registers.declarations.models import DeclarationRow
from tests.registers.declarations.scene import in_force, published
from tests.registers.house import do, officer
from tests.registers.publications.scene import shown
from tests.registers.standings.driving import fact_of, states_of

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A08-make-rules")
def test_rules_are_in_force_once_the_door_has_heard_of_them() -> None:
    assert states_of("declarations.rules", always=True) == ["not-evidenced"]
    row = published()
    assert states_of("declarations.rules", 2, always=True) == ["due", "breached"]
    DeclarationRow.objects.filter(pk=row.pk).update(published_version=1)
    assert states_of("declarations.rules", 400, always=True) == ["met", "met"]


@pytest.mark.duty("A08-publish")
def test_rules_in_force_are_to_be_shown_somewhere_at_once() -> None:
    assert states_of("declarations.shown", always=True) == ["not-evidenced"]
    in_force()
    assert states_of("declarations.shown", 2, always=True) == ["due", "breached"]
    shown()
    assert states_of("declarations.shown", 400, always=True) == ["met", "met"]
    assert fact_of("declarations.shown").shown == 1


@pytest.mark.duty("A09-4-stop")
def test_ended_services_are_counted() -> None:
    row = in_force()
    do(row, "end", officer(), {"ended_at": timezone.now()})
    assert fact_of("declarations.endings").shown == 1
    assert fact_of("declarations.rules").shown == 0
