"""What the editor of declarations asks, and how its answers become a declaration and back.

Two things differ from the declaration: a ground is asked as the instrument (none: consent) with its article, and
what is optional is left out of the declaration where it is blank.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import msgspec

from shouze.language import Text
from shouze.registers.declarations import content
from shouze.registers.describing import Choices
from shouze.registers.ports import statutes
from shouze.registers.vocabulary import ACTION_WORDS
from shouze.rules.declaration import Declaration, Name, Retention, Scope, Words
from shouze.rules.forms import FORMS
from shouze.rules.use import OF_ITEMS
from shouze.web.nested import Group, Leaf, Many, Part, Plain, Problems, check

_Grade = Annotated[int, msgspec.Meta(ge=1, le=5)]
_CONSENT = Text("用户同意", "The user's consent")
_CATEGORIES = {"identity": Text("身份信息", "Who the user is"), "usage": Text("使用信息", "How the service is used")}
_KINDS = {
    "identity": Text("身份", "Identity"),
    "authentication": Text("鉴权", "Authentication"),
    "log": Text("日志", "Log"),
    "content": Text("内容", "Content"),
}
_IDENTIFIERS = {
    "": Text("不用于查找用户", "Users are not found by it"),
    "exclusive": Text("同一时间只属于一人", "One user's at a time"),
    "shared": Text("可为多人共有", "May be several users'"),
}
_NEEDS = {"optional": Text("可选", "Optional"), "necessary": Text("必需", "Necessary")}
_COUNTED = {
    "collection": Text("自收集之日起", "From collection"),
    "service-end": Text("自服务终止起", "From the end of the service"),
}
_PEOPLE = {
    "users": Text("用户", "Users"), "staff": Text("员工", "Staff"), "suppliers": Text("供应商", "Suppliers"),
}  # fmt: skip


def _always(choices: Choices) -> Callable[[Plain], Choices]:
    return lambda _content: choices


def _app_types(_content: Plain) -> Choices:
    return {name: each.text for name, each in statutes().app_types.items()}


def _sub_functions(whole: Plain) -> Choices:
    known = statutes().app_types
    types = [known[name] for name in whole.get("app_types", ()) if name in known]
    return {name: text for each in types for name, text in each.sub_functions.items()}


def _items(whole: Plain) -> Choices:
    own = {each["id"]: _t(each["name"], each["id"]) for each in whole.get("own_items", ()) if each.get("id")}
    return {**{name: each.text for name, each in statutes().items.items()}, **own}


def _item_or_none(whole: Plain) -> Choices:
    return {"": Text("请选择", "Choose"), **_items(whole)}


def _recipients(whole: Plain) -> Choices:
    return {each["id"]: _t(each["name"], each["id"]) for each in whole.get("recipients", ()) if each.get("id")}


def _grounds(_content: Plain) -> Choices:
    # A09-5-carveout: only laws and administrative regulations are offered beside consent
    laws = {name: each.name for name, each in statutes().instruments.items() if each.may_except}
    return {"": _CONSENT, **laws}


def _t(told: Plain, otherwise: str) -> Text:
    return Text(told.get("zh") or otherwise, told.get("en") or otherwise)


def _told(name: str, label: Text, *, lines: bool = False, hint: Text | None = None, optional: bool = False) -> Group:
    look: Any = "lines" if lines else "line"
    return Group(
        name=name, title=label, hint=hint, optional=optional,
        parts=(
            Leaf(name="zh", label=Text("中文", "In Chinese"), look=look, type=Words),
            Leaf(name="en", label=Text("英文", "In English"), look=look, type=Words),
        ),
    )  # fmt: skip


_GROUND = Group(
    name="ground",
    parts=(
        Leaf(name="instrument", label=Text("依据", "Ground"), look="choice", choices=_grounds, optional=True,
             hint=Text("仅法律、行政法规可以代替同意（第九条第五款）",
                       "Only a law or administrative regulation takes the place of consent (Art. 9(5))")),
        Leaf(name="article", label=Text("条款", "Article"), optional=True, type=Words,
             hint=Text("依据法律时填写，例如 24", "Where a law is named, for example 24")),
    ),
)  # fmt: skip
_NAME = Text("代号：小写字母、数字和连字符", "Id: lower-case letters, digits, hyphens")
_ITEM: tuple[Part, ...] = (
    Leaf(name="item", label=Text("信息项", "Item"), look="choice", choices=_item_or_none, type=Name),
    Leaf(name="need", label=Text("是否必需", "Need"), look="choice", choices=_always(_NEEDS), instead="optional"),
    _told("because", Text("为何必需", "Why it is necessary"), optional=True,
          hint=Text("必需的信息项须说明", "A necessary item says why")),
    _told("refusal", Text("拒绝提供的后果", "What follows when the user refuses it")),
)  # fmt: skip
_PURPOSE: tuple[Part, ...] = (
    Leaf(name="id", label=Text("代号", "Id"), type=Name, hint=_NAME),
    _told("name", Text("目的", "Purpose")),
    Leaf(name="means", label=Text("方式", "Means"), look="several", instead=["read"], type=list[str],
         choices=_always({name: text for name, text in ACTION_WORDS.items() if name in OF_ITEMS})),
    _told("how", Text("方式说明", "How it is done"), lines=True),
    Leaf(name="necessary", label=Text("提供服务所必需", "The service needs it"), look="yes-no", optional=True,
         type=bool, hint=Text("用户拒绝则无法提供服务", "Without it the service cannot be provided")),
    _GROUND,
    Group(name="retention", parts=(
        Leaf(name="counted_from", label=Text("保存期限起算", "Kept, counted"), look="choice", instead="collection",
             choices=_always(_COUNTED)),
        Leaf(name="period", label=Text("保存期限", "Kept for"), instead="P0D", optional=True,
             hint=Text("P6M 六个月、P2Y 两年、P30D 三十天；不填为零", "P6M, P2Y, P30D; blank: not at all")),
    )),
    Leaf(name="recipients", label=Text("提供给", "Provided to"), look="several", choices=_recipients, optional=True,
         type=list[str]),
    Many(name="items", title=Text("信息项", "Items"), one=Text("信息项", "item"), parts=_ITEM, least=1),
)  # fmt: skip
_RECIPIENT: tuple[Part, ...] = (
    Leaf(name="id", label=Text("代号", "Id"), type=Name, hint=_NAME),
    _told("name", Text("名称", "Name")),
    Leaf(name="items", label=Text("信息项", "Items"), look="several", choices=_items, type=list[str], instead=[]),
    _GROUND,
    Leaf(name="since", label=Text("自", "Since"), look="moment", optional=True),
    Leaf(name="until", label=Text("至", "Until"), look="moment", optional=True),
)
_OWN: tuple[Part, ...] = (
    Leaf(name="id", label=Text("代号", "Id"), type=Name, hint=_NAME),
    _told("name", Text("名称", "Name")),
    Leaf(name="category", label=Text("类别", "Category"), look="choice", choices=_always(_CATEGORIES),
         instead="identity"),
    Leaf(name="kind", label=Text("性质", "Kind"), look="choice", choices=_always(_KINDS), instead="identity"),
    Leaf(name="grade", label=Text("级别（1–5）", "Grade (1–5)"), look="number", instead=1,
         type=_Grade),
    Leaf(name="form", label=Text("格式", "Form"), look="choice", instead="text",
         choices=_always({name: Text(name, name) for name in sorted(FORMS)})),
    Leaf(name="identifier", label=Text("作为标识", "As an identifier"), look="choice", choices=_always(_IDENTIFIERS),
         optional=True),
)  # fmt: skip
PARTS: tuple[Part, ...] = (
    _told("name", Text("业务名称", "The service's name")),
    Group(name="channels", title=Text("查询与更正", "Enquiry and correction"), parts=(
        _told("enquiry", Text("查询渠道", "Where users enquire")),
        _told("correction", Text("更正渠道", "Where users correct")),
    )),
    Leaf(name="app_types", label=Text("应用类型", "Types of app"), look="several", choices=_app_types, optional=True,
         type=list[str], hint=Text("属于 39 类常见应用的，其必要信息项以清单为限",
                                   "One of the 39 types: only the list's items are necessary there")),
    Leaf(name="sub_functions", label=Text("使用的子功能", "Sub-functions used"), look="several",
         choices=_sub_functions, optional=True, type=list[str]),
    Many(name="purposes", title=Text("目的", "Purposes"), one=Text("目的", "purpose"), parts=_PURPOSE, least=1),
    Many(name="recipients", title=Text("接收方", "Recipients"), one=Text("接收方", "recipient"), parts=_RECIPIENT,
         hint=Text("向其提供信息的单位（第十条）", "To whom items are provided (Art. 10)")),
    Many(name="own_items", title=Text("自定义信息项", "Items of your own"), one=Text("自定义信息项", "own item"),
         parts=_OWN, hint=Text("清单之外的信息项（第四条）", "Beside the catalogue's (Art. 4)")),
    Many(name="also_told", title=Text("其他告知事项", "Other matters told"), one=Text("事项", "matter"), parts=(
        Leaf(name="zh", label=Text("中文", "In Chinese"), look="lines", type=Words),
        Leaf(name="en", label=Text("英文", "In English"), look="lines", type=Words),
    )),
    Group(name="scope", title=Text("适用范围", "Scope"), parts=(
        Leaf(name="people", label=Text("涉及的人", "Whom it concerns"), look="choice", choices=_always(_PEOPLE),
             instead="users"),
        Leaf(name="in_providing_services", label=Text("在提供服务过程中", "In providing services"), look="yes-no",
             optional=True, type=bool),
        Leaf(name="within_prc", label=Text("在中国境内", "Within the PRC"), look="yes-no", optional=True, type=bool),
    )),
)  # fmt: skip


def form_of(kept: Plain) -> Plain:
    """Return a row's content as the form holds it."""
    filled = copy.deepcopy(kept)
    for part in (*filled.get("purposes", ()), *filled.get("recipients", ())):
        named = part.get("ground", "consent")
        part["ground"] = {"instrument": "", "article": ""} if isinstance(named, str) else named
    for item in _each_item(filled):
        item["because"] = item.get("because") or {"zh": "", "en": ""}
    for purpose in filled.get("purposes", ()):
        purpose.setdefault("retention", {})
    for own in filled.get("own_items", ()):
        own["identifier"] = own.get("identifier") or ""
    filled.setdefault("scope", msgspec.to_builtins(Scope()))
    return filled


