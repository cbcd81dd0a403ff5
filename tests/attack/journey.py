"""An operator's months with users who stay, leave and withdraw; and what an attacker can take at each moment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psycopg

from shouze import wiring
from shouze.gateway.asking import Request
from shouze.gateway.rewrapping import GRACE, keep_turning
from shouze.store.copying.shelf import Shelf
from shouze.wiring.preparing import KEY_RING
from shouze.wiring.rotation import turning
from tests.attack.attacker import Attacker
from tests.attack.loot import Loot
from tests.installation import CRM, ask, consents, operator, subscribe
from tests.wiring.copies import Copies

VICTIM = {"phone": "19165438276", "email": "xiaobei.0917@example.cn"}
CONTROL = {
    "name": "欧阳留存",
    "phone": "19287654321",
    "id-number": "440524188001010014",
    "address": "云泽省晚风路八十一号",
}
LEAVER = {
    "name": "上官半留",
    "phone": "19312348765",
    "id-number": "11010519491231002X",
    "address": "云泽省长桥巷一百零七号",
}
PLAINTEXTS = {
    "victim": [VICTIM["phone"], VICTIM["email"]],
    "leaver's address": [LEAVER["address"]],
}
ITEMS = ("name", "phone", "id-number", "address", "email")
GROUNDS = (
    "mobile/open-account", "mobile/customer-service", "mobile/offers", "mobile/real-name-record",
    "cloud-drive/provide-drive",
)  # fmt: skip
DAY = timedelta(days=1)


@dataclass
class Journey:
    """One installation, its users, and the folders an attacker reads."""

    copies: Copies
    opened: wiring.Installation
    files: Sequence[Path]
    victim: str = ""
    control: str = ""
    leaver: str = ""
    spare: Path = field(default_factory=Path)

    async def begin(self) -> None:
        """Take three users in: one who will be erased, one who stays, one of whom a law keeps a part."""
        given = consents("cloud-drive", {"provide-drive": tuple(VICTIM)})
        request = Request(service="cloud-drive", purposes=("provide-drive",), action="collect")
        self.victim = (await self.opened.door.collect(CRM, request, VICTIM, given)).subject
        self.control = (await subscribe(self.opened, CONTROL, also={"offers": ["phone"]})).subject
        self.leaver = (await subscribe(self.opened, LEAVER)).subject

    async def erase(self) -> None:
        """Let the victim leave for good, the leaver leave what a law keeps, the control withdraw one purpose."""
        await self.opened.door.terminate(CRM, ask(self.victim, service="cloud-drive", purposes=("provide-drive",)))
        await self.opened.door.terminate(CRM, ask(self.leaver))
        await self.opened.door.withdraw(CRM, ask(self.control, purposes=("offers",)))

    async def days(self, number: int) -> None:
        """Let days pass: keys turn by themselves, a backup is made and expired ones are destroyed every other day."""
        for day in range(number):
            self.copies.clock.move(DAY)
            await self.turn()
            if day % 2:
                self.back_up()

    async def turn(self) -> None:
        """Do what a running gateway does once a minute."""
        await keep_turning(turning(self.opened))
        self.copies.clock.move(GRACE)
        await keep_turning(turning(self.opened))

    def back_up(self) -> None:
        self.copies.back_up()
        for folder in (self.copies.values, self.copies.keys):
            Shelf(folder).prune(self.copies.clock.now(), None)

    def steal(self, name: str) -> Loot:
        """Take every file, every backup with both identities, every key ring."""
        if self.copies.settings.database:
            with psycopg.connect(self.copies.settings.database, autocommit=True) as connection:
                connection.execute("CHECKPOINT")
        loot = Loot()
        loot.take_files(name, *self.files, self.copies.values, self.copies.keys)
        loot.take_ring(self.copies.home / KEY_RING)
        for folder in (self.copies.values, self.copies.keys):
            loot.open_backups(name, folder, self.spare, self.copies.identities)
        return loot


@asynccontextmanager
async def journey(copies: Copies, cluster: Path | None) -> AsyncIterator[Journey]:
    """Open an installation at the beginning of its journey."""
    async with operator(copies.home, copies.settings, clock=copies.clock) as opened, wiring.sequencing(opened):
        spare = copies.folder / "spare"
        spare.mkdir()
        files = [copies.home, *([cluster] if cluster else [])]
        going = Journey(copies, opened, files, spare=spare)
        await going.begin()
        yield going


def attack(loot: Loot) -> Attacker:
    return Attacker(loot, GROUNDS, ITEMS)
