"""The words that registers choose from: services, purposes, holders from the policy in force, items of the statutes."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from shouze.client import ClientError
from shouze.language import Text
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.describing import Choices
from shouze.registers.dooring import door
from shouze.registers.holders.models import Holder
from shouze.registers.people.models import Person
from shouze.registers.ports import statutes
from shouze.rules.use import ACTIONS

KEPT_SECONDS = 5.0
ACTION_WORDS: Choices = {
    "collect": Text("收集", "Collect"),
    "read": Text("查看", "Read"),
    "use": Text("使用", "Use"),
    "disclose": Text("对外提供", "Disclose"),
    "correct": Text("更正", "Correct"),
    "export": Text("导出", "Export"),
    "copy": Text("复制", "Copy"),
    "destroy": Text("销毁", "Destroy"),
    "compare": Text("比对", "Compare"),
    "match": Text("批量匹配（只计数）", "Match many, counting only"),
    "consent": Text("登记同意", "Note consent"),
    "withdraw": Text("登记撤回", "Note withdrawal"),
    "agree": Text("登记约定", "Note agreements"),
    "terminate": Text("终止使用服务", "End the use of a service"),
    "resume": Text("恢复使用服务", "Take up a service again"),
    "erase": Text("删除", "Erase"),
    "bind": Text("绑定与收回号码", "Bind and give back numbers"),
    "freeze": Text("冻结", "Freeze"),
    "approve": Text("审批批量操作", "Approve bulk operations"),
    "inspect": Text("查阅操作记录", "Look at handling records"),
}
_kept: tuple[float, dict[str, Any]] = (-KEPT_SECONDS, {})


def policy() -> dict[str, Any]:
    """Return the policy in force as plain JSON, at most five seconds old, older while the door does not answer.

    Empty where there is no door.
    """
    global _kept  # noqa: PLW0603 - a cache of one value, replaced as a whole
    asked_at, found = _kept
    reached = door()
    if reached is None:
        return {}
    if time.monotonic() - asked_at >= KEPT_SECONDS:
        try:
            found = _named(reached.policy())
        except ClientError:
            return found
        _kept = (time.monotonic(), found)
    return found


def forget() -> None:
    """Ask anew the next time, since the policy was just changed."""
    global _kept  # noqa: PLW0603 - see above
    _kept = (-KEPT_SECONDS, _kept[1])


def services() -> Choices:
    """Return the declared services."""
    return {name: _told(name, rule) for name, rule in policy().get("services", {}).items()}


def of_service(words: Text, service: str) -> Text:
    """Return what something is about with the service's name, where it is of one."""
    if not service:
        return words
    named = services().get(service, Text(service, service))
    return Text(f"{words.zh}（{named.zh}）", f"{words.en} ({named.en})")


def purposes() -> Choices:
    """Return the purposes of all declared services."""
    rules = policy().get("services", {}).values()
    return {name: _told(name, rule) for each in rules for name, rule in each.get("purposes", {}).items()}


def recipients() -> Choices:
    """Return the recipients that a purpose of a declared service names."""
    found, rules = policy(), policy().get("services", {}).values()
    named = {name for each in rules for purpose in each.get("purposes", {}).values() for name in purpose["recipients"]}
    return {name: _told(name, {"name": found.get("recipients", {}).get(name)}) for name in sorted(named)}


def items() -> Choices:
    """Return the items that are declared; all of the statutes' where nothing is declared yet."""
    known = {each.id: each.text for each in statutes().items.values()}
    declared = {name for each in policy().get("services", {}).values() for name in each.get("items", {})}
    return {name: known.get(name, Text(name, name)) for name in sorted(declared)} or known


def identifiers() -> frozenset[str]:
    """Return the items that users are found by."""
    return frozenset(each.id for each in statutes().items.values() if each.identifier is not None)


def named(known: Choices, names: Iterable[str]) -> Text:
    """Return the words of several, one after another; what is not known is named by its id."""
    return Text.listed(known.get(name, Text(name, name)) for name in names)


