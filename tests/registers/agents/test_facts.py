"""What agents tell of Article 11, driven from nothing to a breach and back."""

from __future__ import annotations

import pytest

from shouze.registers.agents.models import Agent
from tests.registers.agents.scene import assessed, engaged
from tests.registers.house import approver, do, officer
from tests.registers.standings.driving import fact_of, finding_of, states_of

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A11-supervise")
def test_supervision_is_due_breached_and_met_again() -> None:
    assert states_of("agents.supervision") == ["met"]
    agent = engaged()
    assert states_of("agents.supervision", 179, 181) == ["due", "due", "not-evidenced"]
    assert finding_of("agents.supervision", 181).evidence[0].row == agent.number
    do(agent, "end", officer())
    assert states_of("agents.supervision", 31) == ["due", "not-evidenced"]
    do(agent, "return", officer())
    assert states_of("agents.supervision", 400) == ["met", "met"]


@pytest.mark.duty("A11-no-unfit")
def test_an_engaged_agent_is_fit_until_its_verdict_runs_out() -> None:
    assessed(days=200)
    assert fact_of("agents.fitness").shown == 0, "nobody is entrusted yet"
    agent = do(Agent.objects.get(), "engage", approver())
    assert states_of("agents.fitness", 171, 201) == ["met", "due", "not-evidenced"]
    do(agent, "unfit", officer(), {"why": "制度不全"})
    assert states_of("agents.fitness", 201) == ["met", "met"]
