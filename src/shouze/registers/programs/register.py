"""The register of programs (Art. 13(3)): ordered, issued by the person in whose name they act, shown once, revoked.

# Invariant: a program may no more than the person in whose name it acts, and less where its scope says so; it is never
# a second person; its secret is in no row, event or log.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.describing import Act, Choices, Doing, Field, Group, Register, Round, Running, State
from shouze.registers.finding import registers
from shouze.registers.holders.models import Holder
from shouze.registers.people.models import Person
from shouze.registers.programs.models import Answered, Program
from shouze.registers.roles import HOUSE, OVERSEEING, Role, Roles

NAME, MARK = "programs", "szp_"
SECRET_BYTES = 32
BY: Roles = frozenset({Role.OFFICER, Role.SECURITY, Role.ADMINISTRATOR})
LONGEST = timedelta(days=366)
WARNING = timedelta(days=30)
ANSWERS_LAST = timedelta(days=1)


def services() -> Choices:
    """Return the service accounts that a program may be."""
    accounts = Holder.objects.filter(state="present", kind="account")
    return {each.key: Text(each.title, each.title_en) for each in accounts}


def open_registers() -> Choices:
    """Return the registers that programs may be let into: all but this one."""
    return {each.name: each.title for each in registers().values() if each.name != NAME}


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode()).hexdigest()


def in_force(program: Program, now: datetime) -> bool:
    """Tell whether a program may come in now: issued, in time, its person still here."""
    person = program.person
    return program.state == "issued" and now < program.until and person.is_active and bool(HOUSE & person.roles)


_FIELDS = (
    Field(name="title", label=Text("程序名称", "Name of the program")),
    Field(name="person", label=Text("以谁的名义", "In whose name"),
          hint=Text("程序只能做此人有权做的事；由本人签发", "It may no more than this person, who issues the token")),
    Field(name="service", label=Text("服务账号", "Service account"), choices=services, optional=True,
          hint=Text("填写时，操作记录记为该程序，此人为负责人",
                    "Where one is named, the log names no person, who only answers for it")),
    Field(name="reads", label=Text("可读取的台账", "Registers it may read"), choices=open_registers, several=True,
          optional=True),
    Field(name="acts", label=Text("可读取并办理的台账", "Registers it may read and act in"), choices=open_registers,
          several=True, optional=True,
          hint=Text("程序永远不能做复核人、审批人等第二人", "A program is never the second person of anything")),
    Field(name="until", label=Text("有效至", "Until"), hint=Text("至多一年", "One year at most")),
    Field(name="why", label=Text("用途", "What for"), lines=2),
)  # fmt: skip


def _order(doing: Doing[Program]) -> None:
    program = doing.entry
    if not doing.now < program.until <= doing.now + LONGEST:
        remedy = Text("填写将来的日期，至多一年", "Give a date ahead, one year at most")
        raise InvalidError(Text("有效期不对", "The term is not right"), field="until", remedy=remedy)
    if not (program.reads or program.acts):
        remedy = Text("至少选择一个台账", "Choose one register at least")
        raise InvalidError(Text("没有选择台账", "No register is chosen"), field="reads", remedy=remedy)
    if not HOUSE & program.person.roles:
        detail = Text("代理人的员工不能有程序", "An agent's staff have no programs")
        raise InvalidError(detail, field="person")


def _issue(doing: Doing[Program]) -> None:
    doing.entry.secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    doing.entry.digest = digest_of(doing.entry.secret)


def _revoke(doing: Doing[Program]) -> None:
    doing.entry.digest = ""


def _left(doing: Doing[Any], _before: object) -> None:
    """End the programs of whoever has left or moved on: what they may has changed."""
    _end(Program.objects.filter(person_id=doing.entry.pk), doing.person, Text("其人员已变动", "Its person has changed"))


def _closed(doing: Doing[Any], _before: object) -> None:
    _end(Program.objects.filter(service=doing.entry.key), doing.person, Text("账号已停用", "Its account was closed"))


def _end(programs: QuerySet[Program], by: Person, why: Text) -> None:
    for each in programs.filter(state__in=["ordered", "issued"]):
        acting.decided(REGISTER, REGISTER.act("revoke"), each.pk, by, acting.Asked(reason=why.zh))


def _clocks(program: Program, _now: datetime) -> Sequence[Running]:
    if program.state != "issued":
        return ()
    title = Text("程序令牌到期：{name}", "A program's token ends: {name}").fill(name=program.title)
    return [
        Running(kind="ends", title=title, since=program.until - WARNING, due=program.until, person=program.person_id,
                duty="A13-3-permissions")
    ]  # fmt: skip


def _keep(now: datetime) -> None:
    for program in Program.objects.filter(state__in=["ordered", "issued"], until__lte=now):
        program.state, program.digest = "expired", ""
        acting.moved_on(REGISTER, program)
    Answered.objects.filter(at__lt=now - ANSWERS_LAST).delete()


REGISTER: Register[Program] = Register(
    name=NAME,
    prefix="K",
    title=Text("程序接入", "Programs"),
    one=Text("程序", "Program"),
    intro=Text(
        "程序凭令牌经接口读取台账或办理事项，规则、权限和记录与页面相同；令牌只显示一次，随时可以吊销。",
        "Programs read the registers and act in them by a token, under the rules, permissions and records that the "
        "pages have. A token is shown once and revoked at any time.",
    ),
    model=Program,
    duties=("A13-3-permissions",),
    fields=(*_FIELDS, Field(name="used_at", label=Text("最近使用", "Last used"))),
    states={
        "ordered": State(label=Text("待签发", "To be issued"), tone="waiting"),
        "issued": State(label=Text("已签发", "Issued"), tone="good"),
        "revoked": State(label=Text("已吊销", "Revoked"), tone="over"),
        "expired": State(label=Text("已到期", "Expired"), tone="over"),
    },
    creating=Act(name="order", title=Text("登记程序", "Register a program"), by=BY, to="ordered", fields=_FIELDS,
                 does=_order, reason="none", duty="A13-3-permissions"),
    acts=(
        Act(name="issue", title=Text("签发并显示一次", "Issue and show once"), by=HOUSE, to="issued", does=_issue,
            source=frozenset({"ordered"}), proof="none", duty="A13-3-permissions",
            whose=lambda program, person: program.person_id == person.pk,
            tells=lambda program: (Text("令牌", "Token"), program.secret),
            hint=Text("请先准备好保存它的地方：之后无法再次显示。",
                      "Have the place ready where it is kept: it cannot be shown again.")),
        Act(name="revoke", title=Text("吊销", "Revoke"), by=HOUSE, source=frozenset({"ordered", "issued"}),
            to="revoked", does=_revoke, reason="must", grave=True, duty="A13-3-permissions",
            whose=lambda program, person: program.person_id == person.pk or bool(BY & person.roles),
            hint=Text("立即不再接受它。", "It is refused from that moment on.")),
    ),
    columns=("person", "service", "until", "used_at"),
    search=("service", "why"),
    seen_by=OVERSEEING | BY | HOUSE,
    clocks=_clocks,
    heeds={("people", "leave"): _left, ("people", "move"): _left, ("holders", "close"): _closed},
    rounds=(Round(name="programs.keep", every=timedelta(minutes=1), run=_keep),),
    from_files=False,
    group=Group.PERMISSIONS,
    order=63,
)  # fmt: skip
