"""The register of channels (Arts. 9(2), 12): where users enquire, correct and complain, tried whether it works.

A page on the web is tried by a machine every day, and so is the mailbox that the desk reads: a letter sent there has to
arrive. Telephone, other mailboxes and counters are tried by people, by a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.channels.facts import SPEAKS
from shouze.registers.channels.models import Channel
from shouze.registers.describing import Act, Doing, Field, Group, Register, Round, Running, State, following
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles

TESTERS: Roles = KEEPERS | {Role.SERVICE}
OPEN = frozenset({"works", "untried", "broken"})
KINDS = {
    "web": Text("网页", "Web page"),
    "app": Text("应用", "App"),
    "phone": Text("电话", "Telephone"),
    "e-mail": Text("电子邮件", "E-mail"),
    "counter": Text("柜台", "Counter"),
}
SERVES = {
    "enquiry": Text("查询", "Enquiry"),
    "correction": Text("更正", "Correction"),
    "complaint": Text("投诉", "Complaint"),
}

_FIELDS = (
    Field(name="title", label=Text("名称", "Name")),
    Field(name="serves", label=Text("用于", "For"), choices=SERVES, several=True, duty="A09-2-query"),
    Field(name="services", label=Text("业务", "Services"), choices=vocabulary.services, several=True),
    Field(name="kind", label=Text("方式", "Kind"), choices=KINDS),
    Field(name="address", label=Text("网址、号码或地址", "Address or number"),
          hint=Text("网页填写 https:// 开头的网址", "Of a web page: beginning with https://")),
    Field(name="try_days", label=Text("人工试用周期（天）", "Tried by people every (days)")),
)  # fmt: skip
_STANDING = (
    Field(name="tried_at", label=Text("上次试用", "Tried last")),
    Field(name="problem", label=Text("问题", "Problem")),
)


def _check(doing: Doing[Channel]) -> None:
    row = doing.entry
    if row.kind == "web" and not row.address.startswith(("https://", "http://")):
        remedy = Text("填写完整网址", "Give the whole address")
        raise InvalidError(Text("不是网址", "It is no address on the web"), field="address", remedy=remedy)


def _works(doing: Doing[Channel]) -> None:
    doing.entry.tried_at, doing.entry.problem = doing.now, ""


def _broken(doing: Doing[Channel]) -> None:
    doing.entry.tried_at, doing.entry.problem = doing.now, str(doing.values.get("problem", ""))[:200]


def _clocks(row: Channel, _now: datetime) -> Sequence[Running]:
    if row.state == "broken":
        return [_running("mend", row, row.changed_at, KEEPERS)]
    if row.state not in OPEN or row.kind == "web":
        return []
    tried = row.tried_at or row.created_at
    due = tried + timedelta(days=row.try_days if row.tried_at else 0)
    return [_running("try", row, tried, TESTERS, due)]


def _running(kind: str, row: Channel, since: datetime, roles: Roles, due: datetime | None = None) -> Running:
    title = _OWED[kind].fill(name=row.title)
    # A12-contact: contact details for complaints are published, and work
    duty = "A12-contact" if "complaint" in row.serves else "A09-2-query"
    return Running(kind=kind, title=title, since=since, due=due, roles=roles, duty=duty)


_OWED = {
    "mend": Text("修复“{name}”", "Mend “{name}”"),
    "try": Text("试用“{name}”是否有效", "Try whether “{name}” works"),
}
FOUND_BROKEN = following("found-broken", Text("自动检查发现失效", "Found broken"), "broken", "A09-2-query")
FOUND_WORKING = following("found-working", Text("自动检查有效", "Found working"), "works", "A09-2-query")


def _probe(now: datetime) -> None:
    from shouze.registers.channels.probing import probe, probe_mail  # noqa: PLC0415 - it acts on this register

    probe(now)
    probe_mail(now)


def _came(doing: Doing[Any], _before: object) -> None:
    from shouze.registers.channels.probing import came  # noqa: PLC0415 - it acts on this register

    came(doing)


REGISTER: Register[Channel] = Register(
    name="channels",
    prefix="Q",
    title=Text("查询、更正、投诉渠道", "Channels"),
    one=Text("渠道", "Channel"),
    intro=Text(
        "应当明确告知用户查询、更正信息的渠道（第九条第二款），公布有效的投诉联系方式（第十二条）；渠道须实际可用。",
        "Users are told where to enquire, to correct and to complain (Arts. 9(2), 12); the channels have to work.",
    ),
    model=Channel,
    duties=("A09-2-query", "A12-contact"),
    fields=(*_FIELDS, *_STANDING),
    states={
        "untried": State(label=Text("待试用", "To be tried"), tone="waiting"),
        "works": State(label=Text("有效", "Works"), tone="good"),
        "broken": State(label=Text("失效", "Broken"), tone="bad"),
        "closed": State(label=Text("已关闭", "Closed"), tone="over"),
    },
    creating=Act(name="open", title=Text("登记渠道", "Register a channel"), by=KEEPERS, to="untried", fields=_FIELDS,
                 does=_check, duty="A09-2-query"),
    acts=(
        Act(name="works", title=Text("试用有效", "Tried: it works"), by=TESTERS, source=OPEN, to="works", does=_works,
            duty="A09-2-query"),
        Act(name="broken", title=Text("试用失效", "Tried: it does not"), by=TESTERS, to="broken", does=_broken,
            source=frozenset({"works", "untried"}), duty="A09-2-query",
            fields=(Field(name="problem", label=Text("问题", "Problem"), optional=False),)),
        Act(name="change", title=Text("变更", "Change"), by=KEEPERS, source=OPEN, to="untried", fields=_FIELDS,
            does=_check, duty="A09-2-query"),
        Act(name="close", title=Text("关闭", "Close"), by=KEEPERS, source=OPEN, to="closed", reason="must",
            duty="A09-2-query"),
        FOUND_BROKEN,
        FOUND_WORKING,
    ),
    columns=("kind", "address", "serves", "tried_at", "problem"),
    filters=("kind",),
    search=("address",),
    seen_by=HOUSE,
    clocks=_clocks,
    heeds={("letters", "came"): _came},
    rounds=(Round(name="channels.probe", every=timedelta(minutes=10), run=_probe),),
    speaks=SPEAKS,
    group=Group.RULES,
    order=12,
)  # fmt: skip
