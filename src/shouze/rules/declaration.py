"""The rules for collecting and using: what an operator declares (Art. 8).

One declaration is one service: purposes × items with means, scope, retention, channels, consequence of refusing,
necessity with its reason, ground, recipients. Checked here:

* a purpose rests on consent or on a named law; only a law or administrative regulation will do (Art. 9(5));
* a necessary item says why; for an app type of the published list, an item not necessary there is optional;
* every item exists, every recipient of a purpose is declared, every text stands in both languages;
* whether the activity is within the Order's scope (Arts. 2, 4) is stated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.catalogue import Statutes
from shouze.rules.document import Lines
from shouze.rules.forms import FORMS
from shouze.rules.period import Moment, parse_period
from shouze.rules.use import OF_ITEMS, SUBJECT_RIGHTS, Action

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$(?!\n)")]
"""An id: lower-case letters, digits and hyphens."""
Problems = Iterator[InvalidError]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text told to the user, in both languages."""

    zh: Words
    en: Words


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the activity is one that the Order governs (Arts. 2, 4)."""

    people: Literal["users", "staff", "suppliers"] = "users"
    in_providing_services: bool = True
    within_prc: bool = True

    @property
    def governed(self) -> bool:
        """Tell whether the Order applies: users, in providing services, within the PRC."""
        return self.people == "users" and self.in_providing_services and self.within_prc


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long items are kept: a period counted from collection or from the end of the service."""

    counted_from: Literal["collection", "service-end"]
    period: str = "P0D"


class NamedLaw(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The law or administrative regulation that replaces consent (Art. 9(5))."""

    instrument: Name
    article: Words


class DeclaredItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item of a purpose: whether it is necessary, why, and what follows when the user refuses it."""

    item: Name
    need: Literal["necessary", "optional"]
    refusal: Told
    because: Told | None = None


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One purpose of a service."""

    id: Name
    name: Told
    means: Annotated[tuple[Action, ...], msgspec.Meta(min_length=1)]
    how: Told
    ground: Literal["consent"] | NamedLaw
    retention: Retention
    items: Annotated[tuple[DeclaredItem, ...], msgspec.Meta(min_length=1)]
    necessary: bool = False
    recipients: tuple[Name, ...] = ()


class Recipient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to whom items are provided: on which ground, for how long (Art. 10)."""

    id: Name
    name: Told
    items: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)]
    ground: Literal["consent"] | NamedLaw
    since: Moment | None = None
    until: Moment | None = None


class Channels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where users enquire about and correct what is held (Art. 9(2))."""

    enquiry: Told
    correction: Told


class OwnItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item that the operator declares beside the catalogue's, with the same traits (Art. 4)."""

    id: Name
    name: Told
    category: Literal["identity", "usage"]
    kind: Literal["identity", "authentication", "log", "content"]
    grade: Annotated[int, msgspec.Meta(ge=1, le=5)]
    form: Name = "text"
    identifier: Literal["exclusive", "shared"] | None = None


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules for collecting and using of one service."""

    service: Name
    name: Told
    channels: Channels
    purposes: Annotated[tuple[Purpose, ...], msgspec.Meta(min_length=1)]
    scope: Scope = Scope()
    app_types: tuple[Name, ...] = ()
    sub_functions: tuple[Name, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    own_items: tuple[OwnItem, ...] = ()
    also_told: tuple[Told, ...] = ()
    """Other matters told to users: Article 9(2)'s list is open."""


class Operator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who declares, and which authority licensed it or accepted its filing (Arts. 3, 14(1))."""

    name: Told
    authority: Told
    contact: Told
    licence: str | None = None
    filing: str | None = None


class DeclarationFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``shouze declare`` reads."""

    format: Literal["shouze-declaration/1"]
    operator: Operator
    services: Annotated[tuple[Declaration, ...], msgspec.Meta(min_length=1, max_length=200)]


