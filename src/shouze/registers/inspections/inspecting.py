"""Draws once an operator's checkpoint is held, and examines what is shown."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.entry import Leaf
from shouze.ledger.note import Verifier
from shouze.ledger.sampling import draw
from shouze.link.dispatch import unverified
from shouze.link.inspecting import Fault, Found, Shown, backdated, disobeyed, examine, names_dispatch
from shouze.link.kinds import CheckpointRequest, Sample, SampleRequest, Suspension
from shouze.registers import acting
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.inspections import openings
from shouze.registers.inspections.models import Inspection
from shouze.registers.issued.models import Issued
from shouze.registers.peers.models import Peer
from shouze.registers.peers.trusted import trusted_peer
from shouze.registers.people.models import Person
from shouze.registers.witnessed import following
from shouze.registers.witnessed.holding import Held
from shouze.registers.witnessed.models import WatchedLog

NONCE_BYTES = 32


def begin(doing: Doing[Inspection]) -> None:
    """Ask for the newest checkpoint; nothing is drawn before it is here."""
    row = doing.entry
    peer = trusted_peer("operator", row.to)
    if peer is None:
        raise InvalidError(Text("与此经营者没有公文往来", "No dispatches go to this operator"), field="to")
    if not 1 <= row.count <= 1000:
        raise InvalidError(Text("应为 1 至 1000 条", "From 1 to 1000 records"), field="count")
    row.fields = ", ".join(openings.fields_of(row))
    row.peer, row.title = peer, peer.title
    row.matter = f"inspections/{peer.pk}-{token_hex(6)}"
    _ask(row, peer, doing.person)


def _ask(row: Inspection, peer: Peer, by: Person | None = None) -> None:
    log = following.follow(peer)
    said = CheckpointRequest(held=log.size if log else 0, log=log.origin if log else "")
    post(Written("checkpoint-request", peer, row.matter, said, about=row.number), by)


def awaiting(arrived: Arrived) -> Inspection | None:
    """Return the inspection that waits for this checkpoint."""
    return Inspection.objects.filter(peer=arrived.peer, matter=arrived.dispatch.matter, state="asked").first()


def go_on(row: Inspection, arrived: Arrived, held: Held) -> Inspection:
    """Choose the nonce and draw, once the checkpoint is held; a log that forked or shrank is the finding itself."""
    log, checkpoint = held.log, held.checkpoint
    if log is not None and held.ruling in ("inconsistent", "shrunk"):
        row.contradiction, row.found = log.contradiction, [(Fault.OTHER_HISTORY.value, log.size)]
        row.save()
        return acting.followed("inspections", row, "contradicted")
    if held.ruling == "behind":
        # What is held was moved on meanwhile.
        _ask(row, arrived.peer)
        return row
    if checkpoint is None or held.ruling != "consistent":
        raise InvalidError(Text("检查点不是该日志签署的", "That log has not signed the checkpoint"), field="checkpoint")
    row.checkpoint, row.size, row.nonce = held.note, checkpoint.size, token_hex(NONCE_BYTES)
    row.drawn_at = arrived.now
    fields = openings.fields_of(row)
    recipient = openings.enrol(row) if fields else ""
    row.save()
    said = SampleRequest(checkpoint=held.note, nonce=row.nonce, count=row.count, fields=fields, recipient=recipient)
    post(Written("sample-request", arrived.peer, row.matter, said, in_reply_to=arrived.dispatch.id, about=row.number))
    return acting.followed("inspections", row, "draw")


def take_sample(arrived: Arrived) -> Inspection:
    """Examine what is shown: against the checkpoint held before the nonce, and against the orders that stood."""
    body = arrived.saying(Sample)
    row = _inspection(arrived, "drawn")
    log = _log(arrived.peer, row.checkpoint)
    held, _ = open_checkpoint(row.checkpoint.encode(), [log])
    places = draw(bytes.fromhex(row.nonce), held.root, held.size, row.count)
    raw = arrived.attachments.get(body.attachment)
    if raw is None:
        raise InvalidError(Text("缺少附件", "The attachment is missing"), field="attachment")
    records, found = examine(Shown.read(raw), places, held, log)
    found += [*_disobeyed(arrived.peer, records), *_backdated(arrived.peer, records)]
    found += openings.taken(row, arrived, records, body.openings)
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


def _backdated(peer: Peer, records: dict[int, Leaf]) -> list[Found]:
    """Return where the operator's own log says that it sent a dispatch later than that is dated."""
    named = {digest: place for place, leaf in records.items() if (digest := names_dispatch(leaf))}
    rows = DispatchRow.objects.filter(peer=peer, direction="in", sha256__in=list(named))
    return [
        Found(Fault.BACKDATED, named[row.sha256]) for row in rows if backdated(records[named[row.sha256]], row.dated)
    ]


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


def _log(peer: Peer, note: str) -> Verifier:
    """Return the key of the log whose checkpoint is held, though another may stand for the operator by now."""
    held = WatchedLog.objects.filter(peer=peer, origin=note.partition("\n")[0]).order_by("id").first()
    return Verifier.from_vkey(held.vkey if held else peer.log)
