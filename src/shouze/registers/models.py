"""The models that Django finds for this app: the rows that all registers share."""

from __future__ import annotations

from shouze.registers.rows import Clock, Delivery, Document, Effect, Event, Sequence, Turn, View

__all__ = ["Clock", "Delivery", "Document", "Effect", "Event", "Sequence", "Turn", "View"]
