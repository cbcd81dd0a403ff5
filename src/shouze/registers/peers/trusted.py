"""The peers that dispatches go to: those whose keys people have compared, by side; offered in forms, found by party."""

from __future__ import annotations

from django.db.models import QuerySet

from shouze.link.kinds import Side
from shouze.registers.describing import Choices
from shouze.registers.peers.models import Peer


def trusted(side: Side | None, **more: str) -> QuerySet[Peer]:
    """Return the peers of a side (None: of both) that dispatches go to; ``more`` narrows them by other columns."""
    return Peer.objects.filter(state="trusted", **({"side": side} if side else {}), **more)


def trusted_peer(side: Side | None, party: str, **more: str) -> Peer | None:
    """Return the peer of a side (None: of either) that dispatches go to, by its party; None if there is none."""
    return trusted(side, **more).filter(party=party).first()


def authorities(**more: str) -> Choices:
    """Return the authorities that dispatches go to, by party; ``more`` as in ``trusted``."""
    return _offered(trusted("authority", **more))


def operators() -> Choices:
    """Return the operators that dispatches go to, by party."""
    return _offered(trusted("operator"))


def everybody() -> Choices:
    """Return all that dispatches go to, by party."""
    return _offered(trusted(None))


def _offered(peers: QuerySet[Peer]) -> Choices:
    return {each.party: each.called for each in peers.order_by("title")}
