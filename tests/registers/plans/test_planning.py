"""Plans of inspections: anybody draws the same, risk is counted by stated signs, and nobody on it is forgotten."""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import nullcontext
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.registers.cases.models import Case
from shouze.registers.inspections.models import Inspection
from shouze.registers.plans.models import Plan
from shouze.registers.plans.planning import SIGNS, points
from shouze.registers.ports import GIVEN
from shouze.registers.reports.models import Report
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from shouze.registers.supervised.models import Supervised
from shouze.registers.ties.models import Tie
from shouze.registers.visits.models import Visit
from tests.registers.house import do, make, person, signed_in
from tests.registers.issued import scene as orders
from tests.registers.parties import later
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def operators(count: int, **more: Any) -> list[Supervised]:
    there = Supervised.objects.count()
    return [
        make("supervised", inspector(), {
            "title": f"甲公司 {n}", "licence": f"B1-{n}", "filing": "", "credit_code": "", "province": "云泽",
            "sector": "basic", "services": "", "contact": "", "licensed_by": "", **more,
        }) for n in range(there, there + count)
    ]  # fmt: skip


def planned(**more: Any) -> Plan:
    told = {
        "year": 2026, "sector": "", "province": "", "count": 3, "by_risk": 0, "seed": "20261129-0716",
        "source": "某彩票（虚构）", "until": GIVEN.now() + timedelta(days=200), **more,
    }  # fmt: skip
    found: Plan = make("plans", head(), told)
    return found


def penalised(operator: Supervised) -> None:
    Case(number=f"PC-{operator.pk}", title="某案", state="closed", operator=operator.number, operator_name="某",
         outcome="penalty", decided_at=GIVEN.now() - timedelta(days=100), source="tip", facts="某", body="某局",
         occurred="2026-01-01", found_on="2026-01-01").save()  # fmt: skip


@pytest.mark.duty("A17-1-inspect")
def test_anybody_draws_the_same_by_the_seed() -> None:
    numbers = [each.number for each in operators(9)]
    plan = planned()
    again = sorted(numbers, key=lambda number: sha256(f"20261129-0716:{number}".encode()).digest())[:3]
    assert [each["operator"] for each in plan.named] == again
    assert plan.among == 9
    assert {each["why"] for each in plan.named} == {"random"}


@pytest.mark.duty("A17-1-inspect")
def test_the_list_of_the_draw_stays_as_it_was_and_is_drawn_from_again_by_hand() -> None:
    numbers = [each.number for each in operators(5)]
    penalised(Supervised.objects.get(number=numbers[0]))
    plan = planned(by_risk=1, count=2)
    operators(1)
    told = signed_in(head(), "en").get(f"/plans/{plan.number}/drawn.csv").content.decode("utf-8-sig")
    lines = list(csv.DictReader(told.splitlines()))
    assert sorted(each["Number"] for each in lines) == numbers[1:]
    assert [each["Drawn"] for each in lines] == ["Drawn", "Drawn", "", ""]
    for each in lines:
        assert each["SHA-256(seed:number)"] == sha256(f"{each['Seed']}:{each['Number']}".encode()).hexdigest()
    assert [each["Number"] for each in lines[:2]] == [each["operator"] for each in plan.named[1:]]


def test_somebody_without_a_tie_is_put_in_charge_and_sees_the_term() -> None:
    operators(3)
    plan, chosen = planned(), person("C-0031", Role.INSPECTOR)
    one, two, three = (each["operator"] for each in plan.named)
    plan = do(plan, "assign", head(), {"operators": [one, two], "officer": chosen.username})
    assert {each["operator"]: each.get("officer") for each in plan.named} == {
        one: "C-0031", two: "C-0031", three: None,
    }  # fmt: skip
    assert (
        Clock.objects.get(register="plans", person=chosen).title_en
        == "Plan of inspections of 2026: 2 for you to inspect"
    )
    Tie.objects.create(number="TI-1", title="某", operator=three, person=chosen, since=date(2020, 1, 1), kind="kin")
    with pytest.raises(InvalidError) as problem:
        do(plan, "assign", head(), {"operators": [three], "officer": chosen.username})
    assert problem.value.field == "officer"