def content_of(form: Plain, service: str) -> Plain:
    """Return what a form holds as a row keeps it."""
    kept = copy.deepcopy(form)
    for part in (*kept["purposes"], *kept["recipients"]):
        named = part["ground"]
        part["ground"] = "consent" if not named["instrument"] else named
    for item in _each_item(kept):
        if not any(item["because"].values()):
            del item["because"]
    for purpose in kept["purposes"]:
        purpose["retention"]["period"] = purpose["retention"]["period"] or Retention("collection").period
    for recipient in kept["recipients"]:
        for name in ("since", "until"):
            recipient[name] = recipient[name] or None
    for own in kept["own_items"]:
        own["identifier"] = own["identifier"] or None
    return {"service": service, **kept}


def problems_of(form: Plain, service: str) -> tuple[Problems, Declaration | None]:
    """Return everything that is wrong with what a form holds, by path, and the declaration where nothing is."""
    problems, filled = check(PARTS, form)
    try:
        declaration = msgspec.convert(content_of(filled, service), Declaration)
    except msgspec.ValidationError as problem:
        return problems or {"": [Text(str(problem), str(problem))]}, None
    unfilled = tuple(problems)
    for path, words in content.problems(declaration).items():
        if not any(path == each or path.startswith((f"{each}.", f"{each}[")) for each in unfilled):
            problems[path] = words
    return problems, None if problems else declaration


def necessary_items(form: Plain) -> list[Text]:
    """Return the items that are necessary for the types of app chosen, in words."""
    known = [name for name in form.get("app_types", ()) if name in statutes().app_types]
    items = statutes().necessary(known, form.get("sub_functions", ()))
    return [statutes().items[name].text for name in sorted(items)]


def _each_item(whole: Plain) -> Iterator[Plain]:
    for purpose in whole.get("purposes", ()):
        yield from purpose.get("items", ())
