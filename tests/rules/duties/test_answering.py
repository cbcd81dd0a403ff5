"""Every duty has its check, every check each of its answers; a year of answers agrees with a second calculation."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shouze.rules.duties.answering import (
    ALL_CHECKS,
    AUTHORITY,
    CHECKS,
    INDUSTRY,
    OPERATOR,
    Answer,
    answered,
    matters_of,
    owed,
)
from shouze.rules.duties.general import SUMS, parts_of
from shouze.rules.duties.matters import MATTERS
from shouze.rules.duties.telling import sanction_of
from shouze.rules.duty import STATES, Fact, State
from tests.rules.duties import year as a
from tests.rules.statute_files import statutes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TOLD = {"declarations.rules", "consents.current"}
DOOR = {"declarations.rules", "door.obeys"}
GUIDED = {"peerreviews.closed", "pledges.given", "surveys.returned"}

RESTS_ON: dict[str, set[str]] = {
    "A08-make-rules": {"declarations.rules", "findings.undeclared"},
    "A08-publish": {"declarations.shown", "publications.copies"},
    "A09-1-consent": DOOR | {"consents.consent", "requests.withdrawals"},
    "A09-2-purpose": TOLD,
    "A09-2-means": TOLD,
    "A09-2-scope": TOLD,
    "A09-2-query": TOLD | {"channels.working", "requests.answers"},
    "A09-2-refusal": TOLD,
    "A09-2-etc": TOLD | {"consents.found"},
    "A09-3-necessity": DOOR | {"findings.undeclared"},
    "A09-3-purpose-limit": DOOR | {"watching.explained"},
    "A09-3-no-deceit": {"consents.deceit"},
    "A09-3-no-mislead": {"consents.mislead"},
    "A09-3-no-coerce": {"consents.coerce"},
    "A09-3-law": DOOR | {"assessments.owed"},
    "A09-3-contract": DOOR | {"consents.current"},
    "A09-4-stop": DOOR | {"declarations.endings"},
    "A09-4-cancel": {"consents.cancelling", "requests.cancellations"},
    "A10-op-secrecy": {"procedures.security", "grants.in-force", "door.obeys"},
    "A10-staff-secrecy": {"undertakings.signed"},
    "A10-no-leak/tamper/destroy": {"log.kept", "incidents.leaks"},
    "A10-no-sale": {"recipients.grounds", "bulk.reviewed", "watching.explained"},
    "A10-no-illegal-supply": {"recipients.grounds", "door.obeys"},
    "A11-supervise": {"agents.supervision"},
    "A11-no-unfit": {"agents.fitness", "door.obeys"},
    "A12-mechanism": {"posts.complaints"},
    "A12-contact": {"channels.complaints", "declarations.shown"},
    "A12-accept": {"complaints.accepted"},
    "A12-15d": {"complaints.answers"},
    "A13-1-roles": {"posts.responsibilities"},
    "A13-2-workflow": {"procedures.workflow", "procedures.security", "readings.confirmed"},
    "A13-3-permissions": {"grants.in-force", "reviews.decided", "door.obeys"},
    "A13-3-bulk": {"bulk.reviewed"},
    "A13-3-dlp": {"yardsticks.watched", "watching.explained"},
    "A13-4-media": {"media.custody"},
    "A13-5-access": {"systems.reviewed"},
    "A13-5-intrusion": {"systems.protection"},
    "A13-6-oplog": {"log.kept", "systems.recorded"},
    "A13-7-network": {"systems.network"},
    "A13-8-other": {"orders.directives"},
    "A14-1-remedy": {"incidents.remedy"},
    "A14-1-report": {"incidents.report"},
    "A14-1-cooperate": {"orders.cooperation"},
    "A14-2-obey": {"orders.suspensions", "door.obeys"},
    "A15-train-know/skill/resp": {"trainings.knowledge", "trainings.skills", "trainings.responsibility"},
    "A16-record": {"selfinspections.recorded"},
    "A16-fix": {"shortcomings.fixed"},
    "A17-2-cooperate": {"orders.cooperation"},
    "A14-2-assess": {"reports.assessed"},
    "A14-2-escalate": {"reports.escalated"},
    "A17-1-inspect": {"inspections.made"},
    "A17-3-record": {"inspections.recorded", "visits.recorded"},
    "A17-3-no-hinder": {"inspections.unhindered", "visits.unhindered"},
    "A17-3-no-fee": {"inspections.free", "visits.free"},
    "A18-auth-secrecy": {"misconduct.handled", "undertakings.signed", "withdrawals.decided"},
    "A19-annual": {"annualreviews.concluded"},
    "A20-credit": {"announcements.published"},
    "A21-ind-rules": {"codes.in-force"},
    "A21-ind-guide": GUIDED,
    "A07-selfreg": GUIDED | {"codes.in-force"},
}
"""What each duty rests on; A16-selfcheck counts years (``test_a16``), and the sums rest on other duties."""
AS_IT_ARISES = {
    "agents.fitness", "agents.supervision", "announcements.published", "annualreviews.concluded", "assessments.owed",
    "bulk.reviewed", "complaints.accepted", "complaints.answers", "declarations.endings", "door.obeys",
    "findings.undeclared", "incidents.leaks", "incidents.remedy", "incidents.report", "inspections.free",
    "inspections.recorded", "inspections.unhindered", "orders.cooperation", "orders.directives", "orders.suspensions",
    "peerreviews.closed", "readings.confirmed", "recipients.grounds", "reports.assessed", "reports.escalated",
    "requests.answers", "requests.cancellations", "requests.withdrawals", "reviews.decided", "shortcomings.fixed",
    "surveys.returned", "systems.recorded", "visits.free", "visits.recorded", "visits.unhindered", "watching.explained",
    "misconduct.handled",
    "withdrawals.decided",
}  # fmt: skip
"""Matters that owe nothing where there is nothing: no complaint, no agent, no incident."""
STANDING: dict[State, Fact] = {
    "met": Fact(shown=1, last=NOW - DAY),
    "due": Fact(shown=1, open=1, due=NOW + DAY),
    "breached": Fact(shown=1, open=1, due=NOW - DAY),
    "not-evidenced": Fact(shown=1, unshown=1),
}
CASES = [(duty, matter, state) for duty, matters in RESTS_ON.items() for matter in sorted(matters) for state in STATES]
IN_PLACE = dict.fromkeys(MATTERS, STANDING["met"]) | {"selfinspections.finished": Fact(shown=1, last=NOW - DAY)}


def answer(duty: str, **facts: Fact) -> Answer:
    """Answer one duty where all is in place but for these matters (written with __ for the full stop and _ for -)."""
    changed = {name.replace("__", ".").replace("_", "-"): fact for name, fact in facts.items()}
    return answered([duty], {**IN_PLACE, **changed}, NOW)[duty]


def test_every_row_that_an_operator_owes_has_one_check() -> None:
    rows = {each.id for each in owed(statutes())}
    assert rows == CHECKS.keys() | SUMS.keys()
    assert not CHECKS.keys() & SUMS.keys()


def test_rows_without_a_state_are_powers_liabilities_definitions_and_what_others_owe() -> None:
    mine = {each.id for each in owed(statutes())}
    rest = [each for each in statutes().duties.values() if each.id not in mine]
    others = {each.id for each in rest if each.kind == "duty"}
    assert all(not {"operator", "staff"} & set(statutes().duties[duty].owed_by) for duty in others)
    assert others == {"A14-2-assess", "A14-2-escalate", "A17-1-inspect", "A17-3-record", "A17-3-no-hinder",
                      "A17-3-no-fee", "A18-auth-secrecy", "A19-annual", "A20-credit"}  # fmt: skip


def test_the_gate_is_the_installations() -> None:
    authority = {each.id for each in owed(statutes(), AUTHORITY) if each.kind == "duty"}
    industry = {each.id for each in owed(statutes(), INDUSTRY)}
    assert authority | industry == ALL_CHECKS.keys() - CHECKS.keys()
    answers = answered(sorted(authority | industry), {}, NOW)
    assert {each.state for each in answers.values()} == {"not-evidenced"}


def test_what_the_order_encourages_has_a_state_at_an_association_alone() -> None:
    """It stands among the powers: an operator's wheel and an authority's have nothing of it, and no sanction."""
    encouraged = {"A07-selfreg", "A21-ind-rules", "A21-ind-guide"}
    assert {each.id for each in owed(statutes(), INDUSTRY)} == encouraged
    assert {each.kind for each in owed(statutes(), INDUSTRY)} == {"power"}
    assert not encouraged & {each.id for side in (OPERATOR, AUTHORITY) for each in owed(statutes(), side)}
    assert all(sanction_of(each, statutes())["class"] == "none" for each in encouraged)


def test_each_check_is_named_and_says_what_it_asks() -> None:
    names = [check.__name__ for check in ALL_CHECKS.values()]
    assert len(names) == len(set(names))
    assert all(check.__doc__ for check in (*ALL_CHECKS.values(), *SUMS.values()))


def test_a_duty_rests_on_these_matters_and_no_others() -> None:
    assert {duty: matters_of(duty) for duty in ALL_CHECKS if duty != "A16-selfcheck"} == RESTS_ON


def test_every_matter_serves_a_duty() -> None:
    assert {matter for duty in ALL_CHECKS for matter in matters_of(duty)} == set(MATTERS)


def test_every_check_has_a_case_for_each_answer() -> None:
    for duty in ALL_CHECKS.keys() - {"A16-selfcheck"}:
        assert {state for each, _, state in CASES if each == duty} == set(STATES), duty


@pytest.mark.parametrize(("duty", "matter", "state"), CASES)
def test_a_duty_stands_as_the_worst_of_what_it_rests_on(duty: str, matter: str, state: State) -> None:
    found = answered([duty], {**IN_PLACE, matter: STANDING[state]}, NOW)[duty]
    assert found.state == state
    assert found.since == (NOW - DAY if state == "breached" else None)
    assert found.due == (NOW + DAY if state == "due" else None)
    assert {each.matter: each.state for each in found.evidence}[matter] == state


@pytest.mark.parametrize(("duty", "matter"), [(duty, each) for duty, all_ in RESTS_ON.items() for each in sorted(all_)])
def test_what_nothing_gave_rise_to_is_owed_only_where_it_has_to_be_in_place(duty: str, matter: str) -> None:
    found = answered([duty], {**IN_PLACE, matter: Fact()}, NOW)[duty]
    assert found.state == ("met" if matter in AS_IT_ARISES else "not-evidenced")


@pytest.mark.parametrize("duty", ALL_CHECKS)
def test_without_facts_nothing_is_evidenced(duty: str) -> None:
    assert answered([duty], {}, NOW)[duty].state == "not-evidenced"


SUMMED = {
    "A02-scope": ["A08-make-rules", "A13-5-access"],
    "A05-lawful": [duty for duty in CHECKS if duty.startswith("A09-")],
    "A06-responsible": [duty for duty in CHECKS if duty.startswith(("A13-", "A14-"))],
    "A13-goal": [duty for duty in CHECKS if duty.startswith("A13-")],
}


def test_scope_principle_and_general_care_sum_up_these() -> None:
    assert {duty: list(parts_of(duty, CHECKS)) for duty in SUMS} == SUMMED


@pytest.mark.parametrize("duty", SUMS)
@pytest.mark.parametrize("state", STATES)
def test_a_sum_stands_as_the_worst_of_its_parts(duty: str, state: State) -> None:
    for part in SUMMED[duty]:
        matter = min(matters_of(part))
        found = answered([duty], {**IN_PLACE, matter: STANDING[state]}, NOW)[duty]
        assert found.state == state
        assert {each.matter: each.state for each in found.evidence}[part] == state


def test_a_late_answer_stays_visible() -> None:
    found = answer("A12-15d", complaints__answers=Fact(shown=9, late=2))
    assert (found.state, found.evidence[0].late) == ("met", 2)


def test_an_unrecorded_system_outside_the_door_leaves_the_records_unproved() -> None:
    found = answer("A13-6-oplog", systems__recorded=Fact(shown=3, unshown=1))
    assert (found.state, found.evidence[1].unshown) == ("not-evidenced", 1)


YEARLY: dict[str, str] = {
    "A12-15d": "complaints.answers",
    "A14-1-remedy": "incidents.remedy",
    "A14-1-report": "incidents.report",
    "A14-1-cooperate": "orders.cooperation",
    "A14-2-obey": "orders.suspensions",
    "A16-fix": "shortcomings.fixed",
    "A11-supervise": "agents.supervision",
    "A11-no-unfit": "agents.fitness",
    "A10-staff-secrecy": "undertakings.signed",
    "A10-no-leak/tamper/destroy": "incidents.leaks",
    "A09-2-query": "requests.answers",
    "A09-3-no-deceit": "consents.deceit",
    "A09-3-no-coerce": "consents.coerce",
    "A08-publish": "publications.copies",
    "A13-4-media": "media.custody",
    "A13-3-permissions": "grants.in-force",
}
"""Duties of the year that follow one matter; training follows three, the self-inspection its own rule."""


@pytest.mark.parametrize("seed", [24, 2013])
def test_a_years_answers_agree_day_by_day_with_a_second_calculation(seed: int) -> None:
    rows, finished, seen = a.year(seed), a.inspections(seed), Counter[Any]()
    assert sum(map(len, rows.values())) > 11_000
    duties = [*YEARLY, "A15-train-know/skill/resp", "A16-selfcheck"]
    kept: dict[str, Answer] = {}
    before: dict[str, Fact] = {}
    for now in a.moments(seed):
        facts = {**IN_PLACE, **{matter: a.counted(each, now) for matter, each in rows.items()}}
        done = [each for each in finished if each <= now]
        facts["selfinspections.finished"] = Fact(shown=len(done), last=max(done, default=None))
        answers = answered(duties, facts, now)
        for duty, found in answers.items():
            assert (found.state, found.since, found.due) == _second(duty, rows, finished, now), (duty, now)
            seen[duty, found.state] += 1
        _incrementally(kept, facts, before, now, duties)
        assert {duty: _told(each) for duty, each in kept.items()} == {
            duty: _told(each) for duty, each in answers.items()
        }
        before = facts
    assert {state for _, state in seen} >= {"met", "due", "breached"}
    assert seen["A12-15d", "breached"]
    assert seen["A12-15d", "due"]


def _second(duty: str, rows: Any, finished: Any, now: datetime) -> a.Standing:
    if duty == "A16-selfcheck":
        return a.inspected(finished, now)
    if duty in YEARLY:
        matter = YEARLY[duty]
        return a.second_calculation(rows[matter], now, always=matter not in AS_IT_ARISES)
    together = [row for topic in sorted(RESTS_ON[duty]) for row in rows[topic]]
    return a.second_calculation(together, now, always=True)


def _incrementally(
    kept: dict[str, Answer], facts: dict[str, Fact], before: dict[str, Fact], now: datetime, duties: list[str]
) -> None:
    """Answer anew only what rests on a fact that changed, or whose turn has come."""
    changed = {matter for matter, fact in facts.items() if before.get(matter) != fact}
    again = [duty for duty in duties if duty not in kept or matters_of(duty) & changed or _turned(kept[duty], now)]
    kept.update(answered(again, facts, now))


def _turned(found: Answer, now: datetime) -> bool:
    return found.turns is not None and found.turns < now


def _told(found: Answer) -> tuple[object, ...]:
    return found.state, found.since, found.due
