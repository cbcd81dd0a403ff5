"""The register of visits on the spot (Art. 17(2), 17(3)): two officers, a record, and the operator's word beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shouze.language import Text
from shouze.registers import delivery
from shouze.registers.cases.fields import breaches
from shouze.registers.describing import (
    AUTHORITIES,
    Act,
    Alert,
    Choices,
    Field,
    Group,
    Part,
    Printed,
    Register,
    Round,
    Running,
    State,
)
from shouze.registers.issued.models import Issued
from shouze.registers.peers.trusted import operators
from shouze.registers.roles import INSPECTING, Role
from shouze.registers.visits import papers, visiting
from shouze.registers.visits.facts import SPEAKS
from shouze.registers.visits.models import ATTESTED, CONTESTED, DISMISSED, UPHELD, Visit

CLOSED_WITHIN = timedelta(days=30)
"""A house term, as for remote inspections."""
ANSWERED = frozenset({ATTESTED, CONTESTED, "silent", "unsigned"})
UNANSWERED = frozenset({"recorded", "silent", "unsigned"})
SAYS: Choices = {ATTESTED: Text("属实", "It is so"), CONTESTED: Text("不属实", "It is not so")}
STATED: Choices = {visiting.YES: SAYS[ATTESTED], "no": SAYS[CONTESTED]}
ABOVE: Choices = {UPHELD: Text("投诉成立", "Upheld"), DISMISSED: Text("投诉不成立", "Dismissed")}
_NO_NAMES = Text("不写用户姓名、号码", "No user's name or number")
_OFFICERS = Field(name="officers", label=Text("执法人员及证号", "Officers and their identification"), lines=3,
                  hint=Text("每行一人：姓名 证号；至少两人，到场时出示证件",
                            "A line each: name, then number; two at least, who show it on arrival"),
                  duty="A17-2-premises")  # fmt: skip
_PLACE = Field(name="place", label=Text("地点", "Place"))
_PLANNED = (
    Field(name="to", label=Text("经营者", "Operator"), choices=operators, once_filled=True,
          hint=Text("没有公文往来的，写在下一项", "Where no dispatches go, name it below")),
    Field(name="operator_name", label=Text("其他经营者", "Another operator"), once_filled=True,
          hint=Text("通知打印后书面送达；已经送达的，附上", "Its notice is printed; attach one already served")),
    Field(name="basis", label=Text("检查依据和事由", "Ground, and why"), lines=3, longest=500, duty="A17-1-inspect"),
    _PLACE,
    Field(name="planned_at", label=Text("检查时间", "When"),
          hint=Text("通知随登记即发出", "The notice goes out at once")),
    Field(name="unannounced", label=Text("未事先通知的理由", "Why without notice"), once_filled=True,
          hint=Text("不填即发出通知", "Empty: the notice is sent")),
    _OFFICERS,
)  # fmt: skip
_RECORD = (
    _OFFICERS,
    _PLACE,
    Field(name="arrived_at", label=Text("到达时间", "Arrived"), optional=False, once_filled=True),
    Field(name="left_at", label=Text("离开时间", "Left"), optional=False, once_filled=True),
    Field(name="seen", label=Text("所见情况", "What was seen"), lines=6, longest=10_000, optional=False,
          once_filled=True, hint=_NO_NAMES, duty="A17-3-record"),
    Field(name="taken", label=Text("取走的载体和复制件", "Carriers and copies taken"), lines=3, longest=20_000,
          once_filled=True, hint=Text("每行一件：载体写编号，复制件写 SHA-256；附上的文件自动列入",
                                      "A line each: a carrier by its number, a copy by its SHA-256; files attached are "
                                      "listed by themselves")),
)  # fmt: skip
_STATEMENTS = (
    Field(name="no_fee", label=Text("执法人员：未收取任何费用", "The officers: nothing was charged"),
          once_filled=True, duty="A17-3-no-fee"),
    Field(name="not_hindered", label=Text("执法人员：未妨碍经营和服务", "The officers: business was not hindered"),
          once_filled=True, duty="A17-3-no-hinder"),
)  # fmt: skip
_STATED = tuple(replace(each, choices=STATED, optional=False) for each in _STATEMENTS)
"""Asked as a choice: what is overlooked is no denial."""
ANSWER = (
    Field(name="says_no_fee", label=Text("经营者：未收取任何费用", "The operator: nothing was charged"), choices=SAYS,
          optional=False, once_filled=True, duty="A17-3-no-fee"),
    Field(name="says_not_hindered", label=Text("经营者：未妨碍经营和服务", "The operator: business was not hindered"),
          choices=SAYS, optional=False, once_filled=True, duty="A17-3-no-hinder"),
    Field(name="comment", label=Text("经营者的意见", "The operator's comment"), lines=4, longest=10_000,
          once_filled=True, hint=_NO_NAMES),
    Field(name="signed_by", label=Text("经营者签字人", "Signed for the operator by"), optional=False,
          once_filled=True),
)  # fmt: skip
_DONE = (
    Field(name="notice", label=Text("通知的 SHA-256", "SHA-256 of the notice"), once_filled=True),
    *delivery.SHOWN,
    Field(name="announced_at", label=Text("通知时间", "Notice sent"), once_filled=True),
    Field(name="recorded_at", label=Text("记录时间", "Recorded"), once_filled=True),
    Field(name="answer_by", label=Text("经营者答复期限", "To be answered by"), once_filled=True),
    Field(name="answered_at", label=Text("经营者答复时间", "Answered"), once_filled=True),
    Field(
        name="above_no_fee",
        label=Text("上一级机关：关于收费", "The higher authority: about a fee"),
        choices=ABOVE,
        once_filled=True,
    ),
    Field(
        name="above_not_hindered",
        label=Text("上一级机关：关于妨碍经营", "The higher authority: about hindering"),
        choices=ABOVE,
        once_filled=True,
    ),
    Field(name="above", label=Text("上一级机关的处理", "The higher authority's decision"), lines=3, once_filled=True),
    Field(name="above_at", label=Text("收到处理决定", "Decision received"), once_filled=True),
)
_CORRECT = (
    Field(name="document", label=Text("文号", "Document number"), optional=False, longest=128),
    Field(name="body", label=Text("本机关名称", "Authority"), optional=False, longest=120),
    Field(name="because", label=Text("要求改正的内容", "What is to be corrected"), lines=3, optional=False,
          longest=500),
    Field(name="due", label=Text("改正期限", "To be corrected by"), asks="moment", optional=False),
    Field(name="answer_to", label=Text("书面答复送交", "An answer on paper goes to"), optional=True, longest=300,
          heading=Text("没有公文往来的", "Where no dispatches go"),
          hint=Text("地址、联系人、电话", "Address, person, telephone")),
    Field(name="duties", label=Text("涉及的义务", "Duties concerned"), choices=breaches, several=True, optional=True),
)  # fmt: skip


def _clocks(row: Visit, _now: datetime) -> Sequence[Running]:
    name = {"name": row.title}
    if row.state == "to-serve":
        title = Text("向{name}送达检查通知", "Serve the notice of the visit on {name}").fill(**name)
        return [Running(kind="serve", title=title, since=row.created_at, due=row.planned_at, roles=INSPECTING,
                        duty="A17-2-premises")]  # fmt: skip
    if row.state == "announced":
        title = Text("记录对{name}的现场检查", "Record the visit at {name}").fill(**name)
        return [Running(kind="record", title=title, since=row.created_at, due=visiting.term(row.planned_at),
                        roles=INSPECTING, duty="A17-3-record")]  # fmt: skip
    if row.state == "recorded" and row.recorded_at is not None:
        title = Text("{name}答复检查记录", "{name} answers the record of the visit").fill(**name)
        return [Running(kind="answer", title=title, since=row.recorded_at, due=row.answer_by, roles=INSPECTING)]
    if row.state in ANSWERED:
        title = Text("处理并结束对{name}的现场检查", "Conclude the visit at {name}").fill(**name)
        since = row.answered_at or row.changed_at
        return [Running(kind="close", title=title, since=since, due=since + CLOSED_WITHIN, roles=INSPECTING,
                        duty="A17-3-record")]  # fmt: skip
    return ()


def _notes(row: Visit, _now: datetime) -> Sequence[Text]:
    told: list[Text] = []
    pairs = ((row.says_no_fee, row.above_no_fee), (row.says_not_hindered, row.above_not_hindered))
    if UPHELD in (row.above_no_fee, row.above_not_hindered):
        told.append(Alert("上一级机关认定投诉成立", "The next higher authority upheld the complaint"))
    elif any(says == CONTESTED and above != DISMISSED for says, above in pairs):
        told.append(
            Alert(
                "经营者否认检查记录中的声明：由上一级机关处理，本机关不能自行了结",
                "The operator contests a statement: the next higher authority deals with that, not this one",
            )
        )
    if row.recorded_at is not None and not (row.no_fee and row.not_hindered):
        told.append(Alert("执法人员未声明不收费、不妨碍经营", "The officers do not make both statements"))
    if row.peer_id is None:
        told.append(Text("与此经营者没有公文往来：记录由其在纸上签署，登记时附上",
                         "No dispatches go there: it signs the record on paper, which is attached"))  # fmt: skip
    return told


def _orders(row: Visit) -> list[Issued]:
    return list(Issued.objects.filter(number__in=row.orders))


REGISTER: Register[Visit] = Register(
    name=visiting.NAME,
    prefix="VT",
    title=Text("现场检查", "Visits on the spot"),
    one=Text("现场检查", "Visit"),
    intro=Text(
        "进入经营场所的检查：事先通知，两名以上执法人员出示证件，当场记录；不收费、不妨碍经营由双方各自声明（第十七条）。",
        "Inspections on the premises: announced, by two officers who show their identification, recorded; that nothing "
        "was charged and nobody hindered is said by both sides (Art. 17).",
    ),
    model=Visit,
    duties=("A17-1-inspect", "A17-2-premises", "A17-3-record", "A17-3-no-fee", "A17-3-no-hinder"),
    fields=(*_PLANNED, *_RECORD[2:], *_STATEMENTS, *ANSWER, *_DONE),
    states={
        "announced": State(label=Text("待检查、待记录", "To be made and recorded"), tone="waiting"),
        "to-serve": State(label=Text("通知待书面送达", "Notice to be served on paper"), tone="bad"),
        "recorded": State(label=Text("待经营者答复", "Awaiting the operator's answer"), tone="waiting"),
        ATTESTED: State(label=Text("双方一致", "Both sides agree"), tone="good"),
        CONTESTED: State(label=Text("经营者有异议", "Contested by the operator"), tone="bad"),
        "silent": State(label=Text("经营者逾期未答复", "Not answered in time"), tone="waiting"),
        "unsigned": State(label=Text("经营者拒绝签署", "The operator would not sign"), tone="waiting"),
        "called-off": State(label=Text("已取消", "Called off"), tone="over"),
        "closed": State(label=Text("已结束", "Closed"), tone="over"),
    },
    creating=Act(name="announce", title=Text("安排并通知检查", "Plan and announce a visit"), by=INSPECTING,
                 fields=_PLANNED, does=visiting.announce, reason="none", duty="A17-2-premises"),
    acts=(
        Act(name="record", title=Text("登记检查记录", "Record the visit"), by=INSPECTING, to="recorded",
            source=frozenset({"announced"}), fields=(*_RECORD, *_STATED), does=visiting.record, reason="none",
            duty="A17-3-record",
            hint=Text("记录随即发给经营者，之后不能更改。附上的文件作为复制件，以摘要列入。",
                      "It goes to the operator at once and is not changed afterwards. Files attached are copies, "
                      "listed by digest.")),
        Act(name="serve", title=Text("登记通知送达", "Enter the notice's service"), by=INSPECTING, to="announced",
            source=frozenset({"to-serve"}), fields=delivery.FIELDS, does=visiting.serve_notice, proof="must",
            reason="none", duty="A17-2-premises"),
        Act(name="call-off", title=Text("取消检查", "Call it off"), by=INSPECTING, to="called-off",
            source=frozenset({"announced", "to-serve"}), does=visiting.call_off, reason="must", proof="none"),
        Act(name="enter-answer", title=Text("登记书面答复", "Enter an answer on paper"), by=INSPECTING,
            source=UNANSWERED, fields=ANSWER, does=visiting.enter_answer, proof="must", duty="A17-3-record"),
        Act(name="unsigned", title=Text("注明拒绝签署", "Note that it would not sign"), by=INSPECTING, to="unsigned",
            source=frozenset({"recorded", "silent"}), reason="must", duty="A17-3-record",
            hint=Text("经营者之后以公文答复的，仍以其答复为准。",
                      "What it answers by dispatch later counts all the same.")),
        Act(name="correct", title=Text("起草责令改正", "Draft an order to correct"), by=INSPECTING,
            source=ANSWERED | {"recorded"}, fields=_CORRECT, does=visiting.correct, reason="none", proof="none",
            duty="A14-2-suspend"),
        Act(name="set-down", title=Text("制成文书", "Set as papers"), by=frozenset(), follows=True,
            duty="A17-2-premises"),
        Act(name="close", title=Text("结束", "Close"), by=INSPECTING, to="closed", source=ANSWERED, reason="must",
            duty="A17-3-record"),
        Act(name=ATTESTED, title=Text("经营者确认", "Attested by the operator"), by=frozenset(), to=ATTESTED,
            follows=True, duty="A17-3-record"),
        Act(name=CONTESTED, title=Text("经营者提出异议", "Contested by the operator"), by=frozenset(), to=CONTESTED,
            follows=True, duty="A17-3-record"),
        Act(name="decided-above", title=Text("上一级机关作出处理", "Decided by the higher authority"), by=frozenset(),
            follows=True, duty="A17-3-no-fee"),
        Act(name="late", title=Text("结束后收到答复", "Answered after it was closed"), by=frozenset(), follows=True,
            duty="A17-3-record"),
    ),
    columns=("place", "planned_at", "recorded_at", "answered_at"),
    filters=("says_no_fee", "says_not_hindered"),
    search=("place", "basis"),
    seen_by=INSPECTING | {Role.AUDITOR, Role.MINISTRY},
    clocks=_clocks,
    notes=_notes,
    parts=(
        Part(
            title=Text("责令改正", "Orders to correct"),
            columns=(
                (Text("编号", "Number"), lambda order: order.number),
                (Text("文号", "Document"), lambda order: order.document),
                (Text("改正期限", "To be corrected by"), lambda order: order.due),
            ),
            rows=_orders,
            link=lambda order: ("issued", order.number),
        ),
    ),
    rounds=(Round(name="visits.silence", every=timedelta(minutes=5), run=visiting.note_silence),),
    from_files=False,
    takes={"visit-answer": visiting.take_answer, "grievance-decision": visiting.take_decision},
    rests_on=lambda row: row.dispatch or row.notice,
    reports=(
        Printed(name="inspection-notice", title=Text("检查通知书", "The notice"), make=papers.notice,
                shown=lambda row: bool(row.paper)),
        Printed(name="notice-service", title=Text("通知的送达回证", "Record of the notice's service"),
                make=papers.service_record, shown=lambda row: bool(row.paper)),
        Printed(name="visit-record", title=Text("检查记录（供双方签名）", "The record, for both to sign"),
                make=papers.visit_record, shown=lambda row: row.recorded_at is not None),
    ),
    heeds={("visits", "announce"): papers.set_down},
    houses=AUTHORITIES,
    group=Group.HANDLING,
    speaks=SPEAKS,
    order=46,
)  # fmt: skip
