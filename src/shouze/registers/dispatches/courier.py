"""What a courier brings: dispatches, and receipts for those that went out."""

from __future__ import annotations

import msgspec

from shouze.link.packet import Packet
from shouze.link.receipt import TYPE, Receipt
from shouze.link.refusing import Reason, RejectedError
from shouze.link.signing import peek
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import take_receipt
from shouze.registers.dispatches.taking import take


def bring(line: bytes) -> str:
    """Take one line of a courier's file; return the receipt that goes back, nothing for a receipt.

    RejectedError for what is refused.
    """
    packet = Packet.read(line) if line.startswith(b'{"attachments":{},"format"') or b'"receipt":"' in line else None
    if packet is None or not packet.receipt:
        return take(line)
    try:
        told = msgspec.json.decode(peek(packet.receipt, TYPE)[1], type=Receipt)
    except msgspec.MsgspecError:
        raise RejectedError(Reason.MALFORMED, "receipt") from None
    row = DispatchRow.objects.filter(direction="out", dispatch_id=told.dispatch, peer__party=told.taker).first()
    if row is None or not take_receipt(row, packet.receipt):
        raise RejectedError(Reason.ALTERED, "receipt")
    return ""
