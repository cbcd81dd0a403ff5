"""How two installations get to know one another: each introduces itself; people compare fingerprints; keys change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import httpx
from django.db import transaction

from shouze.errors import ShouzeError
from shouze.link.announcing import UNSIGNED
from shouze.link.changing_keys import accepted
from shouze.link.dispatch import Dispatch, digest_of, read, seal
from shouze.link.kinds import Introduction, KeyChange
from shouze.link.packet import Packet
from shouze.link.refusing import Reason, RejectedError
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.licensing import plain
from shouze.registers.operators.models import OperatorRow
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN, own
from shouze.registers.rows import Kept

MOST_UNCONFIRMED = 200
"""Introductions that nobody has confirmed, beyond which further ones are refused: anybody can send one."""
FORMER_KEY_LASTS = timedelta(days=60)
MATTER = "introduction"
DISPATCHES, INTRODUCTION = "/link/dispatches", "/link/introduction"
TIMEOUT = httpx.Timeout(5.0, connect=2.0)


def introduction(receiver: str) -> str:
    """Return this installation's introduction to somebody, signed."""
    mine, told = own(), _described()
    body = Introduction(side=GIVEN.house, key=mine.key.public.text, log=mine.log, address=mine.address, **told)
    dispatch = Dispatch(
        v=1, id=token_hex(16), kind="introduction", sender=mine.party, receiver=receiver, matter=MATTER, sequence=1,
        time=GIVEN.now(), body=body,
    )  # fmt: skip
    return seal(dispatch, mine.key)


def _described() -> dict[str, str]:
    """Return what the installation says of itself: its row in the register of the operator, where there is one."""
    row = OperatorRow.objects.order_by("id").first()
    if row is None:
        return {"name": own().party}
    return {"name": row.title, "name_en": row.title_en, "licence": row.licence, "filing": row.filing}


def take_introduction(dispatch: Dispatch, signed: str, asked: Peer | None = None) -> Peer:
    """Keep what a party says of itself; its key counts for nothing before people have compared fingerprints.

    ``asked`` is the row at whose address it was asked.
    """
    body, digest = dispatch.body, digest_of(signed)
    if not isinstance(body, Introduction) or body.side == GIVEN.house == "operator":
        raise RejectedError(Reason.NOT_ENTITLED)
    with transaction.atomic():
        peer = Peer.objects.select_for_update().filter(party=dispatch.sender).first() or asked
        old = peer is not None and peer.introduced_dated is not None and dispatch.time <= peer.introduced_dated
        if peer is not None and (old or peer.introduction == digest):
            return peer
        return _kept(peer, dispatch, body, signed)


def _kept(peer: Peer | None, dispatch: Dispatch, body: Introduction, signed: str) -> Peer:
    document = Attached("introduction.jws", "application/jose", signed.encode())
    fresh = peer or Peer(state="introduced")
    if peer is None and Peer.objects.filter(state="introduced").count() >= MOST_UNCONFIRMED:
        raise RejectedError(Reason.UNKNOWN_SENDER)
    if fresh.state in ("asked", "introduced"):
        fresh.log = body.log
    elif fresh.key == body.key:
        # Its log is what it answers by: another one is for people to decide about.
        fresh.offered_log = body.log if body.log != fresh.log else ""
    if fresh.state in ("asked", "introduced") or (fresh.state == "trusted" and fresh.key == body.key):
        # What a stranger says of itself replaces nothing that people have confirmed.
        fresh.title, fresh.title_en, fresh.side = body.name[:200], body.name_en[:200], body.side
        fresh.licence, fresh.filing = plain(body.licence)[:120], plain(body.filing)[:120]
        fresh.province, fresh.address = body.province[:60], body.address or fresh.address
        fresh.state = "introduced" if fresh.state == "asked" else fresh.state
    fresh.party, fresh.introduction, fresh.introduced_dated = dispatch.sender, digest_of(signed), dispatch.time
    fresh.offered = "" if body.key == fresh.key else body.key
    asked = Asked(documents=[document])
    if peer is None:
        return acting.entered("peers", fresh, "introduced", asked)
    fresh.save()
    return acting.followed("peers", fresh, "introduced", asked)


def introduce_anew(_doing: Doing[Any], _before: Mapping[str, Any]) -> None:
    """Tell whoever knows us already what we call ourselves now, in the next round."""
    Peer.objects.filter(state="trusted", introduced=True).exclude(address="").update(
        introduced=False, tries=0, next_at=None
    )


def meet(_now: datetime) -> None:
    """Ask the installations that people have named by their address who they are, and say who asks."""
    for peer in Peer.objects.exclude(address="").filter(introduced=False, state__in=("asked", "introduced", "trusted")):
        # An address that a stranger has named itself is nobody's that we would call.
        if peer.state == "introduced" and peer.tries == 0 and peer.next_at is None:
            continue
        if peer.next_at is None or peer.next_at <= GIVEN.now():
            _meet(peer)


def _meet(peer: Peer) -> None:
    try:
        with httpx.Client(timeout=TIMEOUT, trust_env=False, verify=own().tls) as web:
            signed = _asked(web, peer.address)
            theirs = read(signed, lambda _party: None, own().party, GIVEN.now())
            took = take_introduction(theirs, signed, peer)
            packet = Packet(introduction(theirs.sender))
            web.post(peer.address + DISPATCHES, content=packet.encoded()).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL, ShouzeError) as problem:
        name = problem.reason.value if isinstance(problem, RejectedError) else type(problem).__name__
        wait = min(timedelta(seconds=2) * 2 ** min(peer.tries, 12), timedelta(hours=6))
        Peer.objects.filter(pk=peer.pk).update(tries=peer.tries + 1, next_at=GIVEN.now() + wait, problem=name[:64])
    else:
        if took.pk != peer.pk:
            acting.followed("peers", peer, "known")
        Peer.objects.filter(pk=took.pk).update(introduced=True, tries=0, next_at=None, problem="")


def _asked(web: httpx.Client, address: str) -> str:
    content = b""
    with web.stream("GET", address + INTRODUCTION, params={"to": own().party}) as answer:
        answer.raise_for_status()
        for part in answer.iter_bytes():
            content += part
            if len(content) > UNSIGNED:
                raise RejectedError(Reason.OVERSIZED)
    return Packet.read(content).dispatch


def take_key_change(arrived: Arrived) -> Kept:
    """Take a peer's next key in the place of the present one, which may still sign what was under way."""
    body, peer = arrived.saying(KeyChange), arrived.peer
    after = accepted(body, peer.party, peer.known(arrived.now).keys[0])
    peer.former, peer.former_until = peer.key, arrived.now + FORMER_KEY_LASTS
    peer.key, peer.offered = after.text, ""
    peer.save()
    return acting.followed("peers", peer, "renewed")
