"""Matching with known users under ``/v1/match``: many values go in, about how many users hold one comes out."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from shouze.api.answers import ReceiptAnswer
from shouze.api.bodies import ClaimedPlace
from shouze.api.operations import Asked, Operation, Parts
from shouze.api.verbs import receipt_of
from shouze.gateway.asking import Note, Request
from shouze.gateway.match import LEAST, MOST
from shouze.language import Text
from shouze.rules.declaration import Name

Candidate = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]


class MatchBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Values of one item that were found somewhere; they are looked for, and kept nowhere."""

    service: Name
    purpose: Name
    item: Name
    values: Annotated[tuple[Candidate, ...], msgspec.Meta(min_length=LEAST, max_length=MOST)]
    place: ClaimedPlace = ClaimedPlace()
    ticket: Note | None = None
    reason: Note | None = None


class MatchedAnswer(msgspec.Struct, frozen=True):
    """About how many users hold one of the ``compared`` different values, to within ``margin`` 19 times out of 20.

    ``left`` are the batches that the caller has left today.
    """

    compared: int
    subjects: int
    margin: int
    left: int
    receipt: ReceiptAnswer | None


async def match(parts: Parts, asked: Asked[MatchBody]) -> MatchedAnswer:
    """Count, once it is recorded; which value is whose is told to nobody."""
    body = asked.body
    request = Request(
        service=body.service, purposes=(body.purpose,), items=(body.item,), action="match", ticket=body.ticket,
        reason=body.reason,
    )  # fmt: skip
    found = await parts.door.match(asked.visitor(body.place), request, body.values)
    return MatchedAnswer(found.compared, found.subjects, found.margin, found.left, receipt_of(found.receipt))


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path="/v1/match", id="match", body=MatchBody, answer=MatchedAnswer, act=match, latest=True,
        summary=Text("统计多少用户持有其中某个值", "Count how many users hold one of many values"),
    ),
)  # fmt: skip
