"""What a courier brings is taken as from the wire, and receipts find their dispatch."""

from __future__ import annotations

import pytest

from shouze.link.dispatch import digest_of
from shouze.link.packet import Packet
from shouze.link.receipt import Receipt, give
from shouze.link.refusing import RejectedError
from shouze.registers.dispatches.courier import bring
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import Written, packet_of, post
from shouze.registers.ports import GIVEN
from tests.registers.parties import LETTER, Other, inbox

pytestmark = pytest.mark.django_db


def test_a_dispatch_on_a_stick_is_taken_like_any_other(other: Other) -> None:
    other.trusted()
    assert bring(Packet(other.seal()).encoded())
    assert inbox() == [("letter", 1, "arrived")]


def test_a_receipt_on_a_stick_delivers_its_dispatch_and_no_other(other: Other) -> None:
    row = post(Written("letter", other.trusted(), "m", LETTER))
    told = Receipt(v=1, dispatch=row.dispatch_id, sha256=digest_of(packet_of(row).dispatch), taker=other.party,
                   time=GIVEN.now())  # fmt: skip
    with pytest.raises(RejectedError):
        bring(Packet(receipt=give(told, Other().key)).encoded())
    assert bring(Packet(receipt=give(told, other.key)).encoded()) == ""
    assert DispatchRow.objects.get().state == "delivered"
    with pytest.raises(RejectedError):
        bring(Packet(receipt="x.y.z").encoded())
