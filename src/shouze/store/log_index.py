"""Keeps where records stand in the log, and what they say in kind (``sequencer.finding.PlaceIndex``).

A record costs a row of ``placed``; what many records say alike stands once, in ``record_kind``. Who acted when, doing
what, is answered out of one index in that order; whom they touched out of ``touched``, kept in that order as well.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from shouze.sequencer.finding import PlacedLeaf, RecordKind, Sought, Tally
from shouze.store.driver import Database, Parameters, Row, Step, Transaction
from shouze.store.log_shards import Span

_DAY = 86_400_000_000
_HOUR = 3_600_000_000
_AHEAD = 8 * 3_600_000_000
"""Microseconds by which days in Asia/Shanghai begin earlier than in UTC."""
_ADD = """
    INSERT INTO log.placed (place, node, boot, nseq, at, actor, kind)
    VALUES (:place, :node, :boot, :nseq, :at, :actor, :kind) ON CONFLICT (place) DO NOTHING
"""
_ADD_KIND = """
    INSERT INTO log.record_kind (id, words, act, outcome, service, agent, site, items)
    VALUES (:id, :words, :act, :outcome, :service, :agent, :site, :items) ON CONFLICT DO NOTHING
"""
_TOUCH = """
    INSERT INTO log.touched (actor, at, place, kind, subject)
    SELECT coalesce(p.actor, ''), p.at, p.place, p.kind, substr(l.tag, 1, 8) FROM log.placed p
    JOIN log.look_up l ON l.node = p.node AND l.boot = p.boot AND l.nseq = p.nseq
    WHERE p.place >= :first AND p.place < :end ON CONFLICT DO NOTHING
"""
_ADD_SUBJECTS = """
    INSERT INTO log.placed_subject (tag, place)
    SELECT l.tag, p.place FROM log.placed p
    JOIN log.look_up l ON l.node = p.node AND l.boot = p.boot AND l.nseq = p.nseq
    WHERE p.place >= :first AND p.place < :end
    ON CONFLICT (tag, place) DO NOTHING
"""
_KIND = "SELECT id FROM log.record_kind WHERE words = :words"
_PLACE = """
    SELECT place FROM log.placed
    WHERE node = :node AND boot = :boot AND nseq = :nseq AND place BETWEEN :first AND :last
