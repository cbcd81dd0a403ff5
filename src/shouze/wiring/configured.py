"""What wiring does with Django once it is set up: its tables, its pages, its rounds (``setting_up`` imports this)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from starlette.types import ASGIApp

from shouze.errors import ConflictError, NotFoundError
from shouze.language import Text
from shouze.ledger.note import Signer
from shouze.portal.ports import Sending
from shouze.registers.dooring import send_waiting
from shouze.registers.letters.models import SealKey
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.settings import Settings
from shouze.store.copying.desk import migrations_of
from shouze.store.driver import unavailable
from shouze.store.migrate import NEWEST
from shouze.web.configuring import SCHEMA, database_of
from shouze.wiring.founding import found_tables
from shouze.wiring.letters import read_sealer
from shouze.wiring.link import LinkKey, own_of
from shouze.wiring.office_apart import OfficeLine
from shouze.wiring.party import Party
from shouze.wiring.portal import PortalKeys, SubjectDoor
from shouze.wiring.portal_ports import give, give_apart
from shouze.wiring.registered import Registered
from shouze.worker.delivering import Ways
from shouze.worker.rounds import rounds, run_due
from shouze.worker.texting import texts_of

WORKERS = 16
"""Requests for pages under way at once; further ones wait."""
_ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Configured:
    """Django in this process; only ``desk.configure`` gives it, so that nothing of it comes too early."""

    settings: Settings

    def give_texts(self) -> None:
        """Give the registers their way to send short texts."""
        GIVEN.texts = texts_of(self.settings)

    def give_sealer(self, home: Path) -> None:
        """Give the registers the letters' key, made where no letter is sealed yet; NotFoundError where one is."""
        with self.connected():
            GIVEN.sealer = read_sealer(home, self.settings, used=SealKey.objects.exclude(wrapped=b"").exists())

    def join_link(self, key: LinkKey, url: str, cosigner: Signer | None = None) -> None:
        """Give the registers the key that dispatches are signed with, and an authority's that cosigns checkpoints."""
        GIVEN.own = own_of(key, self.settings, url, cosigner)

    def give_portal(self, keys: PortalKeys, url: str, ways: Mapping[str, Sending] | None = None) -> SubjectDoor:
        """Hand the portal all that it has; ``ways`` are those to send codes, where they are not the settings'."""
        return give(keys, url, self.settings, ways)

    def give_portal_apart(self, keys: PortalKeys, url: str, desk: str) -> tuple[SubjectDoor, OfficeLine]:
        """Hand a portal of its own all that it has: the door, and the desk that it asks."""
        return give_apart(keys, url, desk, self.settings)

    @property
    def registered(self) -> Registered:
        """What the registers keep."""
        return Registered()

    @property
    def party(self) -> Party:
        """This installation as a party to dispatches; its key is joined before."""
        return Party()

    def migrate(self, *apps: str) -> None:
        """Bring the desk's tables to this version, or those of some parts alone."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        if not apps:
            found_tables()
        call_command("migrate", *apps, verbosity=0, interactive=False)
        connection.close()

    def pages(self) -> ASGIApp:
        """Return Django's application, in threads of its own beside the door's loop."""
        application: Any = get_wsgi_application()
        passed_on: Any = WSGIMiddleware(application, workers=WORKERS)
        return passed_on  # type: ignore[no-any-return]  # its type is ASGI's in other words

    def peopled(self) -> bool:
        """Tell whether there are people in the desk."""
        with self.connected():
            return Person.objects.exists()

    def answer(self) -> None:
        """Ask the database for nothing; DatabaseError where it does not answer."""
        with self.connected(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    def send(self, going: Callable[[], bool] = lambda: True) -> None:
        """Send what acts owe the door, and run the rounds that are due, while the process is ``going``."""
        told = self.settings
        ways = Ways(told.smtp_url, told.mail_from, told.webhook_url, told.webhook_secret)
        with self.connected():
            send_waiting()
            run_due(rounds(ways), going=going)

    def check(self, app: str | None = None) -> None:
        """Raise ConflictError unless the tables, or those of one part, are at this version's revision.

        UnavailableError while their server lets nobody in: then nobody knows, and migrating would not help.
        """
        try:
            executor = MigrationExecutor(connection)
            behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes(app)))
        except DatabaseError as problem:
            if isinstance(problem, OperationalError) and self.settings.database:
                raise unavailable("postgresql") from problem
            behind = True
        finally:
            connection.close()
        if behind:
            remedy = Text("以表的所有者身份运行 shouze migrate --roles", "As their owner, run shouze migrate --roles")
            raise ConflictError(
                Text("桌面的表还没有建好", "The desk's tables are not ready"), field="desk", remedy=remedy
            )

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Close this thread's connection after what goes on."""
        try:
            yield
        finally:
            connection.close()

    @contextmanager
    def reading(self, absent: NotFoundError) -> Iterator[None]:
        """Close this thread's connection after reading; raise ``absent`` where the tables are not there, or others."""
        with self.connected():
            try:
                yield
            except DatabaseError:
                raise absent from None

    @contextmanager
    def elsewhere(self, home: Path) -> Iterator[str]:
        """Yield Django's name for the desk's database in another place, while this goes on."""
        told = connections.configure_settings({"default": database_of(home, self.settings)})
        connections.databases[_ELSEWHERE] = told["default"]
        try:
            yield _ELSEWHERE
        finally:
            connections[_ELSEWHERE].close()
            del connections[_ELSEWHERE]
            del connections.databases[_ELSEWHERE]

    def bring_to(self, revision: str, alias: str) -> None:
        """Bring a database's tables to a revision; ConflictError for one that this version does not know."""
        if revision == NEWEST:
            found_tables(alias)
            call_command("migrate", database=alias, verbosity=0, interactive=False)
            return
        # No signals: what Django writes into new tables by itself comes out of the copy.
        executor, wanted = MigrationExecutor(connections[alias]), migrations_of(revision)
        if unknown := set(wanted) - executor.loader.disk_migrations.keys():
            words = Text("此版本的程序不认识这种表结构", "This version of the program does not know such tables")
            raise ConflictError(
                words, field=".".join(min(unknown)), remedy=Text("换用更新的版本", "Use a newer version")
            )
        executor.migrate(wanted)
