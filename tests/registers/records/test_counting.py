"""Counts by day follow the door's records, a few days at a time, and pages ask the log nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.ledger.entry import parse_leaf
from shouze.registers.records.counting import DAYS, count
from shouze.registers.records.models import Handled
from shouze.rules.refusal import RefusedError
from tests.gateway.test_passage import raw_leaves
from tests.installation import CLERK, PERSON, ask, subscribe
from tests.registers.house import Opened, officer, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def looked(opened: Opened) -> None:
    subject = opened.run(subscribe(opened.installation, PERSON)).subject
    opened.run(opened.installation.door.release(CLERK, ask(subject, "name", "phone")))
    with pytest.raises(RefusedError):
        opened.run(opened.installation.door.release(CLERK, ask(subject, "name", purposes=("credit-score",))))
    opened.run(opened.installation.sequencer.step())


def test_what_was_permitted_and_refused_is_counted_for_its_day(opened: Opened) -> None:
    looked(opened)
    now = timezone.now()
    count(now)
    assert Handled.objects.count() == DAYS
    today = Handled.objects.get(day=timezone.localtime(now).date())
    leaves = [parse_leaf(each).verdict.outcome for each in opened.run(raw_leaves(opened.installation))]
    assert (today.permitted, today.refused) == (leaves[:-2].count("permitted"), 1)
    assert Handled.objects.exclude(day=today.day).filter(permitted=0, refused=0).count() == DAYS - 1


def test_counting_again_counts_the_last_days_alone_and_forgets_old_ones(opened: Opened) -> None:
    looked(opened)
    now = timezone.now()
    count(now)
    far = timezone.localtime(now).date() - timedelta(days=5)
    Handled.objects.filter(day=far).update(permitted=7)
    Handled.objects.create(day=far - timedelta(days=90), counted_at=now)
    count(now)
    assert Handled.objects.get(day=far).permitted == 7
    assert Handled.objects.count() == DAYS


def test_a_look_at_the_day_leaves_no_record(opened: Opened) -> None:
    looked(opened)
    count(timezone.now())
    browser = signed_in(officer(), "en")
    opened.settle()
    before = len(opened.run(raw_leaves(opened.installation)))
    page = browser.get("/").content.decode()
    opened.settle()
    assert "Permitted at the door, last 30 days" in page
    assert len(opened.run(raw_leaves(opened.installation))) == before


def test_before_any_checkpoint_there_is_nothing_to_count(opened: Opened) -> None:
    count(timezone.now())
    assert not Handled.objects.exists()
