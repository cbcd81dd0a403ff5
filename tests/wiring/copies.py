"""Backups and restores of a small installation, on either database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shouze import wiring
from shouze.gateway.asking import SubjectRef
from shouze.settings import Settings
from shouze.store.copying.shelf import Backup
from shouze.vault.armour import Pair, fresh_pair
from shouze.wiring.backup import Aim, back_up, list_erasures
from shouze.wiring.restore import Restored, Sources, restore
from tests import postgres
from tests.installation import CLERK, MovingClock, ask

KINDS = ("sqlite", "postgres")


@dataclass
class Copies:
    """An installation's two places of backups, their keys, and how to put them back."""

    folder: Path
    settings: Settings
    clock: MovingClock = field(default_factory=MovingClock)
    values_pair: Pair = field(default_factory=fresh_pair)
    keys_pair: Pair = field(default_factory=fresh_pair)

    def __post_init__(self) -> None:
        self.values.mkdir()
        self.keys.mkdir()

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def values(self) -> Path:
        return self.folder / "values"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def identities(self) -> list[Any]:
        return [self.values_pair.identity, self.keys_pair.identity]

    def back_up(self) -> list[Backup]:
        aims = Aim(self.values, [self.values_pair.recipient]), Aim(self.keys, [self.keys_pair.recipient])
        return back_up(self.home, self.settings, *aims, clock=self.clock)

    def list_erasures(self) -> Backup:
        return list_erasures(self.home, self.settings, Aim(self.values, [self.values_pair.recipient]), clock=self.clock)

    def restore(
        self, home: Path, settings: Settings, *, identities: Sequence[Any] | None = None,
        erased: Sequence[SubjectRef] = (),
    ) -> Restored:  # fmt: skip
        sources = Sources(self.values, self.keys, self.identities if identities is None else identities)
        return restore(home, settings, sources, "test", erased=erased, clock=self.clock)

    async def restored(self, home: Path, settings: Settings, **more: Any) -> Restored:
        return await asyncio.to_thread(lambda: self.restore(home, settings, **more))


@contextmanager
def place(kind: str) -> Iterator[Settings]:
    """Yield the settings of an empty place of that kind."""
    with ExitStack() as stack:
        yield Settings(database=stack.enter_context(postgres.database()) if kind == "postgres" else "")


async def released(
    opened: wiring.Installation, who: str | Mapping[str, str], *items: str, **more: Any
) -> dict[str, str]:
    """Return what the door releases of a subject to a clerk."""
    answer = await opened.door.release(CLERK, ask(who, *items, **more))
    return answer.items
