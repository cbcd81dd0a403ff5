"""What travels: a signed dispatch with its attachments, as one JSON object; a courier's file has one on each line."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

import msgspec

from shouze.link.dispatch import LARGEST_ATTACHMENT, MOST_ATTACHMENTS, Dispatch
from shouze.link.refusing import Reason, RejectedError

LARGEST = 32 * 1024 * 1024
"""Bytes of the largest packet that is read."""
MEDIA = "application/vnd.shouze.dispatch+json"


class _Packet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    format: Literal["shouze-dispatch/1"] = "shouze-dispatch/1"
    dispatch: str = ""
    receipt: str = ""
    attachments: dict[str, str] = {}


@dataclass(frozen=True)
class Packet:
    """A signed dispatch with the bytes of its attachments by SHA-256 (hex); or a receipt on its way back."""

    dispatch: str = ""
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    receipt: str = ""

    def encoded(self) -> bytes:
        """Return the packet as it travels, in one line."""
        carried = {name: base64.b64encode(raw).decode() for name, raw in sorted(self.attachments.items())}
        packet = _Packet(dispatch=self.dispatch, receipt=self.receipt, attachments=carried)
        # The format's name is written out although it is the only one yet.
        return msgspec.json.encode({"format": packet.format, **msgspec.to_builtins(packet)}, order="sorted")

    @classmethod
    def read(cls, raw: bytes) -> Packet:
        """Read a packet; RejectedError for one that is too large, or none."""
        if len(raw) > LARGEST:
            raise RejectedError(Reason.OVERSIZED)
        try:
            packet = _packets.decode(raw)
            if len(packet.attachments) > MOST_ATTACHMENTS:
                raise RejectedError(Reason.OVERSIZED, "attachments")
            carried = {name: base64.b64decode(text, validate=True) for name, text in packet.attachments.items()}
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise RejectedError(Reason.MALFORMED, "packet") from None
        return cls(packet.dispatch, carried, packet.receipt)

    def checked_against(self, dispatch: Dispatch) -> None:
        """Raise RejectedError unless every attachment is there, is the one named, and none is there beside them."""
        named = {each.sha256: each for each in dispatch.attachments}
        if named.keys() != self.attachments.keys():
            raise RejectedError(Reason.ATTACHMENT_ALTERED)
        for digest, content in self.attachments.items():
            if len(content) > LARGEST_ATTACHMENT:
                raise RejectedError(Reason.OVERSIZED, "attachments")
            if sha256(content).hexdigest() != digest or len(content) != named[digest].size:
                raise RejectedError(Reason.ATTACHMENT_ALTERED)


_packets = msgspec.json.Decoder(_Packet)


def write_courier(packets: Iterable[Packet]) -> Iterator[bytes]:
    """Yield the lines of a courier's file."""
    for packet in packets:
        yield packet.encoded() + b"\n"
