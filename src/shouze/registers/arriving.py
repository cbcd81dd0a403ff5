"""A dispatch that has arrived, as registers take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from shouze.link.dispatch import Dispatch
from shouze.link.kinds import Body

if TYPE_CHECKING:
    from shouze.registers.peers.models import Peer

B = TypeVar("B", bound=Body)


@dataclass(frozen=True)
class Arrived:
    """A verified dispatch in its order: its sender, its SHA-256, the number it has here, its files by SHA-256, when."""

    dispatch: Dispatch
    peer: Peer
    digest: str
    number: str
    now: datetime
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def saying(self, body: type[B]) -> B:
        """Return what it says, which is of this type since its kind says so (``link.kinds.KINDS``)."""
        said = self.dispatch.body
        if not isinstance(said, body):
            raise TypeError(self.dispatch.kind)
        return said
