"""The register of grants (Art. 13(3)): asked for, approved by another person, for a term, narrowed, withdrawn.

* The door obeys the granted ones of each holder and no other; its entry is the holder's (``registers.holders``).
* What somebody was granted in person ends when they leave or change post.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.courses.register import guarding
from shouze.registers.describing import EVERY_HOUSE, Act, Doing, Field, Group, Register, Round, Running, State
from shouze.registers.entitling import is_alone
from shouze.registers.finding import registers
from shouze.registers.grants.facts import SPEAKS
from shouze.registers.grants.judging import EXERCISE, findings
from shouze.registers.grants.models import GRANTED, Grant
from shouze.registers.grants.part import STATES
from shouze.registers.holders.models import Holder
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.roles import KEEPERS, OVERSEEING, Role, Roles

ASKING: Roles = KEEPERS | {Role.APPROVER, Role.SERVICE, Role.ADMINISTRATOR}
APPROVING: Roles = KEEPERS | {Role.APPROVER}
ENDING: Roles = APPROVING | {Role.ADMINISTRATOR}
LONGEST = timedelta(days=731)
WARNING = timedelta(days=30)
IN_FORCE = frozenset({GRANTED})
_PARTS = ("services", "actions", "purposes", "items")

_SCOPE = (
    Field(name="services", label=Text("服务", "Services"), choices=vocabulary.services, several=True),
    Field(name="actions", label=Text("操作", "Actions"), choices=vocabulary.actions, several=True),
    Field(name="purposes", label=Text("限于目的", "For purposes"), choices=vocabulary.purposes, several=True,
          hint=Text("不选则不限", "None chosen: not limited")),
    Field(name="items", label=Text("限于信息项", "Of items"), choices=vocabulary.items, several=True,
          hint=Text("不选则不限", "None chosen: not limited")),
    Field(name="sites", label=Text("限于场所", "At sites"),
          hint=Text("以逗号分隔；不填则不限", "Separated by commas; empty: not limited")),
)  # fmt: skip
_UNTIL = Field(name="until", label=Text("有效至", "Until"), optional=False,
               hint=Text("至多两年；到期闸门自动收回",
                         "Two years at most; the door takes it back by itself then"))  # fmt: skip
_FIELDS = (
    Field(name="holder", label=Text("授予", "Granted to"), choices=vocabulary.holders,
          hint=Text("岗位、服务账号或个人", "A post, a service account or a person")),
    *_SCOPE,
    Field(name="since", label=Text("起始", "From"), hint=Text("不填则自批准起", "Empty: from the approval on")),
    _UNTIL,
    Field(name="course", label=Text("须有培训证书", "Needs a certificate"), choices=guarding,
          duty="A15-train-know/skill/resp",
          hint=Text("没有有效证书的人，闸门对其关闭此项授权", "The door shuts it to whoever holds no valid one")),
    Field(name="why", label=Text("因何工作需要", "What work needs it"), lines=3),
)  # fmt: skip
_EXERCISE = (
    Field(name="exercise", label=Text("使用情况", "Use"), choices=EXERCISE),
    Field(name="used_at", label=Text("最近使用", "Used last")),
)


def _asked(doing: Doing[Grant]) -> None:
    grant = doing.entry
    if grant.until is None or not doing.now < grant.until <= doing.now + LONGEST:
        remedy = Text("填写将来的日期，至多两年", "Give a date ahead, two years at most")
        raise InvalidError(Text("有效期不对", "The term is not right"), field="until", remedy=remedy)
    if grant.since is not None and grant.since >= grant.until:
        raise InvalidError(Text("截止不晚于起始", "It ends before it begins"), field="until")
    known = vocabulary.holders()
    if grant.holder not in known:
        raise InvalidError(Text("没有这个岗位、账号或人员", "There is no such holder"), field="holder")
    if grant.course and grant.holder.startswith("account:"):
        raise InvalidError(Text("程序没有培训证书", "A program holds no certificate"), field="course")
    if "approve" in grant.actions and grant.holder.startswith("account:"):
        detail = Text("审批只能由人办理", "Only people approve")
        raise InvalidError(detail, field="actions")
    grant.name_after(known[grant.holder], vocabulary.named(vocabulary.services(), grant.services))


def _approve(doing: Doing[Grant]) -> None:
    # A13-3-permissions: nobody approves what they were asked to be granted in person, unless nobody else is there
    if doing.entry.holder == f"person:{doing.person.username}" and not is_alone(_APPROVE, doing.person):
        raise InvalidError(Text("不能批准授予自己的权限", "Nobody approves a grant to themselves"), field=None)
    if doing.entry.until is not None and doing.entry.until <= doing.now:
        remedy = Text("请重新申请", "Ask anew")
        raise InvalidError(Text("有效期已过", "Its term is over"), field=None, remedy=remedy)


def narrow(doing: Doing[Grant]) -> None:
    """Check that a grant only became narrower."""
    before = Grant.objects.get(pk=doing.entry.pk)
    for part in _PARTS:
        old, new = set(getattr(before, part)), set(getattr(doing.entry, part))
        if old and (not new or not new <= old):
            remedy = Text("只能减少；增加须另行申请", "Only take away; ask for more in a new grant")
            raise InvalidError(Text("这会放宽授权", "That would widen the grant"), field=part, remedy=remedy)
    sites, kept = set(before.site_names()), set(doing.entry.site_names())
    if sites and (not kept or not kept <= sites):
        raise InvalidError(Text("这会放宽授权", "That would widen the grant"), field="sites")
    longer = before.until is not None and (doing.entry.until is None or doing.entry.until > before.until)
    if longer:
        raise InvalidError(Text("这会延长授权", "That would prolong the grant"), field="until")
    holder = Text(*(each.partition(" · ")[0] for each in before.called))
    doing.entry.name_after(holder, vocabulary.named(vocabulary.services(), doing.entry.services))


def _ended(doing: Doing[Person], before: Mapping[str, Any]) -> None:
    """End what somebody was granted in person, when they have left or changed post or employer."""
    person = doing.entry
    if person.is_active and (person.post, person.agent) == (before.get("post"), before.get("agent")):
        return
    withdraw_all(f"person:{person.username}", doing.person, Text("离岗或转岗", "Left, or changed post"))


def withdraw_all(holder: str, by: Person, why: Text) -> None:
    """Withdraw every grant of a holder."""
    register = registers()["grants"]
    for grant in Grant.objects.filter(holder=holder, state__in=[GRANTED, "requested"]):
        acting.decided(register, register.act("withdraw"), grant.pk, by, acting.Asked(reason=why.zh))


def _clocks(grant: Grant, _now: datetime) -> Sequence[Running]:
    name = grant.called
    if grant.state == "requested":
        title = Text("决定是否批准：{name}", "Decide: {name}").fill(name=name)
        return [Running(kind="decide", title=title, since=grant.created_at, roles=APPROVING, duty="A13-3-permissions")]
    if grant.state != GRANTED or grant.until is None:
        return ()
    title = Text("授权到期：{name}", "Grant ends: {name}").fill(name=name)
    return [
        Running(kind="ends", title=title, since=grant.until - WARNING, due=grant.until, roles=KEEPERS,
                duty="A13-3-permissions")
    ]  # fmt: skip


def _notes(grant: Grant, _now: datetime) -> Sequence[Text]:
    if grant.state == "requested":
        return [Text("批准前信息闸门不会放行", "The door does not open for it before it is approved")]
    if grant.state != GRANTED:
        return [Text("信息闸门对此项授权关闭", "The door is shut to this grant")]
    told = findings(grant)
    if grant.until is None:
        told.append(Text("没有期限：请收窄或撤回后重新申请", "It has no end: narrow it, or withdraw it and ask anew"))
    return told


def _keep(now: datetime) -> None:
    """Note the grants whose term is over; the door has taken them back by itself."""
    register = registers()["grants"]
    for grant in Grant.objects.filter(state=GRANTED, until__lte=now):
        grant.state = "expired"
        acting.moved_on(register, grant)
        holder = Holder.objects.filter(key=grant.holder).first()
        if holder is not None:
            acting.settle(registers()["holders"], holder, GIVEN.now())


_APPROVE: Act[Grant] = Act(
    name="approve", title=Text("批准", "Approve"), by=APPROVING, source=frozenset({"requested"}), to=GRANTED,
    does=_approve, apart_from=("request",), alone=True, duty="A13-3-permissions",
    hint=Text("批准后闸门即照此放行。", "The door opens accordingly."),
)  # fmt: skip

REGISTER: Register[Grant] = Register(
    name="grants",
    prefix="G",
    title=Text("授权", "Grants"),
    one=Text("授权", "Grant"),
    intro=Text(
        "对工作人员和代理人实行权限管理（第十三条第三项）：有申请、有他人批准、有期限，用不到的收回。",
        "Permissions are managed (Art. 13(3)): asked for, approved by another, for a term; what nobody needs is "
        "taken back.",
    ),
    model=Grant,
    duties=("A13-3-permissions",),
    fields=(*_FIELDS, *_EXERCISE),
    states={
        "requested": State(label=STATES["requested"], tone="waiting"),
        "granted": State(label=STATES["granted"], tone="good"),
        "refused": State(label=STATES["refused"], tone="over"),
        "withdrawn": State(label=STATES["withdrawn"], tone="over"),
        "expired": State(label=STATES["expired"], tone="over"),
    },
    creating=Act(name="request", title=Text("申请授权", "Ask for a grant"), by=ASKING, to="requested", fields=_FIELDS,
                 does=_asked, reason="none", duty="A13-3-permissions"),
    acts=(
        _APPROVE,
        Act(name="refuse", title=Text("不批准", "Refuse"), by=APPROVING, source=frozenset({"requested"}), to="refused",
            reason="must", duty="A13-3-permissions"),
        Act(name="narrow", title=Text("收窄", "Narrow"), by=APPROVING, source=IN_FORCE, fields=(*_SCOPE, _UNTIL),
            does=narrow, duty="A13-3-permissions",
            hint=Text("只能减少，闸门立即照此执行。", "Only less; the door obeys at once.")),
        Act(name="withdraw", title=Text("撤回", "Withdraw"), by=ENDING, source=frozenset({GRANTED, "requested"}),
            to="withdrawn", reason="must", grave=True, duty="A13-3-permissions",
            hint=Text("闸门立即收回。", "The door takes it back at once.")),
    ),
    columns=("actions", "until", "exercise", "used_at"),
    filters=("exercise",),
    search=("holder", "why"),
    seen_by=OVERSEEING | ASKING,
    clocks=_clocks,
    notes=_notes,
    heeds={("people", "leave"): _ended, ("people", "move"): _ended},
    rounds=(Round(name="grants.keep", every=timedelta(minutes=1), run=_keep),),
    speaks=SPEAKS,
    group=Group.PERMISSIONS,
    houses=EVERY_HOUSE,
    order=60,
)  # fmt: skip
