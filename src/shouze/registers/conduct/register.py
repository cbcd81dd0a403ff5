"""The register of complaints about other authorities' inspections (Arts. 17(3), 24): fifteen days, both sides heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers.conduct import deciding
from shouze.registers.conduct.models import Conduct
from shouze.registers.describing import AUTHORITIES, Act, Choices, Field, Group, Register, Running, State
from shouze.registers.grievances.register import GROUNDS, GROUNDS_FIELD, STORY_FIELD
from shouze.registers.peers.trusted import authorities
from shouze.registers.roles import INSPECTING, Role

DUTY = "A17-3-no-fee"
OVER = frozenset({"upheld", "dismissed", "refused"})
_COMPLAINT = (
    Field(name="operator_name", label=Text("经营者", "Operator")),
    Field(name="against", label=Text("被投诉的机关", "Complained about"), choices=authorities, optional=False),
    Field(name="inspection", label=Text("该机关的检查编号", "Number of the inspection there"), once_filled=True),
    GROUNDS_FIELD,
    Field(name="happened_at", label=Text("发生时间", "Happened")),
    STORY_FIELD,
)
_QUESTION = (
    Field(name="question", label=Text("询问内容", "Question"), lines=4, longest=10_000, optional=False,
          once_filled=True, hint=Text("投诉的原文不随之发出", "What the operator wrote does not go with it")),
    Field(name="answer_by", label=Text("说明期限", "To be answered by"), asks="moment", optional=True,
          hint=Text("不填即七日，但不超过处理期限", "Seven days if empty, and no longer than the term for deciding")),
)  # fmt: skip
_STATEMENT = Field(name="statement", label=Text("被投诉机关的说明", "Its statement"), lines=6, longest=10_000,
                   optional=False, once_filled=True)  # fmt: skip


def _chosen(row: Conduct) -> Choices:
    return {name: GROUNDS[name] for name in row.grounds if name in GROUNDS}


_DECISION = (
    Field(name="upheld", label=Text("成立的事由", "Upheld"), choices=GROUNDS, of_row=_chosen, several=True,
          optional=True, once_filled=True, hint=Text("没有选的即不成立", "What is not chosen is dismissed")),
    Field(name="reasons", label=Text("理由", "Reasons"), lines=5, longest=10_000, optional=False, once_filled=True),
    Field(name="measures", label=Text("对被投诉机关的处理", "What that authority has to do"), lines=3, longest=10_000,
          optional=True, once_filled=True),
)  # fmt: skip
_DONE = (
    Field(name="due", label=Text("处理期限", "To be decided by")),
    Field(name="asked_until", label=Text("说明期限", "Statement due"), once_filled=True),
    Field(name="stated_at", label=Text("收到说明", "Stated"), once_filled=True),
    Field(name="decided_at", label=Text("处理时间", "Decided"), once_filled=True),
)


def _clocks(row: Conduct, _now: datetime) -> Sequence[Running]:
    if row.state in OVER:
        return ()
    name = {"name": row.title}
    title = Text("处理对{name}检查的投诉", "Decide the complaint about {name}'s inspection").fill(**name)
    clocks = [Running(kind="decide", title=title, since=row.created_at, due=row.due, roles=INSPECTING, duty=DUTY)]
    if row.state == "asked" and row.asked_at is not None:
        title = Text("{name}说明情况", "{name} states what happened").fill(**name)
        clocks.append(
            Running(kind="state", title=title, since=row.asked_at, due=row.asked_until, roles=INSPECTING, duty=DUTY)
        )
    return clocks


def _notes(row: Conduct, now: datetime) -> Sequence[Text]:
    if row.state == "asked" and not deciding.may_decide(row, now):
        return [Text("被投诉的机关尚在说明期限内", "The authority complained about still has time to state its side")]
    return ()


REGISTER: Register[Conduct] = Register(
    name=deciding.NAME,
    prefix="CD",
    title=Text("对检查的投诉", "Complaints about inspections"),
    one=Text("对检查的投诉", "Complaint about an inspection"),
    intro=Text(
        "经营者投诉下级机关的检查：收费、妨碍经营、执法不当、没有记录。十五日内处理，先听取被投诉机关的说明；对本机关的投诉不在此处理。",
        "Operators complain of inspections by a lower authority: decided within fifteen days, after that authority was "
        "heard. A complaint about this authority itself is never handled here.",
    ),
    model=Conduct,
    duties=("A17-3-no-fee", "A17-3-no-hinder", "A17-3-record"),
    fields=(*_COMPLAINT, _QUESTION[0], _STATEMENT, *_DECISION, *_DONE),
    states={
        "received": State(label=Text("待处理", "To be taken up"), tone="bad"),
        "asked": State(label=Text("已询问", "Asked"), tone="waiting"),
        "stated": State(label=Text("已说明，待决定", "Stated, to be decided"), tone="waiting"),
        "upheld": State(label=Text("成立", "Upheld"), tone="over"),
        "dismissed": State(label=Text("不成立", "Dismissed"), tone="over"),
        "refused": State(label=Text("不予受理", "Not taken up"), tone="over"),
    },
    creating=Act(name="enter", title=Text("登记书面投诉", "Enter one on paper"), by=INSPECTING, to="received",
                 fields=_COMPLAINT, does=deciding.enter, proof="must", reason="none", duty=DUTY),
    acts=(
        Act(name="ask", title=Text("询问被投诉的机关", "Ask that authority"), by=INSPECTING, to="asked",
            source=frozenset({"received", "asked", "stated"}), fields=_QUESTION, does=deciding.ask, reason="none",
            duty=DUTY),
        Act(name="note-statement", title=Text("登记书面说明", "Enter a statement on paper"), by=INSPECTING, to="stated",
            source=frozenset({"asked", "stated"}), fields=(_STATEMENT,), does=deciding.note_statement, proof="must",
            reason="none", duty=DUTY),
        Act(name="decide", title=Text("作出处理决定", "Decide"), by=frozenset({Role.HEAD}), fields=_DECISION,
            source=frozenset({"asked", "stated"}), possible=deciding.may_decide, does=deciding.decide, reason="none",
            apart_from=("ask",), grave=True, duty=DUTY,
            hint=Text("同时发给经营者和被投诉的机关。", "It goes to the operator and to the authority.")),
        Act(name="refuse", title=Text("不予受理", "Do not take it up"), by=frozenset({Role.HEAD}), to="refused",
            source=frozenset({"received"}), does=deciding.refuse, reason="must", grave=True, duty=DUTY),
        Act(name="arrive", title=Text("公文送达", "Came by dispatch"), by=frozenset(), to="received", follows=True,
            duty=DUTY),
        Act(name="stated", title=Text("收到说明", "Stated"), by=frozenset(), to="stated", follows=True, duty=DUTY),
    ),
    columns=("operator_name", "happened_at", "due", "decided_at"),
    filters=("against",),
    search=("operator_name", "inspection", "matter"),
    seen_by=INSPECTING | {Role.AUDITOR},
    clocks=_clocks,
    notes=_notes,
    from_files=False,
    takes={"grievance": deciding.take, "grievance-statement": deciding.take_statement},
    rests_on=lambda row: row.dispatch,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    order=67,
)  # fmt: skip
