"""Which logs are followed: the one that people confirmed with the peer's key, and those it was handed over to.

# Invariant: no word of the peer's alone puts another log in the place of the one that is followed: the key of the log
before has signed that it was handed over, or two people have decided so; and the log before is kept.
"""

from __future__ import annotations

from shouze.errors import InvalidError
from shouze.ledger.moments import micros
from shouze.ledger.note import ED25519, Verifier
from shouze.ledger.portable import PortableProof
from shouze.registers import acting
from shouze.registers.describing import Doing
from shouze.registers.peers.models import Peer
from shouze.registers.witnessed.models import WatchedLog
from shouze.witness.ports import Followed
from shouze.witness.succeeding import HandOver, judge_hand_over

LIVE = ("followed", "silent", "stalled", "shrunk", "forked")
"""The states of the log that stands for its operator now."""


def follow(peer: Peer) -> WatchedLog | None:
    """Return the log of a confirmed operator, followed from now on; None where it has named no key of a log."""
    there = WatchedLog.objects.filter(peer=peer, vkey=peer.log).first()
    key = _key(peer.log)
    if there is not None or key is None:
        return there
    return acting.entered("witnessed", _row(peer, key), "follow")


def began_another(peer: Peer, vkey: str) -> WatchedLog | None:
    """Enter another log that a confirmed operator names: nothing follows from it before two people have decided."""
    key = _key(vkey)
    if key is None or WatchedLog.objects.filter(peer=peer, vkey=key.vkey).exists():
        return None
    return acting.entered("witnessed", _row(peer, key), "began")


def live(peer: Peer, origin: str) -> WatchedLog | None:
    """Return the log that stands for a peer, held for this transaction; None where that has another origin."""
    if follow(peer) is None:
        return None
    rows = WatchedLog.objects.select_for_update().filter(peer=peer, vkey=peer.log, origin=origin, state__in=LIVE)
    return rows.first()


def handed(peer: Peer, raw: str) -> tuple[WatchedLog, HandOver, str] | None:
    """Judge the proof that the log of a peer was handed over; None without one that is followed, or none at all."""
    try:
        proof = PortableProof.parse(raw.encode())
    except InvalidError:
        return None
    log = live(peer, proof.checkpoint.partition("\n")[0])
    if log is None:
        return None
    at = micros(log.moved_at or log.created_at)
    before = Followed(log.origin, log.vkey, log.size, bytes.fromhex(log.root), log.note, at)
    return log, judge_hand_over(proof, before), proof.checkpoint


def succeed(log: WatchedLog, key: Verifier) -> WatchedLog:
    """Follow the log to which another was handed over by its own key."""
    there = WatchedLog.objects.filter(peer=log.peer, vkey=key.vkey).first()
    after = there or acting.entered("witnessed", _row(log.peer, key), "follow")
    _put(after)
    return acting.followed("witnessed", after, "succeed") if there else after


def accept(doing: Doing[WatchedLog]) -> None:
    """Put the log that two people have decided about in the place of the one before, which is kept."""
    # A17-3-record: what the log before had signed stays, with whatever contradicts it
    _put(doing.entry)
    doing.entry.looked_at = doing.now


def _put(log: WatchedLog) -> None:
    for before in WatchedLog.objects.filter(peer=log.peer, state__in=LIVE).exclude(pk=log.pk):
        acting.followed("witnessed", before, "leave")
    Peer.objects.filter(pk=log.peer_id).update(log=log.vkey, offered_log="")
    log.peer.refresh_from_db()


def _row(peer: Peer, key: Verifier) -> WatchedLog:
    return WatchedLog(peer=peer, title=peer.title[:200], origin=key.name, vkey=key.vkey)


def _key(vkey: str) -> Verifier | None:
    try:
        key = Verifier.from_vkey(vkey)
    except InvalidError:
        return None
    return key if key.kind == ED25519 else None
