"""Sends dispatches: signed when they are written, in the order of their matter, again until the receipt is there.

# Invariant: a dispatch counts as delivered only with the receiver's own signature over it; none overtakes another of
its matter, and none is ever given up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from secrets import token_hex
from typing import NamedTuple

import httpx
import msgspec
from django.db import transaction
from django.db.models import Max, Min, QuerySet

from shouze.link.announcing import HEADER, UNSIGNED, announce
from shouze.link.dispatch import Attachment, Dispatch, digest_of, seal
from shouze.link.keys import PublicKey
from shouze.link.kinds import Body
from shouze.link.packet import LARGEST, MEDIA, Packet
from shouze.link.receipt import check
from shouze.link.refusing import RejectedError
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.peers.introducing import DISPATCHES, TIMEOUT
from shouze.registers.peers.models import Peer
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN, own
from shouze.registers.rows import Document

PAGE, AT_ONCE, PER_PEER = 64, 8, 50
FIRST, LONGEST = timedelta(seconds=1), timedelta(hours=6)
WAITING = "waiting"


class Written(NamedTuple):
    """What a dispatch is to say, to whom, in which matter; with which files; about which row here."""

    kind: str
    peer: Peer
    matter: str
    body: Body
    in_reply_to: str = ""
    files: Sequence[Attached] = ()
    about: str = ""


def post(written: Written, by: Person | None = None) -> DispatchRow:
    """Sign a dispatch and put it into the outbox; the log names it, by the person or by the house's machine."""
    with transaction.atomic():
        row = filled(DispatchRow(state=WAITING), written)
        return acting.entered("dispatches", row, "send", Asked(documents=written.files), by)


def filled(row: DispatchRow, written: Written) -> DispatchRow:
    """Fill a row of the outbox with a dispatch in the next place of its matter, signed."""
    mine, now = own(), GIVEN.now()
    peer = Peer.objects.select_for_update().get(pk=written.peer.pk)
    of_matter = DispatchRow.objects.filter(peer=peer, direction="out", matter=written.matter)
    last: int = of_matter.aggregate(last=Max("sequence"))["last"] or 0
    named = tuple({each.sha256: each for each in map(_named, written.files)}.values())
    dispatch = Dispatch(
        v=1, id=token_hex(16), kind=written.kind, sender=mine.party, receiver=peer.party, matter=written.matter,
        sequence=last + 1, in_reply_to=written.in_reply_to or None, time=now, body=written.body, attachments=named,
    )  # fmt: skip
    row.signed = seal(dispatch, mine.key)
    row.peer, row.direction, row.about = peer, "out", written.about
    describe(row, dispatch)
    row.next_at = now
    # Somebody writes: the peer is tried at once, however long it has not answered.
    Peer.objects.filter(pk=peer.pk).exclude(next_at=None).update(next_at=now)
    return row


def describe(row: DispatchRow, dispatch: Dispatch) -> None:
    """Put a dispatch's own fields into its row."""
    row.kind, row.matter, row.sequence = dispatch.kind, dispatch.matter, dispatch.sequence
    row.dispatch_id, row.in_reply_to = dispatch.id, dispatch.in_reply_to or ""
    row.dated, row.sha256 = dispatch.time, digest_of(row.signed)
    row.body = msgspec.to_builtins(dispatch.body)
    row.due = getattr(dispatch.body, "due", None)
    row.title = str(row.body.get("title") or row.body.get("order") or row.body.get("number") or dispatch.matter)[:200]


def _named(file: Attached) -> Attachment:
    return Attachment.of(file.name[:200] or "file", file.media[:100] or "application/octet-stream", file.content)


def packet_of(row: DispatchRow) -> Packet:
    """Return a dispatch of the outbox with its files, as it travels."""
    files = Document.objects.filter(event__register="dispatches", event__entry=row.pk)
    return Packet(row.signed, {each.sha256: bytes(each.content) for each in files})


class _Job(NamedTuple):
    peer: Peer
    packets: Sequence[tuple[DispatchRow, bytes]]


class _Answer(NamedTuple):
    row: DispatchRow
    receipt: str = ""
    problem: str = ""
    unreachable: bool = False


def send(now: datetime) -> int:
    """Send what waits, the first of each matter, to several peers at once; return how many were delivered."""
    taken = 0
    while jobs := list(_jobs(now)):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = [each for told in pool.map(_carry, jobs) for each in told]
        delivered = [each for each in answers if _noted(each)]
        taken += len(delivered)
        if not delivered:
            break
    return taken


