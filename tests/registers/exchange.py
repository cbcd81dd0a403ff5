"""Several installations in one process, each with its own key and house; what one sends is carried to another.

They share the tables: what each of them sees is told apart by whom a dispatch is from and to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from shouze.link.dispatch import unverified
from shouze.link.keys import PartyKey
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import WAITING, packet_of, take_receipt
from shouze.registers.dispatches.taking import take
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN, Own
from shouze.registers.roles import House


@dataclass
class Installation:
    """One of several: its party, its house, its key; the others know it as a peer."""

    party: str
    title: str
    house: House
    key: PartyKey = field(default_factory=PartyKey.fresh)

    def known(self, **more: str) -> Peer:
        """Let the others have confirmed its key."""
        peer = Peer(number=f"L-{Peer.objects.count() + 1}", title=self.title, party=self.party, side=self.house,
                    state="trusted", key=self.key.public.text, trusted_at=GIVEN.now(), **more)  # fmt: skip
        peer.save()
        return peer

    @contextmanager
    def here(self) -> Iterator[None]:
        """Let this process be it."""
        before = GIVEN.own, GIVEN.house
        GIVEN.own, GIVEN.house = Own(self.party, self.key, "x+1+y"), self.house
        try:
            yield
        finally:
            GIVEN.own, GIVEN.house = before


def carry(sender: Installation, receiver: Installation) -> list[str]:
    """Carry what waits from one to another, in order, and the receipts back; return the kinds."""
    waiting = DispatchRow.objects.filter(direction="out", state=WAITING, peer__party=receiver.party).order_by("pk")
    kinds = []
    for row in waiting:
        dispatch = unverified(row.signed)
        if dispatch is None or dispatch.sender != sender.party:
            continue
        with receiver.here():
            receipt = take(packet_of(row).encoded())
        with sender.here():
            assert take_receipt(row, receipt)
        kinds.append(row.kind)
    return kinds
