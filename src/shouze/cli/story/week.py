"""A week of work at the invented operator's desk: its people, its agents, what they did and what they still owe.

Every act is done as the pages do it, by the person who may, at the time of day that the story says.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from shouze.cli.story.week_of_rules import rules
from shouze.registers import acting, vocabulary
from shouze.registers.acting import Asked, Attached
from shouze.registers.dooring import send_waiting
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.people.register import REGISTER as PEOPLE
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Kept

OFFICER, SECURITY, APPROVER, CLERK, AUDITOR, ADMINISTRATOR = "S-0001", "S-0002", "S-0003", "S-0042", "S-0008", "S-0009"
MARKETER = "S-0077"
_PEOPLE: tuple[tuple[str, str, str, tuple[Role, ...], str], ...] = (
    (OFFICER, "林静", "privacy", (Role.OFFICER,), ""),
    (SECURITY, "高远", "security-officer", (Role.SECURITY,), ""),
    (APPROVER, "周衡", "privacy", (Role.APPROVER,), ""),
    (CLERK, "陈安", "customer-service", (Role.SERVICE,), ""),
    (MARKETER, "郑拓", "marketing", (Role.SERVICE,), ""),
    (AUDITOR, "苏明", "audit", (Role.AUDITOR,), ""),
    (ADMINISTRATOR, "何平", "systems", (Role.ADMINISTRATOR,), ""),
    ("A-0007", "王店员", "", (Role.AGENT,), "qingshan-stores"),
)
_REPORT = Attached(
    "评估报告（虚构）.txt", "text/plain", "某年某月某日现场评估。制度、人员、设备三项，结论见正文。".encode()
)


class Week(NamedTuple):
    """What the story leaves behind: the password that all of its people share."""

    password: str
    people: tuple[str, ...]


def play(inventory: bytes | None = None) -> Week:
    """Play the week; the desk is set up and reaches the door. ``inventory`` is what a scan found."""
    from shouze.cli.story import permissions, week_of_complaints, week_of_events, week_of_findings, week_of_staff  # noqa: PLC0415 - they are told in this module's words

    password = secrets.token_urlsafe(9)
    vocabulary.forget()
    try:
        _people(password)
        _agents()
        rules()
        send_waiting()
        permissions.play()
        week_of_staff.play()
        week_of_complaints.play()
        week_of_events.play()
        if inventory is not None:
            week_of_findings.play(inventory)
        send_waiting()
    finally:
        GIVEN.now = timezone.now
        connection.close()
    return Week(password, tuple(number for number, *_ in _PEOPLE))


@contextmanager
def ago(days: float, hour: int = 10) -> Iterator[datetime]:
    """Let what is done within be done so many days ago, at about this hour in Shanghai; never in the future."""
    asked = timezone.localtime() - timedelta(days=days)
    moment = min(asked.replace(hour=hour, minute=20), timezone.localtime())
    GIVEN.now = lambda: moment
    try:
        yield moment
    finally:
        GIVEN.now = timezone.now


def person(number: str) -> Person:
    """Return a person by work number."""
    return Person.objects.get(username=number)


def make(register: str, by: str, values: Mapping[str, Any], *documents: Attached) -> Kept:
    """Make a row as a person."""
    found: Kept = acting.make(registers()[register], person(by), Asked(values, documents=documents))
    return found


def do(
    register: str, entry: Kept, act: str, by: str, values: Mapping[str, Any] | None = None, *documents: Attached,
    reason: str = "",
) -> Kept:  # fmt: skip
    """Do an act as a person."""
    wanted = registers()[register].act(act)
    found: Kept = acting.do(registers()[register], wanted, entry.pk, person(by), Asked(values or {}, reason, documents))
    return found


def _people(password: str) -> None:
    with ago(40):
        for number, name, post, roles, agent in _PEOPLE:
            one = Person(username=number, name=name, title=name, post=post, agent=agent, roles_held=[*map(str, roles)])
            one.set_password(password)
            acting.enrol(PEOPLE, one, None)
    with ago(30):
        left = make(
            "people", ADMINISTRATOR, {"username": "S-0031", "name": "赵离", "roles_held": ["service"], "agent": ""}
        )
    with ago(2, 17):
        do("people", left, "leave", ADMINISTRATOR, reason="合同到期（虚构）")


def _agents() -> None:
    with ago(200):
        good = make("agents", OFFICER, _agent("baiyun-stores", "白云营业厅（虚构）", "Baiyun Stores (fictional)", 400))
        do(
            "agents",
            good,
            "assess",
            OFFICER,
            {"verdict": "fit", "fit_until": GIVEN.now() + timedelta(days=360)},
            _REPORT,
        )
    with ago(199):
        do("agents", good, "engage", APPROVER)
    with ago(30):
        bad = make("agents", OFFICER, _agent("kuaisu-calls", "快速呼叫（虚构）", "Kuaisu Calls (fictional)", 300))
        do(
            "agents",
            bad,
            "assess",
            OFFICER,
            {"verdict": "fit", "fit_until": GIVEN.now() + timedelta(days=180)},
            _REPORT,
        )
        do("agents", bad, "engage", APPROVER)
    with ago(3, 15):
        do("agents", bad, "unfit", SECURITY, {"why": "抽查发现员工用个人手机拍摄客户资料（虚构）"})
    with ago(1):
        make("agents", OFFICER, _agent("xingqiao-delivery", "星桥速递（虚构）", "Xingqiao Delivery (fictional)", 365))


def _fit(days: int) -> dict[str, Any]:
    return {"verdict": "fit", "fit_until": GIVEN.now() + timedelta(days=days)}


def _agent(name: str, zh: str, en: str, days: int) -> dict[str, Any]:
    return {
        "name": name, "title": zh, "title_en": en, "contact": "某某（虚构）", "contract": f"HT-{name}",
        "contract_since": GIVEN.now(), "contract_until": GIVEN.now() + timedelta(days=days),
        "tasks": "面向用户的开户与客户服务", "services": ["mobile"], "actions": ["collect", "read", "compare"],
        "purposes": ["open-account", "customer-service"], "items": [], "sites": "", "sub_entrustment": "forbidden",
        "supervision_months": 6,
    }  # fmt: skip
