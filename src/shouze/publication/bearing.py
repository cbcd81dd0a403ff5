"""Whom a token may be made for: somebody whom the policy knows, else it would open nothing.

* a service's account has an entry of its own; so has a face among the issuers;
* staff hold a post that has one, or have grants of their own; an agent's staff name the agent.
"""

from __future__ import annotations

from collections.abc import Collection

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.entries import Caller
from shouze.rules.policy import Policy

_APPLY = Text("先用 shouze policy apply 写入策略", "Write it into the policy with shouze policy apply first")


def check_bearer(policy: Policy, caller: Caller) -> None:
    """Refuse a token for somebody whom the policy does not know; InvalidError names the field of the caller."""
    if caller.kind == "staff" and caller.post is None and f"person:{caller.actor}" in policy.grants:
        return
    field, known = _told_by(policy, caller.kind)
    name: str | None = getattr(caller, field)
    if name is None:
        raise InvalidError(Text("缺少该字段", "The field is missing"), field=field, remedy=Text("补上它", "Add it"))
    if name not in known:
        raise InvalidError(Text("策略中没有这个名称", "The policy does not know it"), field=field, remedy=_APPLY)


def _told_by(policy: Policy, kind: str) -> tuple[str, Collection[str]]:
    """Return the field that says whose token it is, and what may stand in it."""
    match kind:
        case "staff":
            return "post", _held(policy, "post:")
        case "agent-staff":
            return "agent", policy.agents.keys()
        case "face":
            return "actor", policy.issuers.keys()
        case _:
            return "actor", policy.administrators | _held(policy, "account:")


def _held(policy: Policy, prefix: str) -> frozenset[str]:
    return frozenset(holder.removeprefix(prefix) for holder in policy.grants if holder.startswith(prefix))
