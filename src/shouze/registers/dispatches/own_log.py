"""This installation's logs as anybody reads them over the door's address: checkpoints, hashes, what is submitted."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from shouze.errors import NotFoundError, UnavailableError
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.note import read_note
from shouze.ledger.proof import TileHashes, prove_consistency
from shouze.ledger.tile import tile_path
from shouze.ledger.witnessing import Submission
from shouze.link.kinds import CheckpointSubmitted
from shouze.registers.dooring import door

FIRST_PLACE_BITS = 48
"""Records are numbered on one line over all logs: each log's begin at its number, shifted by so much."""
WHY = "hand-over"


class Log(NamedTuple):
    """One of the logs that follow one another: its number from 0 on, its origin, its path below ``/log``."""

    number: int
    origin: str
    path: str


class _Row(msgspec.Struct, frozen=True):
    origin: str
    path: str


class _Rows(msgspec.Struct, frozen=True):
    logs: tuple[_Row, ...]


_rows = msgspec.json.Decoder(_Rows)


def logs() -> list[Log]:
    """Return the logs that have begun, first to last."""
    rows = _rows.decode(_published("shards")).logs
    return [Log(n, row.origin, row.path.removeprefix("/log").strip("/")) for n, row in enumerate(rows)]


def log_of(origin: str) -> Log:
    """Return the log of an origin; NotFoundError where it is none of this installation's."""
    found = next((each for each in logs() if each.origin == origin), None)
    if found is None:
        raise NotFoundError(field="log")
    return found


def newest(log: Log) -> str:
    """Return a log's newest signed checkpoint."""
    return _published(f"{log.path}/checkpoint".lstrip("/")).decode()


def checkpoint_of(note: str) -> Checkpoint:
    """Return what a note says; nobody verifies it here."""
    return Checkpoint.parse(read_note(note.encode())[0])


def submission(log: Log, held: int) -> Submission:
    """Return what is sent to a witness that holds that size of the log (C2SP tlog-witness)."""
    note = newest(log)
    size = checkpoint_of(note).size
    proof = consistency(log, held, size) if 0 < held < size else []
    return Submission(held, tuple(proof), note)


def consistency(log: Log, old: int, size: int) -> list[bytes]:
    """Return the proof that the log of one size extends that of another."""
    return prove_consistency(
        old, size, TileHashes(size, lambda tile: _published(f"{log.path}/{tile_path(*tile)}".lstrip("/")))
    )


def asked_for(origin: str, held: int) -> CheckpointSubmitted:
    """Return what an authority asks for that holds that size of the log of an origin: of the present one by default."""
    found = logs()
    log = next((each for each in found if each.origin == origin), found[-1])
    return CheckpointSubmitted(submission=submission(log, held if log.origin == origin or not origin else 0).text())


def next_for(origin: str, held: int) -> CheckpointSubmitted:
    """Return what to submit to a witness that has cosigned ``held`` of the log of ``origin`` last.

    The end of a log comes before the one that it was handed over to, and goes with the proof of the hand-over.
    """
    found = logs()
    before = next((each for each in found if each.origin == origin), None)
    if before is None or before.number == found[-1].number:
        return CheckpointSubmitted(submission=submission(found[-1], held if before else 0).text())
    end = checkpoint_of(newest(before)).size
    if held < end:
        return CheckpointSubmitted(submission=submission(before, held).text())
    after = found[before.number + 1]
    return CheckpointSubmitted(submission=submission(after, 0).text(), handover=_hand_over(before, end))


def present() -> str:
    """Return the origin of the present log."""
    return logs()[-1].origin


def _hand_over(log: Log, size: int) -> str:
    """Return the proof of a log's last leaf, as the desk itself may read it: it names nobody."""
    reached = door()
    if reached is None:
        raise UnavailableError(field="door")
    place = (log.number << FIRST_PLACE_BITS) + size - 1
    (proof,) = reached.watching().prove_records(purpose="watch", reason=WHY, records=[place]).proofs
    return proof


def _published(path: str) -> bytes:
    reached = door()
    if reached is None:
        raise UnavailableError(field="door")
    return reached.published(path)