def served() -> Choices:
    """Return every purpose of every declared service, as ``service/purpose``."""
    return {
        f"{service}/{purpose}": Text(
            f"{_told(service, rule).zh}：{_told(purpose, each).zh}",
            f"{_told(service, rule).en}: {_told(purpose, each).en}",
        )
        for service, rule in policy().get("services", {}).items()
        for purpose, each in rule.get("purposes", {}).items()
    }


def declared_items(service: str, purpose: str) -> list[str]:
    """Return the items that a purpose of a service is declared with, by the policy in force; none of what is not."""
    return list(_purposes_of(service).get(purpose, {}).get("items", {}))


def consented_purposes(service: str) -> list[str]:
    """Return the purposes of a service that rest on consent, by the policy in force."""
    return [name for name, rule in _purposes_of(service).items() if not rule.get("law")]


def _purposes_of(service: str) -> dict[str, Any]:
    found: dict[str, Any] = policy().get("services", {}).get(service, {}).get("purposes", {})
    return found


def actions() -> Choices:
    """Return the actions by their words."""
    return {name: ACTION_WORDS[name] for name in ACTIONS}


def posts() -> Choices:
    """Return the posts that hold grants."""
    names = [name.partition(":")[2] for name in policy().get("grants", {}) if name.startswith("post:")]
    known = {each.name: each.called for each in Holder.objects.filter(kind="post")}
    return {name: known.get(name, Text(name, name)) for name in sorted(names)}


def held_posts() -> Choices:
    """Return the posts of the register of holders by their names: what people hold, with grants or without."""
    found = Holder.objects.filter(kind="post", state="present").order_by("name")
    return {each.name: Text(each.title, each.title_en) for each in found}


def agents() -> Choices:
    """Return the agents that the door knows."""
    return {name: _told(name, each) for name, each in policy().get("agents", {}).items()}


def holders() -> Choices:
    """Return who may hold grants: posts and accounts of the register, and staff who work here."""
    found = {each.key: each.called for each in Holder.objects.filter(state="present")}
    staff = Person.objects.filter(is_active=True, agent="").order_by("name").values_list("username", "name")
    return found | {f"person:{number}": Text(f"{name}（{number}）", f"{name} ({number})") for number, name in staff}


def action_words(action: str) -> Text:
    """Return an action by its words."""
    return ACTION_WORDS.get(action, Text(action, action))


def item_words(item: str) -> Text:
    """Return an item by its words."""
    known = statutes().items.get(item)
    return known.text if known else Text(item, item)


def service_words(service: str) -> Text:
    """Return a service by its words; none is a dash."""
    return services().get(service, Text(service or "—", service or "—"))


def purpose_words(purpose: str) -> Text:
    """Return a purpose by its words; none is a dash."""
    return purposes().get(purpose, Text(purpose or "—", purpose or "—"))


def people() -> Choices:
    """Return the people who work here, by work number."""
    rows = Person.objects.filter(is_active=True).order_by("name").values_list("username", "name")
    return {number: Text(f"{name}（{number}）", f"{name} ({number})") for number, name in rows}


def duty_words(duty: str) -> Text:
    """Return a duty of the statutes by its words, or its id."""
    found = statutes().duties.get(duty)
    return found.text if found else Text(duty, duty)


def _named(found: dict[str, Any]) -> dict[str, Any]:
    """Return the policy with the names of services, purposes and recipients, which only the declarations tell."""
    rows = DeclarationRow.objects.filter(state__in=("published", "ended")).order_by("id")
    asked = ("service", "content__name", "content__purposes", "content__recipients")
    for service, name, purposes, recipients in rows.values_list(*asked):
        rule = found.get("services", {}).get(service, {})
        rule["name"] = name
        found.setdefault("recipients", {}).update({each["id"]: each["name"] for each in recipients or ()})
        for each in purposes or ():
            rule.get("purposes", {}).get(each["id"], {})["name"] = each["name"]
    return found


def _told(name: str, rule: dict[str, Any]) -> Text:
    told = rule.get("name") or {}
    return Text(told.get("zh", name), told.get("en", name))
