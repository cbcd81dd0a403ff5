"""What publication needs from outside: the registers' rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from shouze.journal.record import Record
from shouze.rules.declaration import Operator
from shouze.rules.policy import Policy, Published


class Written(NamedTuple):
    """One entry as it is written: its kind, id and JSON body; None removes it."""

    kind: str
    id: str
    body: bytes | None


class Present(NamedTuple):
    """Everything that policy is compiled from, as it stands at ``epoch``."""

    epoch: int
    histories: dict[str, list[Published]]
    entries: list[Written]
    operator: Operator | None


class Recorder(Protocol):
    """Where publications are recorded: this process's journal, or a gateway's."""

    async def record(self, record: Record) -> object:
        """Make the record durable; UnavailableError where it cannot be."""
        ...


class Press(Protocol):
    """The registers' tables: published declarations, entries, policies; all append-only."""

    async def present(self) -> Present:
        """Return the present rows in one snapshot."""
        ...

    async def publish(
        self,
        policy: Policy,
        declarations: Sequence[Published],
        entries: Sequence[Written],
        operator: Operator | None,
        by: str,
        now: datetime,
    ) -> bool:
        """Write new declarations, entries and the policy compiled with them, in one transaction.

        False, and nothing written, when the policy's epoch is not the next one any more.
        """
        ...
