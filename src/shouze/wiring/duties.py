"""Answers the duties for a command, over the desk's tables of an installation; and the terms of its answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from shouze.errors import NotFoundError
from shouze.language import Text
from shouze.rules.duties.answering import answered, owed
from shouze.rules.duties.telling import plain
from shouze.rules.duty import Terms
from shouze.settings import DESK_DATABASE, Settings
from shouze.wiring.desk import configure
from shouze.wiring.statutes import read_statutes


def terms_of(settings: Settings) -> Terms:
    """Return what the Order leaves open, as the settings decide it."""
    return Terms(at_once=timedelta(hours=settings.at_once_hours), year=settings.inspection_year)


def answers_of(home: Path, settings: Settings) -> list[dict[str, Any]]:
    """Return every answer for JSON as it is this moment; nothing is written.

    An installation without a desk has nothing to show, so nothing is evidenced. NotFoundError where the desk's tables
    are not those of this version.
    """
    if find_spec("django") is None or not _has_desk(home, settings):
        known = read_statutes()
        answers = answered([each.id for each in owed(known)], {}, datetime.now(UTC), terms_of(settings))
        return [plain(each, None, known) for each in answers.values()]
    return _at_desk(home, settings)


def _at_desk(home: Path, settings: Settings) -> list[dict[str, Any]]:
    configured = configure(home, settings, None, None)
    remedy = Text("运行一次 shouze up，使表与程序一致", "Run shouze up once: it brings the tables up to date")
    absent = NotFoundError(Text("台账的表与程序不符", "The registers' tables do not fit"), remedy=remedy)
    with configured.reading(absent):
        return configured.registered.answers()


def _has_desk(home: Path, settings: Settings) -> bool:
    """Tell whether there may be registers; in a folder, without making their file."""
    return bool(settings.database) or (home / DESK_DATABASE).exists()
