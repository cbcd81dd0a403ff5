"""The register of network filings (Art. 13(7)): kept, confirmed or questioned; who has not filed is listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.language import Text
from shouze.registers.describing import AUTHORITIES, Act, Field, Group, Page, Register, Running, State
from shouze.registers.filings import taking
from shouze.registers.filings.models import Filing
from shouze.registers.roles import INSPECTING, Role, Roles

SEEN: Roles = INSPECTING | {Role.AUDITOR, Role.MINISTRY}
DUTY = "A13-7-network"
_FILED = (
    Field(
        name="operator",
        label=Text("经营者", "Operator"),
        hint=Text("编号、许可证号、备案号或名称", "Number, licence, filing or name"),
    ),
    Field(name="title", label=Text("网络单元", "Network unit")),
    Field(name="grade", label=Text("级别", "Grade"), hint=Text("1 至 5", "1 to 5"), duty=DUTY),
    Field(name="filing", label=Text("备案编号", "Filing number"), duty=DUTY),
    Field(name="graded_at", label=Text("定级时间", "Graded")),
    Field(name="filed_at", label=Text("备案时间", "Filed")),
)
_SHOWN = (
    Field(name="operator_name", label=Text("经营者名称", "Operator's name")),
    Field(name="reference", label=Text("经营者处的编号", "Its number at the operator"), once_filled=True),
    Field(name="received_at", label=Text("收到时间", "Received"), once_filled=True),
    Field(name="late", label=Text("定级三十日后备案", "Filed later than 30 days after grading")),
    Field(name="question", label=Text("要求说明", "What was asked"), once_filled=True),
    Field(name="answered_at", label=Text("答复时间", "Answered"), once_filled=True),
)


def _clocks(row: Filing, _now: datetime) -> Sequence[Running]:
    names = {"name": row.operator_name, "unit": row.title}
    if row.state == "received":
        title = Text("核对{name}的备案：{unit}", "Look at {name}'s filing: {unit}").fill(**names)
        return [Running(kind="look", title=title, since=row.received_at or row.created_at, roles=INSPECTING, duty=DUTY)]
    if row.state == "questioned":
        title = Text("{name}说明备案：{unit}", "{name} answers on its filing: {unit}").fill(**names)
        return [Running(kind="answer", title=title, since=row.answered_at or row.changed_at, roles=INSPECTING,
                        duty=DUTY)]  # fmt: skip
    return ()


REGISTER: Register[Filing] = Register(
    name=taking.NAME,
    prefix="NF",
    title=Text("网络单元备案", "Network filings"),
    one=Text("网络单元备案", "Network filing"),
    intro=Text(
        "经营者按照通信网络安全防护的规定对网络单元定级并备案（第十三条第七项）。本机关核对、确认，或者要求说明。",
        "Operators grade their network units and file them, as network security protection asks (Art. 13(7)). The "
        "authority looks at each filing, and confirms or questions it.",
    ),
    model=Filing,
    duties=(DUTY,),
    fields=(*_FILED, *_SHOWN),
    states={
        "received": State(label=Text("待核对", "To be looked at"), tone="waiting"),
        "confirmed": State(label=Text("已确认", "Confirmed"), tone="good"),
        "questioned": State(label=Text("待说明", "Questioned"), tone="waiting"),
        "ended": State(label=Text("已注销", "Ended"), tone="over"),
    },
    creating=Act(name="enter", title=Text("登记纸质备案", "Enter a filing on paper"), by=INSPECTING, to="received",
                 fields=_FILED, does=taking.enter, proof="must", reason="none", duty=DUTY),
    acts=(
        Act(name="confirm", title=Text("确认", "Confirm"), by=INSPECTING, source=frozenset({"received", "questioned"}),
            to="confirmed", does=taking.confirm, duty=DUTY),
        Act(name="ask", title=Text("要求说明", "Question it"), by=INSPECTING, does=taking.ask, reason="must", duty=DUTY,
            source=frozenset({"received", "confirmed"}), to="questioned"),
        Act(name="end", title=Text("注销", "End"), by=INSPECTING, source=frozenset(taking.STANDING), to="ended",
            reason="must", duty=DUTY),
        Act(name="filed", title=Text("公文备案", "Filed by dispatch"), by=frozenset(), to="received", follows=True,
            does=taking.keep, duty=DUTY),
        Act(name="filed-again", title=Text("重新备案", "Filed again"), by=frozenset(), to="received", follows=True,
            does=taking.keep, duty=DUTY),
    ),
    columns=("operator_name", "grade", "filing", "filed_at", "late"),
    search=("operator", "operator_name", "filing", "reference"),
    seen_by=SEEN,
    clocks=_clocks,
    pages=(Page(name="filings-unfiled", title=Text("未备案的经营者", "Operators that have not filed"), of_row=False,
                by=SEEN),),
    takes={"network-filing": taking.take},
    rests_on=lambda row: row.dispatch,
    from_files=False,
    houses=AUTHORITIES,
    group=Group.AUTHORITIES,
    order=59,
)  # fmt: skip
