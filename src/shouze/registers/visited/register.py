"""The register of visits received (Art. 17): two statements of each, attested or contested by a named person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers.describing import Act, Alert, Field, Group, Part, Register, Running, State
from shouze.registers.grievances.above import INSTEAD, NOBODY, is_highest
from shouze.registers.grievances.models import GrievanceRow
from shouze.registers.roles import KEEPERS, OVERSEEING
from shouze.registers.visited import answering
from shouze.registers.visited.models import Visited
from shouze.registers.visits.models import ATTESTED, CONTESTED
from shouze.registers.visits.register import SAYS

DUTY, MOST = "A17-2-cooperate", 50
_TOLD = (
    Field(name="inspection", label=Text("检查编号", "Number at the authority"), once_filled=True),
    Field(name="planned_at", label=Text("预定时间", "Announced for"), once_filled=True),
    Field(name="announced_at", label=Text("收到通知", "Notice received"), once_filled=True),
    Field(name="notice", label=Text("通知", "Notice"), lines=4, once_filled=True),
    Field(name="prepared_at", label=Text("已安排接待", "Arranged for"), once_filled=True),
    Field(name="basis", label=Text("检查依据和事由", "Ground, and why"), lines=2, once_filled=True),
    Field(name="place", label=Text("地点", "Place"), once_filled=True),
    Field(name="unannounced", label=Text("未事先通知的理由", "Why without notice"), once_filled=True),
    Field(name="officers", label=Text("执法人员及证号", "Officers and their identification"), lines=2,
          once_filled=True),
    Field(name="arrived_at", label=Text("到达时间", "Arrived"), once_filled=True),
    Field(name="left_at", label=Text("离开时间", "Left"), once_filled=True),
    Field(name="seen", label=Text("所见情况", "What was seen"), lines=4, once_filled=True),
    Field(name="taken", label=Text("取走的载体和复制件", "Carriers and copies taken"), lines=2, once_filled=True),
    Field(name="no_fee", label=Text("机关：未收取任何费用", "The authority: nothing was charged")),
    Field(name="not_hindered", label=Text("机关：未妨碍经营和服务", "The authority: business was not hindered")),
    Field(name="due", label=Text("答复期限", "To be answered by"), once_filled=True),
)  # fmt: skip
_ANSWER = (
    Field(name="says_no_fee", label=Text("未收取任何费用", "Nothing was charged"), choices=SAYS, optional=False,
          once_filled=True),
    Field(name="says_not_hindered", label=Text("未妨碍正常经营和服务", "Business and service were not hindered"),
          choices=SAYS, optional=False, once_filled=True),
    Field(name="comment", label=Text("意见", "Comment"), lines=4, longest=10_000, optional=True, once_filled=True,
          hint=Text("不属实的，写明情况；不写用户姓名、号码",
                    "What is not so, with what happened; no user's name or number")),
)  # fmt: skip
_SIGNED = (
    Field(name="signed_by", label=Text("签字人", "Signed by"), once_filled=True),
    Field(name="answered_at", label=Text("答复时间", "Answered"), once_filled=True),
)


def _clocks(row: Visited, _now: datetime) -> Sequence[Running]:
    if row.state == "announced":
        title = Text("安排接待{name}的现场检查", "Arrange for the visit of {name}").fill(name=row.title)
        return [Running(kind="prepare", title=title, since=row.announced_at or row.created_at, due=row.planned_at,
                        met=row.prepared_at, roles=KEEPERS, duty=DUTY)]  # fmt: skip
    if row.state == "recorded":
        title = Text("答复{name}的检查记录", "Answer the record of {name}'s visit").fill(name=row.title)
        return [Running(kind="answer", title=title, since=row.changed_at, due=row.due, roles=KEEPERS, duty=DUTY)]
    return ()


_COMPLAIN = Text(
    "检查不得收费、不得妨碍经营；可以向上一级机关投诉",
    "Nothing may be charged and business not be hindered; complaints go to the next higher authority",
)


def _notes(row: Visited, _now: datetime) -> Sequence[Text]:
    if not row.dispatch:
        return ()
    told: list[Text] = [NOBODY, INSTEAD] if is_highest(row.peer) else [_COMPLAIN]
    if row.state == "recorded" and not (row.no_fee and row.not_hindered):
        told.insert(0, Alert("机关自己没有作出全部两项声明", "The authority itself does not make both statements"))
    return told


REGISTER: Register[Visited] = Register(
    name=answering.NAME,
    prefix="VD",
    title=Text("接受的现场检查", "Visits received"),
    one=Text("现场检查", "Visit"),
    intro=Text(
        "电信管理机构到场检查的通知和记录以公文送达；由一名具名的人员逐项确认或者否认，并写下意见（第十七条）。",
        "The authority's notices and records of visits arrive by dispatch; a named person attests or contests each "
        "statement, with a comment (Art. 17).",
    ),
    model=Visited,
    duties=(DUTY,),
    fields=(*_TOLD, *_ANSWER, *_SIGNED),
    states={
        "announced": State(label=Text("已通知", "Announced"), tone="waiting"),
        "recorded": State(label=Text("待答复", "To be answered"), tone="waiting"),
        ATTESTED: State(label=Text("已确认", "Attested"), tone="good"),
        CONTESTED: State(label=Text("已提出异议", "Contested"), tone="waiting"),
    },
    creating=Act(name="arrive", title=Text("公文送达", "Came by dispatch"), by=frozenset(), to="announced",
                 follows=True, duty=DUTY),
    acts=(
        Act(name="prepare", title=Text("记录已安排接待", "Note who receives them"), by=KEEPERS,
            source=frozenset({"announced"}), does=answering.prepare, duty=DUTY,
            possible=lambda row, _now: row.prepared_at is None),
        Act(name="answer", title=Text("答复检查记录", "Answer the record"), by=KEEPERS, source=frozenset({"recorded"}),
            fields=_ANSWER, does=answering.answer, reason="none", duty=DUTY,
            hint=Text("以您的姓名和工号签署并发出，之后不能更改。",
                      "Signed with your name and number, and sent; it cannot be changed afterwards.")),
        Act(name="announced", title=Text("收到检查通知", "Announced"), by=frozenset(), to="announced", follows=True,
            duty=DUTY),
        Act(name="recorded", title=Text("收到检查记录", "The record arrived"), by=frozenset(), to="recorded",
            follows=True, duty=DUTY),
    ),
    columns=("planned_at", "arrived_at", "due", "answered_at"),
    filters=("says_no_fee", "says_not_hindered"),
    search=("inspection", "place", "matter"),
    seen_by=OVERSEEING,
    clocks=_clocks,
    notes=_notes,
    parts=(
        Part(
            title=Text("对此项检查的投诉", "Complaints about this visit"),
            columns=(
                (Text("编号", "Number"), lambda each: each.number),
                (Text("上一级机关的编号", "Number at the higher authority"), lambda each: each.number_there),
                (Text("处理期限", "To be decided by"), lambda each: each.due),
            ),
            rows=lambda row: list(GrievanceRow.objects.filter(visit=row.number)[:MOST]),
            link=lambda each: ("grievances", each.number),
        ),
    ),
    from_files=False,
    takes={"inspection-notice": answering.take_notice, "visit-record": answering.take_record},
    rests_on=lambda row: row.dispatch,
    group=Group.AUTHORITIES,
    order=73,
)  # fmt: skip
