"""Takes an association's code in as it was published, and answers whether the operator pledges itself."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.industry import CodeInForce, Pledge
from shouze.link.kinds import Long, Short
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.attaching import attached
from shouze.registers.commitments.models import Commitment
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post

NAME = "commitments"
MOST_BYTES = 2_000_000
Article = Annotated[str, Meta(pattern=r"^[0-9]{1,2}(\([0-9]{1,2}\))?$(?!\n)")]


class Clause(msgspec.Struct, frozen=True):
    """One clause, with the articles of the Order that it serves."""

    number: Annotated[int, Meta(ge=1, le=1000)]
    zh: Long
    en: Long
    articles: Annotated[tuple[Article, ...], Meta(max_length=100)]


class Published(msgspec.Struct, frozen=True):
    """What a published code says, as far as it is shown here."""

    clauses: Annotated[tuple[Clause, ...], Meta(max_length=1000)]
    association: Short = ""


def take(arrived: Arrived) -> Commitment:
    """Take a code in; the one before it, of the same association, has been replaced."""
    body = arrived.saying(CodeInForce)
    raw = arrived.attachments.get(body.digest, b"")
    said = _read(raw)
    clauses = msgspec.to_builtins(said.clauses)
    there = Commitment.objects.filter(peer=arrived.peer, matter=arrived.dispatch.matter).first()
    if there is not None:
        told = {"due": body.due, "dispatch": arrived.dispatch.id}
        return acting.followed(NAME, there, "reminded", Asked(told))
    for former in Commitment.objects.filter(peer=arrived.peer, code=body.code, state__in=("asked", "pledged")):
        acting.followed(NAME, former, "replace")
    row = Commitment(
        title=body.title[:200], title_en=body.title_en, body=said.association[:200], peer=arrived.peer,
        matter=arrived.dispatch.matter,
        dispatch_id=arrived.dispatch.id, code=body.code, issue=body.issue, digest=body.digest, clauses=clauses,
        link=body.link, in_force_from=body.in_force_from, due=body.due, state="asked",
    )  # fmt: skip
    return acting.entered(NAME, row, "arrive", Asked(documents=attached(arrived.dispatch, arrived.attachments)))


def _read(raw: bytes) -> Published:
    try:
        return msgspec.json.decode(raw if len(raw) <= MOST_BYTES else b"", type=Published)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise InvalidError(Text("没有附上公约的文本", "The text of the code is not attached"), field="digest") from None


def reminded(doing: Doing[Commitment]) -> None:
    """Note until when it is asked for now."""
    doing.entry.due, doing.entry.dispatch_id = doing.values["due"], doing.values["dispatch"]


def pledge(doing: Doing[Commitment]) -> None:
    """Pledge the operator to this version's text."""
    _say(doing, "pledged")


def decline(doing: Doing[Commitment]) -> None:
    """Say that it does not."""
    _say(doing, "declined")


def end(doing: Doing[Commitment]) -> None:
    """End the pledge."""
    _say(doing, "ended")


def _say(doing: Doing[Commitment], says: Literal["pledged", "declined", "ended"]) -> None:
    row = doing.entry
    row.answered_at = doing.now
    body = Pledge(
        code=row.code, issue=row.issue, digest=row.digest, says=says, reason=doing.reason[:500],
        signed_by=row.signed_by if says == "pledged" else "", post=row.post if says == "pledged" else "",
    )  # fmt: skip
    post(Written("pledge", row.peer, row.matter, body, row.dispatch_id, about=row.number), doing.person)
