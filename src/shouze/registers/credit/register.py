"""The register of credit lists: entered within the term, published by three people, ended by the clock, repaired."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from shouze.chinatime import SHANGHAI
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.announcements import publishing
from shouze.registers.announcements.publishing import FOUND, STANDING, WHOSE, Way
from shouze.registers.credit.models import CreditEntry
from shouze.registers.credit.terms import last_day, terms
from shouze.registers.describing import AUTHORITIES, Act, Choices, Doing, Field, Group, Register, Round, Running
from shouze.registers.roles import INSPECTING

PAGE = 500
GROUNDS: Choices = {
    "penalty": Text("受到行政处罚", "Administrative penalty"),
    "again": Text("列入不良名单期间再次受到处罚", "Penalised again while on the bad list"),
    "unpaid": Text("未履行行政处罚决定", "Penalty not performed"),
    "refused": Text("拒不配合监督检查", "Refused to cooperate with supervision"),
    "other": Text("法律、行政法规或规章规定的其他情形", "Another ground of law or rule"),
}


def lists() -> Choices:
    """Return the lists by their words."""
    return {name: each.name for name, each in terms().items()}


_FIELDS = (
    Field(name="kind", label=Text("名单", "List"), choices=lists, duty="A20-credit"),
    *WHOSE,
    *FOUND,
    Field(name="ground", label=Text("列入事由", "Ground"), choices=GROUNDS, duty="A20-credit"),
    Field(name="listed_on", label=Text("列入日期（处理时间）", "Listed on (date of handling)")),
    Field(name="until", label=Text("公布至", "Until"), once_filled=True,
          hint=Text("不写即按名单的期限计算", "The list's own term, if left empty")),
)  # fmt: skip


def _check(doing: Doing[CreditEntry]) -> None:
    row = doing.entry
    row.title = row.operator_name[:200]
    if row.listed_on < row.decided_on:
        raise InvalidError(Text("列入早于决定", "It is listed before the decision"), field="listed_on")
    row.until = row.until or last_day(terms()[row.kind], row.listed_on)
    if row.until <= row.listed_on:
        raise InvalidError(Text("期限止于列入之前", "It ends before it begins"), field="until")
    same = CreditEntry.objects.filter(kind=row.kind, operator_name=row.operator_name, listed_on=row.listed_on)
    if same.exclude(pk=row.pk).exclude(state=publishing.REMOVED).exists():
        raise InvalidError(Text("此经营者当日已列入", "It is on this list since that day already"), field="listed_on")


def _members(row: CreditEntry) -> dict[str, Any]:
    return {"list": row.kind, "ground": row.ground, "listed_on": row.listed_on, "until": row.until}


WAY = Way("credit", _FIELDS, _check, _members)


def _clocks(row: CreditEntry, _now: datetime) -> Sequence[Running]:
    running = list(publishing.clocks(row))
    if row.state in (publishing.DRAFT, publishing.APPROVED) and not row.edition:
        # A20-credit: the authority enters within its own term, counted from the decision
        since = datetime.combine(row.decided_on, time(), SHANGHAI)
        due = datetime.combine(row.decided_on, time.max, SHANGHAI) + timedelta(days=terms()[row.kind].within_days)
        title = Text("将{name}列入名单", "Put {name} on the list").fill(name=row.title)
        roles = publishing.HEAD if row.state == publishing.DRAFT else publishing.PUBLISHER
        running = [Running(kind="list", title=title, since=since, due=due, roles=roles, duty="A20-credit")]
    return running


def _notes(row: CreditEntry, now: datetime) -> Sequence[Text]:
    term = terms()[row.kind]
    words = Text(
        "期限 {n} 个月，依{source}；此期限尚须由人对照原文核对",
        "Its term is {n} months by {source}: to be checked against the text by a person",
    )
    told = [words.fill(n=term.months, source=term.source)] if term.flag == "M" and row.state == "draft" else []
    return [*told, *publishing.notes(row, now)]


def _expired(doing: Doing[CreditEntry]) -> None:
    doing.entry.removed_because = "term"
    WAY.remove(doing, "expire")


def expire(now: datetime) -> None:
    """Remove what has come to the end of its term; each day of the term is whole (Asia/Shanghai)."""
    today = timezone.localtime(now).date()
    over = CreditEntry.objects.filter(until__lt=today, edition__gt=0).exclude(state=publishing.REMOVED).order_by("id")
    for row in over[:PAGE]:
        acting.followed("credit", row, "expire")


REGISTER: Register[CreditEntry] = Register(
    name="credit",
    prefix="CL",
    title=Text("不良与失信名单", "Credit lists"),
    one=Text("名单条目", "Entry of a list"),
    intro=Text(
        "经营者名称、信用代码、许可证、处理时间、事由、列入机关和期限；到期自动撤下，可以申请信用修复"
        "（第二十条；名单依电信业务经营许可管理办法）。",
        "Name, credit code, licence, day, ground, authority, term; removed by itself at its end; credit can be "
        "repaired (Art. 20; the lists are those of the Telecom Licence Measures).",
    ),
    model=CreditEntry,
    duties=("A20-credit",),
    fields=(*_FIELDS, *STANDING),
    states=publishing.STATES,
    creating=Act(name="enter", title=Text("拟列入名单", "Draft an entry"), by=INSPECTING, to=publishing.DRAFT,
                 fields=_FIELDS, does=WAY.draft, reason="none", duty="A20-credit"),
    acts=(
        *publishing.acts(WAY),
        Act(name="expire", title=Text("期限届满", "Its term is over"), by=frozenset(), to=publishing.REMOVED,
            does=_expired, follows=True, duty="A20-credit"),
    ),
    columns=("kind", "operator_name", "ground", "listed_on", "until"),
    filters=("kind", "ground"),
    search=("operator_name", "credit_code", "licence", "case"),
    seen_by=publishing.SEEN_BY,
    clocks=_clocks,
    notes=_notes,
    parts=(publishing.EDITIONS,),
    heeds={("cases", "end-contest"): WAY.heed},
    rounds=(Round(name="expire", every=timedelta(minutes=10), run=expire),),
    rests_on=lambda row: row.digest,
    from_files=False,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    order=56,
)  # fmt: skip
