"""A fact judged at a moment: each answer, its edges, and when time alone changes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.rules.duty import STATES, Case, Fact, Finding, Terms, judged, summed_up, worst

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENT = timedelta(microseconds=1)
TERMS = Terms()


def finding(fact: Fact, now: datetime = NOW, *, always: bool = True, terms: Terms = TERMS) -> Finding:
    return judged("some.matter", fact, now, terms, always=always)


def test_what_is_in_place_is_met() -> None:
    assert finding(Fact(shown=3)).state == "met"


def test_nothing_in_place_is_nothing_evidenced() -> None:
    assert finding(Fact()).state == "not-evidenced"


def test_what_nothing_gave_rise_to_is_met() -> None:
    assert finding(Fact(), always=False).state == "met"


def test_without_a_source_nothing_is_evidenced() -> None:
    case = Case({}, NOW)
    assert [each.state for each in (case.in_place("a.b"), case.as_it_arises("a.b"))] == ["not-evidenced"] * 2


def test_what_is_still_to_be_done_is_due_by_its_deadline() -> None:
    found = finding(Fact(open=2, due=NOW + DAY))
    assert (found.state, found.due, found.turns, found.since) == ("due", NOW + DAY, NOW + DAY, None)


def test_a_deadline_is_its_last_moment() -> None:
    assert finding(Fact(open=1, due=NOW)).state == "due"
    passed = finding(Fact(open=1, due=NOW), NOW + MOMENT)
    assert (passed.state, passed.since, passed.due) == ("breached", NOW, None)


def test_a_deadline_of_what_is_done_binds_nobody() -> None:
    assert finding(Fact(shown=1, due=NOW - DAY)).state == "met"


def test_at_once_is_as_long_as_the_terms_say() -> None:
    owed = Fact(open=1, at_once=NOW - 2 * HOUR)
    assert (finding(owed).state, finding(owed).due) == ("due", NOW + 22 * HOUR)
    strict = finding(owed, terms=Terms(at_once=HOUR))
    assert (strict.state, strict.since) == ("breached", NOW - HOUR)


def test_the_earlier_of_two_deadlines_counts() -> None:
    assert finding(Fact(open=2, due=NOW + 3 * DAY, at_once=NOW)).due == NOW + DAY


def test_a_fault_is_a_breach_since_it_was_there() -> None:
    found = finding(Fact(shown=9, lacking=1, since=NOW - DAY))
    assert (found.state, found.since) == ("breached", NOW - DAY)


def test_a_breach_is_since_the_first_of_what_broke() -> None:
    found = finding(Fact(lacking=1, since=NOW - DAY, open=1, due=NOW - 2 * DAY, until=NOW - 3 * DAY))
    assert found.since == NOW - 3 * DAY


def test_what_runs_out_soon_is_due_to_be_renewed() -> None:
    soon, later = Fact(shown=1, until=NOW + 20 * DAY), Fact(shown=1, until=NOW + 40 * DAY)
    assert (finding(soon).state, finding(soon).due) == ("due", NOW + 20 * DAY)
    assert (finding(later).state, finding(later).turns) == ("met", NOW + 10 * DAY)


def test_what_ran_out_is_a_breach() -> None:
    found = finding(Fact(shown=1, until=NOW - DAY))
    assert (found.state, found.since) == ("breached", NOW - DAY)


def test_a_term_of_the_houses_own_that_passed_shows_nothing_any_more_and_is_no_breach() -> None:
    kept, owed = Fact(shown=1, own=NOW + 20 * DAY), Fact(shown=1, open=1, own=NOW + 40 * DAY)
    assert [(finding(each).state, finding(each).due) for each in (kept, owed)] == [
        ("due", kept.own), ("due", owed.own)]  # fmt: skip
    assert finding(Fact(shown=1, own=NOW + 40 * DAY)).turns == NOW + 10 * DAY
    passed = finding(kept, NOW + 21 * DAY)
    assert (passed.state, passed.since, passed.evidence[0].overdue) == ("not-evidenced", None, True)
    worse = finding(Fact(open=2, due=NOW - DAY, own=NOW - 2 * DAY))
    assert (worse.state, worse.since) == ("breached", NOW - DAY), "a deadline of the Order is one all the same"


def test_a_source_that_is_too_old_says_nothing() -> None:
    assert finding(Fact(shown=1, stale=NOW - MOMENT)).state == "not-evidenced"
    assert finding(Fact(shown=1, stale=NOW)).turns == NOW


def test_what_nothing_shows_either_way_is_not_evidenced() -> None:
    assert finding(Fact(shown=5, unshown=1), always=False).state == "not-evidenced"


def test_the_worst_of_several_is_the_answer_with_the_evidence_of_all() -> None:
    findings = {
        "met": finding(Fact(shown=1)), "due": finding(Fact(open=1, due=NOW + DAY)), "not-evidenced": finding(Fact()),
        "breached": finding(Fact(lacking=1, since=NOW)),
    }  # fmt: skip
    assert set(findings) == set(STATES)
    for place, state in enumerate(STATES):
        assert worst(*(findings[each] for each in STATES[place:])).state == state
    two = worst(judged("a.a", Fact(shown=1), NOW, TERMS, always=True), finding(Fact(shown=2)))
    assert [(each.matter, each.shown) for each in two.evidence] == [("a.a", 1), ("some.matter", 2)]


def test_a_sum_names_the_duties_it_rests_on() -> None:
    broken = finding(Fact(lacking=1, since=NOW - DAY))
    found = summed_up({"A13-4-media": finding(Fact(shown=1)), "A13-3-bulk": broken})
    assert (found.state, found.since) == ("breached", NOW - DAY)
    assert [(each.matter, each.state) for each in found.evidence] == [
        ("A13-4-media", "met"), ("A13-3-bulk", "breached"),
    ]  # fmt: skip


def test_nothing_summed_up_is_nothing_evidenced() -> None:
    assert summed_up({}).state == "not-evidenced"


MOMENTS = st.none() | st.integers(-100, 100).map(lambda hours: NOW + hours * HOUR)
FACTS = st.builds(
    Fact, shown=st.integers(0, 2), lacking=st.integers(0, 1), since=st.just(NOW - DAY), open=st.integers(0, 2),
    due=MOMENTS, at_once=MOMENTS, until=MOMENTS, own=MOMENTS, stale=MOMENTS, unshown=st.integers(0, 1),
)  # fmt: skip


@given(FACTS, st.booleans(), st.integers(0, 400))
def test_time_alone_changes_no_answer_before_its_turn(fact: Fact, always: bool, hours: int) -> None:
    terms, later = Terms(warning=DAY), NOW + hours * HOUR
    found, then = finding(fact, always=always, terms=terms), finding(fact, later, always=always, terms=terms)
    if found.turns is None or later <= found.turns:
        assert (then.state, then.due, then.since) == (found.state, found.due, found.since)


@given(FACTS, st.booleans())
def test_every_answer_says_what_its_state_needs(fact: Fact, always: bool) -> None:
    found = finding(fact, always=always)
    assert (found.since is not None) == (found.state == "breached")
    assert found.due is None or found.state == "due"
    assert found.turns is None or found.turns >= NOW


@pytest.mark.parametrize("fact", [Fact(), Fact(shown=1, lacking=1, since=NOW, row="A-2026-0001", until=NOW + DAY)])
def test_a_fact_survives_its_json(fact: Fact) -> None:
    import msgspec

    assert msgspec.json.decode(msgspec.json.encode(fact), type=Fact) == fact
