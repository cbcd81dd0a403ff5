"""Readings: put before everybody concerned, confirmed by each in person, seen by who oversees."""

from __future__ import annotations

import pytest
from django.utils import timezone

from shouze.errors import NotYoursError
from shouze.language import Text
from shouze.registers.people.models import Person
from shouze.registers.procedures.models import Procedure
from shouze.registers.readings.models import Reading
from shouze.registers.readings.register import _keep
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.house import approver, do, officer, person, signed_in
from tests.registers.procedures.scene import in_force
from tests.registers.staffed import clerk

pytestmark = pytest.mark.django_db


def of(somebody: Person) -> Reading:
    return Reading.objects.get(person=somebody)


@pytest.mark.duty("A13-2-workflow")
def test_a_rule_that_comes_into_force_is_put_before_its_posts_each_with_a_clock() -> None:
    first, second, other = clerk(), clerk("S-0101"), person("S-0102", Role.SERVICE, post="legal")
    row = in_force(posts=["shop"], read_days=7)
    assert set(Reading.objects.values_list("person", flat=True)) == {first.pk, second.pk}
    clock = Clock.objects.get(register="readings", entry=of(first).pk)
    assert (clock.person, clock.due) == (first, of(first).due)
    assert not Reading.objects.filter(person=other).exists()
    page = signed_in(officer(), "en").get(f"/r/procedures/{row.number}/").content.decode()
    assert "2 people read it, 2 have not confirmed yet" in page


def test_a_reading_is_called_in_both_languages() -> None:
    somebody = clerk()
    row = in_force(posts=["shop"], title_en="How to answer")
    assert of(somebody).called == Text(f"{row.title}（{row.edition}）", f"How to answer ({row.edition})")


@pytest.mark.duty("A13-2-workflow")
def test_only_the_reader_confirms_and_what_they_confirmed_is_its_digest() -> None:
    somebody = clerk()
    row = in_force(posts=["shop"])
    with pytest.raises(NotYoursError):
        do(of(somebody), "confirm", officer())
    done = do(of(somebody), "confirm", somebody)
    assert (done.state, done.digest) == ("confirmed", row.digest)
    assert not Clock.objects.filter(register="readings", entry=done.pk).exists()


def test_a_person_without_any_role_reads_and_confirms_too() -> None:
    somebody = person("S-0500", post="shop")
    in_force(posts=["shop"])
    browser = signed_in(somebody, "en")
    page = browser.get(f"/readings/{of(somebody).number}/text").content.decode()
    assert "I have read and understood it" in page
    assert browser.post(f"/readings/{of(somebody).number}/text").status_code == 302
    assert of(somebody).state == "confirmed"
    assert browser.get("/r/procedures/").status_code == 403


def test_everybody_sees_their_own_and_who_oversees_sees_all() -> None:
    mine, theirs = clerk(), clerk("S-0101")
    in_force(posts=["shop"])
    browser = signed_in(mine)
    listed = browser.get("/r/readings/").content.decode()
    assert of(mine).number in listed
    assert of(theirs).number not in listed
    assert browser.get(f"/r/readings/{of(theirs).number}/").status_code == 404
    assert browser.get(f"/readings/{of(theirs).number}/text").status_code == 404
    assert of(theirs).number not in browser.get("/r/readings/export.csv").getvalue().decode()
    assert "没有找到" in browser.post("/search", {"q": of(theirs).number}).content.decode()
    assert of(theirs).number not in browser.get("/").content.decode()
    assert of(theirs).number in signed_in(officer()).get("/r/readings/").content.decode()


def test_who_comes_to_the_post_later_gets_it_and_who_leaves_it_is_let_off() -> None:
    first = clerk()
    in_force(posts=["shop"])
    second = clerk("S-0101")
    Person.objects.filter(pk=first.pk).update(post="legal")
    _keep(timezone.now())
    assert (of(first).state, of(second).state) == ("moot", "open")
    Person.objects.filter(pk=first.pk).update(post="shop")
    _keep(timezone.now())
    assert of(first).state == "open"


def test_a_new_version_is_read_anew_and_the_old_one_no_longer() -> None:
    somebody = clerk()
    row = in_force(posts=["shop"])
    do(row, "revise", officer())
    second = do(Procedure.objects.get(edition=2), "submit", officer())
    do(second, "approve", approver(), {"in_force_from": None})
    _keep(timezone.now())
    assert [(each.procedure, each.state) for each in Reading.objects.filter(person=somebody).order_by("pk")] == [
        (row.number, "moot"), (second.number, "open"),
    ]  # fmt: skip


def test_a_round_changes_nothing_when_it_is_run_again() -> None:
    clerk(), clerk("S-0101")
    in_force(posts=["shop"])
    before = list(Reading.objects.values_list("pk", "state", "version"))
    _keep(timezone.now())
    assert list(Reading.objects.values_list("pk", "state", "version")) == before
