"""The register of misconduct reports: a head or the next higher authority handles them, never whom they name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.language import Text
from shouze.registers.describing import AUTHORITIES, Act, Choices, Field, Page, Part, Register, Round, Running, State
from shouze.registers.explanations.models import Explanation
from shouze.registers.misconduct import handling, taking
from shouze.registers.misconduct.facts import SPEAKS
from shouze.registers.misconduct.models import Misconduct
from shouze.registers.misconduct.seeing import handles, seen_by
from shouze.registers.roles import SUPERVISING, Role

DUTY = "A24"
HANDLED_WITHIN, TOLD_WITHIN = timedelta(days=60), timedelta(days=10)
"""House terms: the Order names no day."""
CHANNELS: Choices = {
    "inside": Text("内部", "From inside"),
    "public": Text("公开页", "Public page"),
    "dispatch": Text("经营者公文", "An operator's dispatch"),
}
FINDINGS: Choices = {
    "established": Text("属实", "Established"),
    "partly": Text("部分属实", "Established in part"),
    "unfounded": Text("不属实", "Not so"),
}
MEASURES: Choices = {
    "talk": Text("谈话提醒、批评教育", "Admonished"),
    "correct": Text("责令改正、补正程序", "Ordered to put it right"),
    "moved": Text("调离监督管理岗位", "Moved away from supervision"),
    "discipline": Text("给予处分", "Disciplined"),
    "other": Text("其他", "Other"),
}
_OF = (
    Field(name="kind", label=Text("反映的问题", "What is reported"), choices=taking.KINDS, optional=False),
    Field(name="person", label=Text("被反映人", "Whom it is about"), optional=False),
)
_SHOWN = (
    *_OF,
    Field(name="channel", label=Text("来源", "From"), choices=CHANNELS),
    Field(name="received_at", label=Text("收到时间", "Received")),
    Field(name="above", label=Text("涉及负责人，由上级机关办理", "About a head: with the next higher authority")),
    Field(name="keeper", label=Text("承办人", "Who works on it")),
    Field(name="put_at", label=Text("请其说明时间", "Put before the person"), once_filled=True),
    Field(name="explained_at", label=Text("说明时间", "Answered by them"), once_filled=True),
    Field(name="finding", label=Text("认定", "Finding"), choices=FINDINGS, once_filled=True),
    Field(name="found_because", label=Text("认定理由", "Why"), personal=True, once_filled=True),
    Field(name="measure", label=Text("措施", "Measure"), choices=MEASURES, once_filled=True),
    Field(name="measures", label=Text("措施说明", "Measures in words"), personal=True, once_filled=True),
    Field(name="referred_to", label=Text("移送", "Referred to"), once_filled=True),
    Field(name="reference", label=Text("移送文号", "Its number"), once_filled=True),
    Field(name="referred_at", label=Text("移送时间", "Referred"), once_filled=True),
    Field(name="told", label=Text("对反映人的答复", "What the reporter is told"), personal=True, once_filled=True),
    Field(name="told_at", label=Text("答复时间", "Told"), once_filled=True),
)
_TOLD = (
    Field(name="told", label=Text("对反映人的答复", "What the reporter is told"), lines=4, optional=False,
          hint=Text("不写被反映人的处分细节和他人信息", "No details of a sanction, nobody else's information")),
)  # fmt: skip
OPEN = frozenset({"received", "put"})
CONCLUDED = frozenset({"found", "measured", "referred"})


def _act(name: str, title: Text, **more: object) -> Act[Misconduct]:
    return Act(name=name, title=title, by=SUPERVISING, whose=handles, duty=DUTY, **more)  # type: ignore[arg-type]  # as Act has them


def _clocks(row: Misconduct, _now: datetime) -> Sequence[Running]:
    keeper = row.keeper.pk if row.keeper is not None else None
    roles = frozenset({Role.MINISTRY} if row.above else {Role.HEAD, Role.MINISTRY})
    if row.state in OPEN:
        title = Text("办理对工作人员的反映", "Handle a report on somebody of the authority")
        return [Running(kind="handle", title=title, since=row.received_at, due=row.received_at + HANDLED_WITHIN,
                        person=keeper, roles=frozenset() if keeper else roles, duty=DUTY)]  # fmt: skip
    if row.state in CONCLUDED and row.told_at is None:
        since = row.found_at or row.referred_at or row.changed_at
        return [Running(kind="tell", title=Text("答复反映人", "Tell the reporter"), since=since, person=keeper,
                        due=since + TOLD_WITHIN, roles=frozenset() if keeper else roles, duty=DUTY)]  # fmt: skip
    return ()


def _notes(row: Misconduct, _now: datetime) -> Sequence[Text]:
    if row.keeper is None:
        return [
            Text(
                "没有承办人：请登记上级机关的人员", "Nobody works on it: register somebody of the next higher authority"
            )
        ]
    return [Text("被反映人和文中提到的人看不到此条", "Whom it names or mentions does not see it")]


def _explanations(row: Misconduct) -> list[Explanation]:
    return list(Explanation.objects.filter(report=row).order_by("pk")[:50])


REGISTER: Register[Misconduct] = Register(
    name=taking.REGISTER,
    prefix="MC",
    title=Text("对工作人员的反映", "Reports on officers"),
    one=Text("反映", "Report on an officer"),
    intro=Text(
        "工作人员玩忽职守、滥用职权、徇私舞弊，或者泄露信息的，任何人都可以反映（第十八条、第二十四条）。只有负责人和上级机关看得到，被反映人看不到；不需要署名。",
        "Anybody may report neglect, abuse, favouritism or disclosure by the authority's people (Arts. 18, 24). Only "
        "heads and the next higher authority see it, never whom it names; no name need be given.",
    ),
    model=Misconduct,
    duties=(DUTY, "A18-auth-secrecy"),
    fields=_SHOWN,
    states={
        "received": State(label=Text("待办理", "To be handled"), tone="bad"),
        "put": State(label=Text("待说明", "Put before the person"), tone="waiting"),
        "found": State(label=Text("已认定", "Found"), tone="waiting"),
        "measured": State(label=Text("已采取措施", "Measures taken"), tone="waiting"),
        "referred": State(label=Text("已移送监察", "Referred to supervision"), tone="waiting"),
        "closed": State(label=Text("已办结", "Settled"), tone="over"),
    },
    creating=Act(name="report", title=Text("反映问题", "Report misconduct"), by=frozenset(Role), to="received",
                 fields=(*_OF, Field(name="above", label=Text("涉及负责人", "About a head"))), does=taking.take_in,
                 page="misconduct-report", reason="none", proof="none", duty=DUTY),
    acts=(
        _act("name", Text("确定被反映人", "Say whom it is about"), source=OPEN, fields=_OF, does=handling.name),
        _act("put", Text("请其说明", "Put it before the person"), source=OPEN, to="put", does=handling.put,
             reason="none", proof="none",
             fields=(Field(name="said", label=Text("告知其所反映的情况", "What is put before them"), lines=5,
                           optional=False, hint=Text("不写反映人", "Not who reported")),
                     Field(name="until", label=Text("说明期限", "To be answered by"), asks="moment", optional=False))),
        _act("find", Text("认定", "Say whether it was so"), source=OPEN, to="found", does=handling.find, reason="none",
             fields=(Field(name="finding", label=Text("认定", "Finding"), choices=FINDINGS, optional=False),
                     Field(name="found_because", label=Text("理由", "Why"), lines=4, optional=False))),
        _act("measure", Text("采取措施", "Take measures"), source=frozenset({"found", "measured"}), to="measured",
             does=handling.measure, reason="none",
             fields=(Field(name="measure", label=Text("措施", "Measure"), choices=MEASURES, optional=False),
                     Field(name="measures", label=Text("说明", "In words"), lines=3, optional=False))),
        _act("refer", Text("移送监察机关", "Refer to supervision"), source=OPEN | {"found", "measured"}, to="referred",
             does=handling.refer, proof="must", reason="must", grave=True,
             fields=(Field(name="referred_to", label=Text("移送机关", "Referred to"), optional=False),
                     Field(name="reference", label=Text("移送文号", "Its number"), optional=False))),
        _act("tell", Text("答复反映人", "Tell the reporter"), source=CONCLUDED, fields=_TOLD, does=handling.tell,
             reason="none", proof="none"),
        _act("dismiss", Text("不予受理", "Do not take it up"), source=frozenset({"received"}), to="closed",
             fields=_TOLD, does=handling.dismiss, reason="must"),
        _act("close", Text("办结", "Settle"), source=CONCLUDED, to="closed", does=handling.close,
             possible=lambda row, _now: row.told_at is not None),
        Act(name="look", title=Text("查看内容", "Looked at"), by=frozenset(), follows=True, duty="A18-auth-secrecy"),
        Act(name="explained", title=Text("被反映人已说明", "The person answered"), by=frozenset(), follows=True,
            does=handling.heard, duty=DUTY),
    ),
    columns=("kind", "person", "channel", "received_at", "finding", "told_at"),
    filters=("kind", "channel", "finding"),
    narrows=seen_by,
    clocks=_clocks,
    notes=_notes,
    parts=(
        Part(
            title=Text("被反映人的说明", "What the person says"),
            columns=(
                (Text("编号", "Number"), lambda each: each.number),
                (Text("期限", "By"), lambda each: each.due),
                (Text("说明时间", "Answered"), lambda each: each.answered_at),
                (Text("说明", "What they say"), lambda each: each.answer),
            ),
            rows=_explanations,
            link=lambda each: ("explanations", each.number),
        ),
    ),
    pages=(Page(name="misconduct-told", title=Text("打开内容", "Open it"), by=SUPERVISING, shown=handles, posts=True),),
    heeds={("explanations", "answer"): handling.explained},
    rounds=(Round(name="misconduct.end", every=timedelta(hours=6), run=taking.end),),
    takes={"misconduct-report": taking.take},
    rests_on=lambda row: row.dispatch,
    about=lambda _row: (),
    speaks=SPEAKS,
    from_files=False,
    houses=AUTHORITIES,
    order=94,
)  # fmt: skip
