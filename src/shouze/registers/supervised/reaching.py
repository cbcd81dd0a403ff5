"""How an operator of the register is reached by dispatch: the peer of the same licence or filing."""

from __future__ import annotations

from shouze.link.kinds import Body
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.peers.models import Peer
from shouze.registers.peers.trusted import trusted
from shouze.registers.people.models import Person
from shouze.registers.supervised.models import Supervised


def peer_of(operator: Supervised) -> Peer | None:
    """Return the peer that an operator is; None where no dispatches go to it."""
    for name in ("licence", "filing"):
        if (held := getattr(operator, name)) and (peer := trusted("operator", **{name: held}).first()):
            return peer
    return None


def tell(number: str, kind: str, matter: str, body: Body, by: Person) -> str:
    """Send a dispatch to an operator by its number in the register; return its SHA-256, nothing where none goes."""
    operator = Supervised.objects.filter(number=number).first() if number else None
    peer = peer_of(operator) if operator is not None else None
    if peer is None:
        return ""
    return post(Written(kind, peer, matter, body, about=matter), by if by.pk else None).sha256
