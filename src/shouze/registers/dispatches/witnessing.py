"""Has this installation's log cosigned by the authority: its newest checkpoint goes out every day, by wire or courier.

The bytes are those of C2SP tlog-witness, and so is the answer; a cosignature is kept beside those got over HTTP.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_hex
from typing import NamedTuple

from shouze.client import ClientError
from shouze.errors import InvalidError, ShouzeError
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.strict import read_decimal
from shouze.ledger.witnessing import Submission
from shouze.registers import acting
from shouze.registers.dispatches import own_log
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import WAITING, Written, post
from shouze.registers.dooring import door
from shouze.registers.peers.models import Peer
from shouze.registers.peers.trusted import trusted
from shouze.registers.ports import GIVEN

MATTER = "witness/"
"""Each submission is a matter of its own: a side that was put back to a copy goes on without contradicting itself."""
EVERY = timedelta(days=1)
AT_ONCE = 20
OK, UNKNOWN, BEHIND = 200, 404, 409


class _Answered(NamedTuple):
    """An authority's answer, with what it answers."""

    row: DispatchRow
    submission: Submission
    checkpoint: Checkpoint

    @property
    def status(self) -> int:
        return int(self.row.body.get("status", 0))

    @property
    def answer(self) -> str:
        return str(self.row.body.get("answer", ""))


def submit_due(now: datetime) -> None:
    """Submit the newest checkpoint to each authority that was sent none for a day, or none of the present log."""
    if GIVEN.house != "operator" or door() is None:
        return
    try:
        for peer in trusted("authority").order_by("id"):
            if _due(peer, now):
                _submit(peer, now)
    except (ClientError, ShouzeError):
        return  # the door is away, or nothing was signed yet: in the next round


def _due(peer: Peer, now: datetime) -> bool:
    """Tell whether it is time; one that waits to go out is enough, however long the outage."""
    waiting = DispatchRow.objects.filter(peer=peer, direction="out", kind="checkpoint", state=WAITING)
    waiting = waiting.filter(matter__startswith=MATTER)
    return (peer.submitted_at is None or now - peer.submitted_at >= EVERY) and not waiting.exists()


def _submit(peer: Peer, now: datetime) -> None:
    said = own_log.next_for(peer.witnessed_log, peer.witnessed_size)
    post(Written("checkpoint", peer, f"{MATTER}{now:%Y%m%d}-{token_hex(6)}", said))
    Peer.objects.filter(pk=peer.pk).update(submitted_at=now)


def keep_cosigned(_now: datetime) -> None:
    """Take what authorities have answered: keep cosignatures; what is no matter of course is left to people."""
    if GIVEN.house != "operator" or door() is None:
        return
    came = DispatchRow.objects.filter(state="arrived", direction="in", kind="cosignature", problem="")
    for row in came.select_related("peer").order_by("id")[:AT_ONCE]:
        try:
            _take(row)
        except ClientError as problem:
            if getattr(problem, "status", 503) >= 500:
                return  # the door is away: in the next round
            _leave(row, type(problem).__name__)
        except ShouzeError as problem:
            _leave(row, problem.field or type(problem).__name__)


def _take(row: DispatchRow) -> None:
    out = DispatchRow.objects.filter(peer=row.peer, direction="out", dispatch_id=row.in_reply_to).first()
    if out is None or out.kind != "checkpoint":
        raise InvalidError(field="in_reply_to")
    submission = Submission.parse(str(out.body["submission"]).encode())
    answered = _Answered(row, submission, own_log.checkpoint_of(submission.note))
    if answered.status == OK:
        _keep(answered)
    elif answered.status == BEHIND:
        _go_back(answered)
    else:
        if answered.status == UNKNOWN:
            # It follows another log of ours: that this one is ours, people have to tell one another.
            Peer.objects.filter(pk=row.peer_id).update(introduced=False, next_at=None)
        raise InvalidError(field=f"status-{answered.status}")
    acting.followed("dispatches", row, "settle")


def _keep(answered: _Answered) -> None:
    row, checkpoint = answered.row, answered.checkpoint
    reached = door()
    assert reached is not None  # noqa: S101 - whoever asks has looked
    witness = str(row.body.get("witness", ""))
    reached.keep_cosignature(
        {"origin": checkpoint.origin, "size": checkpoint.size, "witness": witness, "answer": answered.answer}
    )
    told = {"witnessed_log": checkpoint.origin, "witnessed_size": checkpoint.size, "witnessed_at": row.dated}
    # Where another log follows already, that one's turn is now.
    again = {"submitted_at": None} if own_log.present() != checkpoint.origin else {}
    Peer.objects.filter(pk=row.peer_id).update(**told, **again)


def _go_back(answered: _Answered) -> None:
    """Submit anew from the size that the witness holds; what it holds beyond our log is for people to look at."""
    size, checkpoint = read_decimal(answered.answer.removesuffix("\n"), "size"), answered.checkpoint
    ours = own_log.checkpoint_of(own_log.newest(own_log.log_of(checkpoint.origin))).size
    if size > ours or size == answered.submission.old:
        raise InvalidError(field="put-back")
    told = {"witnessed_log": checkpoint.origin, "witnessed_size": size, "submitted_at": None}
    Peer.objects.filter(pk=answered.row.peer_id).update(**told)


def _leave(row: DispatchRow, problem: str) -> None:
    """Leave it to people, by name."""
    DispatchRow.objects.filter(pk=row.pk).update(problem=problem[:64])
