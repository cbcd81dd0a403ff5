"""The register of remote inspections (Art. 17): a draw that nobody could foresee, examined here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.language import Text
from shouze.registers.describing import AUTHORITIES, Act, Field, Group, Register, Running, State
from shouze.registers.inspections import inspecting, openings
from shouze.registers.inspections.facts import SPEAKS
from shouze.registers.inspections.models import Inspection
from shouze.registers.peers.trusted import operators
from shouze.registers.roles import INSPECTING, Role

ANSWERED_WITHIN = timedelta(days=5)
CLOSED_WITHIN = timedelta(days=30)
"""A house term: the Order asks for a record and names no day (Art. 17(3))."""
_ASKED = (
    Field(name="to", label=Text("经营者", "Operator"), choices=operators, optional=False),
    Field(name="because", label=Text("检查事由", "Why"), lines=3, duty="A17-1-inspect"),
    Field(name="count", label=Text("抽取条数", "Records to draw"),
          hint=Text("1 至 1000；抽 300 条，若有 1% 的记录有问题，有 95% 的把握抽中",
                    "1 to 1000; 300 meet a fault in 1% of records with 95% certainty")),
    Field(name="fields", label=Text("要求开启的私密字段", "Private fields to open"), optional=True,
          duty="A17-2-materials",
          hint=Text("以逗号分隔，如 reason, ticket；不写即不开启。写明为何需要，只开启必需的",
                    "Separated by commas, such as reason, ticket; none is opened by default. Say why; open no more "
                    "than is needed")),
)  # fmt: skip
_ATTESTED = (
    Field(name="no_fee", label=Text("未收取任何费用", "Nothing was charged"), asks="yes-no", duty="A17-3-no-fee"),
    Field(name="not_hindered", label=Text("未妨碍正常经营和服务", "Business and service were not hindered"),
          asks="yes-no", duty="A17-3-no-hinder"),
)  # fmt: skip
_DONE = (
    Field(name="size", label=Text("所持检查点的记录数", "Records under the checkpoint held"), once_filled=True),
    Field(name="nonce", label=Text("抽样随机数", "Nonce"), once_filled=True),
    Field(name="drawn_at", label=Text("抽样时间", "Drawn"), once_filled=True),
    Field(name="delivered_at", label=Text("提交时间", "Shown"), once_filled=True),
    Field(name="examined", label=Text("核验无误的记录", "Records that hold"), once_filled=True),
    Field(name="discrepancies", label=Text("不一致之处", "Discrepancies"), lines=3, once_filled=True),
    Field(name="contradiction", label=Text("矛盾的检查点", "Contradicting checkpoints"), lines=3, once_filled=True),
)


def _clocks(row: Inspection, _now: datetime) -> Sequence[Running]:
    if row.state in ("clean", "discrepant", "forked"):
        title = Text("记录并结束对{name}的抽查", "Record and close the inspection of {name}").fill(name=row.title)
        since = row.delivered_at or row.changed_at
        return [Running(kind="close", title=title, since=since, due=since + CLOSED_WITHIN, roles=INSPECTING,
                        duty="A17-3-record")]  # fmt: skip
    if row.state not in ("asked", "drawn"):
        return ()
    title = Text("{name}出示抽查的记录", "{name} shows the records drawn").fill(name=row.title)
    since = row.drawn_at or row.created_at
    return [Running(kind="show", title=title, since=since, due=since + ANSWERED_WITHIN, roles=INSPECTING,
                    duty="A17-2-materials")]  # fmt: skip


REGISTER: Register[Inspection] = Register(
    name="inspections",
    prefix="IN",
    title=Text("远程抽查", "Remote inspections"),
    one=Text("远程抽查", "Remote inspection"),
    intro=Text(
        "先持有检查点，再选随机数：经营者事先不知会抽哪些记录。提交的记录在本机关核验（第十七条）。",
        "The checkpoint is held first, the nonce chosen after: nobody knows what is drawn. Verified here (Art. 17).",
    ),
    model=Inspection,
    duties=("A17-1-inspect", "A17-2-materials", "A17-3-record"),
    fields=(*_ASKED, *_DONE, *_ATTESTED),
    states={
        "asked": State(label=Text("等候检查点", "Awaiting the checkpoint"), tone="waiting"),
        "drawn": State(label=Text("已抽样，等候提交", "Drawn"), tone="waiting"),
        "clean": State(label=Text("核验一致", "Holds"), tone="good"),
        "discrepant": State(label=Text("有不一致", "Discrepancies"), tone="bad"),
        "forked": State(label=Text("日志自相矛盾", "The log contradicts itself"), tone="bad"),
        "closed": State(label=Text("已结束", "Closed"), tone="over"),
    },
    creating=Act(name="begin", title=Text("开始抽查", "Begin"), by=INSPECTING, to="asked", fields=_ASKED,
                 does=inspecting.begin, reason="none", proof="may", duty="A17-1-inspect"),
    acts=(
        Act(name="close", title=Text("结束", "Close"), by=INSPECTING, to="closed", reason="must", duty="A17-3-record",
            fields=_ATTESTED,
            source=frozenset({"clean", "discrepant", "forked", "asked", "drawn"})),
        Act(name="open", title=Text("查看披露内容", "Look at what was opened"), by=INSPECTING, reason="must",
            proof="none", possible=lambda row, _now: bool(row.openings), tells=openings.told, grave=True,
            duty="A18-auth-secrecy",
            hint=Text("可能含用户个人信息：查看人、时间和理由记入日志；内容只显示一次，不要抄录",
                      "It may hold users' personal information: who looks, when and why is recorded; it is shown once, "
                      "and not to be copied")),
        Act(name="draw", title=Text("持有检查点并抽样", "Checkpoint held, drawn"), by=frozenset(), to="drawn",
            follows=True, duty="A17-3-record"),
        Act(name="clean", title=Text("核验一致", "Holds"), by=frozenset(), to="clean", follows=True,
            duty="A17-3-record"),
        Act(name="discrepant", title=Text("有不一致", "Discrepancies"), by=frozenset(), to="discrepant", follows=True,
            duty="A17-3-record"),
        Act(name="contradicted", title=Text("日志自相矛盾", "The log contradicts itself"), by=frozenset(), to="forked",
            follows=True, duty="A17-3-record"),
    ),
    columns=("count", "drawn_at", "delivered_at", "examined"),
    search=("matter", "because"),
    seen_by=INSPECTING | {Role.AUDITOR},
    clocks=_clocks,
    from_files=False,
    takes={"sample": inspecting.take_sample},
    houses=AUTHORITIES,
    group=Group.HANDLING,
    speaks=SPEAKS,
    order=45,
)  # fmt: skip