@pytest.mark.parametrize("state", ["announced", "called-off", "recorded"])
def test_an_inspection_counts_once_it_was_made_and_for_its_own_operator(state: str) -> None:
    operators(2)
    plan = planned(count=2)
    one, two = (each["operator"] for each in plan.named)
    told = {"place": "某路", "planned_at": GIVEN.now(), "officers": "x", "basis": "x", "state": state}
    title = Supervised.objects.get(number=one).title
    Visit(number="VT-2026-0001", title=title, operator_name=title, **told).save()
    for operator, counts in ((two, False), (one, state == "recorded")):
        with nullcontext() if counts else pytest.raises(InvalidError):
            do(plan, "note", inspector(), {"operator": operator, "inspection": "VT-2026-0001"})


def test_who_shows_signs_of_risk_is_named_first_and_not_drawn_again() -> None:
    quiet = operators(4)
    fined, reported = operators(2)
    penalised(fined)
    Report(number="IR-1", title="某", state="closed", operator="某", licence=reported.licence, kind="leak",
           detected_at=GIVEN.now(), received_at=GIVEN.now(), story="某", impact="major").save()  # fmt: skip
    plan = planned(by_risk=2, count=4)
    told = {each["operator"]: (each["why"], each["signs"]) for each in plan.named}
    assert told[fined.number] == ("risk", {"penalty": 1})
    assert told[reported.number] == ("risk", {"incident": 1})
    assert plan.named[0]["operator"] == fined.number
    assert {number for number, (why, _) in told.items() if why == "random"} == {each.number for each in quiet}
    assert plan.among == 4


def test_an_order_that_was_answered_late_is_a_sign_of_risk() -> None:
    operators(2)
    order = orders.served(orders.signed())
    with later(timedelta(days=30)):
        late = orders.answered(order)
        plan = planned(by_risk=1, count=1)
    assert plan.named[0] == {"operator": late.operator, "why": "risk", "signs": {"overdue": 1}}


def test_risk_beyond_the_number_asked_for_stays_in_the_draw() -> None:
    for each in operators(3):
        penalised(each)
    plan = planned(by_risk=1, count=2)
    assert [each["why"] for each in plan.named] == ["risk", "random", "random"]
    assert len({each["operator"] for each in plan.named}) == 3


def test_a_plan_may_be_of_one_sector_and_province() -> None:
    operators(2)
    [other] = operators(1, sector="internet", province="江南")
    plan = planned(sector="internet", province="江南")
    assert [each["operator"] for each in plan.named] == [other.number]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 10_001}, "count"),
        ({"until": timedelta(days=-1)}, "until"),
        ({"sector": "internet"}, "sector"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(more: dict[str, Any], field: str) -> None:
    operators(1)
    if "until" in more:
        more = {"until": GIVEN.now() + more["until"]}
    with pytest.raises(InvalidError) as problem:
        planned(**more)
    assert problem.value.field == field


def test_a_seed_serves_once() -> None:
    operators(2)
    planned()
    with pytest.raises(InvalidError) as problem:
        planned()
    assert problem.value.field == "seed"


def test_it_is_finished_once_each_is_inspected_or_excused() -> None:
    operators(2)
    plan = planned(count=2)
    one, two = (each["operator"] for each in plan.named)
    with pytest.raises(InvalidError):
        do(plan, "note", inspector(), {"operator": one, "inspection": "IN-2026-9999"})
    inspection = "IN-2026-0001"
    Inspection(number=inspection, title="某", state="closed", to="x", because="某").save()
    plan = do(plan, "note", inspector(), {"operator": one, "inspection": inspection})
    with pytest.raises(InvalidError):
        do(plan, "finish", head())
    clock = Clock.objects.get(register="plans", entry=plan.pk)
    assert (clock.title_en, clock.due) == ("Plan of inspections of 2026: 1 to be inspected", plan.until)
    plan = do(plan, "excuse", head(), {"operator": two}, reason="已注销许可")
    assert plan.done == {one: inspection, two: "已注销许可"}
    assert do(plan, "finish", head()).state == "finished"


@given(st.dictionaries(st.sampled_from(sorted(SIGNS)), st.integers(0, 50)))
def test_points_are_the_sum_over_the_signs(signs: dict[str, int]) -> None:
    assert points(Counter(signs)) == sum(points({name: times}) for name, times in signs.items())
    assert points(signs) >= 0
