"""Holds operators' checkpoints, draws after that, and examines what is shown."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from shouze.errors import InvalidError, NotFoundError, TamperedError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.entry import Leaf
from shouze.ledger.note import Verifier
from shouze.ledger.sampling import draw
from shouze.link.dispatch import unverified
from shouze.link.inspecting import Fault, Found, Shown, disobeyed, examine, follow
from shouze.link.kinds import CheckpointRequest, CheckpointSubmitted, Sample, SampleRequest, Suspension
from shouze.registers import acting
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.inspections.models import HeldCheckpoint, Inspection
from shouze.registers.issued.models import Issued
from shouze.registers.peers.models import Peer
from shouze.registers.people.models import Person

NONCE_BYTES = 32


def begin(doing: Doing[Inspection]) -> None:
    """Ask for the newest checkpoint; nothing is drawn before it is here."""
    row = doing.entry
    peer = Peer.objects.filter(party=row.to, state="trusted", side="operator").first()
    if peer is None:
        raise InvalidError(Text("与此经营者没有公文往来", "No dispatches go to this operator"), field="to")
    if not 1 <= row.count <= 1000:
        raise InvalidError(Text("应为 1 至 1000 条", "From 1 to 1000 records"), field="count")
    row.peer, row.title = peer, peer.title
    row.matter = f"inspections/{peer.pk}-{token_hex(6)}"
    _ask(row, peer, doing.person)


def _ask(row: Inspection, peer: Peer, by: Person | None = None) -> None:
    held = HeldCheckpoint.objects.filter(peer=peer, origin=_log(peer).name).first()
    said = CheckpointRequest(held=held.size if held else 0)
    post(Written("checkpoint-request", peer, row.matter, said, about=row.number), by)


def take_checkpoint(arrived: Arrived) -> Inspection:
    """Hold the checkpoint, then choose the nonce and draw; a log that forked or shrank is the finding itself."""
    body = arrived.saying(CheckpointSubmitted)
    row, log = _inspection(arrived, "asked"), _log(arrived.peer)
    held = HeldCheckpoint.objects.select_for_update().filter(peer=arrived.peer, origin=log.name).first()
    before = Checkpoint(held.origin, held.size, bytes.fromhex(held.root)) if held else None
    try:
        checkpoint = follow(body.submission, log, before)
    except TamperedError:
        # A17-3-record: what contradicts is kept whole, beside what was held: it stands as evidence by itself
        row.contradiction = f"{held.note if held else ''}\n{body.submission}"
        row.found = [(Fault.OTHER_HISTORY.value, held.size if held else 0)]
        row.save()
        return acting.followed("inspections", row, "contradicted")
    if checkpoint is None:
        # Another inspection has moved on what is held meanwhile.
        _ask(row, arrived.peer)
        return row
    note = body.submission.partition("\n\n")[2]
    HeldCheckpoint.objects.update_or_create(
        peer=arrived.peer,
        defaults={"origin": log.name, "size": checkpoint.size, "root": checkpoint.root.hex(), "note": note,
                  "at": arrived.now},
    )  # fmt: skip
    row.checkpoint, row.size, row.nonce, row.drawn_at = note, checkpoint.size, token_hex(NONCE_BYTES), arrived.now
    row.save()
    said = SampleRequest(checkpoint=note, nonce=row.nonce, count=row.count)
    post(Written("sample-request", arrived.peer, row.matter, said, in_reply_to=arrived.dispatch.id, about=row.number))
    return acting.followed("inspections", row, "draw")


def take_sample(arrived: Arrived) -> Inspection:
    """Examine what is shown: against the checkpoint held before the nonce, and against the orders that stood."""
    body = arrived.saying(Sample)
    row, log = _inspection(arrived, "drawn"), _log(arrived.peer)
    held, _ = open_checkpoint(row.checkpoint.encode(), [log])
    places = draw(bytes.fromhex(row.nonce), held.root, held.size, row.count)
    raw = arrived.attachments.get(body.attachment)
    if raw is None:
        raise InvalidError(Text("缺少附件", "The attachment is missing"), field="attachment")
    records, found = examine(Shown.read(raw), places, held, log)
    found += _disobeyed(arrived.peer, records)
    row.found = [(each.fault.value, each.place) for each in found]
    row.examined, row.delivered_at = len(records), arrived.now
    row.save()
    return acting.followed("inspections", row, "discrepant" if found else "clean")


def _disobeyed(peer: Peer, records: dict[int, Leaf]) -> list[Found]:
    found = []
    for order, since, until in _suspensions(peer):
        found += [
            Found(Fault.DISOBEYED, place) for place, leaf in records.items() if disobeyed(leaf, order, since, until)
        ]
    return list(dict.fromkeys(found))


def _suspensions(peer: Peer) -> list[tuple[Suspension, datetime, datetime | None]]:
    """Return what was suspended, from when the operator's own log says that it was in force, until its lifting."""
    told = []
    for issued in Issued.objects.filter(peer=peer, kind="suspend").exclude(proved_at=None):
        signed = DispatchRow.objects.filter(sha256=issued.dispatch).values_list("signed", flat=True).first()
        dispatch = unverified(signed) if signed else None
        if dispatch is not None and isinstance(dispatch.body, Suspension) and issued.proved_at is not None:
            ends = [each for each in (issued.lifted_at, dispatch.body.until) if each is not None]
            told.append((dispatch.body, issued.proved_at, min(ends) if ends else None))
    return told


def _inspection(arrived: Arrived, state: str) -> Inspection:
    row = Inspection.objects.filter(peer=arrived.peer, matter=arrived.dispatch.matter, state=state).first()
    if row is None:
        raise NotFoundError(Text("没有此项检查", "There is no such inspection"), field="matter")
    return row


def _log(peer: Peer) -> Verifier:
    return Verifier.from_vkey(peer.log)
