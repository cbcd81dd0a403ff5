"""An incident's first measure: freeze an account, or a service, agent, item, action or person, and release it.

An account is frozen through the door. Anything else becomes an entry of the policy; who may do that is decided by the
same rules: a grant of ``freeze`` (for the service frozen, else for any service), or an account that administers.
"""

from __future__ import annotations

from typing import Any

from shouze.api.administration import administers, publisher_of
from shouze.api.answers import ErasedAnswer, FrozenAnswer
from shouze.api.bodies import EraseDueBody, FreezeBody
from shouze.api.operations import Asked, Operation, Parts
from shouze.api.verbs import receipt_of
from shouze.errors import InvalidError, NotFoundError
from shouze.gateway.asking import Request
from shouze.language import Text
from shouze.publication.freezing import check_may_freeze, freeze_of
from shouze.publication.idle import check_target, known_names
from shouze.rules.entries import Freeze, PolicyFile


async def freeze(parts: Parts, asked: Asked[FreezeBody]) -> FrozenAnswer:
    """Freeze the target for an incident."""
    if asked.body.target == "account":
        return await _account(parts, asked, asked.body.incident)
    entry, publisher = _entry(parts, asked), publisher_of(parts)
    check_target(known_names(parts.door.room.policy, publisher.statutes), entry.target, entry.name)
    published = await publisher.apply(PolicyFile(freezes=(entry,)), asked.actor.id)
    await parts.door.refresh()
    return FrozenAnswer(asked.body.target, epoch=published.epoch)


async def unfreeze(parts: Parts, asked: Asked[FreezeBody]) -> FrozenAnswer:
    """Release what the incident froze; NotFoundError where this incident froze no such thing."""
    if asked.body.target == "account":
        return await _account(parts, asked, None)
    entry = _entry(parts, asked)
    if all(each.id != entry.id for each in parts.door.room.policy.freezes):
        raise NotFoundError(Text("该事件没有冻结此对象", "The incident froze no such thing"), field="name")
    published = await publisher_of(parts).apply(PolicyFile(remove=(f"freezes/{entry.id}",)), asked.actor.id)
    await parts.door.refresh()
    return FrozenAnswer(asked.body.target, epoch=published.epoch)


async def erase_due(parts: Parts, asked: Asked[EraseDueBody]) -> ErasedAnswer:
    """Erase what has come to its end."""
    administers(parts, asked.actor)
    return ErasedAnswer(await parts.door.erase_due(asked.body.limit))


async def _account(parts: Parts, asked: Asked[FreezeBody], incident: str | None) -> FrozenAnswer:
    body = asked.body
    service = _given(body.service, "service")
    request = Request(service=service, subject=_given(body.subject, "subject"), action="freeze")
    done = await parts.door.freeze(asked.visitor(body.place), request, incident)
    return FrozenAnswer("account", done.subject, receipt_of(done.receipt))


def _entry(parts: Parts, asked: Asked[FreezeBody]) -> Freeze:
    """Return the entry that stands for this incident's freezing of this target; its id follows from both."""
    body = asked.body
    if body.target == "account" or body.subject is not None:
        raise InvalidError(Text("冻结账号以外的对象时不写用户", "Only an account has a subject"), field="subject")
    name = _given(body.name, "name")
    policy, now = parts.door.room.policy, parts.door.room.clock.now()
    place = body.place.at(asked.address)
    check_may_freeze(policy, asked.actor, place, [name] if body.target == "service" else policy.services, now)
    return freeze_of(body.target, name, body.incident, now)


def _given(value: Any, field: str) -> Any:
    if value is None:
        raise InvalidError(Text("缺少该字段", "The field is missing"), field=field)
    return value


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path="/v1/freeze", id="freeze", body=FreezeBody, answer=FrozenAnswer, act=freeze,
        repeatable=True, latest=True, summary=Text("因安全事件冻结", "Freeze for an incident"),
    ),
    Operation(
        method="POST", path="/v1/unfreeze", id="unfreeze", body=FreezeBody, answer=FrozenAnswer, act=unfreeze,
        repeatable=True, latest=True, summary=Text("解除冻结", "Release what was frozen"),
    ),
    Operation(
        method="POST", path="/v1/erase-due", id="erase-due", body=EraseDueBody, answer=ErasedAnswer, act=erase_due,
        latest=True, summary=Text("删除到期内容", "Erase what has come to its end"),
    ),
)  # fmt: skip
