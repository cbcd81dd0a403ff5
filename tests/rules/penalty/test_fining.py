"""One act, one fine, the highest, within its band; below it only on a named ground."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.rules.penalty.fining import (
    Act,
    Gravity,
    applies,
    band,
    highest,
    may_ask_for_hearing,
    no_penalty,
    objection,
)
from tests.rules.penalty.statute import penalties

ARTICLES = ("8", "9(1)", "9(3)", "10", "11", "12", "13(3)", "14(1)", "14(2)", "15", "16", "17(2)", "5", "17(1)")
LIGHTER, FORGIVING = ["harm-removed"], ["slight"]
acts = st.builds(
    Act,
    articles=st.frozensets(st.sampled_from(ARTICLES), min_size=1),
    ended=st.dates(date(2013, 9, 1), date(2030, 1, 1)),
    refused=st.booleans(),
    grave=st.booleans(),
    gains=st.integers(0, 10**9),
    turnover=st.integers(0, 10**12),
)
gravities: st.SearchStrategy[Gravity] = st.sampled_from(["ordinary", "heavier", "lighter", "mitigated"])
fines = st.one_of(st.integers(0, 40_000), st.integers(0, 10**11))


@pytest.mark.duty("A22", "A23")
@given(
    acts, st.sampled_from(sorted(penalties().penalties)), fines, gravities, st.sampled_from([[], LIGHTER, FORGIVING])
)
def test_what_passes_is_the_highest_provisions_within_its_band(
    act: Act, chosen: str, fine: int, gravity: Gravity, grounds: list[str]
) -> None:
    if objection(penalties(), act, chosen, fine, gravity, grounds) is not None:
        return
    provision = penalties().penalties[chosen]
    bounds = band(provision, act)
    assert applies(provision, act)
    if fine:
        best = highest(penalties(), act)
        assert best is not None
        assert bounds is not None
        assert best.id == chosen
        assert fine <= bounds.most
        assert fine >= bounds.least or (gravity == "mitigated" and grounds == LIGHTER)


@given(acts)
def test_no_provision_that_applies_fines_more_than_the_highest(act: Act) -> None:
    found = [bounds.most for each in penalties().penalties.values()
             if applies(each, act) and (bounds := band(each, act)) is not None]  # fmt: skip
    best = highest(penalties(), act)
    bounds = band(best, act) if best else None
    assert (bounds.most if bounds else None) == (max(found) if found else None)


@given(acts, gravities)
def test_both_ends_of_the_band_are_lawful_and_one_yuan_beyond_is_not(act: Act, gravity: Gravity) -> None:
    best = highest(penalties(), act)
    bounds = band(best, act) if best else None
    if best is None or bounds is None:
        return
    grounds = LIGHTER if gravity in ("lighter", "mitigated") else []
    for fine in bounds:
        assert objection(penalties(), act, best.id, fine, gravity, grounds) is None
    above = objection(penalties(), act, best.id, bounds.most + 1, gravity, grounds)
    assert above is not None
    assert above.field == "fine"
    assert f"{bounds.most:,}" in above.remedy.en


@pytest.mark.duty("A22", "A23")
@pytest.mark.parametrize(
    ("articles", "chosen", "fine", "field"),
    [
        (["8"], "order24-22", 1, None),
        (["12"], "order24-22", 10_000, None),
        (["8"], "order24-22", 10_001, "fine"),
        (["8"], "order24-22", 0, None),
        (["8"], "order24-23", 10_000, "instrument"),
        (["9(3)"], "order24-23", 10_000, None),
        (["17(2)"], "order24-23", 30_000, None),
        (["14(2)"], "order24-23", 9_999, "fine"),
        (["9(3)"], "order24-23", 30_001, "fine"),
        (["9(3)"], "order24-22", 5_000, "instrument"),
        (["8", "9(3)"], "order24-22", 5_000, "instrument"),
        (["8", "9(3)"], "order24-23", 20_000, None),
        (["17(1)"], "order24-23", 10_000, "instrument"),
        (["17(3)"], "order24-23", 10_000, "instrument"),
    ],
)
def test_the_article_decides_the_band(articles: list[str], chosen: str, fine: int, field: str | None) -> None:
    act = Act(articles=frozenset(articles), ended=date(2026, 5, 1))
    found = objection(penalties(), act, chosen, fine, "ordinary", ())
    assert (found.field if found else None) == field


def test_the_information_law_fines_only_who_did_not_correct_and_then_instead_of_the_order() -> None:
    act = Act(articles=frozenset({"9(1)"}), ended=date(2026, 5, 1))
    early = objection(penalties(), act, "pipl-66-1", 500_000, "ordinary", ())
    assert early is not None
    assert "order to correct" in early.reason.en
    refused = Act(articles=act.articles, ended=act.ended, refused=True)
    assert objection(penalties(), refused, "pipl-66-1", 500_000, "ordinary", ()) is None
    lower = objection(penalties(), refused, "order24-23", 30_000, "ordinary", ())
    assert lower is not None
    assert "29" in lower.reason.en
    none = objection(penalties(), refused, "pipl-66-1", 0, "ordinary", ())
    assert none is not None
    assert none.field == "fine"


def test_an_old_text_fines_what_ended_while_it_was_in_force() -> None:
    for ended, right in ((date(2025, 12, 31), "cybersecurity-law-64"), (date(2026, 1, 1), "order24-23")):
        best = highest(penalties(), Act(articles=frozenset({"10"}), ended=ended))
        assert best is not None
        assert best.id == right


def test_illegal_gains_and_turnover_make_the_band() -> None:
    known = penalties().penalties
    act = Act(articles=frozenset({"10"}), ended=date(2024, 1, 1), gains=300_000, grave=True, turnover=4 * 10**9)
    assert band(known["cybersecurity-law-64"], act) == (300_000, 3_000_000)
    assert band(known["pipl-66-2"], act) == (1, 200_000_000)
    assert band(known["npcsc-decision-11"], act) is None


def test_no_penalty_needs_a_ground_of_article_33() -> None:
    assert no_penalty(penalties(), FORGIVING) is None
    assert no_penalty(penalties(), ["first"]) is None
    for grounds in ([], LIGHTER, ["nothing"]):
        assert no_penalty(penalties(), grounds) is not None


def test_a_hearing_is_for_large_fines_and_heavy_measures() -> None:
    pipl, order = penalties().penalties["pipl-66-1"], penalties().penalties["order24-23"]
    assert not may_ask_for_hearing(penalties(), order, 30_000, order.measures, natural=False)
    assert may_ask_for_hearing(penalties(), order, 10_000, (), natural=True)
    assert may_ask_for_hearing(penalties(), pipl, 100_000, (), natural=False)
    assert not may_ask_for_hearing(penalties(), pipl, 99_999, ["warning"], natural=False)
    assert may_ask_for_hearing(penalties(), pipl, 0, ["suspension"], natural=False)


def test_a_hearing_is_for_large_gains_that_are_confiscated_as_for_a_large_fine() -> None:
    pipl, order = penalties().penalties["pipl-66-1"], penalties().penalties["order24-23"]
    taken = ["confiscation"]
    assert may_ask_for_hearing(penalties(), pipl, 0, taken, natural=False, gains=100_000)
    assert not may_ask_for_hearing(penalties(), pipl, 0, taken, natural=False, gains=99_999)
    assert may_ask_for_hearing(penalties(), pipl, 0, taken, natural=True, gains=10_000)
    assert not may_ask_for_hearing(penalties(), pipl, 0, ["warning"], natural=False, gains=100_000)
    assert not may_ask_for_hearing(penalties(), order, 0, taken, natural=False, gains=100_000)
