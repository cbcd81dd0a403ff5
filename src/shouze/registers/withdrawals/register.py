"""The register of withdrawals (回避): a party or an officer asks, the head decides, others take over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.language import Text
from shouze.registers.cases.models import Case
from shouze.registers.describing import AUTHORITIES, Act, Choices, Field, Group, Part, Register, Running, State
from shouze.registers.people.models import Person
from shouze.registers.roles import INSPECTING, SUPERVISING, Role, Roles
from shouze.registers.withdrawals import deciding
from shouze.registers.withdrawals.facts import SPEAKS
from shouze.registers.withdrawals.models import Withdrawal

ASKING: Roles = INSPECTING | {Role.CHAIR}
DUTY = "A24"
DECIDED_WITHIN = timedelta(days=5)
"""A house term: the law names no day for the decision, nor for putting others in charge."""
BY: Choices = {
    "party": Text("当事人申请", "The party asks"),
    "officer": Text("本人请求", "They ask themselves"),
    "house": Text("机关提出", "The house asks"),
    "tie": Text("因申报的利害关系", "By a tie that was declared"),
}
_ASKED = (
    Field(name="case", label=Text("案件编号", "Case"), hint=Text("例如 PC-2026-0001", "Such as PC-2026-0001")),
    Field(
        name="asked_by",
        label=Text("由谁提出", "Who asks"),
        optional=False,
        choices={name: text for name, text in BY.items() if name != "tie"},
    ),
    Field(
        name="officer",
        label=Text("请谁回避", "Who is to withdraw"),
        optional=True,
        hint=Text("本人请求的留空；当事人没有写明的也可留空", "Empty for yourself, or where the party named nobody"),
    ),
    Field(name="ground", label=Text("理由", "Ground"), lines=4, personal=True),
)
_SHOWN = (
    _ASKED[0],
    Field(name="asked_by", label=Text("由谁提出", "Who asked"), choices=BY),
    Field(name="officer", label=Text("谁回避", "Who withdraws")),
    Field(name="ground", label=Text("理由", "Ground"), lines=4, personal=True),
    Field(name="tie", label=Text("利害关系", "Tie"), once_filled=True),
    Field(name="decided_at", label=Text("决定时间", "Decided"), once_filled=True),
    Field(name="because", label=Text("决定理由", "Why it was decided so"), personal=True, once_filled=True),
)


def _apart(row: Withdrawal, person: Person) -> bool:
    """Tell whether a person may decide: nobody does on their own withdrawal, nor on what they asked for."""
    return row.officer_id != person.pk


def _clocks(row: Withdrawal, _now: datetime) -> Sequence[Running]:
    names = {"case": row.case}
    if row.state == "asked":
        title = Text("决定案件{case}的回避申请", "Decide on a withdrawal in case {case}").fill(**names)
        return [Running(kind="decide", title=title, since=row.created_at, due=row.created_at + DECIDED_WITHIN,
                        roles=frozenset({Role.HEAD}), duty=DUTY)]  # fmt: skip
    if row.state == "ordered" and deciding.charged(row):
        title = Text("更换案件{case}的办案人员", "Put others in charge of case {case}").fill(**names)
        since = row.decided_at or row.created_at
        return [Running(kind="reassign", title=title, since=since, due=since + DECIDED_WITHIN,
                        roles=frozenset({Role.HEAD}), duty=DUTY)]  # fmt: skip
    return ()


def _notes(row: Withdrawal, _now: datetime) -> Sequence[Text]:
    if row.state == "asked":
        return [Text("决定作出之前，不停止调查（行政处罚法第四十三条）",
                     "The inquiry goes on until this is decided (Penalty Law 43)")]  # fmt: skip
    if row.state == "ordered":
        return [Text("此人不能再办理本案", "This person does nothing in the case any more")]
    return ()


def _cases(row: Withdrawal) -> list[Case]:
    return list(Case.objects.filter(number=row.case))


REGISTER: Register[Withdrawal] = Register(
    name=deciding.NAME,
    prefix="WD",
    title=Text("回避", "Withdrawals"),
    one=Text("回避", "Withdrawal"),
    intro=Text(
        "执法人员与案件有直接利害关系或者其他可能影响公正的关系的，应当回避；当事人可以申请，由负责人决定（行政处罚法第四十三条）。",
        "Officers with a direct interest in a case, or another relation that may affect it, withdraw; a party may ask "
        "for it, and the head decides (Penalty Law 43).",
    ),
    model=Withdrawal,
    duties=(DUTY,),
    fields=_SHOWN,
    states={
        "asked": State(label=Text("待决定", "To be decided"), tone="waiting"),
        "ordered": State(label=Text("回避", "Withdrawn"), tone="good"),
        "rejected": State(label=Text("驳回", "Rejected"), tone="over"),
    },
    creating=Act(name="ask", title=Text("登记回避申请", "Enter a request"), by=ASKING, to="asked", fields=_ASKED,
                 does=deciding.ask, reason="none", duty=DUTY),
    acts=(
        Act(name="order", title=Text("决定回避", "Let them withdraw"), by=SUPERVISING, source=frozenset({"asked"}),
            to="ordered", does=deciding.order, whose=_apart, reason="must", grave=True, duty=DUTY,
            fields=(Field(name="officer", label=Text("谁回避", "Who withdraws"), optional=False),)),
        Act(name="reject", title=Text("驳回", "Reject"), by=SUPERVISING, source=frozenset({"asked"}), to="rejected",
            does=deciding.reject, whose=_apart, reason="must", duty=DUTY),
        Act(name="asked", title=Text("当事人申请回避", "The party asked for it"), by=frozenset(), to="asked",
            follows=True, duty=DUTY),
        Act(name="follow", title=Text("因利害关系回避", "Withdrawn by a tie"), by=frozenset(), to="ordered",
            follows=True, duty=DUTY),
    ),
    columns=("case", "officer", "asked_by", "decided_at"),
    filters=("asked_by",),
    search=("case",),
    seen_by=ASKING | {Role.AUDITOR, Role.MINISTRY},
    clocks=_clocks,
    notes=_notes,
    parts=(
        Part(
            title=Text("案件", "The case"),
            columns=(
                (Text("编号", "Number"), lambda case: case.number),
                (Text("案由", "Case"), lambda case: case.title),
                (Text("执法人员", "Officers"), lambda case: f"{case.officer.name}、{case.second.name}"),
            ),
            rows=_cases,
            link=lambda case: ("cases", case.number),
        ),
    ),
    heeds={("ties", "declare"): deciding.tied, ("cases", "reassign"): deciding.reassigned},
    takes={"withdrawal-request": deciding.take},
    rests_on=lambda row: row.dispatch,
    about=lambda _row: (),
    speaks=SPEAKS,
    from_files=False,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    order=53,
)  # fmt: skip
