"""What a witness answered elsewhere is brought to the log: verified here, kept beside what was cosigned over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from shouze.api.administration import administers
from shouze.api.operations import Asked, Operation, Parts
from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.sequencer.cosigning import Brought


class KeepCosignatureBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Of which log and size, by which witness (C2SP vkey), and the body of its answer: one signature line or more."""

    origin: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    size: Annotated[int, msgspec.Meta(ge=1, le=(1 << 53) - 1)]
    witness: Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
    answer: Annotated[str, msgspec.Meta(min_length=1, max_length=65_536)]


class CosignatureAnswer(msgspec.Struct, frozen=True):
    """Which witness has cosigned, and when by its own clock, in seconds since 1970."""

    witness: str
    time: int


async def keep(parts: Parts, asked: Asked[KeepCosignatureBody]) -> CosignatureAnswer:
    """Keep a cosignature of one of this installation's checkpoints; nothing that does not verify is kept."""
    administers(parts, asked.actor)
    if parts.brought is None:
        raise UnavailableError(Text("此处没有日志", "There is no log here"), field="log")
    body = asked.body
    kept = await parts.brought(Brought(body.origin, body.size, body.witness, body.answer))
    return CosignatureAnswer(kept.name, kept.time)


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path="/v1/cosignatures", id="keep-cosignature", body=KeepCosignatureBody,
        answer=CosignatureAnswer, act=keep, repeatable=True,
        summary=Text("保存见证人对检查点的签名", "Keep a witness's cosignature of a checkpoint"),
    ),
)  # fmt: skip
