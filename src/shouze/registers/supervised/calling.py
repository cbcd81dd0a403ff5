"""Which operator under supervision somebody means: a peer, by licence or filing; people, by whatever names it."""

from __future__ import annotations

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.licensing import plain
from shouze.registers.peers.models import Peer
from shouze.registers.supervised.models import Supervised


def operator_of(peer: Peer) -> Supervised | None:
    """Return the operator that a peer is; None where it is not on the register."""
    known = Supervised.objects.filter(state="supervised")
    for name in ("licence", "filing"):
        held = getattr(peer, name)
        if held and (operator := known.filter(**{f"{name}__in": [held, plain(held)]}).first()):
            return operator
    return None


def operator_called(told: str, field: str = "operator") -> Supervised:
    """Return the operator by number, licence, filing or name; InvalidError names the field."""
    known = Supervised.objects.filter(state="supervised")
    for name in ("number", "licence", "filing", "title"):
        ways = [told.strip(), plain(told)]
        if told.strip() and (found := known.filter(**{f"{name}__in": ways}).first()):
            return found
    remedy = Text("写在册的编号、许可证号、备案号或名称", "Give its number, licence, filing or name as on the register")
    raise InvalidError(Text("没有此经营者", "There is no such operator"), field=field, remedy=remedy)
