"""Publications of policy elsewhere: who publishes has a gateway record it first, and needs no right to the log."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from shouze.api.administration import administers
from shouze.api.answers import ReceiptAnswer
from shouze.api.operations import Asked, Operation, Parts
from shouze.api.verbs import receipt_of
from shouze.language import Text
from shouze.publication.publish import publication_record


class NotePublicationBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is about to be published, or (``aborted``) was not after all; ``policy`` is its SHA-256, in hex."""

    act: Literal["declare", "apply-policy"]
    policy: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    outcome: Literal["published", "aborted"] = "published"


async def note(parts: Parts, asked: Asked[NotePublicationBody]) -> ReceiptAnswer | None:
    """Record the publication in the name of the account that administers."""
    administers(parts, asked.actor)
    body = asked.body
    record = publication_record(body.act, body.outcome, body.policy, asked.actor.id)
    return receipt_of(await parts.door.room.journal.record(record))


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path="/v1/publications", id="note-publication", body=NotePublicationBody, answer=ReceiptAnswer,
        act=note, latest=True, repeatable=True,
        summary=Text("记录在别处公布的策略", "Record a policy that is published elsewhere"),
    ),
)  # fmt: skip
