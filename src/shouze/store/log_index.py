"""Keeps where records stand in the log (``sequencer.finding.PlaceIndex``)."""

from __future__ import annotations

from collections.abc import Sequence

from shouze.sequencer.finding import PlacedLeaf, Sought
from shouze.store.driver import Database, Parameters
from shouze.store.log_shards import Span

_ADD = """
    INSERT INTO log.placed (place, node, boot, nseq, at, actor) VALUES (:place, :node, :boot, :nseq, :at, :actor)
    ON CONFLICT (place) DO NOTHING
"""
_ADD_ITEM = "INSERT INTO log.placed_item (item, place) VALUES (:item, :place) ON CONFLICT (item, place) DO NOTHING"
_ADD_SUBJECTS = """
    INSERT INTO log.placed_subject (tag, place)
    SELECT l.tag, p.place FROM log.placed p
    JOIN log.look_up l ON l.node = p.node AND l.boot = p.boot AND l.nseq = p.nseq
    WHERE p.place >= :first AND p.place < :end
    ON CONFLICT (tag, place) DO NOTHING
"""
_PLACE = """
    SELECT place FROM log.placed
    WHERE node = :node AND boot = :boot AND nseq = :nseq AND place BETWEEN :first AND :last
"""
_CONDITIONS = {
    "actor": "p.actor = :actor",
    "item": "EXISTS (SELECT 1 FROM log.placed_item i WHERE i.item = :item AND i.place = p.place)",
    "since": "p.at >= :since",
    "until": "p.at < :until",
    "tag": "EXISTS (SELECT 1 FROM log.placed_subject s WHERE s.tag = :tag AND s.place = p.place)",
}


class StoredPlaces:
    """The index in the log's database, of one shard."""

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
        rows: list[Parameters] = [
            {"place": self._span.place(leaf.place), "node": leaf.node, "boot": leaf.boot, "nseq": leaf.nseq,
             "at": leaf.at, "actor": leaf.actor} for leaf in leaves
        ]  # fmt: skip
        items: list[Parameters] = [
            {"item": item, "place": self._span.place(leaf.place)} for leaf in leaves for item in leaf.items
        ]
        async with self._database.transaction() as transaction:
            await transaction.execute_many(_ADD, rows)
            await transaction.execute_many(_ADD_ITEM, items)

    async def add_subjects(self, first: int, end: int) -> None:
        """Add the tags of leaves, a bite of them, in one transaction."""
        await self._database.execute(_ADD_SUBJECTS, {"first": self._span.place(first), "end": self._span.place(end)})

    async def place_of(self, node: int, boot: str, nseq: int) -> int | None:
        """Return where a record stands."""
        span: Parameters = {"first": self._span.first, "last": self._span.last}
        rows = await self._database.fetch(_PLACE, {"node": node, "boot": boot, "nseq": nseq, **span})
        return int(rows[0][0]) - self._span.first if rows else None

    async def places(self, sought: Sought, after: int, limit: int) -> list[int]:
        """Return places of what is sought, smallest first."""
        given = {name: value for name, value in sought._asdict().items() if value is not None}
        where = " AND ".join(("p.place > :after AND p.place <= :last", *(_CONDITIONS[name] for name in given)))
        sql = f"SELECT p.place FROM log.placed p WHERE {where} ORDER BY p.place LIMIT :most"  # noqa: S608 - our own texts
        span: Parameters = {"after": self._span.place(after), "last": self._span.last}
        rows = await self._database.fetch(sql, {**given, **span, "most": limit})
        return [int(row[0]) - self._span.first for row in rows]

    async def _size(self, last: str) -> int:
        span: Parameters = {"first": self._span.first, "last": self._span.last}
        ((place,),) = await self._database.fetch(last, span)
        return 0 if place is None else int(place) - self._span.first + 1
