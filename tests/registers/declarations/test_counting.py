"""Counting consents: exact at the end, estimated before, whoever is counted first."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from shouze.client import ConsentsCounted, ConsentTally
from shouze.registers.declarations import counting
from shouze.registers.declarations.models import ConsentCount
from shouze.registers.ports import GIVEN
from tests.installation import OTHER, subscribe
from tests.registers.house import Opened


@pytest.mark.django_db(transaction=True)
def test_a_count_says_how_many_consents_a_change_makes_outdated(opened: Opened) -> None:
    opened.run(subscribe(opened.installation, also={"offers": ("phone",)}))
    opened.run(subscribe(opened.installation, OTHER))
    count = counting.begin()
    assert count.done_at is not None
    assert counting.standing(count, "mobile", "offers") == (1, None)
    assert counting.standing(count, "mobile", "customer-service") == (2, None)


class Pages:
    """A door whose subjects, a thousand a page, all consented to the same."""

    def __init__(self, pages: int) -> None:
        self.asked: list[str | None] = []
        self._pages = pages

    def count_consents(self, after: str | None, limit: int) -> ConsentsCounted:
        assert limit == counting.LIMIT
        self.asked.append(after)
        over = len(self.asked) == self._pages
        tallies = (ConsentTally(service="s", purpose="p", version=1, standing=900, withdrawn=100),)
        return ConsentsCounted(
            subjects=1000, after=None if over else f"id-{len(self.asked)}", share=len(self.asked) / self._pages,
            tallies=tallies, receipt=None,
        )  # fmt: skip


@pytest.mark.django_db
def test_a_long_count_is_estimated_at_first_and_goes_on_where_it_stopped(monkeypatch: Any) -> None:
    pages = Pages(10)
    monkeypatch.setattr(GIVEN, "door", pages)
    count = counting.begin()
    assert (count.subjects, count.done_at) == (3000, None)
    number, margin = counting.standing(count, "s", "p")
    assert number == 9000
    assert margin is not None
    assert 0 < margin < 900
    assert counting.count_on(timezone.now()) == 10_000
    assert counting.standing(ConsentCount.objects.get(), "s", "p") == (9000, None)
    assert pages.asked == [None, *[f"id-{n}" for n in range(1, 10)]]
    assert counting.count_on(timezone.now()) == 0
