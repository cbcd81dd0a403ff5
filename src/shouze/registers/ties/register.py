"""The register of ties: each declares their own, or the head does; who has one does nothing there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.describing import AUTHORITIES, Act, Choices, Doing, Field, Part, Register, Round, State
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.roles import SUPERVISING, Role, Roles
from shouze.registers.supervised.calling import operator_called
from shouze.registers.ties.models import Tie
from shouze.registers.withdrawals.models import Withdrawal

SEES_ALL: Roles = SUPERVISING | {Role.AUDITOR}
DUTY = "A24"
EACH_ROUND = 200
KINDS: Choices = {
    "holding": Text("持有股份或者其他投资", "Shares or another holding"),
    "work": Text("任职、兼职或者曾任职", "Works there, beside or formerly"),
    "kin": Text("近亲属任职或者有利益关系", "Close kin work there or have an interest"),
    "dispute": Text("与其有纠纷或者诉讼", "A dispute or lawsuit with it"),
    "other": Text("其他可能影响公正的关系", "Another relation that may affect impartiality"),
}
_FIELDS = (
    Field(name="person", label=Text("人员", "Who"), optional=True,
          hint=Text("本人申报的留空；负责人可以为他人登记", "Empty for yourself; the head may enter others'")),
    Field(name="operator", label=Text("经营者", "Operator"), duty=DUTY,
          hint=Text("编号、许可证号、备案号或名称", "Number, licence, filing or name")),
    Field(name="kind", label=Text("关系", "Tie"), choices=KINDS, optional=False),
    Field(name="since", label=Text("自", "From"), hint=Text("不填为今天", "Empty: today")),
    Field(name="until", label=Text("至", "Until"), hint=Text("不填即直至负责人登记结束",
                                                            "Empty: until the head notes its end")),
    Field(name="words", label=Text("说明", "In words"), lines=3, personal=True),
)  # fmt: skip


def _declare(doing: Doing[Tie]) -> None:
    # A24: favouritism is kept out before it can begin
    row, whose = doing.entry, doing.values.get("person") or doing.person
    if whose.pk != doing.person.pk and Role.HEAD not in doing.person.roles:
        remedy = Text("留空，申报您自己的", "Leave it empty, and declare your own")
        raise InvalidError(
            Text("只有负责人可以为他人登记", "Only the head enters others'"), field="person", remedy=remedy
        )
    operator = operator_called(row.operator)
    row.person, row.operator, row.operator_name = whose, operator.number, operator.title
    row.title = f"{whose.name}（{whose.username}）— {operator.title}"[:200]
    row.since = row.since or timezone.localdate(doing.now)
    if row.until is not None and row.until < row.since:
        raise InvalidError(Text("截止早于起始", "It ends before it begins"), field="until")


def _end(doing: Doing[Tie]) -> None:
    row = doing.entry
    row.until = doing.values.get("ended") or timezone.localdate(doing.now) - timedelta(days=1)
    if row.until >= timezone.localdate(doing.now):
        raise InvalidError(Text("结束日应在今天以前", "It ended before today"), field="ended")


def _another(row: Tie, person: Person) -> bool:
    return row.person_id != person.pk


def _own(person: Person) -> Q | None:
    return None if SEES_ALL & person.roles else Q(person=person)


def _notes(row: Tie, now: datetime) -> Sequence[Text]:
    if row.state == "declared" and row.since is not None and row.since <= timezone.localdate(now):
        return [Text("在此期间不能办理该经营者的任何事项", "Nothing of this operator's may be done by them meanwhile")]
    return ()


def _keep(now: datetime) -> None:
    """End what had a last day."""
    for row in Tie.objects.filter(state="declared", until__lt=timezone.localdate(now))[:EACH_ROUND]:
        row.state = "ended"
        acting.moved_on(registers()["ties"], row)


REGISTER: Register[Tie] = Register(
    name="ties",
    prefix="CI",
    title=Text("利害关系", "Ties to operators"),
    one=Text("利害关系", "Tie to an operator"),
    intro=Text(
        "工作人员申报与经营者的利害关系；自申报起，不能办理该经营者的案件、检查、令和其他事项（第二十四条；行政处罚法第四十三条）。",
        "People of the authority declare their ties to operators; from then on they do nothing in that operator's "
        "cases, inspections, orders or other matters (Art. 24; Penalty Law 43).",
    ),
    model=Tie,
    duties=(DUTY,),
    fields=(*_FIELDS[:2], Field(name="operator_name", label=Text("经营者名称", "Operator's name")), *_FIELDS[2:]),
    states={
        "declared": State(label=Text("应当回避", "Withdraws"), tone="waiting"),
        "ended": State(label=Text("已结束", "Ended"), tone="over"),
    },
    creating=Act(name="declare", title=Text("申报利害关系", "Declare a tie"), by=frozenset(Role), to="declared",
                 fields=_FIELDS, does=_declare, reason="none", duty=DUTY),
    acts=(
        Act(name="end", title=Text("登记结束", "Note its end"), by=SUPERVISING, to="ended",
            source=frozenset({"declared"}), does=_end, whose=_another, reason="must", duty=DUTY,
            fields=(Field(name="ended", label=Text("最后一日", "Its last day"), asks="date", optional=True,
                          hint=Text("不填为昨天", "Empty: yesterday")),)),
    ),
    columns=("person", "operator_name", "kind", "since", "until"),
    filters=("kind",),
    search=("operator", "operator_name", "person__username", "person__name"),
    narrows=_own,
    notes=_notes,
    about=lambda _row: (),
    parts=(
        Part(
            title=Text("因此回避的案件", "Cases that it takes them from"),
            columns=(
                (Text("编号", "Number"), lambda each: each.number),
                (Text("案件", "Case"), lambda each: each.title),
            ),
            rows=lambda row: Withdrawal.objects.filter(tie=row.number).order_by("pk"),
            link=lambda each: ("withdrawals", each.number),
        ),
    ),
    rounds=(Round(name="ties.keep", every=timedelta(minutes=10), run=_keep),),
    from_files=False,
    houses=AUTHORITIES,
    order=92,
)  # fmt: skip
