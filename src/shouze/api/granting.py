"""Grants: what their holders did with them, counted from the log, and the entries in force as they were written."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from shouze.api.administration import administers, publisher_of
from shouze.api.operations import Asked, Operation, Parts
from shouze.errors import UnavailableError
from shouze.gateway.bulk.noting import note_look
from shouze.language import Text
from shouze.ledger.moments import moment
from shouze.publication.publish import file_of
from shouze.rules.entries import PolicyFile
from shouze.rules.refusal import Refusal, RefusedError

MOST = 2000
"""Rows in one answer."""
ACT = "exercised"
Holder = Annotated[str, msgspec.Meta(pattern=r"^(post|agent|account|person):[\w.:@()（）〔〕\[\]#/-]{1,128}$(?!\n)")]


class ExercisedBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whose grants it is about: ``post:…``, ``agent:…``, ``account:…``, or ``person:…`` whatever their post."""

    holders: Annotated[tuple[Holder, ...], msgspec.Meta(min_length=1, max_length=50)]


class ExercisedRow(msgspec.Struct, frozen=True):
    """What a holder did: by how many actors, how often, first and last when; ``item`` is empty where none is named."""

    holder: str
    service: str
    purpose: str
    action: str
    item: str
    actors: int
    uses: int
    first: datetime
    last: datetime


class ExercisedAnswer(msgspec.Struct, frozen=True):
    """Rows, and how many leaves of the log they count, of how many; ``more`` where not all rows fit."""

    counted: int
    size: int
    more: bool
    exercised: tuple[ExercisedRow, ...]


class EntriesAnswer(msgspec.Struct, frozen=True):
    """The entries in force."""

    entries: PolicyFile


async def exercised(parts: Parts, asked: Asked[ExercisedBody]) -> ExercisedAnswer:
    """Tell what holders did with their grants; a bounded stretch of the log is counted on first."""
    actor = asked.actor
    visitor = asked.visitor()
    # A13-3-permissions: grants are reviewed by staff in the desk, or by programs that administer
    named = actor.kind == "staff" and actor.issuer is not None
    if not named and not (actor.kind == "service" and actor.id in parts.door.room.policy.administrators):
        refusal = Refusal("not-entitled")
        await note_look(parts.door.room, visitor, ACT, "refused", refusal)
        raise RefusedError(refusal)
    if parts.counting is None:
        raise UnavailableError(
            Text("此网关不读取日志", "This gateway does not read the log"),
            remedy=Text("向公布策略的服务提出", "Ask the server that publishes policy"),
        )
    await note_look(parts.door.room, visitor, ACT, "permitted")
    counted, size = await parts.counting.on()
    rows = await parts.counting.counts.of_holders(asked.body.holders, MOST + 1)
    told = tuple(ExercisedRow(*row[:7], moment(row.first), moment(row.last)) for row in rows[:MOST])
    return ExercisedAnswer(counted, size, len(rows) > MOST, told)


async def entries(parts: Parts, asked: Asked[None]) -> EntriesAnswer:
    """Return the entries in force as a policy file, without tokens."""
    administers(parts, asked.actor)
    return EntriesAnswer(file_of(await publisher_of(parts).registers()))


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path="/v1/grants/exercised", id="exercised", body=ExercisedBody, answer=ExercisedAnswer,
        act=exercised, latest=True,
        summary=Text("授权的实际使用情况", "What holders of grants did with them"),
    ),
    Operation(
        method="GET", path="/v1/policy/entries", id="show-entries", body=None, answer=EntriesAnswer, act=entries,
        latest=True, summary=Text("查看现行策略的各项条目", "Show the entries in force as a policy file"),
    ),
)  # fmt: skip
