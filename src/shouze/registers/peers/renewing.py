"""Announces this installation's next key to every peer, signed by the present one."""

from __future__ import annotations

from django.db import transaction

from shouze.link.changing_keys import change
from shouze.link.keys import PartyKey
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.peers.models import Peer
from shouze.registers.ports import own

MATTER = "keys"


def announce() -> tuple[PartyKey, int]:
    """Return the next key and how many peers are told of it; whoever calls puts it in the place of the present one."""
    mine, fresh = own(), PartyKey.fresh()
    body = change(mine.party, mine.key.public, fresh)
    with transaction.atomic():
        peers = list(Peer.objects.filter(state="trusted").order_by("id"))
        for peer in peers:
            post(Written("key-change", peer, MATTER, body))
    return fresh, len(peers)