"""
_CONDITIONS = {
    "actor": "p.actor = :actor",
    "since": "p.at >= :since",
    "until": "p.at < :until",
}
_TAGGED = "EXISTS (SELECT 1 FROM log.placed_subject s WHERE s.tag IN (:tags) AND s.place = p.place)"
_OF_KIND = {
    "item": "k.items LIKE :item",
    "agent": "k.agent = :agent",
    "service": "k.service = :service",
    "site": "k.site = :site",
    "act": "k.act = :act",
    "outcome": "k.outcome = :outcome",
}


class StoredPlaces:
    """The index in the log's database, of one shard; what is counted is counted over all of them."""

    def __init__(self, database: Database, shard: int = 0) -> None:
        self._database, self._span = database, Span(shard)

    async def size(self) -> int:
        """Return how many leaves are in the index."""
        return await self._size("SELECT max(place) FROM log.placed WHERE place BETWEEN :first AND :last")

    async def subjects_size(self) -> int:
        """Return of how many leaves it is known whom they concern; no more than there are."""
        return await self._size("SELECT max(place) FROM log.placed_subject WHERE place BETWEEN :first AND :last")

    async def add(self, leaves: Sequence[PlacedLeaf]) -> None:
        """Add leaves in one transaction; two programs that add the same ones write them once."""
        async with self._database.transaction() as transaction:
            known = {kind: await _number(transaction, kind) for kind in {leaf.kind for leaf in leaves}}
            rows: list[Parameters] = [
                {"place": self._span.place(leaf.place), "node": leaf.node, "boot": leaf.boot, "nseq": leaf.nseq,
                 "at": leaf.at, "actor": leaf.actor, "kind": known[leaf.kind]} for leaf in leaves
            ]  # fmt: skip
            await transaction.execute_many(_ADD, rows)

    async def add_subjects(self, first: int, end: int) -> None:
        """Add the tags of leaves, a bite of them, in one transaction: by tag, and by who touched them when."""
        bite: Parameters = {"first": self._span.place(first), "end": self._span.place(end)}
        await self._database.write_all([(_ADD_SUBJECTS, bite), (_TOUCH, bite)])

    async def place_of(self, node: int, boot: str, nseq: int) -> int | None:
        """Return where a record stands."""
        span: Parameters = {"first": self._span.first, "last": self._span.last}
        rows = await self._database.fetch(_PLACE, {"node": node, "boot": boot, "nseq": nseq, **span})
        return int(rows[0][0]) - self._span.first if rows else None

    async def places(self, sought: Sought, after: int, limit: int) -> list[int]:
        """Return places of what is sought, smallest first."""
        edges = (self._span.place(after), self._span.last)
        return await self._places(sought, "p.place > :edge AND p.place <= :end_of", "p.place", edges, limit)

    async def latest(self, sought: Sought, before: int, limit: int) -> list[int]:
        """Return places of what is sought, largest first."""
        edges = (self._span.place(before), self._span.first)
        return await self._places(sought, "p.place < :edge AND p.place >= :end_of", "p.place DESC", edges, limit)

    async def tally(self, sought: Sought) -> Tally:
        """Count what is sought."""
        where, given = _where(sought)
        by_kind = f"""
            SELECT k.act, k.outcome, k.items, t.day, t.n FROM (
                SELECT p.kind AS kind, (p.at + {_AHEAD}) / {_DAY} AS day, count(*) AS n
                FROM log.placed p WHERE {where} GROUP BY p.kind, (p.at + {_AHEAD}) / {_DAY}
            ) t JOIN log.record_kind k ON k.id = t.kind
        """  # noqa: S608 - our own texts
        subjects = f"SELECT count(DISTINCT p.subject) FROM log.touched p WHERE {where}"  # noqa: S608 - our own texts
        by_hour = f"""
            SELECT (p.at + {_AHEAD}) / {_HOUR} % 24, count(*) FROM log.placed p WHERE {where} GROUP BY 1
        """  # noqa: S608 - our own texts
        about: list[Step] = [] if sought.tag is not None else [(subjects, given)]
        hours: list[Step] = [] if sought.actor is None else [(by_hour, given)]
        counted, *others = await self._database.read_all([(by_kind, given), *about, *hours])
        users = int(others[0][0][0]) if about else min(1, len(counted))
        return _tally(counted, users, others[-1] if hours else ())

    async def _places(
        self, sought: Sought, beyond: str, order: str, edges: tuple[int, int], limit: int
    ) -> list[int]:  # fmt: skip
        where, given = _where(sought)
        sql = f"SELECT p.place FROM log.placed p WHERE {beyond} AND {where} ORDER BY {order} LIMIT :most"  # noqa: S608 - our own texts
        rows = await self._database.fetch(sql, {**given, "edge": edges[0], "end_of": edges[1], "most": limit})
        return [int(row[0]) - self._span.first for row in rows]

    async def _size(self, last: str) -> int:
        span: Parameters = {"first": self._span.first, "last": self._span.last}
        ((place,),) = await self._database.fetch(last, span)
        return 0 if place is None else int(place) - self._span.first + 1


async def _number(transaction: Transaction, kind: RecordKind) -> int:
    """Return the number of a kind, written if it is new: a hash of its words, or the next that is free."""
    words = msgspec.json.encode(kind).decode()
    if rows := await transaction.fetch(_KIND, {"words": words}):
        return int(rows[0][0])
    number = zlib.crc32(words.encode()) + 1
    items = "".join(f",{item}" for item in kind.items) + ","
    while True:
        row: Parameters = {**kind._asdict(), "id": number, "words": words, "items": items}
        await transaction.execute(_ADD_KIND, row)
        if rows := await transaction.fetch(_KIND, {"words": words}):
            return int(rows[0][0])
        number += 1


def _where(sought: Sought) -> tuple[str, dict[str, str | int | bytes]]:
    told = {name: value for name, value in sought._asdict().items() if value is not None and name != "tags"}
    given: dict[str, str | int | bytes] = {**told, **{f"tag{n}": tag for n, tag in enumerate(sought.tags)}}
    of_kind = " AND ".join(text for name, text in _OF_KIND.items() if name in given)
    if sought.item is not None:
        given["item"] = f"%,{sought.item},%"
    conditions = [text for name, text in _CONDITIONS.items() if name in given]
    if sought.tag is not None:
        named = ", ".join([":tag", *(f":tag{n}" for n in range(len(sought.tags)))])
        conditions.append(_TAGGED.replace(":tags", named))
    if of_kind:
        conditions.append(f"p.kind IN (SELECT k.id FROM log.record_kind k WHERE {of_kind})")  # noqa: S608 - our own texts
    return " AND ".join(conditions) or "1 = 1", given


def _tally(counted: Sequence[Row], subjects: int, hours: Sequence[Row]) -> Tally:
    days, items, acts, outcomes = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for act, outcome, listed, day, n in counted:
        days[_day(int(day))] += n
        acts[act] += n
        outcomes[outcome] += n
        items.update(dict.fromkeys(filter(None, listed.split(",")), n))
    by_hour = Counter({f"{int(hour):02}": int(n) for hour, n in hours})
    counters = (days, items, acts, outcomes, by_hour)
    return Tally(days.total(), subjects, *(dict(sorted(each.items())) for each in counters))


def _day(number: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=number)).date().isoformat()
