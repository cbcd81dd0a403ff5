"""Brings similar reports together: what one agent leaks at several operators is one matter for who assesses it."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from shouze.language import Text
from shouze.registers.commas import words_in
from shouze.registers.describing import Alert
from shouze.registers.reports.models import Report

WITHIN = timedelta(days=90)
MOST = 50


def similar(report: Report) -> list[Report]:
    """Return reports of ninety days before or after that name one of its agents, or the same operator and kind."""
    agents = _agents(report)
    named = Q(operator=report.operator, kind=report.kind)
    for each in agents:
        named |= Q(agents__contains=each)
    since = report.received_at or report.created_at
    near = Report.objects.filter(named, received_at__range=(since - WITHIN, since + WITHIN)).exclude(pk=report.pk)
    return [each for each in near[:MOST] if _alike(each, report, agents)]


def _alike(one: Report, other: Report, agents: frozenset[str]) -> bool:
    # the database finds an agent's name within a longer one too
    return bool(agents & _agents(one)) or (one.operator, one.kind) == (other.operator, other.kind)


def _agents(report: Report) -> frozenset[str]:
    return frozenset(words_in(report.agents))


def told(report: Report) -> list[Text]:
    """Return the note that other operators reported the same agent, which bears on the impact."""
    agents = _agents(report)
    others = {each.operator for each in similar(report) if each.operator != report.operator and agents & _agents(each)}
    if not others:
        return []
    return [Alert(f"另有 {len(others)} 家经营者的报告涉及同一代理人，见“类似事件”",
                  f"Reports of {len(others)} more operators name the same agent: see “Similar reports”")]  # fmt: skip
