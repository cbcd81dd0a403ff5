"""Joins what replaces the keys of an installation: epochs and days, and the index key."""

from __future__ import annotations

from datetime import timedelta

from shouze.gateway.reindexing import Reindexing
from shouze.gateway.rewrapping import PAGE, Turning
from shouze.ledger.entry import Who
from shouze.store.reindexing import StoredIndexTurning
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


def reindexing(opened: Gateway, who: Who = SYSTEM) -> Reindexing:
    """Return what replaces the index key of an open installation, on account of ``who``."""
    return Reindexing(opened.door.room, opened.ring, StoredIndexTurning(opened.stores.databases["custody"]), who)
