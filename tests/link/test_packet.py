"""Packets: a dispatch and its attachments come together or not at all."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from shouze.link.dispatch import LARGEST_ATTACHMENT, Attachment
from shouze.link.packet import LARGEST, Packet, write_courier
from shouze.link.refusing import Reason, RejectedError
from tests.link.written import dispatch, sealed

FILE = Attachment.of("照片.txt", "text/plain", b"a photograph")
MORE = Attachment.of("more.txt", "text/plain", b"more")
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
        {FILE.sha256: b"a photograph", MORE.sha256: b"more"},
        {"0" * 64: b"a photograph"},
    ],
    ids=["missing", "another", "one more", "one more by its right digest", "under another name"],
)
def test_an_attachment_that_is_not_the_one_named_is_refused(carried: dict[str, bytes]) -> None:
    with pytest.raises(RejectedError) as problem:
        Packet("", carried).checked_against(NAMED)
    assert problem.value.reason == Reason.ATTACHMENT_ALTERED


@pytest.mark.parametrize("by", [-1, 1])
def test_an_attachment_is_as_large_as_its_dispatch_says(by: int) -> None:
    said = dispatch(attachments=(replace(FILE, size=FILE.size + by),))
    with pytest.raises(RejectedError) as problem:
        Packet("", {FILE.sha256: b"a photograph"}).checked_against(said)
    assert problem.value.reason == Reason.ATTACHMENT_ALTERED


def test_an_attachment_that_is_too_large_is_refused_however_its_dispatch_names_it() -> None:
    content = bytes(LARGEST_ATTACHMENT + 1)
    large = Attachment.of("film", "video/mp4", content)
    with pytest.raises(RejectedError) as problem:
        Packet("", {large.sha256: content}).checked_against(dispatch(attachments=(large,)))
    assert problem.value.reason == Reason.OVERSIZED


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
