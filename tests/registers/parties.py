"""This installation as a party to dispatches, and a peer played by the test with a key of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shouze.link.dispatch import Attachment, Dispatch, seal
from shouze.link.keys import PartyKey
from shouze.link.kinds import Body, Letter
from shouze.link.packet import Packet
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.taking import take
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN, Own
from shouze.registers.roles import House

MINE = "shouze.localhost/mine"
LETTER = Letter(title="来函", text="请说明")


@dataclass
class Other:
    """The other side: it seals what it likes."""

    party: str = "shouze.localhost/other"
    key: PartyKey = field(default_factory=PartyKey.fresh)
    count: int = 0

    def seal(self, kind: str = "letter", body: Body = LETTER, **named: Any) -> str:
        self.count += 1
        told = {
            "v": 1, "id": f"{self.count:032x}", "kind": kind, "sender": self.party, "receiver": MINE, "matter": "m",
            "sequence": 1, "time": GIVEN.now(), "body": body, **named,
        }  # fmt: skip
        return seal(Dispatch(**told), self.key)

    def send(self, kind: str = "letter", body: Body = LETTER, **named: Any) -> str:
        return take(Packet(self.seal(kind, body, **named)).encoded())

    def trusted(self, side: str = "authority", **more: Any) -> Peer:
        told = {
            "number": "L-1", "title": "某局", "party": self.party, "side": side, "state": "trusted",
            "key": self.key.public.text, "trusted_at": GIVEN.now(), **more,
        }  # fmt: skip
        peer = Peer(**told)
        peer.save()
        return peer


@contextmanager
def joined(house: House = "operator") -> Iterator[Own]:
    """Let this process be a party."""
    GIVEN.own, GIVEN.house = Own(MINE, PartyKey.fresh(), "x+1+y", "http://mine.localhost"), house
    try:
        yield GIVEN.own
    finally:
        GIVEN.own, GIVEN.house = None, "operator"


@contextmanager
def later(by: timedelta) -> Iterator[None]:
    """Move the house's clock on."""
    before = GIVEN.now
    GIVEN.now = lambda: before() + by
    try:
        yield
    finally:
        GIVEN.now = before


def inbox() -> list[tuple[str, int, str]]:
    """Return what came in, in the order of its places: kind, place, state."""
    return list(DispatchRow.objects.filter(direction="in").order_by("matter", "sequence").values_list(
        "kind", "sequence", "state"))  # fmt: skip


def named(files: Mapping[str, bytes]) -> tuple[Attachment, ...]:
    return tuple(Attachment.of(name, "text/plain", raw) for name, raw in files.items())
