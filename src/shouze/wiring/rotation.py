"""Joins what replaces the keys of an installation."""

from __future__ import annotations

from datetime import timedelta

from shouze.gateway.rewrapping import PAGE, Turning
from shouze.ledger.entry import Who
from shouze.store.rotation import StoredKeyTurning
from shouze.wiring.joining import Gateway

SYSTEM = Who("system")


def turning(opened: Gateway, who: Who = SYSTEM, *, page: int = PAGE) -> Turning:
    """Return what replaces the keys of an open installation, on account of ``who``."""
    return Turning(
        ring=opened.ring,
        keys=StoredKeyTurning(opened.stores.databases["keys"]),
        journal=opened.journal,
        clock=opened.clock,
        who=who,
        bound=timedelta(days=opened.settings.erasure_bound_days),
        record_retention=timedelta(days=opened.settings.record_retention_days),
        page=page,
    )
