"""Acts upon the registers: a face notes in the log what a person did there."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from shouze.api.answers import ReceiptAnswer
from shouze.api.operations import Asked, Operation, Parts
from shouze.api.verbs import receipt_of
from shouze.gateway.acts import RegisterAct, note_act
from shouze.language import Text
from shouze.rules.refusal import Refusal, RefusedError

Word = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z-]{0,30}$(?!\n)")]
Duty = Annotated[str, msgspec.Meta(pattern=r"^A[0-2][0-9](-([0-9]{1,2}[a-z]?|[a-z/]{1,24})){0,3}$(?!\n)")]
"""A duty's id, too narrow for anybody's number: it stands in the leaf in clear."""
Evidence = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{43}$(?!\n)")]


class NoteActBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An act by register, act and entry; ``evidence`` is a salted SHA-256, base64url, of what was written there."""

    register: Word
    act: Word
    entry: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    evidence: Evidence
    duty: Duty | None = None
    dispatch: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")] | None = None


async def note(parts: Parts, asked: Asked[NoteActBody]) -> ReceiptAnswer | None:
    """Record the act in the name of the person whom the face's assertion names."""
    actor, body = asked.actor, asked.body
    # Of programs only those that administer keep registers; a person is known by a face alone, and no user keeps any.
    if actor.kind == "subject" or (actor.issuer is None and actor.id not in parts.door.room.policy.administrators):
        raise RefusedError(Refusal("not-entitled"))
    noted = RegisterAct(body.register, body.act, body.entry, body.evidence, body.duty, body.dispatch)
    return receipt_of(await note_act(parts.door.room, asked.visitor(), noted))


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path="/v1/acts", id="note-act", body=NoteActBody, answer=ReceiptAnswer, act=note,
        repeatable=True, summary=Text("记录台账中的一项行为", "Note an act upon a register"),
    ),
)  # fmt: skip
