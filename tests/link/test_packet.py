"""Packets: a dispatch and its attachments come together or not at all."""

from __future__ import annotations

import pytest

from shouze.link.dispatch import Attachment
from shouze.link.packet import LARGEST, Packet, write_courier
from shouze.link.refusing import Reason, RejectedError
from tests.link.written import dispatch, sealed

FILE = Attachment.of("照片.txt", "text/plain", b"a photograph")
NAMED = dispatch(attachments=(FILE,))


def test_a_packet_is_read_as_it_was_written() -> None:
    packet = Packet(sealed(attachments=(FILE,)), {FILE.sha256: b"a photograph"})
    assert Packet.read(packet.encoded()) == packet
    packet.checked_against(NAMED)
    assert [*map(Packet.read, write_courier([packet, Packet(receipt="x")]))] == [packet, Packet(receipt="x")]


@pytest.mark.parametrize(
    "carried",
    [
        {},
        {FILE.sha256: b"another photo"},
        {FILE.sha256: b"a photograph", "0" * 64: b""},
        {"0" * 64: b"a photograph"},
    ],
    ids=["missing", "another", "one more", "under another name"],
)
def test_an_attachment_that_is_not_the_one_named_is_refused(carried: dict[str, bytes]) -> None:
    with pytest.raises(RejectedError) as problem:
        Packet("", carried).checked_against(NAMED)
    assert problem.value.reason == Reason.ATTACHMENT_ALTERED


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b'{"format":"shouze-dispatch/2"}', b'{"attachments":{"a":"%"}}', b"\xff", b'{"x":1}']
)
def test_what_is_no_packet_is_refused_or_empty(raw: bytes) -> None:
    if raw == b"{}":
        assert Packet.read(raw) == Packet()
        return
    with pytest.raises(RejectedError) as problem:
        Packet.read(raw)
    assert problem.value.reason == Reason.MALFORMED


def test_what_is_too_large_is_refused_unread() -> None:
    with pytest.raises(RejectedError) as problem:
        Packet.read(bytes(LARGEST + 1))
    assert problem.value.reason == Reason.OVERSIZED
