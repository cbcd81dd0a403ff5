"""Makes the desk's tables where they are wanted, whichever database the pages of this process use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from shouze.errors import ConflictError
from shouze.language import Text
from shouze.settings import Settings
from shouze.store.copying.desk import migrations_of
from shouze.store.migrate import NEWEST
from shouze.wiring.desk import configure

_ELSEWHERE = "elsewhere"


def make_desk(home: Path, settings: Settings, revision: str = NEWEST) -> None:
    """Bring the desk's tables in this place to a revision, as their owner; on PostgreSQL their schema is there.

    ConflictError where Django is not installed, and for a revision that this version does not know.
    """
    if find_spec("django") is None:
        remedy = Text("安装 shouze[desk]", "Install shouze[desk]")
        raise ConflictError(Text("桌面需要 Django", "The desk needs Django"), field="desk", remedy=remedy)
    from django.core.management import call_command  # noqa: PLC0415 - the door stands without Django
    from django.db import connections  # noqa: PLC0415 - see above
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - see above

    with desk_database(home, settings) as alias:
        if revision == NEWEST:
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


def make_desk_on_server(home: Path, settings: Settings) -> bool:
    """Bring the desk's tables on PostgreSQL to the newest revision, as their owner; False where there is no Django."""
    if find_spec("django") is None:
        return False
    import psycopg  # noqa: PLC0415 - an extra

    with psycopg.connect(settings.database, autocommit=True) as owner:
        owner.execute("CREATE SCHEMA IF NOT EXISTS desk")
    make_desk(home, settings)
    return True


def check_desk() -> None:
    """Raise ConflictError unless the tables are at this version's revision; ``configure`` comes first."""
    from django.db import DatabaseError, connection  # noqa: PLC0415 - the door stands without Django
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - see above

    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        behind = True
    finally:
        connection.close()
    if behind:
        remedy = Text("以表的所有者身份运行 shouze migrate --roles", "As their owner, run shouze migrate --roles")
        raise ConflictError(Text("桌面的表还没有建好", "The desk's tables are not ready"), field="desk", remedy=remedy)


@contextmanager
def desk_database(home: Path, settings: Settings) -> Iterator[str]:
    """Yield Django's name for the desk's database in this place, while this goes on."""
    configure(home, settings, None, None)
    from django.db import connections  # noqa: PLC0415 - see above

    from shouze.web.configuring import database_of  # noqa: PLC0415 - see above

    told = connections.configure_settings({"default": database_of(home, settings)})
    connections.databases[_ELSEWHERE] = told["default"]
    try:
        yield _ELSEWHERE
    finally:
        connections[_ELSEWHERE].close()
        del connections[_ELSEWHERE]
        del connections.databases[_ELSEWHERE]
