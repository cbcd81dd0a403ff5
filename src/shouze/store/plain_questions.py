"""Answers the commonest questions for subjects: by id or by one tag, and all values or named items of one ground.

PostgreSQL takes all of them as arrays in one statement. SQLite, where a statement costs no round trip, is asked once
for all questions that want the same ground and items, all in one snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import msgspec

from shouze.gateway.ports import Answer, Found, Query, SealedValue
from shouze.store.driver import NOTHING, Database, Parameters, Row, Step
from shouze.store.given import given
from shouze.store.standing_form import read_standing

NO_GROUND = ""
"""A ground that nothing is held under."""

_EPOCH = "SELECT coalesce(max(epoch), 0) FROM custody.policy"
_SELECTED = "subject.id, subject.revision, subject.standing, held.ground, held.item, held.version, held.sealed"
_FROM = {
    "subject": "JOIN custody.subject AS subject ON subject.id = asked.handle",
    "tag": """JOIN custody.binding AS binding ON binding.tag = asked.handle AND binding.until IS NULL
JOIN custody.subject AS subject ON subject.id = binding.subject""",
}
_NAMED = "held.ground = asked.ground AND held.item = ANY(CAST(:items AS text[]))"
_MANY = {
    (how, whole): f"""
SELECT asked.n, {_SELECTED}
FROM {given("asked", n="numbers integer", handle=f"handles {kind}", ground="grounds text")}
{_FROM[how]}
LEFT JOIN custody.subject_value AS held
ON held.subject = subject.id AND {"TRUE" if whole else _NAMED}
UNION ALL SELECT -1, NULL, ({_EPOCH}), NULL, NULL, NULL, NULL, NULL
"""  # noqa: S608 - every part is a constant of this module
    for how, kind in (("subject", "text"), ("tag", "bytea"))
    for whole in (False, True)
}
_AMONG = "held.ground = :ground AND +held.item IN (SELECT value FROM json_each(:items))"
# The plus keeps SQLite from seeking for each of the items: they lie side by side, and few are held that are not asked.
_GROUP = {
    (how, whole): f"""
SELECT asked.n, {_SELECTED}
FROM (SELECT key AS n, {handle} AS handle FROM json_each(:handles)) AS asked
{_FROM[how]}
LEFT JOIN custody.subject_value AS held
ON held.subject = subject.id AND {"TRUE" if whole else _AMONG}
"""  # noqa: S608 - every part is a constant of this module
    for how, handle in (("subject", "value"), ("tag", "unhexed(value)"))
    for whole in (False, True)
}


def is_plain(query: Query) -> bool:
    """Tell whether a question is one of those that are answered here."""
    if not _is_whole(query) and (
        query.grounds is None or len(query.grounds) > 1 or (query.items is None and query.grounds)
    ):
        return False
    return len(query.tags) + (query.subject is not None) == 1


def kind_of(query: Query) -> tuple[bool, bool]:
    """Return whether a plain question is one by id, and whether it wants all that is held."""
    return query.subject is not None, _is_whole(query)


def _is_whole(query: Query) -> bool:
    return query.grounds is None and query.items is None


async def answer_plainly(database: Database, queries: Sequence[Query]) -> list[Answer]:
    """Answer questions that are plain and of one kind, in their order."""
    if database.dialect == "postgres":
        return await _answer_many(database, queries)
    return await _answer_grouped(database, queries)


async def _answer_many(database: Database, queries: Sequence[Query]) -> list[Answer]:
    by_id, whole = kind_of(queries[0])
    parameters: Parameters = {
        "numbers": list(range(len(queries))),
        "handles": [query.subject or "" for query in queries] if by_id else [query.tags[0] for query in queries],
        "grounds": [query.grounds[0] if query.grounds else NO_GROUND for query in queries],
        "items": sorted({item for query in queries for item in query.items or ()}),
    }
    rows = await database.fetch(_MANY["subject" if by_id else "tag", whole], parameters)
    epoch, by_number = 0, dict[int, list[Row]]()
    for row in rows:
        if row[0] < 0:
            epoch = row[2]
        else:
            by_number.setdefault(row[0], []).append(row)
    return [Answer(epoch, tuple(_found(by_number.get(n, ()), query))) for n, query in enumerate(queries)]


async def _answer_grouped(database: Database, queries: Sequence[Query]) -> list[Answer]:
    """Ask once for all queries that want the same of their subjects."""
    (by_id, whole), groups = kind_of(queries[0]), dict[tuple[str, tuple[str, ...]], list[int]]()
    for n, query in enumerate(queries):
        wanted = query.grounds[0] if query.grounds else NO_GROUND, query.items or ()
        groups.setdefault(wanted, []).append(n)
    steps: list[Step] = [(_EPOCH, NOTHING)]
    for (ground, items), numbers in groups.items():
        handles = [queries[n].subject if by_id else queries[n].tags[0].hex() for n in numbers]
        asked = {"handles": _json(handles), "ground": ground, "items": _json(items)}
        steps.append((_GROUP["subject" if by_id else "tag", whole], asked))
    ((epoch,),), *answered = await database.read_all(steps)
    found: dict[int, list[Row]] = {}
    for numbers, rows in zip(groups.values(), answered, strict=True):
        for row in rows:
            found.setdefault(numbers[row[0]], []).append(row)
    return [Answer(epoch, tuple(_found(found.get(n, ()), query))) for n, query in enumerate(queries)]


def _found(rows: Sequence[Row], query: Query) -> Iterator[Found]:
    """Read the rows of one question: of each subject found as many as values are wanted of it, or one without."""
    wanted, whole = query.items or (), _is_whole(query)
    if len(rows) == 1:
        ((_, subject, revision, written, *value),) = rows
        values = (SealedValue(*value),) if value[1] in wanted or (whole and value[1] is not None) else ()
        yield Found(subject, revision, read_standing(written), values)
        return
    for (subject, revision, written), mine in groupby(sorted(rows, key=itemgetter(1)), key=itemgetter(1, 2, 3)):
        held = (SealedValue(*row[4:]) for row in mine if row[5] in wanted or (whole and row[5] is not None))
        yield Found(subject, revision, read_standing(written), tuple(sorted(held)))


def _json(names: Sequence[str | None]) -> str:
    return msgspec.json.encode(names).decode()
