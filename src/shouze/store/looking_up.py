"""Answers many queries for subjects with one statement.

The statement takes the queries as JSON: ``asked`` has a row for each query by id or for each of its tags, ``wanted`` a
row for each ground and item whose values are asked for. Its rows are the policy epoch, the subjects found and their
values. By far the most common question (one subject, by id or one tag, and named items of at most one ground) has a
statement of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from shouze.gateway.ports import Answer, Found, Query, SealedValue
from shouze.rules.standing import Standing
from shouze.store.driver import Database, Dialect, Row, malformed

_TEXT = """
WITH asked AS MATERIALIZED ({asked}),
wanted AS MATERIALIZED ({wanted}),
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
        asked="""
    SELECT value ->> 0 AS n, value ->> 1 AS subject, unhexed(value ->> 2) AS tag, value ->> 3 AS tags
    FROM json_each(:asked)
""",
        wanted="SELECT value ->> 0 AS n, value ->> 1 AS ground, value ->> 2 AS item FROM json_each(:wanted)",
    ),
    "postgres": _TEXT.format(
        asked="""
    SELECT CAST(value ->> 0 AS integer) AS n, value ->> 1 AS subject, decode(value ->> 2, 'hex') AS tag,
        CAST(value ->> 3 AS integer) AS tags
    FROM jsonb_array_elements(CAST(:asked AS jsonb)) AS question (value)
""",
        wanted="""
    SELECT CAST(value ->> 0 AS integer) AS n, value ->> 1 AS ground, value ->> 2 AS item
    FROM jsonb_array_elements(CAST(:wanted AS jsonb)) AS question (value)
""",
    ),
}

_SINGLE = """
SELECT 0, subject.id, subject.revision, subject.standing, held.ground, held.item, held.version, held.sealed,
    policy.epoch
FROM (SELECT coalesce(max(epoch), 0) AS epoch FROM custody.policy) AS policy
LEFT JOIN custody.subject AS subject ON {condition}
LEFT JOIN custody.subject_value AS held
ON held.subject = subject.id AND held.ground = :ground AND held.item IN ({items})
"""
_ITEMS: dict[Dialect, str] = {
    "sqlite": "SELECT value FROM json_each(:items)",
    "postgres": "SELECT jsonb_array_elements_text(CAST(:items AS jsonb))",
}
_BY_ID = {dialect: _SINGLE.format(condition="subject.id = :subject", items=items) for dialect, items in _ITEMS.items()}
_BY_TAG = {
    dialect: _SINGLE.format(
        condition="subject.id IN (SELECT subject FROM custody.binding WHERE tag = :tag AND until IS NULL)", items=items
    )
    for dialect, items in _ITEMS.items()
}
_NO_GROUND = ""
"""A ground that nothing is held under."""

_standing = msgspec.json.Decoder(Standing)


class _Rows(NamedTuple):
    """What the rows of a statement say, by (number of the query, subject)."""

    epoch: int
    subjects: dict[tuple[int, str], tuple[int, Standing]]
    values: dict[tuple[int, str], list[SealedValue]]


async def look_up(database: Database, queries: Sequence[Query]) -> list[Answer]:
    """Answer the queries in their order; TamperedError when what is stored of a subject cannot be read."""
    if not queries:
        return []
    sql, parameters = _statement(database.dialect, queries)
    rows = _read(await database.fetch(sql, parameters))
    found: list[list[Found]] = [[] for _ in queries]
    for (n, subject), (revision, standing) in sorted(rows.subjects.items(), key=lambda row: row[0]):
        found[n].append(Found(subject, revision, standing, tuple(sorted(rows.values[n, subject]))))
    return [Answer(rows.epoch, tuple(each)) for each in found]


def _statement(dialect: Dialect, queries: Sequence[Query]) -> tuple[str, dict[str, Any]]:
    subject, tags, grounds, items = queries[0]
    items = () if grounds == () else items
    one = len(queries) == 1 and len(tags) + (subject is not None) == 1
    if one and grounds is not None and len(grounds) <= 1 and items is not None:
        parameters = {"ground": grounds[0] if grounds else _NO_GROUND, "items": _json(items)}
        if subject is None:
            return _BY_TAG[dialect], {"tag": tags[0], **parameters}
        return _BY_ID[dialect], {"subject": subject, **parameters}
    parameters = {"asked": _json(_asked(queries)), "wanted": _json(_wanted(queries))}
    return _BATCH[dialect], parameters


def _asked(queries: Sequence[Query]) -> list[tuple[int, str | None, str | None, int]]:
    """Return (number, subject, tag, how many tags all have to be the subject's) for each question."""
    asked: list[tuple[int, str | None, str | None, int]] = []
    for n, query in enumerate(queries):
        tags = set(query.tags)
        asked += [(n, query.subject, tag.hex(), len(tags)) for tag in tags]
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
            read.subjects[n, subject] = (revision, _decoded(standing))
        if ground is not None:
            read.values[n, subject].append(SealedValue(ground, item, version, sealed))
    return read._replace(epoch=newest)


def _decoded(standing: bytes) -> Standing:
    try:
        return _standing.decode(standing)
    except msgspec.MsgspecError:
        raise malformed("custody.subject.standing") from None
