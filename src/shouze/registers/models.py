"""The models that Django finds for this app: the rows that all registers share."""

from __future__ import annotations

from shouze.registers.rows import Clock, Document, Effect, Event, Sequence, View

__all__ = ["Clock", "Document", "Effect", "Event", "Sequence", "View"]
