"""Publications: which version hangs where, and what is owed when it is another one than is in force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouze.errors import InvalidError
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.declarations.register import REGISTER as DECLARATIONS
from shouze.registers.publications.models import Publication
from shouze.registers.publications.register import REGISTER
from shouze.registers.rows import Clock, Document
from tests.registers.declarations.scene import in_force, wider
from tests.registers.house import PROOF, do, officer
from tests.registers.publications.scene import shown

pytestmark = pytest.mark.django_db


def owed(row: Publication) -> set[str]:
    return set(Clock.objects.filter(register="publications", entry=row.pk).values_list("kind", flat=True))


@pytest.mark.duty("A08-publish")
def test_a_place_is_registered_with_version_digest_and_a_picture_and_ends_what_the_rules_owed() -> None:
    rules = in_force()
    assert Clock.objects.filter(register="declarations", entry=rules.pk, kind="show").exists()
    row = shown()
    assert (row.shown_version, row.digest) == (1, rules.digest)
    assert bytes(Document.objects.get().content) == PROOF.content
    assert not Clock.objects.filter(register="declarations", entry=rules.pk).exists()


def test_a_place_without_a_picture_or_rules_is_not_registered() -> None:
    with pytest.raises(InvalidError) as caught:
        shown()
    assert caught.value.field == "service"
    in_force()
    values = {"service": "cloud-drive", "title": "x", "place": "premises", "since": "2026-01-01", "check_days": 90}
    with pytest.raises(InvalidError) as caught:
        acting.make(REGISTER, officer(), Asked(values))
    assert caught.value.field == "documents"


def test_a_website_has_an_address() -> None:
    in_force()
    with pytest.raises(InvalidError) as caught:
        shown(url="")
    assert caught.value.field == "url"


@pytest.mark.duty("A08-publish")
def test_a_copy_at_premises_is_looked_at_again_after_ninety_days() -> None:
    in_force()
    row = shown("premises", url="")
    clock = Clock.objects.get(register="publications", entry=row.pk, kind="check")
    assert clock.due is not None
    assert row.checked_at is not None
    assert clock.due - row.checked_at == timedelta(days=90)
    again = do(row, "check", officer())
    assert again.checked_at > row.checked_at
    assert owed(shown(title="官网")) == set()


@pytest.mark.duty("A08-publish")
def test_new_rules_are_owed_at_every_place_that_shows_older_ones() -> None:
    before = in_force()
    row = shown()
    acting.follow(DECLARATIONS, DECLARATIONS.act("supersede"), before.pk, None)
    later = in_force(2, **wider())
    assert owed(row) == {"renew"}
    assert Clock.objects.filter(register="declarations", entry=later.pk, kind="show").exists()
    row = do(row, "renew", officer())
    assert (row.shown_version, owed(row)) == (2, set())
    assert not Clock.objects.filter(register="declarations", entry=later.pk).exists()


def test_what_does_not_match_is_mended_or_taken_down() -> None:
    in_force()
    row = do(shown("premises", url=""), "wrong", officer(), {"problem": "被撕去一角"})
    assert (row.state, owed(row)) == ("wrong", {"mend", "check"})
    assert owed(do(row, "check", officer())) == {"check"}
    row = do(row, "take-down", officer())
    assert (row.state, owed(row)) == ("taken-down", set())
    assert row.until is not None
