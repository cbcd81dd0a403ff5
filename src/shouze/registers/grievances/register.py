"""The register of complaints about inspections (Art. 17(3)): a fee, hindering, conduct, no record; decided above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shouze.language import Text
from shouze.registers.describing import Act, Choices, Field, Group, Register, Running, State, following
from shouze.registers.dispatches.telling import GROUND_WORDS
from shouze.registers.grievances import complaining, writing
from shouze.registers.grievances.above import INSTEAD, is_highest
from shouze.registers.grievances.models import GrievanceRow
from shouze.registers.peers.models import Peer
from shouze.registers.peers.trusted import authorities
from shouze.registers.roles import KEEPERS, OVERSEEING

GROUNDS: Choices = GROUND_WORDS
GROUNDS_FIELD = Field(name="grounds", label=Text("投诉事由", "Grounds"), choices=GROUNDS, several=True, optional=False,
                      duty="A17-3-no-fee")  # fmt: skip
STORY_FIELD = Field(name="story", label=Text("情况说明", "What happened"), lines=6, longest=10_000,
                    hint=Text("不写用户姓名、号码", "No user's name or number"))  # fmt: skip
_ASKED = (
    Field(name="visit", label=Text("现场检查", "Visit"), choices=complaining.visits, once_filled=True),
    Field(name="against", label=Text("被投诉的机关", "Complained about"), choices=authorities,
          once_filled=True,
          hint=Text("选了检查的可不选。工业和信息化部没有上一级机关：依法向其申请行政复议",
                    "Not needed where the visit is chosen. Nobody is above the Ministry: it is asked for "
                    "reconsideration")),
    Field(name="against_name", label=Text("其他被投诉的机关", "Another authority complained about"), once_filled=True,
          hint=Text("没有公文往来的写名称，以书面提出", "Its name, where no dispatches go: on paper")),
    Field(name="inspection", label=Text("该机关的检查编号", "Number of the inspection there"), once_filled=True),
    Field(name="to", label=Text("上一级机关", "Next higher authority"), choices=complaining.addressees, optional=False,
          hint=Text("在“公文往来单位”中登记层级", "Its standing is noted under Peers")),
    Field(name="addressee", label=Text("书面提交给", "Brought on paper to"), once_filled=True,
          hint=Text("仅书面提出的填写；附上书面材料", "Only on paper; attach it")),
    GROUNDS_FIELD,
    Field(name="happened_at", label=Text("发生时间", "Happened")),
    STORY_FIELD,
)  # fmt: skip
_NUMBER = Field(name="number_there", label=Text("上一级机关的编号", "Number at the higher authority"), once_filled=True)
_DUE = Field(name="due", label=Text("处理期限", "To be decided by"), once_filled=True)
_UPHELD = Field(name="upheld", label=Text("成立的事由", "Upheld"), choices=GROUNDS, several=True, once_filled=True)
_DECIDED = (
    Field(name="reasons", label=Text("理由", "Reasons"), lines=3, once_filled=True),
    Field(name="measures", label=Text("处理措施", "Measures"), lines=2, once_filled=True),
    Field(name="decided_at", label=Text("收到处理决定", "Decided"), once_filled=True),
)
_DONE = (_NUMBER, _DUE, _UPHELD, *_DECIDED)
_ENTERED = tuple(replace(each, optional=each.name == "measures") for each in _DECIDED)
_OPEN = frozenset({"sent", "taken-up"})


def _complained_of(row: GrievanceRow) -> Choices:
    return {name: words for name, words in GROUNDS.items() if name in row.grounds}


def _clocks(row: GrievanceRow, _now: datetime) -> Sequence[Running]:
    if row.state in complaining.OVER or row.due is None:
        return ()
    title = Text("上一级机关处理对{name}的投诉", "The higher authority decides about {name}").fill(name=row.title)
    return [Running(kind="decision", title=title, since=row.created_at, due=row.due, roles=KEEPERS)]


def _notes(row: GrievanceRow, _now: datetime) -> Sequence[Text]:
    if row.peer_id is not None:
        return ()
    told = Text("以书面提出，没有公文：受理和处理决定由人登记，附上书面材料",
                "Made on paper, no dispatch went: people enter what comes back, with the paper attached")  # fmt: skip
    highest = row.against and (peer := Peer.objects.filter(party=row.against).first()) and is_highest(peer)
    return [told, INSTEAD] if highest else [told]


REGISTER: Register[GrievanceRow] = Register(
    name=complaining.NAME,
    prefix="GV",
    title=Text("对检查的投诉", "Complaints about inspections"),
    one=Text("对检查的投诉", "Complaint about an inspection"),
    intro=Text(
        "检查收费、妨碍经营、执法不当或者没有记录的，以公文或者书面向上一级电信管理机构投诉；被投诉的机关不处理（第十七条）。",
        "Where an inspection cost something, hindered business, was conducted badly or not recorded: complained of to "
        "the next higher authority, by dispatch or on paper; the one complained about does not handle it (Art. 17).",
    ),
    model=GrievanceRow,
    duties=("A17-3-no-fee", "A17-3-no-hinder", "A17-3-record"),
    fields=(*_ASKED, *_DONE),
    states={
        "sent": State(label=Text("已发出", "Sent"), tone="waiting"),
        "taken-up": State(label=Text("已受理", "Taken up"), tone="waiting"),
        "upheld": State(label=Text("成立", "Upheld"), tone="good"),
        "dismissed": State(label=Text("不成立", "Dismissed"), tone="over"),
    },
    creating=Act(name="complain", title=Text("投诉检查", "Complain about an inspection"), by=KEEPERS, to="sent",
                 fields=_ASKED, does=complaining.complain, reason="none", duty="A17-3-no-fee"),
    acts=(
        Act(name="enter-number", title=Text("登记书面受理", "Enter that it was taken up"), by=KEEPERS, to="taken-up",
            source=frozenset({"sent"}), possible=writing.on_paper, reason="none", duty="A17-3-no-fee",
            fields=(replace(_NUMBER, optional=False), replace(_DUE, optional=True))),
        Act(name="enter-upheld", title=Text("登记投诉成立", "Enter that it was upheld"), by=KEEPERS, to="upheld",
            source=_OPEN, possible=writing.on_paper, does=writing.enter_upheld, proof="must", reason="none",
            fields=(replace(_UPHELD, optional=False, of_row=_complained_of), *_ENTERED), duty="A17-3-no-fee"),
        Act(name="enter-dismissed", title=Text("登记投诉不成立", "Enter that it was dismissed"), by=KEEPERS,
            to="dismissed", source=_OPEN, possible=writing.on_paper, does=writing.enter_decision, proof="must",
            reason="none", fields=_ENTERED, duty="A17-3-no-fee"),
        following("taken-up", Text("上一级机关已受理", "Taken up above"), "taken-up", "A17-3-no-fee"),
        following("upheld", Text("投诉成立", "Upheld"), "upheld", "A17-3-no-fee"),
        following("dismissed", Text("投诉不成立", "Dismissed"), "dismissed", "A17-3-no-fee"),
    ),
    columns=("against", "inspection", "happened_at", "due", "decided_at"),
    search=("against_name", "addressee", "inspection", "number_there", "visit"),
    seen_by=OVERSEEING,
    clocks=_clocks,
    notes=_notes,
    from_files=False,
    takes={"grievance-received": complaining.take_number, "grievance-decision": complaining.take_decision},
    rests_on=lambda row: row.dispatch,
    group=Group.AUTHORITIES,
    order=74,
)  # fmt: skip