def check_file(document: DeclarationFile, lines: Lines, statutes: Statutes) -> None:
    """Check everything that types cannot say; InvalidError names line, field and remedy."""
    if not (document.operator.licence or document.operator.filing):
        detail = Text("缺少经营许可证编号或备案号", "Neither a licence number nor a filing number is given")
        raise lines.invalid("operator", detail, Text("填写 licence 或 filing", "Fill in licence or filing"))
    for problem in _twice([each.service for each in document.services], "services", "service", lines):
        raise problem
    for number, declaration in enumerate(document.services):
        check_declaration(declaration, f"services[{number}]", lines, statutes)


def check_declaration(declaration: Declaration, path: str, lines: Lines, statutes: Statutes) -> None:
    """Check one service's declaration; ``path`` is where it stands in the document. Raises the first problem."""
    for problem in problems_of(declaration, path, lines, statutes):
        raise problem


def problems_of(declaration: Declaration, path: str, lines: Lines, statutes: Statutes) -> Problems:
    """Return everything that is wrong with one service's declaration, each at its field."""
    yield from _check_app_types(declaration, path, lines, statutes)
    yield from _twice([each.id for each in declaration.purposes], f"{path}.purposes", "id", lines)
    yield from _twice([each.id for each in declaration.recipients], f"{path}.recipients", "id", lines)
    yield from _check_own_items(declaration, path, lines, statutes)
    for number, recipient in enumerate(declaration.recipients):
        where = f"{path}.recipients[{number}]"
        yield from _check_ground(recipient.ground, where, lines, statutes)
        for place, item in enumerate(recipient.items):
            yield from _known_item(item, declaration, f"{where}.items[{place}]", lines, statutes)
    for number, purpose in enumerate(declaration.purposes):
        yield from _check_purpose(purpose, declaration, f"{path}.purposes[{number}]", lines, statutes)


def _check_purpose(purpose: Purpose, whole: Declaration, path: str, lines: Lines, statutes: Statutes) -> Problems:
    if purpose.id == SUBJECT_RIGHTS:
        detail = Text("该名称留给用户本人查询和更正", "This id is reserved for the subject's own rights")
        yield lines.invalid(f"{path}.id", detail, Text("换一个名称", "Choose another id"))
    for number, action in enumerate(purpose.means):
        if action not in OF_ITEMS:
            detail = Text("不是处理信息项的方式", "It is not a means of handling items")
            listed = ", ".join(sorted(OF_ITEMS))
            yield lines.invalid(f"{path}.means[{number}]", detail, Text(f"可用：{listed}", f"Use one of: {listed}"))
    yield from _check_ground(purpose.ground, path, lines, statutes)
    yield from _check_period(purpose.retention.period, f"{path}.retention.period", lines)
    yield from _twice([each.item for each in purpose.items], f"{path}.items", "item", lines)
    known = {each.id for each in whole.recipients}
    for number, recipient in enumerate(purpose.recipients):
        if recipient not in known:
            detail = Text("没有声明这个接收方", "No such recipient is declared")
            remedy = Text("在 recipients 中声明它", "Declare it under recipients")
            yield lines.invalid(f"{path}.recipients[{number}]", detail, remedy)
    for number, declared in enumerate(purpose.items):
        yield from _check_item(declared, purpose, whole, f"{path}.items[{number}]", lines, statutes)


def _check_item(
    declared: DeclaredItem, purpose: Purpose, whole: Declaration, path: str, lines: Lines, statutes: Statutes
) -> Problems:
    # A09-3-necessity: an item not necessary for the app type can only be optional
    unknown = list(_known_item(declared.item, whole, f"{path}.item", lines, statutes))
    yield from unknown
    if unknown or declared.need == "optional":
        return
    if declared.because is None:
        detail = Text("没有说明为何必需", "It does not say why the item is necessary")
        yield lines.invalid(path, detail, Text("填写 because", "Fill in because"))
    types = _listed(whole, statutes) if purpose.ground == "consent" else ()
    if types and declared.item not in statutes.necessary(types, whole.sub_functions):
        detail = Text("该类应用的必要信息不包括此项", "The item is not necessary for this type of app")
        remedy = Text("改为 need: optional，或写明法律依据", "Make it optional, or name the law that requires it")
        yield lines.invalid(f"{path}.need", detail, remedy)


