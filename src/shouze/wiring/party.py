"""What commands do as a party to dispatches; Django is set up before (``configured`` gives it)."""

from __future__ import annotations

from collections.abc import Iterator

from shouze.link.dispatch import unverified
from shouze.link.keys import PartyKey
from shouze.link.kinds import SampleRequest
from shouze.link.packet import Packet
from shouze.registers.dispatches.courier import bring
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import packet_of
from shouze.registers.peers.introducing import introduction
from shouze.registers.peers.renewing import announce
from shouze.registers.ports import Own, own

AT_ONCE = 50
"""Dispatches read at once."""


class Party:
    """This installation, with its key."""

    @property
    def own(self) -> Own:
        """Its name and key."""
        return own()

    def introduction(self, party: str) -> Packet:
        """Return its introduction to another."""
        return Packet(introduction(party))

    def waiting(self, party: str) -> Iterator[Packet]:
        """Yield the dispatches that wait for another, in their order."""
        rows = DispatchRow.objects.filter(peer__party=party, state="waiting").order_by("id")
        return map(packet_of, rows.iterator(chunk_size=AT_ONCE))

    def bring(self, line: bytes) -> str:
        """Take in a line that a courier brought; return its receipt, if any. RejectedError for what is refused."""
        return bring(line)

    def asked_for(self, number: str) -> tuple[SampleRequest | None, str]:
        """Return the draw that a dispatch of the inbox asks to be shown, None where none waits; and who asks."""
        row = DispatchRow.objects.filter(number=number, direction="in", kind="sample-request", state="arrived").first()
        if row is None:
            return None, ""
        body = unverified(row.signed)
        return (body.body if body and isinstance(body.body, SampleRequest) else None), row.peer.title

    def announce(self) -> tuple[PartyKey, int]:
        """Tell every peer of a new key; return it, and how many are told."""
        return announce()
