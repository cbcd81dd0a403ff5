"""Counting: what is typed or read is a carrier of the list, another one, or none of ours; twice is once."""

from __future__ import annotations

import pytest

from shouze.errors import ConflictError, InvalidError
from shouze.registers.stocktakes.counting import mark_of, medium_of
from shouze.registers.stocktakes.models import Difference, Expected
from tests.registers.house import do, officer
from tests.registers.media.scene import kept
from tests.registers.stocktakes.scene import ended, seen, started

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "mark"),
    [(" K-7 ", "K-7"), ("http://desk.localhost:8500/m/0a1b2c", "0a1b2c"), ("https://x/m/0a1b2c/", "0a1b2c"), ("", "")],
)
def test_of_a_labels_address_the_last_part_counts(given: str, mark: str) -> None:
    assert mark_of(given) == mark


def test_a_carrier_is_found_by_tag_number_and_mark() -> None:
    row = kept(mark="K-7")
    assert medium_of(row.tag) == medium_of(row.number.lower()) == medium_of("K-7") == row
    assert medium_of("K-8") is None


def test_the_list_holds_what_is_kept_at_the_place_and_of_the_kind() -> None:
    here = kept()
    kept(place="B-1"), kept(kind="optical")
    do(kept(), "lose", officer())
    row = started(place="A-12", kinds=["paper"])
    assert list(Expected.objects.filter(stocktake=row).values_list("medium", flat=True)) == [here.pk]
    assert row.expected == 1


@pytest.mark.duty("A13-4-media")
def test_each_carrier_counts_once_by_whoever_saw_it_first() -> None:
    medium = kept()
    row = started()
    assert seen(row, f"http://desk.localhost/m/{medium.tag}").outcome == "expected"
    assert seen(row, medium.number).outcome == "again"
    assert Expected.objects.get(stocktake=row).seen_by == officer()
    medium.refresh_from_db()
    assert medium.seen_at is not None
    assert not Difference.objects.exists()


def test_what_should_not_be_there_is_a_difference_once() -> None:
    elsewhere = kept(place="B-1")
    row = started(place=kept().place)
    assert [seen(row, each).outcome for each in (elsewhere.number, elsewhere.tag, "X-1", "X-1")] == [
        "unexpected", "unexpected", "unknown", "unknown",
    ]  # fmt: skip
    assert sorted(Difference.objects.values_list("kind", "mark")) == [
        ("unexpected", elsewhere.number), ("unknown", "X-1"),
    ]  # fmt: skip


def test_nothing_is_counted_without_a_number_or_after_the_end() -> None:
    row = started()
    with pytest.raises(InvalidError):
        seen(row, "  ")
    ended(row)
    with pytest.raises(ConflictError):
        seen(row, "K-7")
