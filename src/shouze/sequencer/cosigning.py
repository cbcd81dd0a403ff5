"""Has witnesses cosign the log's checkpoints (C2SP tlog-witness), over HTTP or by courier.

A witness that is away holds nothing up: the log goes on, and the newest checkpoint is submitted when it is back.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from shouze.errors import InvalidError, NotFoundError, ShouzeError, TamperedError, UnavailableError
from shouze.language import Text
from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.note import COSIGNATURE, Cosignature, Verifier, read_note, read_signature
from shouze.ledger.proof import prove_consistency, verify_consistency
from shouze.ledger.strict import read_decimal
from shouze.ledger.witnessing import Submission
from shouze.sequencer.ports import StoredCheckpoint
from shouze.sequencer.published import PublishedLog

PACE = 1.0
"""Seconds from one look for a new checkpoint to the next."""
ATTEMPTS = 3


class Cosignatures(Protocol):
    """Where cosignatures are kept; ``vkey`` names the witness."""

    async def keep(self, size: int, vkey: str, line: str, at: int) -> None:
        """Keep a verified signature line for the checkpoint of a size; ``at`` in microseconds."""
        ...

    async def newest(self, vkey: str) -> int:
        """Return the largest size that this witness has cosigned; 0 without any."""
        ...

    async def last(self, vkey: str) -> int:
        """Return when this witness cosigned last (microseconds since 1970), by its own clock; 0 without any."""
        ...


class Answered(NamedTuple):
    """What a witness answered: HTTP's status and the body."""

    status: int
    body: str


Send = Callable[[str], Awaitable[Answered]]
"""Sends a submission to one witness; UnavailableError when it does not answer."""
Introduce = Callable[[], Awaitable[bool]]
"""Hands a witness the proof that the log before went over to this one; False where there is none, or it is refused."""


class ToCosign(NamedTuple):
    """A log that a witness is to cosign, what it has cosigned of it, and how it is introduced to the witness."""

    log: PublishedLog
    kept: Cosignatures
    introduce: Introduce


async def _nobody() -> bool:
    return False


def witness_key(vkey: str) -> Verifier:
    """Read a witness's key; InvalidError when it is none, or a log's."""
    with contextlib.suppress(InvalidError):
        verifier = Verifier.from_vkey(vkey.strip())
        if verifier.kind == COSIGNATURE:
            return verifier
    remedy = Text("取自见证人的 shouze witness vkey", "Take it from the witness's shouze witness vkey")
    raise InvalidError(Text("不是见证人的公钥", "It is not the key of a witness"), field="witness_vkey", remedy=remedy)


async def submission(log: PublishedLog, old: int) -> Submission:
    """Return what is sent to a witness that has cosigned ``old`` last.

    TamperedError when that is more than the log has: it was put back to an earlier state.
    """
    latest = await log.checkpoint()
    if old > latest.size:
        raise put_back(old)
    if old in {0, latest.size}:
        return Submission(old, (), latest.note)
    proof = await log.hashes(latest.size, partial(prove_consistency, old, latest.size))
    return Submission(old, tuple(proof), latest.note)


async def accept(kept: Cosignatures, witness: Verifier, checkpoint: StoredCheckpoint, body: str) -> Cosignature:
    """Verify a witness's answer for a checkpoint and keep it; InvalidError when no line of it is this witness's."""
    text = read_note(checkpoint.note.encode())[0]
    for line in body.splitlines():
        cosigned = None
        with contextlib.suppress(ShouzeError):
            signature = read_signature(line)
            if (signature.name, signature.key_id) == (witness.name, witness.key_id):
                cosigned = witness.verify(text, signature)
        if isinstance(cosigned, Cosignature):
            await kept.keep(checkpoint.size, witness.vkey, cosigned.line(), cosigned.time * 1_000_000)
            return cosigned
    raise InvalidError(
        Text("不是该见证人对此检查点的签名", "It is not that witness's signature of this checkpoint"),
        field="cosignature",
        remedy=Text("核对见证人公钥，重新提交", "Check the witness's key and submit again"),
    )


class Brought(NamedTuple):
    """What somebody brings of a witness: of which log and size, by which witness (vkey), the body of its answer."""

    origin: str
    size: int
    witness: str
    body: str


