"""A press in memory: append-only tables, and rivals who publish first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.publication.ports import Present, Written
from shouze.rules.declaration import Operator
from shouze.rules.policy import Policy, Published


class MemoryPress:
    """``rivals``: how many publications of others come between the next presents and publishes."""

    def __init__(self, rivals: int = 0) -> None:
        self.rivals = rivals
        self.rival_rows: list[Written] = []
        self.policies: list[Policy] = []
        self.histories: dict[str, list[Published]] = {}
        self.entries: list[Written] = []
        self.operator: Operator | None = None
        self.signed: list[str] = []
        self.epoch = 0
        self.events: list[str] = []

    async def present(self) -> Present:
        """Return copies of the present rows."""
        histories = {service: list(history) for service, history in self.histories.items()}
        return Present(self.epoch, histories, list(self.entries), self.operator)

    async def publish(
        self,
        policy: Policy,
        declarations: Sequence[Published],
        entries: Sequence[Written],
        operator: Operator | None,
        by: str,
        now: datetime,
    ) -> bool:
        """Append everything, unless a rival came first."""
        if self.rivals:
            self.rivals -= 1
            self.epoch += 1
            self.entries += self.rival_rows
        if policy.epoch != self.epoch + 1:
            return False
        self.events.append("published")
        self.epoch = policy.epoch
        self.policies.append(policy)
        for published in declarations:
            self.histories.setdefault(published.declaration.service, []).append(published)
        self.entries += entries
        self.operator = operator or self.operator
        self.signed.append(by)
        return True
