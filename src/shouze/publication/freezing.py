"""An incident's first measure as an entry of the policy: what it says, and who may have it written (Art. 14(1))."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Literal, get_args

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.catalogue import Statutes
from shouze.rules.decide import Permit, decide
from shouze.rules.entries import Freeze
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.standing import Standing
from shouze.rules.use import Action, Actor, Place, Use

Target = Literal["service", "agent", "item", "action", "actor"]


def freeze_of(target: Target, name: str, incident: str, now: datetime) -> Freeze:
    """Return the entry that stands for this incident's freezing of this target; its id follows from both."""
    number = sha256(f"{target}\n{name}\n{incident}".encode()).hexdigest()[:32]
    return Freeze(id=f"{target}-{number}", incident=incident, target=target, name=name, since=now)


def check_may_freeze(policy: Policy, actor: Actor, place: Place, services: Iterable[str], now: datetime) -> None:
    """Refuse whoever has no grant of ``freeze`` for one of the services, and administers nothing."""
    if actor.kind == "service" and actor.id in policy.administrators:
        return
    for service in services:
        use = Use(actor, service, "", "freeze", place=place)
        if isinstance(decide(policy, use, Standing(), now), Permit):
            return
    raise RefusedError(Refusal("not-entitled"))


def check_target(policy: Policy, statutes: Statutes, target: Target, name: str) -> None:
    """Refuse to freeze what is not there: a slip in the name would freeze nothing and say that it did.

    People are known by their tokens and assertions alone, so that any work number may be one.
    """
    known: dict[str, Collection[str]] = {
        "service": policy.services.keys(),
        "agent": policy.agents.keys(),
        "item": statutes.items.keys() | {item for rule in policy.services.values() for item in rule.items},
        "action": get_args(Action),
    }
    if target in known and name not in known[target]:
        detail = Text("没有这样的对象，冻结不会起作用", "There is no such thing: freezing it would stop nothing")
        raise InvalidError(detail, field="name", remedy=_known_words(target, known[target]))


def _known_words(target: Target, names: Collection[str]) -> Text:
    if target == "item":
        return Text("用 shouze items 查看信息项", "See the items with shouze items")
    listed = ", ".join(sorted(names)) or "—"
    return Text(f"可用：{listed}", f"Use one of: {listed}")
