"""The register of explanations: each answers for themselves; who handles the report reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from shouze.language import Text
from shouze.registers.describing import AUTHORITIES, Act, Doing, Field, Register, Running, State
from shouze.registers.explanations.models import Explanation
from shouze.registers.misconduct.seeing import seen_by
from shouze.registers.people.models import Person
from shouze.registers.roles import EVERYBODY

DUTY = "A24"


def _answer(doing: Doing[Explanation]) -> None:
    # A24: nothing is found against anybody who was not heard
    doing.entry.answered_at = doing.now


def _is_theirs(row: Explanation, person: Person) -> bool:
    return row.person_id == person.pk


def _seen(person: Person) -> Q:
    return Q(person=person) | seen_by(person, "report__")


def _clocks(row: Explanation, _now: datetime) -> Sequence[Running]:
    if row.state != "asked":
        return ()
    title = Text("就所反映的情况作出说明", "Explain what was reported")
    return [Running(kind="answer", title=title, since=row.created_at, due=row.due, person=row.person_id, duty=DUTY)]


REGISTER: Register[Explanation] = Register(
    name="explanations",
    prefix="EX",
    title=Text("情况说明", "Explanations"),
    one=Text("情况说明", "Explanation"),
    intro=Text(
        "有人反映您的，在这里告知您所反映的情况，由您作出说明；只有您和承办的负责人看得到。",
        "What was reported about you is put before you here, and you answer; only you and who handles it see it.",
    ),
    model=Explanation,
    duties=(DUTY,),
    fields=(
        Field(name="said", label=Text("所反映的情况", "What was reported"), lines=5, personal=True),
        Field(name="due", label=Text("说明期限", "To be answered by")),
        Field(name="answer", label=Text("说明", "Answer"), lines=8, personal=True, once_filled=True),
        Field(name="answered_at", label=Text("说明时间", "Answered"), once_filled=True),
    ),
    states={
        "asked": State(label=Text("待说明", "To be answered"), tone="waiting"),
        "answered": State(label=Text("已说明", "Answered"), tone="good"),
    },
    creating=Act(name="put", title=Text("请其说明", "Put before them"), by=frozenset(), to="asked", duty=DUTY),
    acts=(
        Act(name="put", title=Text("请其说明", "Put before them"), by=frozenset(), to="asked", follows=True, duty=DUTY),
        Act(name="answer", title=Text("作出说明", "Answer"), by=EVERYBODY, source=frozenset({"asked"}), to="answered",
            fields=(Field(name="answer", label=Text("说明", "Answer"), lines=8, optional=False),), does=_answer,
            whose=_is_theirs, reason="none", duty=DUTY),
    ),
    columns=("due", "answered_at"),
    narrows=_seen,
    clocks=_clocks,
    about=lambda _row: (),
    from_files=False,
    houses=AUTHORITIES,
    order=95,
)  # fmt: skip
