"""The register of holders: a post or account is what the door knows, with the grants that are in force (Art. 13(3)).

# Invariant: the door's entry of a holder follows from its row and its granted grants; no other row writes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.describing import EVERY_HOUSE, Act, Alert, Doing, Field, Group, Part, Register, Round, State
from shouze.registers.finding import registers
from shouze.registers.grants.models import GRANTED, Exercise, Grant
from shouze.registers.grants.part import part_of
from shouze.registers.holders.counting import keep, look
from shouze.registers.holders.models import Holder
from shouze.registers.naming import check_name
from shouze.registers.people.models import Person
from shouze.registers.roles import OVERSEEING, Role, Roles
from shouze.registers.systems.standing import reviewed_until
from shouze.rules import entries
from shouze.rules.declaration import Told

BY: Roles = frozenset({Role.OFFICER, Role.SECURITY, Role.ADMINISTRATOR})
PRESENT = frozenset({"present"})
KINDS = {
    "post": Text("岗位", "Post"),
    "account": Text("服务账号", "Service account"),
    "person": Text("个人", "Person"),
}

_NAMES = (
    Field(name="title", label=Text("名称", "Name in Chinese")),
    Field(name="title_en", label=Text("英文名称", "Name in English")),
    Field(name="owner", label=Text("负责人", "Who answers for it"), duty="A13-1-roles",
          hint=Text("复核授权时由其决定", "Decides about its grants when access is reviewed")),
)  # fmt: skip
_IDENTITY = (
    Field(name="kind", label=Text("类别", "Kind"),
          choices={key: KINDS[key] for key in ("post", "account")}),
    Field(name="name", label=Text("代号", "Id"),
          hint=Text("小写字母、数字和连字符；信息闸门以此识别",
                    "Lower-case letters, digits, hyphens; the door knows it by this")),
)  # fmt: skip


def key_of(kind: str, name: str) -> str:
    """Return what the door calls a holder."""
    return f"{kind}:{name}"


def _check(doing: Doing[Holder]) -> None:
    holder = doing.entry
    holder.key = key_of(holder.kind, holder.name)
    if Holder.objects.filter(key=holder.key).exclude(pk=holder.pk).exists():
        raise InvalidError(Text("已有此代号", "There is one of this id"), field="name")
    check_name(holder.name, "name")
    # What stands at the door already is taken over as it is, not written over.
    if holder.key in vocabulary.policy().get("grants", {}):
        remedy = Text("一分钟内会自动列入本台账", "It is taken over here within a minute")
        raise InvalidError(Text("信息闸门上已有此代号", "The door has one of this id"), field="name", remedy=remedy)


def _close(doing: Doing[Holder]) -> None:
    # A13-3-permissions: what nobody answers for any more grants nothing
    if Grant.objects.filter(holder=doing.entry.key, state=GRANTED).exists():
        remedy = Text("先撤回其授权", "Withdraw its grants first")
        raise InvalidError(Text("仍有在用的授权", "It still has grants in force"), field=None, remedy=remedy)


def _granted(doing: Doing[Grant], _before: Mapping[str, Any]) -> None:
    """Bring the door in step with the holder of a grant that changed; a person comes in with their first grant."""
    key, register = doing.entry.holder, registers()["holders"]
    holder = Holder.objects.filter(key=key).first()
    if holder is not None:
        acting.settle(register, holder, doing.now)
        return
    kind, _, name = key.partition(":")
    person = Person.objects.get(username=name)
    acting.enrol(register, Holder(kind=kind, name=name, key=key, title=person.name, title_en=person.name), doing.person)


def _entries(holder: Holder) -> Mapping[str, entries.Entry | None]:
    granted = Grant.objects.filter(holder=holder.key, state=GRANTED).order_by("pk")
    parts = tuple(each.as_entry() for each in granted) if holder.state == "present" else ()
    if holder.reviewed_only:
        # A13-5-access: without a system whose review is in force, nothing was ever let in
        until = reviewed_until(holder.name) or holder.created_at
        parts = tuple(replace(each, reviewed_until=until) for each in parts)
    name = Told(zh=holder.title, en=holder.title_en)
    if holder.kind == "person":
        return {f"people/{holder.name}": entries.Person(id=holder.name, grants=parts) if parts else None}
    if holder.state != "present":
        return {f"{holder.kind}s/{holder.name}": None}
    if holder.kind == "post":
        return {f"posts/{holder.name}": entries.Post(id=holder.name, name=name, grants=parts)}
    account = entries.Account(id=holder.name, name=name, grants=parts, administers=holder.administers)
    return {f"accounts/{holder.name}": account}


def _notes(holder: Holder, now: datetime) -> Sequence[Text]:
    notes = []
    if holder.reviewed_only:
        until = reviewed_until(holder.name)
        notes.append(_REVIEWED if until is not None and until > now else _NOT_REVIEWED)
    if holder.administers:
        notes.append(Text("此账号可写入策略和签发令牌", "This account writes policy and issues tokens"))
    if holder.counted_at is None:
        notes.append(Text("尚未统计其使用情况", "What it did has not been counted yet"))
    elif not holder.counted_whole:
        notes.append(Text("使用情况仍在统计，数字偏低", "The log is still being counted: the numbers are too low"))
    return notes


_REVIEWED = Text("只从经过接入审查的系统放行", "Let in only from a system that was reviewed")
_NOT_REVIEWED = Alert(
    "没有经过接入审查的系统，闸门拒绝此账号", "No system of its has a review in force: the door refuses it"
)


def _is_account(holder: Holder, _now: datetime) -> bool:
    return holder.kind == "account" and not holder.administers


def _review_only(doing: Doing[Holder]) -> None:
    doing.entry.reviewed_only = True


def _any_system(doing: Doing[Holder]) -> None:
    doing.entry.reviewed_only = False


def _people(holder: Holder) -> Sequence[Person]:
    by = {"post": "post", "person": "username"}.get(holder.kind)
    return [*Person.objects.filter(is_active=True, **{by: holder.name}).order_by("username")[:200]] if by else []


REGISTER: Register[Holder] = Register(
    name="holders",
    prefix="H",
    title=Text("岗位与账号", "Posts and accounts"),
    one=Text("岗位或账号", "Post or account"),
    intro=Text(
        "授权授予岗位、服务账号或个人。每个岗位和账号有一名负责人（第十三条第一项、第三项）。",
        "Grants are held by posts, service accounts and people; somebody answers for each post and account "
        "(Art. 13(1), 13(3)).",
    ),
    model=Holder,
    duties=("A13-3-permissions", "A13-1-roles"),
    fields=(
        Field(name="kind", label=Text("类别", "Kind"), choices=KINDS), _IDENTITY[1], *_NAMES,
        Field(name="reviewed_only", label=Text("只从已审查的系统放行", "From reviewed systems only"), once_filled=True,
              duty="A13-5-access"),
    ),
    states={
        "present": State(label=Text("在用", "In use"), tone="good"),
        "closed": State(label=Text("已停用", "Closed"), tone="over"),
    },
    creating=Act(name="register", title=Text("登记岗位或账号", "Register a post or account"), by=BY, to="present",
                 fields=(*_IDENTITY, *_NAMES), does=_check, duty="A13-1-roles"),
    acts=(
        Act(name="change", title=Text("变更", "Change"), by=BY, source=PRESENT, fields=_NAMES, duty="A13-1-roles"),
        Act(name="close", title=Text("停用", "Close"), by=BY, source=PRESENT, to="closed", does=_close, reason="must",
            possible=lambda holder, _now: holder.kind != "person" and not holder.administers, grave=True,
            duty="A13-3-permissions"),
        Act(name="review-only", title=Text("只从已审查的系统放行", "Let in from reviewed systems only"), by=BY,
            source=PRESENT, does=_review_only, duty="A13-5-access",
            possible=lambda holder, now: _is_account(holder, now) and not holder.reviewed_only,
            hint=Text("此后闸门只在“信息系统”中登记的审查有效期内放行此账号。",
                      "From then on the door lets it in only while a review in “Systems” is in force.")),
        Act(name="any-system", title=Text("不再要求系统审查", "Ask for no review"), by=BY, source=PRESENT,
            does=_any_system, reason="must", grave=True, duty="A13-5-access",
            possible=lambda holder, _now: holder.reviewed_only),
    ),
    columns=("kind", "name", "owner"),
    filters=("kind",),
    search=("name", "title_en"),
    seen_by=OVERSEEING | BY,
    entries=_entries,
    notes=_notes,
    look=look,
    heeds={("grants", each): _granted for each in ("approve", "withdraw", "narrow")},
    rounds=(Round(name="holders.keep", every=timedelta(minutes=1), run=keep),),
    parts=(
        part_of(lambda holder: Grant.objects.filter(holder=holder.key)),
        Part(
            title=Text("日志中的使用情况", "What it did, from the log"),
            columns=(
                (Text("操作", "Action"), lambda each: vocabulary.action_words(each.action)),
                (Text("服务", "Service"), lambda each: vocabulary.service_words(each.service)),
                (Text("目的", "Purpose"), lambda each: vocabulary.purpose_words(each.purpose)),
                (Text("信息项", "Item"), lambda each: vocabulary.item_words(each.item)),
                (Text("人数", "People"), lambda each: each.actors),
                (Text("次数", "Times"), lambda each: each.uses),
                (Text("最近", "Last"), lambda each: each.last_at),
            ),
            rows=lambda holder: Exercise.objects.filter(holder=holder.key).order_by("-uses")[:200],
        ),
        Part(
            title=Text("在岗人员", "Who holds it"),
            columns=((Text("工号", "Work number"), lambda each: each.username),
                     (Text("姓名", "Name"), lambda each: each.name)),
            rows=_people,
        ),
    ),
    group=Group.PERMISSIONS,
    houses=EVERY_HOUSE,
    order=61,
)  # fmt: skip
