"""Takes over agents that stand at the door without a row here, so that nobody serves users unsupervised (Art. 11).

# Invariant: what stands at the door is the same before and after.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import transaction

from shouze.registers import acting
from shouze.registers.agents.models import Agent
from shouze.registers.agents.register import REGISTER, granted
from shouze.registers.ports import DoorPort
from shouze.rules import entries

CONTRACT = "—"
"""Stands for what a policy file does not say, until somebody fills it in."""


def take_over(reached: DoorPort) -> int:
    """Return how many agents were taken over."""
    known = set(Agent.objects.values_list("name", flat=True))
    fresh = [each for each in reached.entries().get("agents", ()) if each["id"] not in known]
    for entry in msgspec.convert(fresh, list[entries.Agent]):
        _take(entry)
    return len(fresh)


@transaction.atomic
def _take(entry: entries.Agent) -> None:
    agent = Agent(
        name=entry.id, title=entry.name.zh, title_en=entry.name.en, contract=CONTRACT, tasks=CONTRACT,
        contract_since=entry.contract_since, contract_until=entry.contract_until, fit_until=entry.fit_until,
        **_shown(entry.grants),
    )  # fmt: skip
    if granted(agent) != entry.grants:
        agent.grants = msgspec.to_builtins(entry.grants)
    acting.enrol(REGISTER, agent, None, "engaged" if entry.fit else "unfit")


def _shown(grants: tuple[entries.Grant, ...]) -> dict[str, Any]:
    """Return what the row shows of several grants: everything that any of them names."""

    def named(part: str) -> list[str]:
        given = [getattr(each, part) for each in grants]
        return [] if None in given else sorted(frozenset().union(*given))

    parts = ("services", "actions", "purposes", "items", "sites")
    shown: dict[str, Any] = {part: named(part) for part in parts}
    course = {each.course for each in grants}
    return shown | {"sites": "，".join(shown["sites"]), "course": course.pop() or "" if len(course) == 1 else ""}
