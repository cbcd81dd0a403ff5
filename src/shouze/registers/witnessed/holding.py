"""Judges what operators submit, holds and cosigns what extends what is held, and keeps whatever contradicts it.

# Invariant: the cosignature goes into the outbox in the very transaction in which what it covers becomes what is held.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_hex
from typing import NamedTuple

from django.db.models import Q

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.contradiction import Contradiction
from shouze.ledger.note import COSIGNATURE, attach
from shouze.ledger.witnessing import Submission, judge
from shouze.link.kinds import CheckpointRequest, CheckpointSubmitted, Cosigned
from shouze.registers import acting
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.peers.trusted import trusted
from shouze.registers.ports import own
from shouze.registers.witnessed import following
from shouze.registers.witnessed.models import WatchedLog

MATTER = "witness/"
STALLS_AFTER = timedelta(hours=12)
"""A log that has not grown for so long stands still: that its checkpoint went out is itself recorded in it."""
SILENT_AFTER = timedelta(hours=48)
"""Operators submit a checkpoint every day."""
_STATUS = {"consistent": 200, "malformed": 400, "unsigned": 403, "unknown": 404, "behind": 409, "shrunk": 409,
           "inconsistent": 422}  # fmt: skip
_WORDS = {
    "malformed": "the old size is larger than the checkpoint's\n",
    "unsigned": "no valid signature of the log's key\n",
    "unknown": "unknown log\n",
    "inconsistent": "the consistency proof does not lead from what was cosigned last to this checkpoint\n",
}


class Held(NamedTuple):
    """The log, how what was submitted is judged, the checkpoint where the log has signed it, its note; lines for it."""

    log: WatchedLog | None
    ruling: str
    checkpoint: Checkpoint | None
    note: str
    lines: str = ""


def hold(arrived: Arrived) -> Held:
    """Judge a submission, and answer it; InvalidError for what is none."""
    said = arrived.saying(CheckpointSubmitted)
    submission = Submission.parse(said.submission.encode())
    log = following.live(arrived.peer, submission.origin) or _succeeded(arrived, submission, said.handover)
    held = _judged(log, submission, arrived) if log else Held(None, "unknown", None, submission.note)
    _answer(held, arrived)
    return held


def _answer(held: Held, arrived: Arrived) -> None:
    mine, status = own(), _STATUS[held.ruling]
    if mine.cosigner is None:
        return
    answer = held.lines or _WORDS.get(held.ruling) or f"{held.log.size if held.log else 0}\n"
    said = Cosigned(status=status, answer=answer, witness=mine.cosigner.verifier(COSIGNATURE).vkey)
    about = held.log.number if held.log else ""
    matter, told = arrived.dispatch.matter, arrived.dispatch.id
    post(Written("cosignature", arrived.peer, matter, said, in_reply_to=told, about=about))


def _succeeded(arrived: Arrived, submission: Submission, raw: str) -> WatchedLog | None:
    """Return the log that the former one's key has signed to follow it; None where it has not."""
    found = following.handed(arrived.peer, raw) if raw else None
    if found is None:
        return None
    before, (ruling, key), end = found
    if ruling == "contradicted":
        _accuse(before, "fork", end, arrived)
    if ruling != "accepted" or key is None or key.name != submission.origin or before.state == "forked":
        return None
    return following.succeed(before, key)


def _judged(log: WatchedLog, submission: Submission, arrived: Arrived) -> Held:
    if log.asked and arrived.dispatch.in_reply_to == log.asked:
        log = _compared(log, submission, arrived)
    if log.state == "forked":
        return Held(log, "inconsistent", None, submission.note)
    ruling, checkpoint = judge(submission, log.key, log.checkpoint)
    if checkpoint is not None:
        log.heard_at = arrived.now
        log.save()
    if ruling == "consistent" and checkpoint is not None:
        return _advanced(log, submission, checkpoint, arrived)
    if ruling == "inconsistent":
        return Held(_accuse(log, "fork", submission.note, arrived), ruling, checkpoint, submission.note)
    if checkpoint is not None and checkpoint.size < log.size and _later(log, arrived):
        return Held(_accuse(log, "shrink", submission.note, arrived), "shrunk", checkpoint, submission.note)
    return Held(log, ruling, checkpoint, submission.note)


def _later(log: WatchedLog, arrived: Arrived) -> bool:
    """Tell whether the operator said this after it said what is held: matters overtake one another on the way."""
    return log.said_at is not None and arrived.dispatch.time > log.said_at