def _check_app_types(declaration: Declaration, path: str, lines: Lines, statutes: Statutes) -> Problems:
    for number, app_type in enumerate(declaration.app_types):
        if app_type not in statutes.app_types:
            detail = Text("没有这种应用类型", "There is no such type of app")
            remedy = Text("使用 39 类清单中的名称", "Use an id from the list of 39 types")
            yield lines.invalid(f"{path}.app_types[{number}]", detail, remedy)
    types = _listed(declaration, statutes)
    known = {name for app_type in types for name in statutes.app_types[app_type].sub_functions}
    for number, sub_function in enumerate(declaration.sub_functions):
        if sub_function not in known:
            detail = Text("所列应用类型没有这个子功能", "None of these types of app has such a sub-function")
            remedy = Text("使用清单中的子功能名称", "Use a sub-function of the list")
            yield lines.invalid(f"{path}.sub_functions[{number}]", detail, remedy)


def _listed(declaration: Declaration, statutes: Statutes) -> tuple[str, ...]:
    return tuple(each for each in declaration.app_types if each in statutes.app_types)


def _check_ground(ground: str | NamedLaw, path: str, lines: Lines, statutes: Statutes) -> Problems:
    # A09-5-carveout: only laws and administrative regulations may except from Article 9
    if isinstance(ground, str):
        return
    instrument = statutes.instruments.get(ground.instrument)
    if instrument is None:
        detail = Text("清单中没有这部法规", "No such instrument is listed")
        yield lines.invalid(f"{path}.ground.instrument", detail, Text("核对名称", "Check its id"))
    elif not instrument.may_except:
        detail = Text("该文件不是法律或行政法规", "It is neither a law nor an administrative regulation")
        remedy = Text("改用法律、行政法规，或改为 consent", "Name a law or administrative regulation, or use consent")
        yield lines.invalid(f"{path}.ground.instrument", detail, remedy)


def _check_own_items(declaration: Declaration, path: str, lines: Lines, statutes: Statutes) -> Problems:
    yield from _twice([each.id for each in declaration.own_items], f"{path}.own_items", "id", lines)
    for number, own in enumerate(declaration.own_items):
        where = f"{path}.own_items[{number}]"
        if own.id in statutes.items:
            detail = Text("信息项清单中已有此名称", "The catalogue of items has this id already")
            yield lines.invalid(f"{where}.id", detail, Text("直接使用清单中的信息项", "Use the catalogue's item"))
        if own.form not in FORMS:
            listed = ", ".join(sorted(FORMS))
            remedy = Text(f"可用：{listed}", f"Use one of: {listed}")
            yield lines.invalid(f"{where}.form", Text("没有这种格式", "There is no such form"), remedy)


def _known_item(item: str, whole: Declaration, path: str, lines: Lines, statutes: Statutes) -> Problems:
    if item not in statutes.items and all(own.id != item for own in whole.own_items):
        detail = Text("没有这个信息项", "There is no such item")
        yield lines.invalid(path, detail, Text("使用信息项清单中的名称", "Use an id from the list of items"))


def _check_period(period: str, path: str, lines: Lines) -> Problems:
    try:
        parse_period(period)
    except InvalidError as problem:
        yield lines.invalid(path, problem.detail, problem.remedy)


def _twice(ids: list[str], path: str, field: str, lines: Lines) -> Problems:
    seen: set[str] = set()
    for number, each in enumerate(ids):
        if each in seen:
            detail = Text("名称重复", "The id stands twice")
            remedy = Text("每个名称只用一次", "Use each id once")
            yield lines.invalid(f"{path}[{number}].{field}", detail, remedy)
        seen.add(each)
