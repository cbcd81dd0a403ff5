"""What the registers tell everybody: the published rules, who the operator is, what posts and agents are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shouze.language import Text
from shouze.registers.agents.models import Agent
from shouze.registers.declarations import content
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.holders.models import Holder
from shouze.registers.operators.register import operator
from shouze.rules.declaration import Declaration, Operator

IN_FORCE = ("published", "ended")
SHOWN = (*IN_FORCE, "superseded")


@dataclass(frozen=True)
class Rules:
    """One published version of a service's rules; its digest is that of the declaration's bytes."""

    service: str
    title: str
    title_en: str
    state: str
    published_version: int
    published_at: datetime | None
    digest: str
    declaration: Declaration


class Entrusted(NamedTuple):
    """An agent that is entrusted now: its name, for which services and purposes (none named: all), what it may do."""

    name: Text
    services: list[str]
    purposes: list[str]
    actions: list[str]
    until: datetime


class Publicly:
    """What stands in the tables of this process (``portal.ports.PublicPort``)."""

    def in_force(self) -> Sequence[Rules]:
        """Return the rules of each service in the version in force, by name; one query."""
        return [_rules(row) for row in DeclarationRow.objects.filter(state__in=IN_FORCE).order_by("service")]

    def versions(self, service: str) -> Sequence[Rules]:
        """Return every published version of a service's rules, newest first; one query."""
        found = DeclarationRow.objects.filter(service=service, state__in=SHOWN, published_version__isnull=False)
        return [_rules(row) for row in found.order_by("-published_version")]

    def operator(self) -> Operator | None:
        """Return the operator; None before it is registered."""
        return operator()

    def agents(self) -> Sequence[Entrusted]:
        """Return the agents that are entrusted now, by name; one query."""
        engaged = Agent.objects.filter(state="engaged").order_by("title")
        return [
            Entrusted(Text(each.title, each.title_en), each.services, each.purposes, each.actions, each.contract_until)
            for each in engaged
        ]

    def holders(self) -> Mapping[str, Text]:
        """Return what posts, accounts and agents are called, by their keys; never a person's name."""
        found = {each.key: Text(each.title, each.title_en) for each in Holder.objects.exclude(kind="person")}
        return found | {f"agent:{each.name}": Text(each.title, each.title_en) for each in Agent.objects.all()}


def _rules(row: DeclarationRow) -> Rules:
    return Rules(
        row.service, row.title, row.title_en, row.state, row.published_version or 0, row.published_at, row.digest,
        content.declaration_of(row),
    )  # fmt: skip
