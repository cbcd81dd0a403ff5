"""What is owed of a system, and by when: its review, protection, filing, tests, and the records it feeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from shouze.language import Text
from shouze.registers.describing import Running
from shouze.registers.roles import KEEPERS, Role
from shouze.registers.systems.models import System
from shouze.rules.network_protection import again_due, filing_due

WARNING = timedelta(days=30)
ACCESS, INTRUSION, NETWORK, RECORDS = "A13-5-access", "A13-5-intrusion", "A13-7-network", "A13-6-oplog"
_OWED = {
    "review": Text("接入审查：{name}", "Review before it connects: {name}"),
    "connect": Text("决定是否接入：{name}", "Decide whether it connects: {name}"),
    "review-again": Text("再次接入审查：{name}", "Review again: {name}"),
    "intrusion": Text("核实防入侵措施：{name}", "Check the protection against intrusion: {name}"),
    "virus": Text("核实防病毒措施：{name}", "Check the protection against viruses: {name}"),
    "grade": Text("网络单元定级：{name}", "Grade the network unit: {name}"),
    "file": Text("向电信管理机构备案：{name}", "File with the authority: {name}"),
    "filing-answer": Text("答复管理机构对备案的询问：{name}", "Answer the authority on the filing: {name}"),
    "test": Text("符合性评测：{name}", "Test its conformity: {name}"),
    "risks": Text("安全风险评估：{name}", "Assess its risks: {name}"),
    "records": Text("报送操作记录：{name}", "Attest its handling records: {name}"),
}


def owed(system: System, _now: datetime) -> Iterator[Running]:
    """Yield the clocks of a system."""
    if system.state == "registered":
        yield _running("review", system, system.created_at, None, ACCESS)
    elif system.state == "reviewed":
        yield _running("connect", system, system.reviewed_at or system.changed_at, None, ACCESS)
    elif system.state == "connected":
        yield from _protected(system)
        yield from _graded(system)
        if system.outside:
            last = system.fed_at or system.connected_at or system.changed_at
            yield _running("records", system, last, last + timedelta(days=system.records_days), RECORDS)


def _protected(system: System) -> Iterator[Running]:
    # A13-5-access, A13-5-intrusion: what was found once has to be found again, before it is old
    until = system.reviewed_until or system.changed_at
    yield _running("review-again", system, until - WARNING, until, ACCESS)
    for kind, last in (("intrusion", system.intrusion_at), ("virus", system.virus_at)):
        begun = last or system.connected_at or system.changed_at
        fresh = timedelta(days=system.protection_days) if last else timedelta(0)
        yield _running(kind, system, begun, begun + fresh, INTRUSION)


def _graded(system: System) -> Iterator[Running]:
    # A13-7-network: Order 11's cycles follow from the grade
    if not system.network:
        return
    if system.grade is None or system.graded_at is None:
        yield _running("grade", system, system.connected_at or system.changed_at, None, NETWORK)
        return
    graded = timezone.localtime(system.graded_at)
    yield _running("file", system, graded, filing_due(graded), NETWORK, met=system.filed_at)
    if system.filing_verdict == "questioned":
        yield _running("filing-answer", system, system.filing_answered_at or system.changed_at, None, NETWORK)
    for kind, last in (("test", system.tested_at), ("risks", system.risks_at)):
        since = timezone.localtime(last) if last else graded
        due = again_due(system.grade, since)
        if due is not None:
            yield _running(kind, system, since, due, NETWORK)


def _running(
    kind: str, system: System, since: datetime, due: datetime | None, duty: str, met: datetime | None = None
) -> Running:
    roles = KEEPERS | ({Role.APPROVER} if kind == "connect" else frozenset())
    title = _OWED[kind].fill(name=system.called)
    return Running(kind=kind, title=title, since=since, due=due, met=met, roles=roles, duty=duty)
