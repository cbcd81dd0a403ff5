"""Editions: one text, whose digest anybody can make anew; nothing of it can be tried out from the digest alone."""

from __future__ import annotations

from hashlib import sha256

import pytest

from shouze.registers.announcements.editions import members_of
from shouze.registers.announcements.models import Edition
from tests.registers.announcements.scene import published

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def test_the_digest_is_of_the_very_text_and_two_equal_entries_have_different_ones() -> None:
    rows = [published(), published()]
    editions = [Edition.objects.get(number=row.number) for row in rows]
    for row, edition in zip(rows, editions, strict=True):
        assert sha256(edition.content.encode()).hexdigest() == edition.digest == row.digest
        assert (edition.current, edition.kind) == (True, "publication")
        assert members_of(edition)["articles"] == ["9(1)", "10"]
    assert members_of(editions[0])["random"] != members_of(editions[1])["random"]
