"""Grants: what a caller may ask for, and what holders did with theirs, counted from the log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from shouze.api.operations import Asked, Operation, Parts
from shouze.errors import UnavailableError
from shouze.gateway.bulk.noting import note_look
from shouze.language import Text
from shouze.ledger.moments import moment
from shouze.rules.entitled import Entitled, entitled_to
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


class EntitledAnswer(msgspec.Struct, frozen=True):
    """What the caller may ask for under the policy of this epoch, whoever the user is."""

    epoch: int
    entitled: tuple[Entitled, ...]


async def entitled(parts: Parts, asked: Asked[None]) -> EntitledAnswer:
    """Tell a caller what its own grants let through; nobody sees another's here."""
    # A13-3-permissions: whoever is bound by a grant can know how far it goes; users hold none
    room = parts.door.room
    if asked.actor.kind == "subject":
        raise RefusedError(Refusal("not-entitled"))
    return EntitledAnswer(room.policy.epoch, entitled_to(room.policy, asked.actor, room.clock.now()))


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


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="GET", path="/v1/grants", id="entitled", body=None, answer=EntitledAnswer, act=entitled, latest=True,
        summary=Text("本令牌可以请求的目的、行为和信息项", "What the caller's own grants let it ask for"),
    ),
    Operation(
        method="POST", path="/v1/grants/exercised", id="exercised", body=ExercisedBody, answer=ExercisedAnswer,
        act=exercised, latest=True,
        summary=Text("授权的实际使用情况", "What holders of grants did with them"),
    ),
)  # fmt: skip
