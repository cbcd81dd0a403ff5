"""What the registers tell everybody: the published rules, who the operator is, what posts and agents are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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

    def holders(self) -> Mapping[str, Text]:
        """Return what posts, accounts and agents are called, by their keys; never a person's name."""
        found = {each.key: Text(each.title, each.title_en) for each in Holder.objects.exclude(kind="person")}
        return found | {f"agent:{each.name}": Text(each.title, each.title_en) for each in Agent.objects.all()}


def _rules(row: DeclarationRow) -> Rules:
    return Rules(
        row.service, row.title, row.title_en, row.state, row.published_version or 0, row.published_at, row.digest,
        content.declaration_of(row),
    )  # fmt: skip
