"""What peers are called in either language, where a row of another register names one."""

from __future__ import annotations

from shouze.registers.describing import Choices
from shouze.registers.peers.models import Peer


def associations() -> Choices:
    """Return the associations that this operator knows, by name, as they call themselves."""
    return {each.title: each.called for each in Peer.objects.filter(side="association").order_by("pk")}
