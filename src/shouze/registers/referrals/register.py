"""The register of referrals (Arts. 3, 14(2)): escalated, transferred, joint, a year's figures; in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers.describing import AUTHORITIES, Act, Choices, Field, Group, Part, Register, Running, State
from shouze.registers.peers.models import Peer
from shouze.registers.peers.trusted import authorities
from shouze.registers.referrals import referring
from shouze.registers.referrals.models import Referral
from shouze.registers.roles import INSPECTING, Role

DUTY = "A03-competence"
PURPOSES: Choices = {
    "escalation": Text("上报", "Escalation"),
    "transfer": Text("移送", "Transfer"),
    "joint": Text("联合办理", "To be handled jointly"),
    "figures": Text("年度数字", "Figures of a year"),
}
DIRECTIONS: Choices = {"out": Text("发出", "Out"), "in": Text("收到", "In")}
_ARRIVED, _ACCEPTED = frozenset({"arrived"}), frozenset({"accepted"})


def others() -> Choices:
    """Return the authorities that dispatches go to, or went to once."""
    return {each.party: each.called for each in Peer.objects.filter(side="authority").order_by("title")}


_SENT = (
    Field(name="to", label=Text("发给", "To"), choices=authorities, optional=False),
    Field(name="purpose", label=Text("目的", "Purpose"), choices=PURPOSES),
    Field(name="title", label=Text("事项", "Matter")),
    Field(name="about", label=Text("本方编号", "Number here"), optional=True, once_filled=True,
          hint=Text("例如事件报告、案件的编号", "Such as a report's or a case's")),
    Field(name="operator_name", label=Text("经营者", "Operator"), optional=True, once_filled=True),
    Field(name="licence", label=Text("许可证或备案号", "Licence or filing"), optional=True,
          once_filled=True),
    Field(name="facts", label=Text("情况", "What it is about"), lines=6,
          hint=Text("对方只看到这里写的和附上的；不写用户姓名、号码",
                    "The other side sees this and what is attached; no user's name or number")),
    Field(name="asked", label=Text("请对方做什么", "What is asked"), lines=3, optional=True, once_filled=True),
    Field(name="due", label=Text("答复期限", "To be answered by"), optional=True, once_filled=True),
    Field(name="year", label=Text("数字的年度", "Year of the figures"), optional=True, once_filled=True,
          hint=Text("只有年度数字才需要：随之发出该年概览的各项数字",
                    "Figures of a year alone need it: what the overview of that year counts goes along")),
)  # fmt: skip
_SHOWN = (
    Field(name="other", label=Text("对方", "The other authority"), choices=others),
    Field(name="direction", label=Text("方向", "Direction"), choices=DIRECTIONS),
    Field(name="number_there", label=Text("对方编号", "Number there"), once_filled=True),
    Field(name="accepted_at", label=Text("受理时间", "Taken up"), once_filled=True),
    Field(name="answered_at", label=Text("答复时间", "Answered"), once_filled=True),
    Field(name="words", label=Text("答复", "Answer"), lines=4, once_filled=True),
)
_WORDS = Field(name="words", label=Text("答复", "Answer"), lines=4, optional=False)
_REASON = Field(name="words", label=Text("退回的理由", "Why it goes back"), lines=3, optional=False)


def _incoming(row: Referral, _now: datetime) -> bool:
    return row.direction == "in"


def _clocks(row: Referral, _now: datetime) -> Sequence[Running]:
    names = {"name": row.title}
    if row.state == "arrived":
        title = Text("受理{name}", "Take up {name}").fill(**names)
        return [Running(kind="accept", title=title, since=row.created_at, roles=INSPECTING, duty=DUTY)]
    if row.state in ("sent", "accepted"):
        mine = row.direction == "in"
        title = Text(
            "答复{name}" if mine else "对方答复{name}", "Answer {name}" if mine else "{name} is answered there"
        )
        return [Running(kind="answer", title=title.fill(**names), since=row.created_at, due=row.due, roles=INSPECTING,
                        duty=DUTY)]  # fmt: skip
    return ()


def _noted(outcome: str, words: Text) -> Act[Referral]:
    return Act(name=f"was-{outcome}", title=words, by=frozenset(), to=outcome, follows=True, does=referring.note,
               duty=DUTY)  # fmt: skip


REGISTER: Register[Referral] = Register(
    name=referring.NAME,
    prefix="RF",
    title=Text("上报与移送", "Referrals"),
    one=Text("上报或移送", "Referral"),
    intro=Text(
        "各省管理局与工业和信息化部之间的上报、移送、联合办理和年度数字；对方只看到该事项（第三条、第十四条第二款）。",
        "Between provincial administrations and the Ministry: escalated, transferred, joint matters and a year's "
        "figures; the other side sees that matter only (Arts. 3, 14(2)).",
    ),
    model=Referral,
    duties=(DUTY, "A14-2-escalate"),
    fields=(*_SHOWN[:2], *_SENT[1:], *_SHOWN[2:]),
    states={
        "sent": State(label=Text("已发出", "Sent"), tone="waiting"),
        "arrived": State(label=Text("待受理", "To be taken up"), tone="bad"),
        "accepted": State(label=Text("办理中", "Taken up"), tone="waiting"),
        "declined": State(label=Text("已退回", "Sent back"), tone="over"),
        "answered": State(label=Text("已答复", "Answered"), tone="good"),
    },
    creating=Act(name="send", title=Text("上报或移送", "Refer a matter"), by=INSPECTING, to="sent", fields=_SENT,
                 does=referring.send, reason="none", duty=DUTY),
    acts=(
        Act(name="accept", title=Text("受理", "Take it up"), by=INSPECTING, source=_ARRIVED, to="accepted",
            does=referring.accept, possible=_incoming, reason="none", duty=DUTY,
            fields=(Field(name="about", label=Text("本方编号", "Number here"), optional=True),)),
        Act(name="decline", title=Text("退回", "Send it back"), by=INSPECTING, source=_ARRIVED, to="declined",
            fields=(_REASON,), does=referring.decline, possible=_incoming, reason="none", duty=DUTY),
        Act(name="answer", title=Text("答复", "Answer"), by=INSPECTING, source=_ACCEPTED, to="answered",
            fields=(_WORDS,), does=referring.answer, possible=_incoming, reason="none", duty=DUTY),
        Act(name="arrive", title=Text("公文送达", "Arrived by dispatch"), by=frozenset(), to="arrived", follows=True,
            duty=DUTY),
        _noted("accepted", Text("对方已受理", "Taken up there")),
        _noted("declined", Text("对方已退回", "Sent back")),
        _noted("answered", Text("对方已答复", "Answered there")),
    ),
    columns=("direction", "other", "purpose", "operator_name", "due", "answered_at"),
    filters=("direction", "purpose"),
    search=("operator_name", "licence", "about", "number_there"),
    seen_by=INSPECTING | {Role.AUDITOR},
    clocks=_clocks,
    parts=(
        Part(
            title=Text("数字", "Figures"),
            columns=(
                (Text("类别", "Of"), lambda each: each[0]),
                (Text("项目", "What"), lambda each: each[1]),
                (Text("数量", "Number"), lambda each: each[2]),
            ),
            rows=referring.figures_of,
            once_filled=True,
        ),
    ),
    takes={"referral": referring.take, "referral-answer": referring.take_answer},
    rests_on=lambda row: row.dispatch,
    from_files=False,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    order=68,
)  # fmt: skip
