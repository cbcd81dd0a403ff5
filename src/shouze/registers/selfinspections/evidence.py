"""Fills in what the registers and their history say to each duty: counted by the database, a few queries for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from shouze.language import Text
from shouze.registers.describing import Register
from shouze.registers.finding import registers
from shouze.registers.ports import statutes
from shouze.registers.rows import Clock, Event
from shouze.registers.shortcomings.models import Shortcoming

Said = dict[str, Any]
"""One piece of evidence as it is kept: ``zh``, ``en``, and the register it leads to (or empty)."""


def owed() -> list[str]:
    """Return the duties that an operator or its staff owe, in the order of the articles."""
    return [
        each.id
        for each in statutes().duties.values()
        if each.kind == "duty" and {"operator", "staff"} & set(each.owed_by)
    ]


def plan_of(since: datetime, until: datetime, now: datetime, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the plan: every duty with its evidence of a period; what was judged before stays."""
    evidence, judged = gathered(since, until, now), {each["duty"]: each for each in before}
    blank = {"result": "", "note": "", "by": "", "at": "", "shortcoming": ""}
    return [{"duty": duty, **blank, **judged.get(duty, {}), "evidence": evidence[duty]} for duty in owed()]


def gathered(since: datetime, until: datetime, now: datetime) -> dict[str, list[Said]]:
    """Return the evidence of every duty: rows by state, acts in the period, clocks, shortcomings."""
    found: dict[str, list[Said]] = defaultdict(list)
    for register in registers().values():
        said = _rows(register)
        for duty in register.duties if said else ():
            found[duty].append(said)
    for duty, said in (*_acts(since, until), *_clocks(now), *_short()):
        found[duty].append(said)
    return found


def _rows(register: Register[Any]) -> Said:
    rows = register.rows().order_by().values("state").annotate(n=Count("pk"))
    counts = {each["state"]: each["n"] for each in rows if each["state"] in register.states}
    if not counts:
        return {}
    label = {state: register.states[state].label for state in counts}
    zh = "，".join(f"{label[state].zh} {n}" for state, n in counts.items())
    en = ", ".join(f"{n} {label[state].en.lower()}" for state, n in counts.items())
    return _said(Text(f"{register.title.zh}：{zh}", f"{register.title.en}: {en}"), register.name)


def _acts(since: datetime, until: datetime) -> Iterator[tuple[str, Said]]:
    events = Event.objects.filter(at__gte=since, at__lt=until).exclude(duty="").order_by()
    for each in events.values("duty").annotate(n=Count("pk"), last=Max("at")):
        day = f"{timezone.localtime(each['last']):%Y-%m-%d}"
        words = Text("期间办理 {n} 次，最近 {day}", "{n} acts in the period, the last on {day}")
        yield each["duty"], _said(words.fill(n=each["n"], day=day))


def _clocks(now: datetime) -> Iterator[tuple[str, Said]]:
    running = Clock.objects.filter(met=None).exclude(duty="").order_by()
    late = Count("pk", filter=Q(due__lt=now))
    for each in running.values("duty").annotate(n=Count("pk"), late=late):
        words = Text("进行中的时限 {n} 项，其中逾期 {late} 项", "{n} clocks are running, {late} of them overdue")
        yield each["duty"], _said(words.fill(n=each["n"], late=each["late"]))


def _short() -> Iterator[tuple[str, Said]]:
    rows = Shortcoming.objects.filter(state__in=("open", "mended")).order_by()
    for each in rows.values("rule").annotate(n=Count("pk")):
        words = Text("未消除的隐患 {n} 项", "{n} shortcomings are not gone")
        yield each["rule"], _said(words.fill(n=each["n"]), "shortcomings")


def _said(words: Text, register: str = "") -> Said:
    return {"zh": words.zh, "en": words.en, "register": register}
