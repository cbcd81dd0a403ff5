"""The desk's tables in a copy: Django's, which a database of the other kind writes in other types.

A moment is microseconds since 1970 (UTC), a day ISO 8601, a truth value 0 or 1, JSON its text with sorted keys, a
decimal number its digits without noughts at the end. The tables are those of the catalogue: nothing here knows a
register.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from shouze.ledger.moments import micros, moment
from shouze.store.copying.form import Cell

DESK: Final = "desk"
MIGRATIONS = "django_migrations"
LEFT = frozenset({MIGRATIONS, "django_session", "usersessions_usersession", "desk_heard"}) | {
    f"portal_{each}" for each in ("visit", "code", "attempt", "spent")
}
"""Tables that are not copied: the one of its revision, and who is signed in at the moment."""
REVISION = f"SELECT app, max(name) FROM {DESK}.{MIGRATIONS} GROUP BY app ORDER BY app"  # noqa: S608 - no parameter

_JSON_CHECKED = re.compile(r'JSON_VALID\("([^"]+)"\)', re.IGNORECASE)
_LENGTH = re.compile(r"\(\d+\)| unsigned")


class Form(NamedTuple):
    """How a column's cells are told in a copy, and how they are written into the database again."""

    told: Callable[[Any], Cell]
    written: Callable[[Any], Any]


def revision_of(rows: Iterable[Sequence[str]]) -> str:
    """Return the tables' revision: each app's last migration, as ``app.name`` with spaces between."""
    return " ".join(f"{app}.{name}" for app, name in rows)


def migrations_of(revision: str) -> list[tuple[str, str]]:
    """Return app and name of the migrations that a revision consists of."""
    return [(app, name) for app, _, name in (each.partition(".") for each in revision.split())]


def json_columns(written: str) -> frozenset[str]:
    """Return the columns that hold JSON, by the text of a table on SQLite, where their type says no more than text."""
    return frozenset(_JSON_CHECKED.findall(written))


def form_on_sqlite(kind: str) -> Form:
    """Return the form of a column by its declared type (``json`` for one of ``json_columns``)."""
    return _known(_SQLITE, _LENGTH.sub("", kind.lower()))


def form_on_postgres(kind: str) -> Form:
    """Return the form of a column by its type."""
    return _known(_POSTGRES, kind)


def _known(forms: Mapping[str, Form], kind: str) -> Form:
    if kind not in forms:
        message = f"no form for columns of the type {kind}"
        raise TypeError(message)
    return forms[kind]


def _same(value: Any) -> Any:
    return value


def _unless_null(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else change(value)


def _form(told: Callable[[Any], Any], written: Callable[[Any], Any]) -> Form:
    return Form(_unless_null(told), _unless_null(written))


def _sorted_json(text: str) -> str:
    return json.dumps(json.loads(text, parse_float=_number), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _number(text: str) -> float | int:
    """Read 1e5 as 100000, which is what PostgreSQL writes for it."""
    exact = Decimal(text)
    return int(exact) if "e" in text.lower() and exact == exact.to_integral_value() else float(text)


def _plain_decimal(value: Any) -> str:
    """Return a decimal number in the one way that both databases' forms of it come to."""
    return f"{Decimal(str(value)).normalize():f}"


def _on_sqlite(at: int) -> str:
    return str(moment(at).replace(tzinfo=None))


def _jsonb(text: str) -> Any:
    from psycopg.types.json import Jsonb  # noqa: PLC0415 - psycopg is an extra

    return Jsonb(json.loads(text))


_PLAIN = Form(_same, _same)
_SQLITE = {
    **dict.fromkeys(("integer", "bigint", "smallint", "varchar", "char", "text", "real", "blob"), _PLAIN),
    "bool": _form(int, int),
    "date": _PLAIN,
    "decimal": _form(_plain_decimal, _same),
    "datetime": _form(lambda text: micros(datetime.fromisoformat(text).replace(tzinfo=UTC)), _on_sqlite),
    "json": _form(_sorted_json, lambda text: json.dumps(json.loads(text))),
}
_POSTGRES = {
    **dict.fromkeys(("integer", "bigint", "smallint", "character varying", "character", "text"), _PLAIN),
    "double precision": _PLAIN,
    "bytea": _form(bytes, _same),
    "boolean": _form(int, bool),
    "numeric": _form(_plain_decimal, Decimal),
    "date": _form(date.isoformat, date.fromisoformat),
    "timestamp with time zone": _form(micros, moment),
    "jsonb": _form(_sorted_json, _jsonb),
}
