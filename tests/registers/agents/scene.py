"""An agent at every stage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from shouze.registers.agents.models import Agent
from tests.registers.house import approver, do, make, officer


def proposed(**changed: Any) -> Agent:
    now = timezone.now()
    values = {
        "name": "baiyun", "title": "白云营业厅", "title_en": "Baiyun Stores", "contact": "某人",
        "contract": "HT-2026-7",
        "contract_since": now - timedelta(days=1), "contract_until": now + timedelta(days=300), "tasks": "开户",
        "services": ["mobile"], "actions": ["collect", "read"], "purposes": ["open-account", "customer-service"],
        "items": [], "sites": "BY-01，BY-02", "sub_entrustment": "forbidden", "supervision_months": 6,
    }  # fmt: skip
    agent: Agent = make("agents", officer(), values | changed)
    return agent


def assessed(days: int = 200) -> Agent:
    agent: Agent = do(
        proposed(), "assess", officer(), {"verdict": "fit", "fit_until": timezone.now() + timedelta(days=days)}
    )
    return agent


def engaged() -> Agent:
    agent: Agent = do(assessed(), "engage", approver())
    return agent
