"""The register of trainings (Art. 15): who takes which course, what came of it, until when the certificate counts.

# Invariant: the door holds exactly the certificates that these rows stand for, each with its end; when that comes, the
# door shuts by itself the grants that need it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.courses import content
from shouze.registers.courses.models import Course
from shouze.registers.courses.register import current
from shouze.registers.describing import Act, Choices, Doing, Field, Page, Printed, Register, Round, Running, State
from shouze.registers.people.models import Person
from shouze.registers.roles import EVERYBODY, KEEPERS, OVERSEEING
from shouze.registers.spans import months_after
from shouze.registers.trainings.assigning import ended, keep, left, published
from shouze.registers.trainings.facts import SPEAKS
from shouze.registers.trainings.models import STATES, Training
from shouze.registers.trainings.report import certificate
from shouze.rules import entries

WARNING = timedelta(days=30)
TAKING = frozenset({"assigned", "passed", "expired"})


def _courses() -> Choices:
    rows = Course.objects.filter(state="published").order_by("name")
    return {each.name: Text(each.title, each.title_en) for each in rows}


_FIELDS = (
    Field(name="course", label=Text("课程", "Course"), choices=_courses),
    Field(name="person", label=Text("人员", "Person")),
    Field(name="due", label=Text("期限", "By")),
)
_STANDING = (
    Field(name="used", label=Text("已考次数", "Attempts used")),
    Field(name="score", label=Text("最近得分（%）", "Last score (%)")),
    Field(name="passed_at", label=Text("通过时间", "Passed")),
    Field(name="valid_until", label=Text("证书有效至", "Certificate counts until")),
    Field(name="edition", label=Text("通过的版本", "Version passed"), once_filled=True),
    Field(name="digest", label=Text("课程内容摘要", "SHA-256 of the course"), once_filled=True),
)


def _assign(doing: Doing[Training]) -> None:
    row = doing.entry
    course = current(row.course)
    if course is None:
        raise InvalidError(Text("没有这门课程", "There is no such course"), field="course")
    if Training.objects.filter(course=row.course, person=row.person).exists():
        raise InvalidError(Text("此人已列入这门课程", "They take this course already"), field="person")
    row.guards, row.by_hand = course.guards, True
    row.call(course.called)


def _take(doing: Doing[Training]) -> None:
    # A15-train-know/skill/resp: what was learned is asked about, and what came of it is kept
    row = doing.entry
    course = current(row.course)
    if course is None:
        raise InvalidError(Text("这门课程已停用", "This course is no longer taught"), field=None)
    graded = content.grade(content.read(course.text).questions, doing.values["answers"])
    row.used, row.score = row.used + 1, graded.percent
    if graded.percent >= course.pass_percent:
        row.passed_at, row.valid_until = doing.now, months_after(doing.now, course.valid_months)
        row.edition, row.digest, row.guards = course.edition, course.digest, course.guards
        row.state, row.used = "passed", 0
    elif row.used >= course.attempts:
        # Who holds a certificate that still counts keeps it to its end.
        row.state = "passed" if is_valid(row, doing.now) else "failed"


def may_take(row: Training, _now: datetime) -> bool:
    """Tell whether an attempt is left, and the course still taught."""
    course = current(row.course)
    return course is not None and row.used < course.attempts


def is_valid(row: Training, now: datetime) -> bool:
    """Tell whether the certificate counts at a moment."""
    return row.valid_until is not None and row.valid_until > now


def _again(doing: Doing[Training]) -> None:
    doing.entry.used = 0


def _is_learner(row: Training, person: Person) -> bool:
    return row.person_id == person.pk


def _own(person: Person) -> Q | None:
    return None if OVERSEEING & person.roles else Q(person=person)


def _clocks(row: Training, _now: datetime) -> Sequence[Running]:
    if row.state == "failed":
        return [_running("failed", row, row.changed_at, None, None)]
    if row.state == "assigned":
        return [_running("pass", row, row.created_at, row.due, row.person_id)]
    if row.state in ("passed", "expired") and row.valid_until:
        return [_running("renew", row, row.valid_until - WARNING, row.valid_until, row.person_id)]
    return ()


def _running(kind: str, row: Training, since: datetime, due: datetime | None, person: int | None) -> Running:
    title = _OWED[kind].fill(name=_courses().get(row.course, row.title), who=row.person.name)
    return Running(kind=kind, title=title, since=since, due=due, roles=KEEPERS, person=person,
                   duty="A15-train-know/skill/resp")  # fmt: skip


_OWED = {
    "pass": Text("{who}通过“{name}”", "{who} passes “{name}”"),
    "renew": Text("{who}重新通过“{name}”", "{who} passes “{name}” again"),
    "failed": Text("{who}未通过“{name}”：辅导后重考", "{who} failed “{name}”: teach, and let them try again"),
}


def _entries(row: Training) -> Mapping[str, entries.Entry | None]:
    name = f"{row.course}@{row.person.username}"
    kept = row.guards and row.state in ("passed", "expired", "waived") and row.passed_at is not None
    if not kept or row.passed_at is None:
        return {f"certificates/{name}": None}
    return {
        f"certificates/{name}": entries.Certified(
            id=name, course=row.course, person=row.person.username, since=row.passed_at, until=row.valid_until
        )
    }


def _notes(row: Training, now: datetime) -> Sequence[Text]:
    if not row.guards:
        return ()
    if is_valid(row, now):
        return [
            Text(
                "要求本证书的授权在有效期内可用；到期信息闸门自动关闭",
                "Grants that need it may be used; the door shuts them when it ends",
            )
        ]
    return [
        Text(
            "没有有效证书：信息闸门对要求本证书的授权关闭",
            "No valid certificate: the door is shut to grants that need it",
        )
    ]


REGISTER: Register[Training] = Register(
    name="trainings",
    prefix="TR",
    title=Text("培训", "Training"),
    one=Text("培训", "Training"),
    intro=Text(
        "每个人须完成的课程、成绩和证书（第十五条）。",
        "The courses before each person, what came of them, and the certificates (Art. 15).",
    ),
    model=Training,
    duties=("A15-train-know/skill/resp",),
    fields=(*_FIELDS, *_STANDING),
    states={
        "assigned": State(label=STATES["assigned"], tone="waiting"),
        "passed": State(label=STATES["passed"], tone="good"),
        "failed": State(label=STATES["failed"], tone="bad"),
        "expired": State(label=STATES["expired"], tone="bad"),
        "waived": State(label=STATES["waived"], tone="over"),
        "ended": State(label=STATES["ended"], tone="over"),
    },
    creating=Act(name="assign", title=Text("列入培训", "Put somebody on a course"), by=KEEPERS, to="assigned",
                 fields=_FIELDS, does=_assign, duty="A15-train-know/skill/resp"),
    acts=(
        Act(name="take", title=Text("学习和考试", "Learn and take the test"), by=EVERYBODY, source=TAKING,
            whose=_is_learner, possible=may_take, does=_take, page="training-take", reason="none", proof="none",
            duty="A15-train-know/skill/resp"),
        Act(name="again", title=Text("准予重考", "Let them try again"), by=KEEPERS, source=frozenset({"failed"}),
            to="assigned", does=_again, reason="must", duty="A15-train-know/skill/resp"),
        Act(name="waive", title=Text("免于参加", "Let off"), by=KEEPERS, to="waived", reason="must",
            source=frozenset({"assigned", "failed", "expired"}), duty="A15-train-know/skill/resp"),
    ),
    columns=("person", "due", "score", "valid_until"),
    filters=("course",),
    search=("person__username", "person__name"),
    narrows=_own,
    clocks=_clocks,
    entries=_entries,
    notes=_notes,
    pages=(
        Page(name="training-certificate", title=Text("证书", "Certificate"),
             shown=lambda row, _person: row.passed_at is not None),
        Page(name="training-gaps", title=Text("培训缺口", "Who still lacks training"), of_row=False,
             by=OVERSEEING),
    ),
    reports=(Printed(name="training", title=Text("培训证书", "Certificate of training"),
                     make=lambda row, now: certificate(REGISTER, row, now),
                     shown=lambda row: row.passed_at is not None),),
    heeds={("courses", "publish"): published, ("courses", "withdraw"): ended, ("people", "leave"): left},
    rounds=(Round(name="trainings.keep", every=timedelta(minutes=1), run=keep),),
    speaks=SPEAKS,
    order=79,
)  # fmt: skip
