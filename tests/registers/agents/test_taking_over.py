"""Agents that the door knew before the register did."""

from __future__ import annotations

from typing import Any

import pytest

from shouze.registers.agents.models import Agent
from shouze.registers.agents.register import granted
from shouze.registers.agents.taking_over import take_over
from shouze.registers.dooring import door
from tests.registers.house import Opened, do, kept, officer

pytestmark = pytest.mark.django_db(transaction=True)

SHOP = "qingshan-stores"
CHANGED = {"title": "青山营业厅", "title_en": "Qingshan Stores", "contract": "HT-1", "tasks": "开户"}


def at_the_door() -> dict[str, Any]:
    reached = door()
    assert reached is not None
    return {each["id"]: each for each in reached.entries()["agents"]}


@pytest.mark.duty("A11-supervise")
def test_an_agent_of_a_policy_file_is_supervised_from_then_on_and_stands_at_the_door_as_before(opened: Opened) -> None:
    before = at_the_door()
    kept()
    agent = Agent.objects.get(name=SHOP)
    assert (agent.state, agent.title) == ("engaged", before[SHOP]["name"]["zh"])
    opened.settle()
    assert at_the_door() == before
    kept()
    assert Agent.objects.filter(name=SHOP).count() == 1


def test_several_grants_stay_apart_until_somebody_changes_what_the_agent_may_do(opened: Opened) -> None:
    entry = at_the_door()[SHOP]
    narrow = {"services": ["mobile"], "actions": ["read"], "items": ["name"]}
    policy = {"agents": [entry | {"grants": [*entry["grants"], narrow]}]}
    _apply(policy)
    opened.settle()
    reached = door()
    assert reached is not None
    assert take_over(reached) == 1
    agent = Agent.objects.get(name=SHOP)
    assert len(granted(agent)) == 2
    said = {"services": agent.services, "actions": agent.actions, "purposes": agent.purposes, "items": agent.items,
            "sites": agent.sites, "sub_entrustment": "forbidden", "supervision_months": 6,
            "contract_since": agent.contract_since, "contract_until": agent.contract_until}  # fmt: skip
    agent = do(agent, "change", officer(), CHANGED | said)
    assert len(granted(agent)) == 2, "a change of the contract's number widens nothing"
    agent = do(agent, "change", officer(), CHANGED | said | {"actions": ["read"], "services": ["mobile"]})
    assert [sorted(each.actions) for each in granted(agent)] == [["read"]]


def _apply(policy: dict[str, Any]) -> None:
    import json

    reached = door()
    assert reached is not None
    reached.apply(json.dumps(policy).encode(), "a-test")
