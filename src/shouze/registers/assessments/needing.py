"""What needs an impact assessment (PIPL 55): found from declarations, recipients and agents, with a digest of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from shouze.language import Text
from shouze.registers.agents.models import Agent
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.describing import Choices
from shouze.registers.ports import statutes
from shouze.registers.recipients.models import Recipient

REASONS: Choices = {
    "sensitive": Text("处理敏感个人信息", "Sensitive personal information is handled"),
    "automated": Text("利用个人信息进行自动化决策", "Decisions are made by machine"),
    "entrust": Text("委托处理个人信息", "Handling is entrusted to others"),
    "provide": Text("向其他个人信息处理者提供", "It is provided to other handlers"),
    "publish": Text("公开个人信息", "It is made public"),
    "abroad": Text("向境外提供个人信息", "It is provided abroad"),
    "major": Text("其他对个人权益有重大影响的处理", "Other handling of major influence on individuals"),
}
_RECEIVING = ("declared", "proposed", "in-force", "suspended")
_ENTRUSTED = ("proposed", "fit", "engaged")


class Need(NamedTuple):
    """Something that needs an assessment: its name here, in words, why, and the digest of what is to be assessed."""

    about: str
    title: Text
    reasons: tuple[str, ...]
    digest: str


def needs() -> Iterator[Need]:
    """Yield everything that needs an assessment now, as far as the registers tell."""
    for rules in DeclarationRow.objects.filter(state="published"):
        if (found := of_rules(rules)) is not None:
            yield found
    for row in Recipient.objects.filter(state__in=_RECEIVING):
        yield _of_recipient(row)
    for agent in Agent.objects.filter(state__in=_ENTRUSTED):
        facts = [agent.services, agent.actions, agent.purposes, agent.items, agent.sub_entrustment]
        yield Need(f"agent:{agent.name}", Text(agent.title, agent.title_en), ("entrust",), _digest(facts))


def of_rules(rules: DeclarationRow) -> Need | None:
    """Return what a version of a service's rules needs; None where it needs no assessment."""
    purposes = rules.content.get("purposes") or ()
    items = {each["item"] for purpose in purposes for each in purpose.get("items") or ()}
    sensitive = {name for name, each in statutes().items.items() if each.sensitive}
    found = {"sensitive": bool(items & sensitive), "provide": any(each.get("recipients") for each in purposes)}
    reasons = tuple(name for name, needed in found.items() if needed)
    facts = [
        [each["id"], sorted(each["means"]), sorted(item["item"] for item in each["items"]), each["ground"],
         sorted(each.get("recipients") or ()), each.get("retention")]
        for each in purposes
    ] if reasons else []  # fmt: skip
    title = Text(rules.title, rules.title_en)
    return Need(f"service:{rules.service}", title, reasons, _digest(facts)) if reasons else None


def about_choices() -> Choices:
    """Return what an assessment may be about."""
    found = {
        each.about: _KINDS[each.about.partition(":")[0]].fill(zh=each.title.zh, en=each.title.en) for each in needs()
    }
    for service, zh, en in DeclarationRow.objects.filter(state="published").values_list("service", "title", "title_en"):
        found.setdefault(f"service:{service}", _KINDS["service"].fill(zh=zh, en=en))
    return found | {"other": Text("其他处理活动", "Other handling")}


_KINDS = {
    "service": Text("业务：{zh}", "Service: {en}"),
    "recipient": Text("接收方：{zh}", "Recipient: {en}"),
    "agent": Text("代理人：{zh}", "Agent: {en}"),
}


def _of_recipient(row: Recipient) -> Need:
    reasons = ("provide", "abroad") if row.abroad else ("provide",)
    facts = [sorted(row.items), sorted(row.purposes), row.ground, row.instrument, row.abroad, row.country]
    return Need(row.about, Text(row.title, row.title_en), reasons, _digest(facts))


def _digest(facts: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(facts, order="sorted")).hexdigest()
