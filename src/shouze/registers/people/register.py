"""The register of people: joining, moving, leaving; whoever has left is shut out at the door at once (Art. 13(3))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.describing import EVERY_HOUSE, Act, Doing, Field, Group, Register, Running, State
from shouze.registers.naming import check_number
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.roles import INSPECTING, OVERSEEING, Role, Roles, roles_in
from shouze.rules.entries import Entry, Freeze

BY: Roles = frozenset({Role.ADMINISTRATOR, Role.OFFICER})
WARNING = timedelta(days=14)

_FIELDS = (
    Field(name="username", label=Text("工号", "Work number"),
          hint=Text("登录名，也是操作记录中的人员", "To sign in with; the log names the person by it")),
    Field(name="name", label=Text("姓名", "Name")),
    Field(name="post", label=Text("岗位", "Post"), choices=vocabulary.posts,
          hint=Text("岗位决定可对用户信息做什么", "The post decides what may be done with users' information")),
    Field(name="agent", label=Text("所属代理人", "Agent"), choices=vocabulary.agents,
          hint=Text("仅代理人的员工填写", "For an agent's staff alone")),
    Field(name="roles_held", label=Text("角色", "Roles"), several=True, optional=True,
          choices=lambda: {str(role): text for role, text in roles_in(GIVEN.house).items()}),
    Field(name="site", label=Text("场所", "Site")),
    Field(name="email", label=Text("电子邮件", "E-mail"), hint=Text("用于提醒", "For reminders")),
    Field(name="until", label=Text("有效至", "Until"), hint=Text("到期自动停用", "Access ends by itself then")),
)  # fmt: skip


def _named(doing: Doing[Person]) -> None:
    person = doing.entry
    person.title = person.name
    check_number(person.username, "username")
    if Person.objects.filter(username=person.username).exclude(pk=person.pk).exists():
        raise InvalidError(Text("已有此工号", "There is somebody with this work number"), field="username")
    if person.agent and set(person.roles_held) - {str(Role.AGENT)}:
        detail = Text("代理人的员工只能有代理人员工角色", "An agent's staff hold that role alone")
        raise InvalidError(detail, field="roles_held")


def _leave(doing: Doing[Person]) -> None:
    # A13-3-permissions: whoever leaves has nothing left, in the desk or at the door
    if doing.entry.pk == doing.person.pk:
        raise InvalidError(Text("不能办理自己离职", "Nobody can sign themselves off"), field=None)
    doing.entry.is_active, doing.entry.left_at = False, doing.now


def _invited(person: Person) -> tuple[Text, str]:
    """Return the address at which the person sets a password."""
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    return Text(
        "登录链接（接在桌面地址之后）", "Sign-in link (after the desk's address)"
    ), f"/account/password/reset/key/{key}/"


def _return(doing: Doing[Person]) -> None:
    doing.entry.is_active, doing.entry.left_at = True, None


def _clocks(person: Person, _now: datetime) -> Sequence[Running]:
    if person.until is None or not person.is_active:
        return ()
    title = Text("{name}的账号到期", "{name}'s account ends").fill(name=person.name)
    return [
        Running(kind="ends", title=title, since=person.until - WARNING, due=person.until, roles=BY,
                duty="A13-3-permissions")
    ]  # fmt: skip


def _entries(person: Person) -> Mapping[str, Entry | None]:
    name = f"left-{person.number}"
    if person.left_at is None:
        return {f"freezes/{name}": None}
    frozen = Freeze(
        id=name, incident=f"离职 {person.number}", target="actor", name=person.username, since=person.left_at
    )
    return {f"freezes/{name}": frozen}


def _notes(person: Person, _now: datetime) -> Sequence[Text]:
    if person.left_at is None:
        return ()
    return [Text("已离职：桌面登录与信息闸门均已对其关闭", "Has left: shut out of the desk and at the door")]


REGISTER: Register[Person] = Register(
    name="people",
    prefix="P",
    title=Text("人员", "People"),
    one=Text("人员", "Person"),
    intro=Text(
        "经营者应当对工作人员和代理人实行权限管理（第十三条第三项）。入职、转岗、离职在此办理；离职即时生效。",
        "Permissions of staff and agents have to be managed (Art. 13(3)). Joining, moving and leaving are done here; "
        "leaving takes effect at once.",
    ),
    model=Person,
    duties=("A13-3-permissions", "A13-1-roles"),
    fields=_FIELDS,
    states={
        "present": State(label=Text("在岗", "Present"), tone="good"),
        "left": State(label=Text("已离职", "Left"), tone="over"),
    },
    creating=Act(name="join", title=Text("登记人员", "Register a person"), by=BY, to="present", fields=_FIELDS,
                 does=_named, duty="A13-3-permissions"),
    acts=(
        Act(name="move", title=Text("变更", "Change"), by=BY, source=frozenset({"present"}), fields=_FIELDS[1:],
            does=_named, duty="A13-3-permissions"),
        Act(name="invite", title=Text("签发登录链接", "Make a sign-in link"), by=BY, source=frozenset({"present"}),
            tells=_invited, proof="none", duty="A13-3-permissions",
            hint=Text("本人用此链接设置密码，三日内用一次有效。", "They set a password with it: once, within 3 days.")),
        Act(name="leave", title=Text("办理离职", "Sign off"), by=BY, source=frozenset({"present"}), to="left",
            does=_leave, grave=True, duty="A13-3-permissions",
            hint=Text("其账号、令牌与信息闸门权限立即关闭。", "Account, tokens and access at the door end at once.")),
        Act(name="return", title=Text("恢复在岗", "Bring back"), by=BY, source=frozenset({"left"}), to="present",
            does=_return, reason="must", apart_from=("leave",), alone=True, duty="A13-3-permissions"),
    ),
    columns=("username", "post", "agent", "roles_held", "until"),
    filters=("post", "agent"),
    search=("username", "name"),
    houses=EVERY_HOUSE,
    seen_by=OVERSEEING | BY | INSPECTING,
    clocks=_clocks,
    entries=_entries,
    notes=_notes,
    group=Group.HOUSE,
    order=90,
)  # fmt: skip