def _advanced(log: WatchedLog, submission: Submission, checkpoint: Checkpoint, arrived: Arrived) -> Held:
    grown, signer, now = checkpoint.size > log.size, own().cosigner, arrived.now
    lines = [signer.cosign(checkpoint.text(), int(now.timestamp()))] if signer else []
    log.size, log.root, log.note = checkpoint.size, checkpoint.root.hex(), attach(submission.note, lines)
    log.said, log.said_at = _signed(arrived), arrived.dispatch.time
    log.moved_at = now if grown or log.moved_at is None else log.moved_at
    log.save()
    if not grown and log.state != "stalled" and now - log.moved_at >= STALLS_AFTER:
        log = acting.followed("witnessed", log, "stall")
    elif log.state in ("silent", "shrunk") or (log.state == "stalled" and grown):
        log = acting.followed("witnessed", log, "resume")
    return Held(log, "consistent", checkpoint, submission.note, "".join(each.line() for each in lines))


def _signed(arrived: Arrived) -> str:
    rows = DispatchRow.objects.filter(peer=arrived.peer, direction="in", sha256=arrived.digest)
    return rows.values_list("signed", flat=True).first() or ""


def _accuse(log: WatchedLog, act: str, note: str, arrived: Arrived, first: str = "") -> WatchedLog:
    """Keep what contradicts what is held: it stands as evidence by itself."""
    # A17-3-record: what contradicts is kept whole, beside what was held
    log.contradiction = _told(log, note, first, _signed(arrived))
    log.save()
    return acting.followed("witnessed", log, act)


def _told(log: WatchedLog, second: str, first: str = "", second_said: str = "") -> str:
    told = Contradiction(
        format="shouze-contradiction/1", log=log.vkey, first=first or log.note, second=second,
        first_said="" if first else log.said, second_said=second_said, key=log.peer.key,
    )  # fmt: skip
    return told.encoded().decode()


def compare(doing: Doing[WatchedLog]) -> None:
    """Compare what is held with what somebody else was shown of the log: another witness, a user, a court.

    Of one size the roots tell at once; of another, the operator has to prove that its log extends it.
    """
    log, note = doing.entry, str(doing.values["shown"]).replace("\r\n", "\n").strip("\n") + "\n"
    try:
        other = open_checkpoint(note.encode(), [log.key])[0]
    except (InvalidError, TamperedError):
        words = Text("不是该日志签署的检查点", "That log has not signed the checkpoint")
        raise InvalidError(words, field="shown") from None
    log.shown = ""
    if other.size == log.size and other.root != log.checkpoint.root:
        log.contradiction, log.state, log.looked_at = _told(log, note), "forked", None
    elif other.size != log.size:
        log.shown = note
        log.asked = _asked(log, other.size, doing)


def ask(doing: Doing[WatchedLog]) -> None:
    """Ask the operator for its newest checkpoint now."""
    _asked(doing.entry, doing.entry.size, doing)


def _asked(log: WatchedLog, size: int, doing: Doing[WatchedLog]) -> str:
    matter, said = f"{MATTER}{log.number}-{token_hex(6)}", CheckpointRequest(held=size, log=log.origin)
    return post(Written("checkpoint-request", log.peer, matter, said, about=log.number), doing.person).dispatch_id


def _compared(log: WatchedLog, submission: Submission, arrived: Arrived) -> WatchedLog:
    """Judge what the operator proves against what somebody else was shown."""
    shown, log.asked = log.shown, ""
    if not shown:
        return log
    other = open_checkpoint(shown.encode(), [log.key])[0]
    ruling, checkpoint = judge(submission, log.key, other)
    log.shown = "" if ruling == "consistent" else shown
    log.save()
    if ruling == "consistent":
        return acting.followed("witnessed", log, "agree-with")
    if ruling == "inconsistent":
        return _accuse(log, "fork", submission.note, arrived, first=shown)
    smaller = checkpoint is not None and checkpoint.size < other.size
    return _accuse(log, "shrink", submission.note, arrived, first=shown) if smaller else log


def watch(now: datetime) -> None:
    """Follow the log of every operator that people have confirmed; tell of those that have fallen silent."""
    for peer in trusted("operator").filter(logs=None):
        following.follow(peer)
    before = now - SILENT_AFTER
    silent = Q(heard_at__lt=before) | Q(heard_at=None, created_at__lt=before)
    for log in WatchedLog.objects.filter(silent, state__in=("followed", "stalled"), peer__state="trusted"):
        acting.followed("witnessed", log, "fall-silent")
