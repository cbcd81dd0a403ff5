"""Takes dispatches in: verified, kept, receipted, then applied in the order of their matter; refused ones are kept too.

# Invariant: a dispatch is applied once, and only after every earlier one of its matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from shouze.errors import ShouzeError
from shouze.link.dispatch import Dispatch, Known, digest_of, read
from shouze.link.kinds import Introduction
from shouze.link.packet import Packet
from shouze.link.receipt import Receipt, give
from shouze.link.refusing import Reason, RejectedError
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.attaching import attached
from shouze.registers.describing import Register
from shouze.registers.dispatches.awaiting import answer
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import describe
from shouze.registers.finding import registers
from shouze.registers.peers.introducing import take_introduction
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN, own
from shouze.registers.refusals.keeping import keep
from shouze.registers.rows import Document

EARLY = "early"


def take(raw: bytes) -> str:
    """Take what somebody brought; return the receipt. RejectedError names the reason; what was brought is kept then."""
    signed = ""
    try:
        packet = Packet.read(raw)
        signed = packet.dispatch
        dispatch = read(signed, known, own().party, GIVEN.now())
        packet.checked_against(dispatch)
        if isinstance(dispatch.body, Introduction):
            take_introduction(dispatch, signed)
            return _receipt(dispatch.id, digest_of(signed), GIVEN.now())
        return _taken(dispatch, packet)
    except RejectedError as problem:
        keep(problem.reason, signed or raw[:65_536].decode("utf-8", "replace"))
        raise


def known(party: str) -> Known | None:
    """Return what is known of a sender that people have confirmed, now or once; None for anybody else."""
    peer = Peer.objects.filter(party=party).exclude(state__in=("asked", "introduced")).first()
    return peer.known(GIVEN.now()) if peer else None


def _taken(dispatch: Dispatch, packet: Packet) -> str:
    digest = digest_of(packet.dispatch)
    with transaction.atomic():
        peer = Peer.objects.select_for_update().get(party=dispatch.sender)
        of_peer = DispatchRow.objects.filter(peer=peer, direction="in")
        there = of_peer.filter(dispatch_id=dispatch.id).first()
        in_place = of_peer.filter(matter=dispatch.matter, sequence=dispatch.sequence).first()
        if (there or in_place) is None:
            there = _entered(peer, dispatch, packet)
            _apply_in_order(peer, dispatch.matter)
        elif there is None or there.sha256 != digest:
            raise RejectedError(Reason.CONTRADICTED)
    return _receipt(dispatch.id, digest, there.created_at)


def _receipt(dispatch: str, digest: str, at: datetime) -> str:
    mine = own()
    return give(Receipt(v=1, dispatch=dispatch, sha256=digest, taker=mine.party, time=at), mine.key)


def _entered(peer: Peer, dispatch: Dispatch, packet: Packet) -> DispatchRow:
    row = DispatchRow(peer=peer, direction="in", signed=packet.dispatch, state=EARLY)
    describe(row, dispatch)
    files = attached(dispatch, packet.attachments)
    return acting.entered("dispatches", row, "arrive", Asked(documents=files))


def _apply_in_order(peer: Peer, matter: str) -> None:
    """Apply what has its turn: the next place of the matter, and those that were waiting behind it."""
    of_matter = DispatchRow.objects.filter(peer=peer, direction="in", matter=matter)
    done: int = of_matter.exclude(state=EARLY).aggregate(last=Max("sequence"))["last"] or 0
    for row in of_matter.filter(state=EARLY, sequence__gt=done).order_by("sequence"):
        if row.sequence != done + 1:
            return
        _apply(peer, row)
        done = row.sequence


def _apply(peer: Peer, row: DispatchRow) -> None:
    answer(row)
    taking = next((each.takes[row.kind] for each in registers().values() if row.kind in each.takes), None)
    if taking is None:
        acting.followed("dispatches", row, "read-on")
        return
    try:
        with transaction.atomic():
            about = taking(_arrived(peer, row))
    except ShouzeError as problem:
        # The sender has its receipt: what cannot be done by itself is a person's to look at, never lost.
        DispatchRow.objects.filter(pk=row.pk).update(problem=str(problem)[:64])
        acting.followed("dispatches", row, "stick")
        return
    DispatchRow.objects.filter(pk=row.pk).update(about=about.number if about else "")
    acting.followed("dispatches", row, "settle")


def _arrived(peer: Peer, row: DispatchRow) -> Arrived:
    dispatch = read(row.signed, lambda _party: _as_signed(peer, row), own().party, max(row.dated, GIVEN.now()))
    files: Mapping[str, bytes] = {
        each.sha256: bytes(each.content)
        for each in Document.objects.filter(event__register="dispatches", event__entry=row.pk)
    }
    return Arrived(dispatch, peer, row.sha256, row.number, GIVEN.now(), files)


def _as_signed(peer: Peer, row: DispatchRow) -> Known:
    """Return the keys as they were when the row was verified: what came before a key ended stays."""
    known = peer.known(row.created_at)
    return Known(known.side, (*known.keys, *known.ended))


def _register() -> Register[DispatchRow]:
    return registers()["dispatches"]
