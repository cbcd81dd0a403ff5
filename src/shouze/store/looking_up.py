"""Answers many queries for subjects with one statement.

The statement takes the queries as lists (PostgreSQL) or JSON (SQLite): ``asked`` has a row for each query by id or for
each of its tags, ``wanted`` a row for each ground and item whose values are asked for. Its rows are the policy epoch,
the subjects found and their values. The commonest questions have statements of their own (``plain_questions``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from shouze.gateway.ports import Answer, Found, Query, SealedValue
from shouze.rules.standing import Standing
from shouze.store.driver import Database, Dialect, Parameters, Row
from shouze.store.given import given
from shouze.store.plain_questions import answer_plainly, is_plain, kind_of
from shouze.store.standing_form import read_standing

_TEXT = """
WITH asked AS MATERIALIZED (SELECT * FROM {asked}),
wanted AS MATERIALIZED (SELECT * FROM {wanted}),
matched AS (
    SELECT n, subject FROM asked WHERE tag IS NULL
    UNION ALL
    SELECT asked.n, binding.subject
    FROM asked JOIN custody.binding AS binding ON binding.tag = asked.tag AND binding.until IS NULL
    WHERE asked.subject IS NULL OR asked.subject = binding.subject
    GROUP BY asked.n, binding.subject, asked.tags HAVING count(*) = asked.tags
),
found AS (
    SELECT matched.n, subject.id, subject.revision, subject.standing
    FROM matched JOIN custody.subject AS subject ON subject.id = matched.subject
)
SELECT n, id, revision, standing, NULL AS ground, NULL AS item, NULL AS version, NULL AS sealed,
    CAST(NULL AS bigint) AS epoch
FROM found
UNION ALL
SELECT found.n, found.id, NULL, NULL, held.ground, held.item, held.version, held.sealed, NULL
FROM found JOIN wanted ON wanted.n = found.n AND wanted.ground IS NOT NULL AND wanted.item IS NOT NULL
JOIN custody.subject_value AS held
ON held.subject = found.id AND held.ground = wanted.ground AND held.item = wanted.item
UNION ALL
SELECT found.n, found.id, NULL, NULL, held.ground, held.item, held.version, held.sealed, NULL
FROM found JOIN wanted ON wanted.n = found.n AND (wanted.ground IS NULL OR wanted.item IS NULL)
JOIN custody.subject_value AS held
ON held.subject = found.id AND (wanted.ground IS NULL OR held.ground = wanted.ground)
    AND (wanted.item IS NULL OR held.item = wanted.item)
UNION ALL
SELECT 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, coalesce(max(epoch), 0) FROM custody.policy
"""
_BATCH: dict[Dialect, str] = {
    "sqlite": _TEXT.format(
        asked="""(
    SELECT value ->> 0 AS n, value ->> 1 AS subject, unhexed(value ->> 2) AS tag, value ->> 3 AS tags
    FROM json_each(:asked)
)""",
        wanted="(SELECT value ->> 0 AS n, value ->> 1 AS ground, value ->> 2 AS item FROM json_each(:wanted))",
    ),
    "postgres": _TEXT.format(
        asked=given("asked", n="numbers integer", subject="handles text", tag="tags bytea", tags="together integer"),
        wanted=given("wanted", n="wanting integer", ground="grounds text", item="items text"),
    ),
}


class _Rows(NamedTuple):
    """What the rows of a statement say, by (number of the query, subject)."""

    epoch: int
    subjects: dict[tuple[int, str], tuple[int, Standing]]
    values: dict[tuple[int, str], list[SealedValue]]


async def look_up(database: Database, queries: Sequence[Query]) -> list[Answer]:
    """Answer the queries in their order; TamperedError when what is stored of a subject cannot be read.

    Each answer has the policy epoch of the snapshot that it was read in.
    """
    answers: dict[int, Answer] = {}
    for kind, numbers in _sorted_out(queries).items():
        answer = _look_up_any if kind is None else answer_plainly
        asked = [queries[n] for n in numbers]
        answers.update(zip(numbers, await answer(database, asked), strict=True))
    return [answers[n] for n in range(len(queries))]


def _sorted_out(queries: Sequence[Query]) -> dict[tuple[bool, bool] | None, list[int]]:
    """Return the numbers of the queries of each kind; those that are not plain are of none."""
    kinds: dict[tuple[bool, bool] | None, list[int]] = {}
    for n, query in enumerate(queries):
        kinds.setdefault(kind_of(query) if is_plain(query) else None, []).append(n)
    return kinds


async def _look_up_any(database: Database, queries: Sequence[Query]) -> list[Answer]:
    asked, wanted = _asked(queries), _wanted(queries)
    parameters: Parameters
    if database.dialect == "postgres":
        parameters = _lists(("numbers", "handles", "tags", "together"), asked)
        parameters = {**parameters, **_lists(("wanting", "grounds", "items"), wanted)}
    else:
        spelled = [(n, subject, tag and tag.hex(), tags) for n, subject, tag, tags in asked]
        parameters = {"asked": _json(spelled), "wanted": _json(wanted)}
    rows = _read(await database.fetch(_BATCH[database.dialect], parameters))
    found: list[list[Found]] = [[] for _ in queries]
    for (n, subject), (revision, standing) in sorted(rows.subjects.items(), key=lambda row: row[0]):
        found[n].append(Found(subject, revision, standing, tuple(sorted(rows.values[n, subject]))))
    return [Answer(rows.epoch, tuple(each)) for each in found]


def _asked(queries: Sequence[Query]) -> list[tuple[int, str | None, bytes | None, int]]:
    """Return (number, subject, tag, how many tags all have to be the subject's) for each question."""
    asked: list[tuple[int, str | None, bytes | None, int]] = []
    for n, query in enumerate(queries):
        tags = set(query.tags)
        asked += [(n, query.subject, tag, len(tags)) for tag in tags]
        if query.subject is not None and not tags:
            asked.append((n, query.subject, None, 0))
    return asked


def _wanted(queries: Sequence[Query]) -> list[tuple[int, str | None, str | None]]:
    """Return (number, ground, item) for each ground and item asked for; None stands for all of them."""
    return [
        (n, ground, item)
        for n, query in enumerate(queries)
        for ground in _each(query.grounds)
        for item in _each(query.items)
    ]


def _lists(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Parameters:
    return {name: [row[n] for row in rows] for n, name in enumerate(names)}


def _each(names: tuple[str, ...] | None) -> Iterable[str | None]:
    return (None,) if names is None else dict.fromkeys(names)


def _json(rows: object) -> str:
    return msgspec.json.encode(rows).decode()


def _read(rows: Iterable[Row]) -> _Rows:
    """Sort the rows out: each of them says the epoch, a subject, a value, or several of these."""
    read, newest = _Rows(0, {}, defaultdict(list)), 0
    for n, subject, revision, standing, ground, item, version, sealed, epoch in rows:
        if epoch is not None:
            newest = epoch
        if revision is not None and (n, subject) not in read.subjects:
            read.subjects[n, subject] = (revision, read_standing(standing))
        if ground is not None:
            read.values[n, subject].append(SealedValue(ground, item, version, sealed))
    return read._replace(epoch=newest)
