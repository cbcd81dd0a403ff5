"""What the records are, in memory: each operation's right answer, and the state that a run has to end in."""

from __future__ import annotations

from typing import Any

from .operations import Operation
from .records import TTL, Row, key_of, row_of

State = dict[str, Row]
"""Every record by its key."""
Answer = Any
"""Values or metadata by key for what reads, a number of records for what writes, True for what verifies."""
UNFORESEEN = object()
"""The answer that need not be the same on every side: lines of log, how many were found expired."""


class Model:
    """The records of one run."""

    def __init__(self, records: int, users: int) -> None:
        self._users = users
        self.state: State = {key_of(number): row_of(number, users) for number in range(records)}
        self._lapsed = {key for key, row in self.state.items() if row.ttl == TTL[0]}

    def expire(self) -> int:
        """Remove the loaded records whose life, the shortest, has passed; return how many that were."""
        return self._delete([key for key in self._lapsed if key in self.state])

    def apply(self, operation: Operation) -> Answer:
        """Do one operation; return its right answer."""
        kind, key = operation.kind, key_of(operation.number)
        if kind == "system-logs":
            return UNFORESEEN
        if kind == "verify-ttl":
            return not self._lapsed & self.state.keys()
        if kind == "verify-deletion":
            return key not in self.state
        if kind == "create":
            self.state[key] = row_of(operation.number, self._users)
            return 1
        if kind == "delete-by-ttl":
            self.expire()
            return UNFORESEEN
        return self._conditioned(operation)

    def _conditioned(self, operation: Operation) -> Answer:
        verb, _, by = operation.kind.partition("-by-")
        matching = self._matching(operation.number, by)
        if verb == "delete":
            return self._delete(list(matching))
        if verb == "read":
            return {key: row.data for key, row in matching.items()}
        if verb == "read-metadata":
            return {key: row[:-1] for key, row in matching.items()}
        self.state |= {key: row._replace(**{operation.field: operation.value}) for key, row in matching.items()}
        return len(matching)

    def _matching(self, number: int, by: str) -> State:
        if by == "key":
            key = key_of(number)
            return {key: self.state[key]} if key in self.state else {}
        place, wanted = Row._fields.index(by), getattr(row_of(number, self._users), by)
        return {key: row for key, row in self.state.items() if row[place] == wanted}

    def _delete(self, keys: list[str]) -> int:
        for key in keys:
            del self.state[key]
        return len(keys)
