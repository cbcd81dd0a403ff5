"""Answers the commonest questions for subjects: by id or by one tag, and named items of at most one ground.

PostgreSQL takes all of them as arrays in one statement. SQLite, where a statement costs no round trip, is asked once
for each, all in one snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter

from shouze.gateway.ports import Answer, Found, Query, SealedValue
from shouze.rules.standing import Standing
from shouze.store.driver import NOTHING, Database, Parameters, Row, Step
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
_MANY = {
    how: f"""
SELECT asked.n, {_SELECTED}
FROM unnest(CAST(:numbers AS integer[]), CAST(:handles AS {kind}[]), CAST(:grounds AS text[]))
    AS asked (n, handle, ground)
{_FROM[how]}
LEFT JOIN custody.subject_value AS held
ON held.subject = subject.id AND held.ground = asked.ground AND held.item = ANY(CAST(:items AS text[]))
UNION ALL SELECT -1, NULL, ({_EPOCH}), NULL, NULL, NULL, NULL, NULL
"""  # noqa: S608 - every part is a constant of this module
    for how, kind in (("subject", "text"), ("tag", "bytea"))
}


def is_plain(query: Query) -> bool:
    """Tell whether a question is one of those that are answered here."""
    if query.grounds is None or len(query.grounds) > 1 or (query.items is None and query.grounds):
        return False
    return len(query.tags) + (query.subject is not None) == 1


async def answer_plainly(database: Database, queries: Sequence[Query]) -> list[Answer]:
    """Answer questions that are plain, and all by id or all by tag, in their order."""
    if database.dialect == "postgres":
        return await _answer_many(database, queries)
    return await _answer_each(database, queries)


async def _answer_many(database: Database, queries: Sequence[Query]) -> list[Answer]:
    by_id = queries[0].subject is not None
    parameters: Parameters = {
        "numbers": list(range(len(queries))),
        "handles": [query.subject or "" for query in queries] if by_id else [query.tags[0] for query in queries],
        "grounds": [query.grounds[0] if query.grounds else NO_GROUND for query in queries],
        "items": sorted({item for query in queries for item in query.items or ()}),
    }
    rows = await database.fetch(_MANY["subject" if by_id else "tag"], parameters)
    epoch, by_number = 0, dict[int, list[Row]]()
    for row in rows:
        if row[0] < 0:
            epoch = row[2]
        else:
            by_number.setdefault(row[0], []).append(row[1:])
    return [Answer(epoch, tuple(_found(by_number.get(n, ()), query))) for n, query in enumerate(queries)]


async def _answer_each(database: Database, queries: Sequence[Query]) -> list[Answer]:
    how = "tag" if queries[0].subject is None else "subject"
    steps: list[Step] = [(_EPOCH, NOTHING), *((_one(how, len(query.items or ())), _asked(query)) for query in queries)]
    ((epoch,),), *rows = await database.read_all(steps)
    return [Answer(epoch, tuple(_found(each, query))) for each, query in zip(rows, queries, strict=True)]


@cache
def _one(how: str, most: int) -> str:
    """Return the statement for one question with so many items; there are no more texts than items in a request."""
    items = ", ".join(f":item_{n}" for n in range(most))
    where = "subject.id = :handle" if how == "subject" else "binding.tag = :handle AND binding.until IS NULL"
    bound = "custody.binding AS binding JOIN custody.subject AS subject ON subject.id = binding.subject"
    return f"""
SELECT {_SELECTED}
FROM {bound if how == "tag" else "custody.subject AS subject"}
LEFT JOIN custody.subject_value AS held
ON held.subject = subject.id AND held.ground = :ground AND held.item IN ({items})
WHERE {where}
"""  # noqa: S608 - every part is a constant of this module; values are parameters


def _asked(query: Query) -> Parameters:
    items = {f"item_{n}": item for n, item in enumerate(query.items or ())}
    handle = query.tags[0] if query.subject is None else query.subject
    return {"handle": handle, "ground": query.grounds[0] if query.grounds else NO_GROUND, **items}


def _found(rows: Iterable[Row], query: Query) -> Iterator[Found]:
    for (subject, revision), mine in groupby(sorted(rows, key=itemgetter(0)), key=itemgetter(0, 1)):
        standing: Standing | None = None
        values = []
        for _, _, written, ground, item, version, sealed in mine:
            standing = standing or read_standing(written)
            if item is not None and item in (query.items or ()):
                values.append(SealedValue(ground, item, version, sealed))
        if standing is not None:
            yield Found(subject, revision, standing, tuple(sorted(values)))
