"""The register of absences: while somebody is away, what they owe is owed by whoever stands in (Art. 12)."""

from __future__ import annotations

from datetime import datetime, timedelta

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.absences.models import Absence
from shouze.registers.describing import Act, Doing, Field, Group, Register, Round, State
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles
from shouze.registers.rows import Clock

BY: Roles = KEEPERS | {Role.SERVICE, Role.ADMINISTRATOR, Role.APPROVER}
STANDING = frozenset({"ahead", "away"})
_FIELDS = (
    Field(name="person", label=Text("缺勤人员", "Who is away")),
    Field(name="substitute", label=Text("代办人", "Who stands in")),
    Field(name="since", label=Text("自", "From")),
    Field(name="until", label=Text("至", "Until")),
)


def _check(doing: Doing[Absence]) -> None:
    absence = doing.entry
    absence.title = f"{absence.person.name} → {absence.substitute.name}"
    if absence.person_id == absence.substitute_id:
        raise InvalidError(Text("不能由本人代办", "Nobody stands in for themselves"), field="substitute")
    if absence.until <= absence.since or absence.until <= doing.now:
        remedy = Text("填写之后的时间", "Give a later time")
        raise InvalidError(Text("截止时间已过或不晚于开始", "It ends before it begins"), field="until", remedy=remedy)
    others = Absence.objects.filter(person=absence.person_id, state__in=STANDING).exclude(pk=absence.pk)
    if others.filter(since__lt=absence.until, until__gt=absence.since).exists():
        remedy = Text("先取消已有的一条", "Call the other one off first")
        raise InvalidError(Text("该时段已有代办人", "Somebody stands in then already"), field="since", remedy=remedy)


def _over(doing: Doing[Absence]) -> None:
    doing.entry.until = min(doing.entry.until, doing.now)


def hand_over(now: datetime) -> int:
    """Move on the absences that began or ended, and hand over what is owed; return how many."""
    begun = Absence.objects.filter(state="ahead", since__lte=now)
    ended = Absence.objects.filter(state="away", until__lte=now)
    moved = [(each, BEGUN) for each in begun] + [(each, ENDED) for each in ended]
    for absence, act in moved:
        acting.follow(REGISTER, act, absence.pk, None)
    return len(moved)


def _pass_on(doing: Doing[Absence], _before: object) -> None:
    """Tell anew the clocks that either of the two owes."""
    both = (doing.entry.person_id, doing.entry.substitute_id)
    rows = Clock.objects.filter(met=None, person__in=both).values_list("register", "entry").distinct()
    for name, entry_id in list(rows):
        register = registers()[name]
        entry = register.rows().filter(pk=entry_id).first()
        if entry is not None:
            acting.settle(register, entry, doing.now)


def _hand_over(now: datetime) -> None:
    hand_over(now)


def _mine(absence: Absence, person: Person) -> bool:
    return absence.person_id == person.pk or bool(person.roles & {Role.OFFICER, Role.ADMINISTRATOR})


BEGUN: Act[Absence] = Act(name="begun", title=Text("开始缺勤", "Away"), by=frozenset(), to="away", follows=True,
                          duty="A12-15d")  # fmt: skip
ENDED: Act[Absence] = Act(name="ended", title=Text("缺勤结束", "Back"), by=frozenset(), to="over", follows=True,
                          duty="A12-15d")  # fmt: skip

REGISTER: Register[Absence] = Register(
    name="absences",
    prefix="AB",
    title=Text("缺勤代办", "Absences"),
    one=Text("缺勤", "Absence"),
    intro=Text(
        "人员缺勤期间，其名下的时限和提醒转给代办人，缺勤结束后转回；时限本身不变。",
        "While somebody is away, their clocks and reminders are with whoever stands in, and come back afterwards. No "
        "clock stands still for it.",
    ),
    model=Absence,
    duties=("A12-15d",),
    fields=_FIELDS,
    states={
        "ahead": State(label=Text("未开始", "Ahead"), tone="waiting"),
        "away": State(label=Text("缺勤中", "Away"), tone="waiting"),
        "over": State(label=Text("已结束", "Over"), tone="over"),
        "off": State(label=Text("已取消", "Called off"), tone="over"),
    },
    creating=Act(name="enter", title=Text("登记缺勤", "Enter an absence"), by=BY, to="ahead", fields=_FIELDS,
                 does=_check, proof="none", duty="A12-15d"),
    acts=(
        Act(name="back", title=Text("提前返回", "Back early"), by=BY, source=frozenset({"away"}), to="over", does=_over,
            whose=_mine, proof="none", duty="A12-15d"),
        Act(name="off", title=Text("取消", "Call off"), by=BY, source=frozenset({"ahead"}), to="off", whose=_mine,
            proof="none", duty="A12-15d"),
        BEGUN,
        ENDED,
    ),
    columns=("person", "substitute", "since", "until"),
    seen_by=HOUSE,
    heeds={("absences", act): _pass_on for act in ("begun", "ended", "back")},
    rounds=(Round(name="absences.hand-over", every=timedelta(minutes=1), run=_hand_over),),
    group=Group.HOUSE,
    order=91,
)  # fmt: skip
