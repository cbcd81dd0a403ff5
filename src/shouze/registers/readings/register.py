"""The register of readings (Art. 13(2)): each reader confirms for themselves; who has not is reminded, and seen.

Rows follow from the house rules in force and from who is in which post, so they are made and ended by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from shouze.language import Text
from shouze.registers import acting
from shouze.registers.describing import Act, Doing, Field, Page, Register, Round, Running, State
from shouze.registers.finding import registers
from shouze.registers.people.choosing import chosen
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.procedures.models import Procedure
from shouze.registers.readings.facts import SPEAKS
from shouze.registers.readings.models import Reading
from shouze.registers.roles import EVERYBODY, OVERSEEING

AT_ONCE = 200
"""Rows made with an approval; the others are made by the worker, a round at a time."""
EACH_ROUND = 1000


def assign(procedure: Procedure, most: int) -> int:
    """Put a version in force before those who have not got it yet; return before how many."""
    known = Reading.objects.filter(procedure=procedure.number)
    moot = known.filter(state="moot", confirmed_at=None)
    asked = chosen(procedure.posts, procedure.agents)
    due = GIVEN.now() + timedelta(days=procedure.read_days)
    register, made = registers()["readings"], 0
    for again in moot.filter(person__in=asked)[:most]:
        again.state, again.due = "open", due
        acting.moved_on(register, again)
        made += 1
    called = Text("{name}（{edition}）", "{name} ({edition})").fill(name=procedure.called, edition=procedure.edition)
    for person in asked.exclude(pk__in=known.values("person")).order_by("pk")[: most - made]:
        fresh = Reading(procedure=procedure.number, person=person, due=due)
        fresh.call(called)
        acting.enrol(register, fresh, None)
        made += 1
    return made


def _approved(doing: Doing[Procedure], _before: Mapping[str, Any]) -> None:
    if doing.entry.state == "in-force":
        assign(doing.entry, AT_ONCE)


def _keep(_now: datetime) -> None:
    """Put what is in force before who came to it since, and end what is nobody's to read any more."""
    left = EACH_ROUND
    in_force = list(Procedure.objects.filter(state="in-force").order_by("pk"))
    for procedure in in_force:
        left -= assign(procedure, left)
        asked = chosen(procedure.posts, procedure.agents).values("pk")
        _end(Reading.objects.filter(procedure=procedure.number, state="open").exclude(person__in=asked))
    _end(Reading.objects.filter(state="open").exclude(procedure__in=[each.number for each in in_force]))


def _end(readings: Any) -> None:
    for reading in readings[:EACH_ROUND]:
        reading.state = "moot"
        acting.moved_on(registers()["readings"], reading)


def _confirm(doing: Doing[Reading]) -> None:
    # A13-2-workflow: that somebody read the rule, and which text of it, is theirs alone to say
    row = doing.entry
    row.confirmed_at = doing.now
    row.digest = Procedure.objects.values_list("digest", flat=True).get(number=row.procedure)


def _is_reader(row: Reading, person: Person) -> bool:
    return row.person_id == person.pk


def _own(person: Person) -> Q | None:
    return None if OVERSEEING & person.roles else Q(person=person)


def _clocks(row: Reading, _now: datetime) -> Sequence[Running]:
    if row.state != "open":
        return ()
    version = Procedure.objects.filter(number=row.procedure).first()
    what = (
        Text(f"{version.title}（{version.edition}）", f"{version.title_en} ({version.edition})")
        if version
        else row.title
    )
    title = Text("{who}阅读并确认“{name}”", "{who} reads “{name}” and confirms").fill(who=row.person.name, name=what)
    return [
        Running(kind="read", title=title, since=row.created_at, due=row.due, person=row.person_id,
                duty="A13-2-workflow")
    ]  # fmt: skip


REGISTER: Register[Reading] = Register(
    name="readings",
    prefix="RD",
    title=Text("制度阅读", "Readings"),
    one=Text("制度阅读", "Reading"),
    intro=Text(
        "施行中的制度由相关岗位的每个人阅读并本人确认；谁没有确认一目了然。",
        "Everybody concerned reads the house rules in force and confirms it in person; who has not is seen here.",
    ),
    model=Reading,
    duties=("A13-2-workflow",),
    fields=(
        Field(name="procedure", label=Text("制度", "House rule")),
        Field(name="person", label=Text("人员", "Person")),
        Field(name="due", label=Text("期限", "By")),
        Field(name="confirmed_at", label=Text("确认时间", "Confirmed")),
        Field(name="digest", label=Text("所读正文的摘要", "SHA-256 of what was read"), once_filled=True),
    ),
    states={
        "open": State(label=Text("待阅读", "To be read"), tone="waiting"),
        "confirmed": State(label=Text("已确认", "Confirmed"), tone="good"),
        "moot": State(label=Text("无须再读", "No longer asked for"), tone="over"),
    },
    creating=Act(name="put", title=Text("须阅读", "To be read"), by=frozenset(), to="open", duty="A13-2-workflow"),
    acts=(
        Act(name="confirm", title=Text("阅读并确认", "Read and confirm"), by=EVERYBODY, source=frozenset({"open"}),
            to="confirmed", whose=_is_reader, does=_confirm, page="reading", reason="none", proof="none",
            duty="A13-2-workflow"),
    ),
    columns=("procedure", "person", "due", "confirmed_at"),
    search=("procedure", "person__username", "person__name"),
    narrows=_own,
    clocks=_clocks,
    pages=(Page(name="reading", title=Text("正文", "The text"), shown=lambda row, _person: row.state != "open"),),
    heeds={("procedures", "approve"): _approved},
    rounds=(Round(name="readings.keep", every=timedelta(minutes=1), run=_keep),),
    speaks=SPEAKS,
    order=76,
)  # fmt: skip
