"""The draw: the same for everybody who has the seed; who says that it breaches is added; what was drawn stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.chinatime import SHANGHAI
from shouze.errors import InvalidError, NotYoursError
from shouze.registers.annualreviews.models import AnnualReview
from shouze.registers.draws.drawing import drawn
from tests.registers.annualreviews.scene import IN_JANUARY, asked, at
from tests.registers.house import do, make, signed_in
from tests.registers.parties import Other
from tests.registers.reports.scene import head, inspector

pytestmark = pytest.mark.django_db
SEED: dict[str, Any] = {
    "year": 2025,
    "seed": "2026045: 03 11 17 22 29 31",
    "source": "福彩双色球第 2026045 期",
    "count": 2,
}
IN_APRIL = datetime(2026, 4, 1, 9, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def january() -> Iterator[None]:
    with at(IN_JANUARY):
        yield


def answered(count: int) -> list[AnnualReview]:
    return [do(each, "answered", inspector(), {"says": "纸质报告", "at": None}) for each in asked(count)]


@given(st.text(min_size=1), st.sets(st.text(min_size=1, max_size=8), max_size=30), st.integers(0, 40))
def test_whoever_draws_with_the_same_seed_draws_the_same(seed: str, numbers: set[str], count: int) -> None:
    encodable = {each for each in numbers if each.isprintable()}
    if not seed.isprintable():
        return
    found = drawn(seed, sorted(encodable), count)
    by_hand = sorted(encodable, key=lambda each: sha256(f"{seed}:{each}".encode()).hexdigest())[:count]
    assert found == by_hand == drawn(seed, sorted(encodable, reverse=True), count)


@pytest.mark.duty("A19-annual")
def test_a_draw_marks_what_it_drew_and_adds_who_says_that_it_breaches() -> None:
    reviews = answered(5)
    numbers = [each.number for each in reviews]
    chosen = drawn(SEED["seed"], numbers, 2)
    risky = next(each for each in numbers if each not in chosen)
    AnnualReview.objects.filter(number=risky).update(counts={"met": 1, "breached": 2})
    with pytest.raises(InvalidError) as caught:
        make("draws", head(), SEED)
    assert caught.value.field == "year", "the term has not passed"
    with at(IN_APRIL):
        row = make("draws", head(), SEED)
    assert (row.among, row.numbers, row.risky) == (5, chosen, [risky])
    marked = dict(AnnualReview.objects.exclude(drawn="").values_list("number", "drawn"))
    assert marked == {**dict.fromkeys(chosen, "random"), risky: "risk"}
    with at(IN_APRIL), pytest.raises(InvalidError) as caught:
        make("draws", head(), SEED)
    assert caught.value.field == "year", "of a year it is drawn once"


def test_an_answer_by_dispatch_that_leaves_its_account_out_is_looked_into() -> None:
    [one, two, three] = answered(3)
    peer = Other().trusted("operator")
    AnnualReview.objects.filter(pk__in=[one.pk, two.pk, three.pk]).update(peer=peer)
    AnnualReview.objects.filter(pk=one.pk).update(counts={"met": 53})
    with at(IN_APRIL):
        row = make("draws", head(), SEED | {"count": 1})
    assert set(row.risky) == {two.number, three.number} - set(row.numbers)


def test_nothing_is_drawn_from_nothing_and_a_number_has_to_be_one() -> None:
    with at(IN_APRIL), pytest.raises(InvalidError) as caught:
        make("draws", head(), SEED)
    assert caught.value.field == "year"
    answered(1)
    with at(IN_APRIL), pytest.raises(InvalidError) as caught:
        make("draws", head(), SEED | {"count": 0})
    assert caught.value.field == "count"


def test_a_head_draws_and_an_officer_reads_it() -> None:
    answered(2)
    with pytest.raises(NotYoursError):
        make("draws", inspector(), SEED)
    with at(IN_APRIL):
        row = make("draws", head(), SEED)
    page = signed_in(inspector(), "en").get(f"/r/draws/{row.number}/").content.decode()
    assert "2 of 2 answers were drawn" in page
    assert "SHA-256(seed:number)" in page


@pytest.mark.parametrize("year", [0, 2012, 2027, 9999, 99_999])
def test_a_year_that_cannot_be_reviewed_yet_or_ever_is_named(year: int) -> None:
    with at(IN_APRIL), pytest.raises(InvalidError) as caught:
        make("draws", head(), SEED | {"year": year})
    assert caught.value.field == "year"


def test_who_admits_on_paper_to_breach_is_added_too_and_the_draws_page_leads_to_each() -> None:
    reviews = asked(3)
    for place, each in enumerate(reviews):
        do(each, "answered", inspector(), {"says": "纸质报告", "at": None, "breached": 2 if place == 0 else None})
    admits = reviews[0].number
    with at(IN_APRIL):
        seed = next(f"{n}" for n in range(99) if drawn(f"{n}", [each.number for each in reviews], 1) != [admits])
        row = make("draws", head(), SEED | {"seed": seed, "count": 1})
        page = signed_in(head()).get(f"/r/draws/{row.number}/").content.decode()
    assert (row.risky, len(row.numbers)) == ([admits], 1)
    assert all(f"/r/annualreviews/{each}/" in page for each in (*row.numbers, admits))
