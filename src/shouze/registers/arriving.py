"""A dispatch that has arrived, as registers take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from shouze.link.dispatch import Dispatch

if TYPE_CHECKING:
    from shouze.registers.peers.models import Peer


@dataclass(frozen=True)
class Arrived:
    """A verified dispatch in its order: its sender, its SHA-256, the number it has here, its files by SHA-256, when."""

    dispatch: Dispatch
    peer: Peer
    digest: str
    number: str
    now: datetime
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)