Keep = Callable[[Brought], Awaitable[Cosignature]]


async def take(log: PublishedLog, kept: Cosignatures, brought: Brought) -> Cosignature:
    """Verify and keep what was brought for one of the log's checkpoints; InvalidError where it is not of it."""
    return await accept(kept, witness_key(brought.witness), await log.signed(brought.size), brought.body)


async def submit(
    log: PublishedLog, kept: Cosignatures, witness: Verifier, send: Send, introduce: Introduce = _nobody
) -> Cosignature:
    """Have the newest checkpoint cosigned; errors as in ``submission``, UnavailableError when the witness refuses."""
    old = await kept.newest(witness.vkey)
    for _ in range(ATTEMPTS):
        asked, checkpoint = await submission(log, old), await log.checkpoint()
        if asked.note != checkpoint.note:
            continue  # signed anew in between
        status, body = await send(asked.text())
        if status == 200:
            return await accept(kept, witness, checkpoint, body)
        if status == 404 and await introduce():
            continue
        if status != 409:
            break
        old = read_decimal(body.removesuffix("\n"), "witness.size")
    raise UnavailableError(
        Text("见证人没有签名", "The witness did not cosign"),
        field="witness",
        remedy=Text(
            "核对其地址和公钥，以及它是否登记了本日志的公钥（shouze log vkey）",
            "Check its address and key, and that it follows this log's key (shouze log vkey)",
        ),
    )


async def compare(log: PublishedLog, key: Verifier, note: bytes) -> None:
    """Compare the log with a checkpoint that a witness shows of it.

    TamperedError when the log, by its own signature there, was longer or another; InvalidError when it has not signed.
    """
    try:
        seen, _ = open_checkpoint(note, [key])
    except TamperedError as problem:
        raise InvalidError(problem.detail, field="witness") from None
    if seen.size == 0:
        return
    try:
        asked = await submission(log, seen.size)
    except NotFoundError:
        raise put_back(seen.size) from None
    latest, _ = open_checkpoint(asked.note.encode(), [key])
    if not verify_consistency(seen.size, latest.size, seen.root, latest.root, asked.proof):
        raise TamperedError(
            Text("日志与见证人所签署的不符", "The log is not the one that the witness cosigned"),
            field="log.checkpoint",
            remedy=Text(
                "停止签署，保留数据库和见证人的检查点作为证据",
                "Sign nothing; keep the database and the witness's checkpoint as evidence",
            ),
        )


async def keep_cosigned(
    logs: Callable[[], Awaitable[Sequence[ToCosign]]], witness: Verifier, send: Send, stop: asyncio.Event,
    failed: Callable[[ShouzeError], None], waiting: Callable[[int | None], None] = lambda _since: None,
) -> None:  # fmt: skip
    """Have each new checkpoint cosigned until ``stop`` is set; ``failed`` hears what is tried again.

    ``logs`` returns the present log, behind those whose ends are to be cosigned first. ``failed`` hears TamperedError
    too, and the door goes on: a size that a witness names is signed by nobody, and no remote party may close the door
    by naming one. ``waiting`` hears, each time, since when the log has had more than this witness has cosigned: the
    moment of its last cosignature (microseconds, 0 without any), None when nothing waits.
    """
    while not stop.is_set():
        try:
            for log, kept, introduce in await logs():
                if (await log.checkpoint()).size > await kept.newest(witness.vkey):
                    await submit(log, kept, witness, send, introduce)
            waiting(None)
        except NotFoundError:
            waiting(None)  # nothing was signed yet
        except ShouzeError as problem:
            failed(problem)
            with contextlib.suppress(UnavailableError):
                waiting(max([await each.kept.last(witness.vkey) for each in await logs()], default=0))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PACE)


def put_back(old: int) -> TamperedError:
    """Return the error for a log of which a witness has cosigned more than there is."""
    return TamperedError(
        Text(f"见证人称已签署大小 {old}，日志却更小", f"A witness says it cosigned size {old}; the log is smaller"),
        field="log.size",
        remedy=Text(
            "数据库被恢复到较早的状态：停止签署，恢复较新的数据库，或以新的来源另建日志",
            "The database was put back: sign nothing, restore a newer one, or begin a log under a new origin",
        ),
    )
