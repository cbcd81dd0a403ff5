"""Opens an installation: its stores, journal, door, publisher and sequencer joined, its journal started."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from shouze.gateway.clock import SteadyClock
from shouze.gateway.door import Door
from shouze.gateway.ports import Clock
from shouze.gateway.room import Room
from shouze.journal.journal import Journal
from shouze.ledger.note import Signer
from shouze.publication.publish import Publisher
from shouze.rules.catalogue import Statutes
from shouze.sequencer.rounds import Rounds
from shouze.sequencer.sequencer import Sequencer
from shouze.settings import Settings, load_settings
from shouze.store.opening import Stores
from shouze.vault.key_file import FileKeyRing
from shouze.wiring.clocks import check_clock
from shouze.wiring.own_ring import check_ring
from shouze.wiring.preparing import KEY_RING, log_lock, open_stores
from shouze.wiring.shards import sequencer_of
from shouze.wiring.statutes import read_statutes

Entropy = Callable[[int], bytes]
Decorate = Callable[[Stores], Stores]


@dataclass(frozen=True)
class Gateway:
    """What stands at the door: it opens values and appends records; it neither publishes nor signs."""

    home: Path
    settings: Settings
    ring: FileKeyRing
    stores: Stores
    clock: Clock
    journal: Journal
    door: Door


@dataclass(frozen=True)
class Installation(Gateway):
    """One organisation's installation, opened: its parts joined, its journal started."""

    statutes: Statutes
    publisher: Publisher
    signer: Signer
    rounds: Rounds
    sequencer: Sequencer


@asynccontextmanager
async def gateway(home: Path, settings: Settings) -> AsyncIterator[Gateway]:
    """Open the door alone, for a process of its own: the key ring is in ``home``, the signing key need not be."""
    stores = open_stores(home, settings)
    try:
        gate = _gateway(home, settings, stores, SteadyClock(), os.urandom)
        async with _recording(gate):
            yield gate
    finally:
        await stores.close()


@asynccontextmanager
async def installation(
    home: Path,
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    entropy: Entropy = os.urandom,
    decorate: Decorate = lambda stores: stores,
    covered: bool = False,
    checked: bool = True,
) -> AsyncIterator[Installation]:
    """Open the installation in ``home``, which ``prepare`` has made; record its start, and its end on leaving.

    ``decorate`` lets a program stand between the parts and their stores. ``covered``: on leaving, a last checkpoint
    covers every record, the last one too, unless another process is sequencing. ``checked``: the key ring has to be
    that of the tables; only who is about to say which one that is goes without.
    """
    settings = settings or load_settings(home, os.environ)
    stores = decorate(open_stores(home, settings))
    try:
        gate = _gateway(home, settings, stores, clock or SteadyClock(), entropy)
        publisher = Publisher(stores.press, gate.journal, read_statutes(), gate.clock.now)
        lock = log_lock(home, settings)
        sequencer, signer = sequencer_of(home, settings, stores.databases["log"], lock, gate.clock.now, entropy)
        opened = Installation(
            **vars(gate), statutes=read_statutes(), publisher=publisher, signer=signer, rounds=Rounds(sequencer),
            sequencer=sequencer,
        )  # fmt: skip
        async with _recording(gate, checked=checked):
            yield opened
        if covered:
            await _cover(opened.rounds)
    finally:
        await stores.close()


@asynccontextmanager
async def sequencing(opened: Installation) -> AsyncIterator[None]:
    """Run the installation's sequencer beside what stands within; a last round covers what was recorded there."""
    stop = asyncio.Event()
    running = asyncio.create_task(opened.rounds.run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


def _gateway(home: Path, settings: Settings, stores: Stores, clock: Clock, entropy: Entropy) -> Gateway:
    ring = FileKeyRing.open(home / KEY_RING)
    boot = entropy(16).hex()
    journal = Journal(stores.staging, clock.now, entropy, node=settings.node, boot=boot, patience=settings.patience)
    room = Room(stores.custody, stores.keys, stores.policies, journal, ring, clock, entropy)
    return Gateway(home, settings, ring, stores, clock, journal, Door(room, stores.usage))


@asynccontextmanager
async def _recording(gate: Gateway, *, checked: bool = True) -> AsyncIterator[None]:
    await check_clock(gate.stores.databases["custody"])
    if checked:
        await check_ring(gate.ring, gate.stores.databases)
    await gate.door.refresh()
    await gate.journal.start()
    yield
    await gate.journal.close()


async def _cover(rounds: Rounds) -> None:
    stopped = asyncio.Event()
    stopped.set()
    await rounds.run(stopped)
