"""Finds names in a policy file that stand for nothing: a slip in one permits or stops nothing, and nobody sees it.

* a grant may be written before the rules that it speaks of: its names are told, not refused;
* an order or a freezing that stops nothing is refused: somebody relies on it;
* so is a removal of what is not there: what was meant would go on to permit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import NamedTuple

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.catalogue import Statutes
from shouze.rules.document import Lines
from shouze.rules.entries import KINDS, Entry, Grant, PolicyFile
from shouze.rules.policy import Policy, Registers
from shouze.rules.use import ACTIONS

Known = dict[str, Collection[str]]
"""What there is, by the name of the field that speaks of it."""


class Idle(NamedTuple):
    """A name that stands for nothing, and the field that it stands in."""

    field: str
    name: str


def known_names(policy: Policy, statutes: Statutes, document: PolicyFile | None = None) -> Known:
    """Return the names there are: what is published, and the agents that a file brings."""
    rules = policy.services.values()
    brought = {each.id for each in document.agents} if document else set()
    return {
        "services": policy.services.keys(),
        "purposes": {purpose for rule in rules for purpose in rule.purposes},
        "items": statutes.items.keys() | {item for rule in rules for item in rule.items},
        "agents": policy.agents.keys() | brought,
        "actions": ACTIONS,
    }


def idle_grants(document: PolicyFile, known: Known) -> Iterator[Idle]:
    """Yield the names in grants for which there is nothing yet."""
    for kind in ("posts", "accounts", "people", "agents"):
        for place, holder in enumerate(getattr(document, kind)):
            grants: tuple[Grant, ...] = holder.grants
            for number, grant in enumerate(grants):
                yield from _idle(grant, f"{kind}[{place}].grants[{number}]", ("services", "purposes", "items"), known)


def refuse_idle(document: PolicyFile, lines: Lines, known: Known) -> None:
    """Refuse an order or a freezing that names what is not there; InvalidError says line and field."""
    for place, order in enumerate(document.orders):
        for idle in _idle(order, f"orders[{place}]", ("services", "purposes", "items", "agents"), known):
            raise lines.invalid(idle.field, *_words(known, idle.field.rpartition(".")[2]))
    for place, freeze in enumerate(document.freezes):
        check_target(known, freeze.target, freeze.name, f"freezes[{place}].name", lines)


def refuse_absent(document: PolicyFile, lines: Lines, registers: Registers) -> None:
    """Refuse to remove an entry that is not in force; InvalidError says line, field and what it may have meant."""
    for place, name in enumerate(document.remove):
        kind, _, entry_id = name.partition("/")
        there: Collection[str] = getattr(registers, kind, {}) if kind in KINDS else {}
        if kind in KINDS and entry_id not in there:
            meant = ", ".join(f"{kind}/{each}" for each in get_close_matches(entry_id, there))
            remedy = Text(f"是否指 {meant}", f"Did you mean {meant}?") if meant else Text(
                "用 shouze policy show 查看现有条目", "See what there is with shouze policy show"
            )  # fmt: skip
            detail = Text("没有这个条目，不会移除任何内容", "There is no such entry: nothing would be removed")
            raise lines.invalid(f"remove[{place}]", detail, remedy)


def check_target(known: Known, target: str, name: str, field: str = "name", lines: Lines | None = None) -> None:
    """Refuse to freeze what is not there; a person may be anybody: only tokens know work numbers."""
    kind = f"{target}s"
    if kind in known and name not in known[kind]:
        detail, remedy = _words(known, kind)
        raise lines.invalid(field, detail, remedy) if lines else InvalidError(detail, field=field, remedy=remedy)


def _idle(entry: Entry | Grant, path: str, fields: tuple[str, ...], known: Known) -> Iterator[Idle]:
    for field in fields:
        for name in sorted((getattr(entry, field) or frozenset()) - {*known[field]}):
            yield Idle(f"{path}.{field}", name)


def _words(known: Known, kind: str) -> tuple[Text, Text]:
    detail = Text("没有这样的对象，不会有任何作用", "There is no such thing: it would stop nothing")
    if kind == "items":
        return detail, Text("用 shouze items 查看信息项", "See the items with shouze items")
    listed = ", ".join(sorted(known[kind])) or "—"
    return detail, Text(f"可用：{listed}", f"Use one of: {listed}")
