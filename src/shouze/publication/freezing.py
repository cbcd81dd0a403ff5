"""An incident's first measure as an entry of the policy: what it says, and who may have it written (Art. 14(1))."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Literal

from shouze.rules.decide import Permit, decide
from shouze.rules.entries import Freeze
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.standing import Standing
from shouze.rules.use import Actor, Place, Use

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
