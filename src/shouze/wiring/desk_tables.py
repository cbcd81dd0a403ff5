"""Makes the desk's tables where they are wanted, whichever database the pages of this process use."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from shouze.errors import ConflictError
from shouze.language import Text
from shouze.settings import Settings
from shouze.store.migrate import NEWEST
from shouze.wiring.desk import configure


def make_desk(home: Path, settings: Settings, revision: str = NEWEST) -> None:
    """Bring the desk's tables in this place to a revision, as their owner; on PostgreSQL their schema is there.

    ConflictError where Django is not installed, and for a revision that this version does not know.
    """
    if find_spec("django") is None:
        remedy = Text("安装 shouze[desk]", "Install shouze[desk]")
        raise ConflictError(Text("桌面需要 Django", "The desk needs Django"), field="desk", remedy=remedy)
    configured = configure(home, settings, None, None)
    with configured.elsewhere(home) as alias:
        configured.bring_to(revision, alias)


def make_desk_on_server(home: Path, settings: Settings) -> bool:
    """Bring the desk's tables on PostgreSQL to the newest revision, as their owner; False where there is no Django."""
    if find_spec("django") is None:
        return False
    import psycopg  # noqa: PLC0415 - an extra

    with psycopg.connect(settings.database, autocommit=True) as owner:
        owner.execute("CREATE SCHEMA IF NOT EXISTS desk")
    make_desk(home, settings)
    return True
