"""What systems tell of Articles 13(5), 13(6) and 13(7), driven from nothing to a breach and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.registers.systems.models import System
from tests.registers.standings.driving import fact_of, finding_of, states_of
from tests.registers.systems.scene import connected, graded, registered

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A13-5-access")
def test_a_system_is_reviewed_before_it_connects_and_again_in_its_time() -> None:
    assert states_of("systems.reviewed", always=True) == ["not-evidenced"]
    registered()
    assert states_of("systems.reviewed", 2, always=True) == ["due", "due"], "what waits is not connected"


@pytest.mark.duty("A13-5-access")
def test_a_review_that_runs_out_shows_nothing_any_more() -> None:
    connected(days=365)
    assert states_of("systems.reviewed", 364, 366, always=True) == ["due", "due", "not-evidenced"]


@pytest.mark.duty("A13-5-intrusion")
def test_protection_has_fresh_evidence() -> None:
    assert states_of("systems.protection", always=True) == ["not-evidenced"]
    connected()
    assert states_of("systems.protection", 1, always=True)[1] == "not-evidenced"


@pytest.mark.duty("A13-7-network")
def test_a_unit_is_graded_filed_and_tested() -> None:
    assert states_of("systems.network", always=True) == ["not-evidenced"]
    system = connected()
    assert states_of("systems.network", 2, always=True) == ["due", "due"], "no day is known by which it is graded"
    System.objects.filter(pk=system.pk).delete()


@pytest.mark.duty("A13-7-network")
def test_a_grade_is_filed_within_its_time() -> None:
    graded(3)
    assert states_of("systems.network", 29, 60, always=True) == ["due", "due", "breached"]


@pytest.mark.duty("A13-6-oplog")
def test_a_system_outside_the_door_that_feeds_no_records_leaves_them_unproved() -> None:
    assert states_of("systems.recorded") == ["met"]
    system = connected()
    found = finding_of("systems.recorded")
    assert (found.state, found.evidence[0].row) == ("not-evidenced", system.number)
    System.objects.filter(pk=system.pk).update(fed_at=timezone.now())
    assert states_of("systems.recorded", 30, 32) == ["met", "met", "not-evidenced"]
    System.objects.filter(pk=system.pk).update(kind="inside", fed_at=timezone.now() - timedelta(days=90))
    assert (states_of("systems.recorded"), fact_of("systems.recorded").shown) == (["met"], 0)