def _jobs(now: datetime) -> Iterable[_Job]:
    waiting = DispatchRow.objects.filter(state=WAITING, next_at__lte=now, peer__state="trusted").exclude(
        peer__address=""
    )
    peers = waiting.exclude(peer__next_at__gt=now).values_list("peer", flat=True).distinct()[:PAGE]
    for peer in Peer.objects.filter(pk__in=list(peers)):
        packets = list(_packets(peer, now))
        if packets:
            yield _Job(peer, packets)


def _packets(peer: Peer, now: datetime) -> Iterator[tuple[DispatchRow, bytes]]:
    """Yield what goes to a peer now, as many as memory may hold at once."""
    held = 0
    for row in first_of_each_matter(peer, now)[:PER_PEER]:
        raw = packet_of(row).encoded()
        held += len(raw)
        yield row, raw
        if held > LARGEST:
            return


def first_of_each_matter(peer: Peer, now: datetime) -> QuerySet[DispatchRow]:
    """Return what may go to a peer now: of each matter the first that is not delivered, unless it was just tried."""
    waiting = DispatchRow.objects.filter(peer=peer, state=WAITING)
    first = waiting.order_by().values("matter").annotate(first=Min("id")).values("first")
    return waiting.filter(pk__in=first, next_at__lte=now).order_by("id")


def _carry(job: _Job) -> list[_Answer]:
    """Post a peer's packets, one after another, until it does not answer; no database here."""
    answers: list[_Answer] = []
    try:
        with httpx.Client(timeout=TIMEOUT, trust_env=False, verify=own().tls) as web:
            for row, raw in job.packets:
                headers = {"content-type": MEDIA, **_announced(job.peer, raw)}
                answer = web.post(job.peer.address + DISPATCHES, content=raw, headers=headers)
                answers.append(_told(row, answer))
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        row = job.packets[len(answers)][0]
        answers.append(_Answer(row, problem=type(problem).__name__, unreachable=True))
    return answers


def _announced(peer: Peer, raw: bytes) -> dict[str, str]:
    """Return the header without which nobody reads a large packet."""
    mine = own()
    return {HEADER: announce(raw, mine.party, peer.party, mine.key)} if len(raw) > UNSIGNED else {}


def _told(row: DispatchRow, answer: httpx.Response) -> _Answer:
    try:
        told = answer.json()
        if answer.status_code == httpx.codes.OK:
            return _Answer(row, receipt=str(told["receipt"]))
        return _Answer(row, problem=str(told["reason"])[:64])
    except (ValueError, KeyError, TypeError):
        return _Answer(row, problem=f"HTTP {answer.status_code}", unreachable=answer.status_code >= 500)


def _noted(answer: _Answer) -> bool:
    row, now = answer.row, GIVEN.now()
    if answer.receipt and take_receipt(row, answer.receipt):
        return True
    tries = row.tries + 1
    again = now + min(FIRST * 2 ** min(tries, 20), LONGEST)
    problem = answer.problem or "receipt"
    DispatchRow.objects.filter(pk=row.pk).update(tries=tries, next_at=again, problem=problem)
    if answer.unreachable:
        peer = row.peer
        wait = min(FIRST * 2 ** min(peer.tries, 20), LONGEST)
        Peer.objects.filter(pk=peer.pk).update(tries=peer.tries + 1, next_at=now + wait, problem=problem)
    return False


def take_receipt(row: DispatchRow, receipt: str) -> bool:
    """Take a receipt for a dispatch of the outbox; False where it is not the receiver's for this one."""
    peer, now = Peer.objects.get(pk=row.peer_id), GIVEN.now()
    keys = tuple(map(PublicKey.read, filter(None, (peer.key, peer.former))))
    try:
        check(receipt, keys, row.dispatch_id, row.sha256)
    except RejectedError:
        return False
    if row.state == WAITING:
        with transaction.atomic():
            DispatchRow.objects.filter(pk=row.pk).update(receipt=receipt, receipted_at=now, problem="", next_at=None)
            acting.followed("dispatches", row, "delivered")
    Peer.objects.filter(pk=peer.pk).update(heard_at=now, tries=0, next_at=None, problem="")
    return True
