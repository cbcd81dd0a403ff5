"""The register of tokens (Art. 13(3)): ordered, made by the door and shown once, revoked.

# Invariant: a token's secret is in no row, event or log of the desk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shouze.client import ClientError
from shouze.errors import InvalidError, UnavailableError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.describing import EVERY_HOUSE, Act, Choices, Doing, Field, Group, Register, Round, Running, State
from shouze.registers.dooring import door
from shouze.registers.finding import registers
from shouze.registers.holders.models import Holder
from shouze.registers.people.models import Person
from shouze.registers.roles import OVERSEEING, Role, Roles
from shouze.registers.rows import Effect
from shouze.registers.tokens.models import Token

BY: Roles = frozenset({Role.OFFICER, Role.SECURITY, Role.ADMINISTRATOR})
LONGEST = timedelta(days=731)
WARNING = timedelta(days=30)


def bearers() -> Choices:
    """Return who may bear a token: service accounts, and people who work here."""
    accounts = Holder.objects.filter(state="present", kind="account")
    people = Person.objects.filter(is_active=True).order_by("name").values_list("username", "name")
    return {each.key: each.called for each in accounts} | {
        f"person:{number}": Text(f"{name}（{number}）", f"{name} ({number})") for number, name in people
    }


_FIELDS = (
    Field(name="bearer", label=Text("持有者", "Bearer"), choices=bearers,
          hint=Text("人员的令牌用于命令行；其岗位变动后须重新签发",
                    "A person's is for the command line, and ends with their post")),
    Field(name="until", label=Text("有效至", "Until"), hint=Text("至多两年", "Two years at most")),
    Field(name="why", label=Text("用途", "What for"), lines=2),
)  # fmt: skip


def _order(doing: Doing[Token]) -> None:
    token = doing.entry
    if not doing.now < token.until <= doing.now + LONGEST:
        remedy = Text("填写将来的日期，至多两年", "Give a date ahead, two years at most")
        raise InvalidError(Text("有效期不对", "The term is not right"), field="until", remedy=remedy)
    known = bearers()
    if token.bearer not in known:
        raise InvalidError(Text("没有这个账号或人员", "There is no such bearer"), field="bearer")
    person = _person(token.bearer)
    if person is not None:
        if not (person.post or person.agent):
            remedy = Text("先在“人员”中登记其岗位或代理人", "Give them a post or an agent under “People” first")
            raise InvalidError(Text("此人没有岗位", "They have no post"), field="bearer", remedy=remedy)
        token.post, token.agent = person.post, person.agent
    token.call(known[token.bearer])


def _person(bearer: str) -> Person | None:
    kind, _, name = bearer.partition(":")
    return Person.objects.filter(username=name, is_active=True).first() if kind == "person" else None


def _make(doing: Doing[Token]) -> None:
    """Have the door make the token; it is shown once and kept nowhere."""
    token, reached = doing.entry, door()
    if reached is None:
        raise UnavailableError
    kind, _, name = token.bearer.partition(":")
    asked: dict[str, Any] = {"kind": "service" if kind == "account" else "staff", "actor": name, "until": token.until}
    if kind == "person":
        person = _person(token.bearer)
        if person is None or (person.post, person.agent) != (token.post, token.agent):
            remedy = Text("请重新登记令牌", "Order a token anew")
            raise InvalidError(Text("其岗位已变动", "Their post has changed"), field=None, remedy=remedy)
        asked["kind"] = "agent-staff" if person.agent else "staff"
        asked |= {part: getattr(person, part) for part in ("post", "agent") if getattr(person, part)}
    try:
        issued = reached.issue_token(asked)
    except ClientError as problem:
        raise InvalidError(problem.detail, field=None, remedy=problem.remedy) from None
    token.token, token.secret = issued.id, issued.token


def _revoke(doing: Doing[Token]) -> None:
    # A13-3-permissions: a revoked token opens nothing from that policy on
    if doing.entry.token:
        Effect.objects.create(
            kind="revocation", register="tokens", entry=doing.entry.pk, content=doing.entry.token.encode()
        )


def _ended(doing: Doing[Person], before: Mapping[str, Any]) -> None:
    person = doing.entry
    if person.is_active and (person.post, person.agent) == (before.get("post"), before.get("agent")):
        return
    _revoke_all(f"person:{person.username}", doing.person, Text("离岗或转岗", "Left, or changed post"))


def _closed(doing: Doing[Holder], _before: Mapping[str, Any]) -> None:
    _revoke_all(doing.entry.key, doing.person, Text("账号停用", "The account is closed"))


def _revoke_all(bearer: str, by: Person, why: Text) -> None:
    register = registers()["tokens"]
    for token in Token.objects.filter(bearer=bearer, state__in=["ordered", "issued"]):
        acting.decided(register, register.act("revoke"), token.pk, by, acting.Asked(reason=why.zh))


def _clocks(token: Token, _now: datetime) -> Sequence[Running]:
    # A program stops when its token ends; a person only makes another one.
    if token.state != "issued" or not token.bearer.startswith("account:"):
        return ()
    title = Text("令牌到期：{name}", "Token ends: {name}").fill(name=token.called)
    return [
        Running(kind="ends", title=title, since=token.until - WARNING, due=token.until, roles=BY,
                duty="A13-3-permissions")
    ]  # fmt: skip


def _keep(now: datetime) -> None:
    for token in Token.objects.filter(state__in=["ordered", "issued"], until__lte=now):
        token.state = "expired"
        acting.moved_on(registers()["tokens"], token)
    reached = door()
    if reached is not None:
        _take_over(reached.callers())


def _take_over(callers: Mapping[str, Any]) -> None:
    """List the tokens that were made elsewhere, so that they can be revoked here."""
    known = set(Token.objects.exclude(token="").values_list("token", flat=True))
    named = bearers()
    faces = vocabulary.policy().get("issuers", {})  # a face that revoked its own token would be shut out
    for name, caller in callers.items():
        listed = name in known or caller.revoked or caller.actor in faces
        if listed or caller.kind not in {"service", "staff", "agent-staff"}:
            continue
        kind = "account" if caller.kind == "service" else "person"
        token = Token(
            bearer=f"{kind}:{caller.actor}", post=caller.post or "", agent=caller.agent or "", until=caller.until,
            token=name, why=Text("接管自信息闸门", "Taken over from the door").zh,
        )  # fmt: skip
        token.call(named.get(token.bearer, Text(caller.actor, caller.actor)))
        acting.enrol(registers()["tokens"], token, None, "issued")


REGISTER: Register[Token] = Register(
    name="tokens",
    prefix="T",
    title=Text("令牌", "Tokens"),
    one=Text("令牌", "Token"),
    intro=Text(
        "程序和命令行以令牌向信息闸门表明身份。令牌由闸门生成，只显示一次，随时可以吊销。",
        "Programs and the command line tell the door who they are by a token. The door makes it, shows it once, and "
        "revokes it at any time.",
    ),
    model=Token,
    duties=("A13-3-permissions",),
    fields=(*_FIELDS, Field(name="token", label=Text("令牌编号", "The token's id"))),
    states={
        "ordered": State(label=Text("待签发", "To be made"), tone="waiting"),
        "issued": State(label=Text("已签发", "Made"), tone="good"),
        "revoked": State(label=Text("已吊销", "Revoked"), tone="over"),
        "expired": State(label=Text("已到期", "Expired"), tone="over"),
    },
    creating=Act(name="order", title=Text("登记令牌", "Order a token"), by=BY, to="ordered", fields=_FIELDS,
                 does=_order, reason="none", duty="A13-3-permissions"),
    acts=(
        Act(name="issue", title=Text("签发并显示一次", "Make it and show it once"), by=BY, to="issued", does=_make,
            source=frozenset({"ordered"}), proof="none", duty="A13-3-permissions",
            tells=lambda token: (Text("令牌", "Token"), token.secret),
            hint=Text("请先准备好保存它的地方：之后无法再次显示。",
                      "Have the place ready where it is kept: it cannot be shown again.")),
        Act(name="revoke", title=Text("吊销", "Revoke"), by=BY, source=frozenset({"ordered", "issued"}), to="revoked",
            does=_revoke, reason="must", grave=True, duty="A13-3-permissions",
            hint=Text("闸门立即不再接受它。", "The door stops taking it at once.")),
    ),
    columns=("bearer", "until", "token"),
    search=("bearer", "token"),
    seen_by=OVERSEEING | BY,
    clocks=_clocks,
    heeds={("people", "leave"): _ended, ("people", "move"): _ended, ("holders", "close"): _closed},
    rounds=(Round(name="tokens.keep", every=timedelta(minutes=1), run=_keep),),
    group=Group.PERMISSIONS,
    houses=EVERY_HOUSE,
    order=62,
)  # fmt: skip
