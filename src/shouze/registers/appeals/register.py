"""The register of complaints to the authority: taken in, passed on, answered, settled (Arts. 12, 17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.language import Text
from shouze.registers.announcements.publishing import operators
from shouze.registers.appeals import doing
from shouze.registers.appeals.models import Appeal
from shouze.registers.complaints.fields import MATTERS
from shouze.registers.describing import AUTHORITIES, Act, Choices, Field, Group, Page, Register, Round, Running, State
from shouze.registers.peers import trusted
from shouze.registers.roles import INSPECTING, Role

CHANNELS: Choices = {
    "page": Text("公开页", "Public page"), "letter": Text("来信", "Letter"), "telephone": Text("电话", "Telephone"),
    "visit": Text("来访", "Visit"), "body": Text("其他机关转来", "Passed on by another body"),
    "operator": Text("经营者报送", "Sent by the operator"),
}  # fmt: skip
ABOUT: Choices = {
    "late": Text("逾期未答复投诉", "A complaint was not answered in time"),
    **{name: text for name, text in MATTERS.items() if name != "unsorted"},
}
OUTCOMES: Choices = {
    "settled": Text("经营者已解决", "The operator settled it"),
    "corrected": Text("已责令改正", "The operator was ordered to correct"),
    "case": Text("已立案", "A case was opened"),
    "unfounded": Text("查无此事", "It was not so"),
    "withdrawn": Text("投诉人撤回", "Withdrawn"),
    "refused": Text("不予受理", "Not taken up"),
}
OPEN = frozenset({"received", "transferred", "answered"})


_WHOSE = (
    Field(name="operator", label=Text("在册的经营者", "Operator on the register"), choices=operators, once_filled=True),
    Field(name="operator_name", label=Text("经营者名称", "Operator's name"), optional=True),
    Field(name="matter", label=Text("事项", "About"), choices=ABOUT),
    Field(name="operator_number", label=Text("在经营者处的投诉编号", "Its number at the operator"), once_filled=True),
    Field(name="complained_on", label=Text("向经营者投诉的日期", "Complained to the operator on"), once_filled=True),
)
PERSONAL = (
    Field(name="story", label=Text("情况说明", "What happened"), lines=6, optional=False, longest=doing.LONGEST,
          hint=Text("加密保存；打开即留下记录", "Sealed; each look is recorded")),
    Field(name="name", label=Text("投诉人姓名", "The complainant's name"), optional=True, longest=120),
    Field(name="reach", label=Text("联系方式", "How to reach them"), optional=True, longest=200),
    Field(name="agreed", label=Text("同意将姓名、联系方式和内容转给经营者",
                                    "Agrees that name, contact and text go to the operator")),
)  # fmt: skip
_TYPED = (
    Field(name="channel", label=Text("来源", "From"), choices=CHANNELS),
    Field(name="received_at", label=Text("收到时间", "Received")),
)
_DONE = (
    Field(name="agreed", label=Text("同意转给经营者", "Agrees to being passed on")),
    Field(name="summary", label=Text("转办内容", "Passed on"), lines=2, once_filled=True),
    Field(name="transferred_at", label=Text("转办时间", "Passed on at"), once_filled=True),
    Field(name="due", label=Text("答复期限", "To be answered by"), once_filled=True),
    Field(name="answered_at", label=Text("答复时间", "Answered at"), once_filled=True),
    Field(name="late", label=Text("逾期答复", "Answered late")),
    Field(name="outcome", label=Text("结果", "Outcome"), choices=OUTCOMES, once_filled=True),
    Field(name="case", label=Text("案件编号", "Case"), once_filled=True),
    Field(name="told_on", label=Text("告知投诉人日期", "Complainant told on"), once_filled=True),
)
_TRANSFER = (
    Field(name="to", label=Text("以公文转给", "By dispatch to"), choices=trusted.operators, optional=True,
          hint=Text("不选则另行转交，并附上文件", "None: by other means, with the paper attached")),
    Field(name="summary", label=Text("转办内容（不写投诉人）", "What is passed on (not who complains)"), lines=4,
          optional=False),
    Field(name="answer_by", label=Text("答复期限", "To be answered by"), asks="moment", optional=True,
          hint=Text("不写即为十五日", "Fifteen days, if left empty")),
)  # fmt: skip
_CLOSE = (
    Field(name="outcome", label=Text("结果", "Outcome"), optional=False,
          choices={name: text for name, text in OUTCOMES.items() if name != "refused"}),
    Field(name="case", label=Text("案件编号", "Case")),
    Field(name="told_on", label=Text("告知投诉人日期", "Complainant told on"), optional=True),
)  # fmt: skip


def _clocks(row: Appeal, _now: datetime) -> Sequence[Running]:
    named = {"name": row.title}
    if row.state == "received":
        title = Text("处理对{name}的投诉", "Take up the complaint against {name}").fill(**named)
        return [Running(kind="take-up", title=title, since=row.received_at, roles=INSPECTING, duty="A17-1-inspect")]
    if row.state == "transferred" and row.transferred_at is not None:
        title = Text("{name}答复转办的投诉", "{name} answers the complaint that was passed on").fill(**named)
        return [Running(kind="answer", title=title, since=row.transferred_at, due=row.due, roles=INSPECTING,
                        duty="A12-15d")]  # fmt: skip
    if row.state == "answered" and row.answered_at is not None:
        title = Text("审查{name}的答复并告知投诉人", "Look at {name}'s answer and tell the complainant").fill(**named)
        return [Running(kind="settle", title=title, since=row.answered_at, roles=INSPECTING, duty="A17-1-inspect")]
    return ()


REGISTER: Register[Appeal] = Register(
    name="appeals",
    prefix="AC",
    title=Text("用户投诉", "Users' complaints"),
    one=Text("用户投诉", "User's complaint"),
    intro=Text(
        "用户向本机关投诉经营者。投诉人和内容加密保存，打开即留下记录；转给经营者须经投诉人同意。",
        "Users complain of operators. Who complains and what they wrote is sealed, each look recorded; it is passed on "
        "to the operator as far as they agree.",
    ),
    model=Appeal,
    duties=("A17-1-inspect", "A12-15d"),
    fields=(*_WHOSE, *_TYPED, *_DONE),
    states={
        "received": State(label=Text("待处理", "To be taken up"), tone="bad"),
        "transferred": State(label=Text("已转办", "Passed on"), tone="waiting"),
        "answered": State(label=Text("经营者已答复", "The operator answered"), tone="waiting"),
        "closed": State(label=Text("已办结", "Settled"), tone="over"),
        "refused": State(label=Text("不予受理", "Not taken up"), tone="over"),
    },
    creating=Act(name="enter", title=Text("登记投诉", "Enter a complaint"), by=INSPECTING, to="received",
                 fields=(*_WHOSE, *_TYPED, *PERSONAL), does=doing.take_in, reason="none", proof="none",
                 duty="A17-1-inspect"),
    acts=(
        Act(name="transfer", title=Text("转经营者处理", "Pass on to the operator"), by=INSPECTING,
            source=frozenset({"received"}), to="transferred", fields=_TRANSFER, does=doing.transfer, reason="none",
            duty="A17-2-materials"),
        Act(name="note-answer", title=Text("登记经营者的答复", "Enter the operator's answer"), by=INSPECTING,
            source=frozenset({"received", "transferred", "answered"}), to="answered", does=doing.note_answer,
            fields=(Field(name="answer", label=Text("答复", "Answer"), lines=4, optional=False),), reason="none",
            proof="none", duty="A17-2-materials"),
        Act(name="close", title=Text("办结", "Settle"), by=INSPECTING, source=OPEN, to="closed", fields=_CLOSE,
            does=doing.close, duty="A17-3-record"),
        Act(name="refuse", title=Text("不予受理", "Do not take it up"), by=INSPECTING, source=frozenset({"received"}),
            to="refused", does=doing.refuse, reason="must", duty="A17-3-record"),
        Act(name="look", title=Text("查看内容", "Looked at"), by=frozenset(), follows=True, duty="A17-3-record"),
        Act(name="arrive", title=Text("经营者报送", "Sent by the operator"), by=frozenset(), to="received",
            follows=True),
        Act(name="answered", title=Text("收到经营者的答复", "The operator answered"), by=frozenset(), to="answered",
            follows=True),
    ),
    columns=("matter", "channel", "received_at", "due", "late", "outcome"),
    filters=("matter", "channel", "outcome"),
    search=("operator_name", "operator_number"),
    seen_by=INSPECTING | {Role.AUDITOR},
    clocks=_clocks,
    pages=(Page(name="appeal-told", title=Text("打开内容", "Open it"), by=INSPECTING, posts=True),),
    rounds=(Round(name="end", every=timedelta(hours=6), run=doing.end),),
    takes={"complaint": doing.take},
    rests_on=lambda row: row.dispatch,
    from_files=False,
    houses=AUTHORITIES,
    group=Group.HANDLING,
    order=44,
)  # fmt: skip
