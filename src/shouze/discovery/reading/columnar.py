"""Parquet, ORC and Avro, by batches of columns, and SQLite files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any, BinaryIO

from shouze.discovery.installed import extra
from shouze.discovery.reading.delimited import BATCH
from shouze.discovery.reading.piece import Cells, Column, Limits, Piece, whole
from shouze.intake.sources.row import Cell, text_of


def read_parquet(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:  # noqa: ARG001 - a reader's signature
    """Yield record batches."""
    opened = extra("pyarrow.parquet").ParquetFile(file)
    for batch in opened.iter_batches(batch_size=BATCH):
        yield _batch(place, batch)


def read_orc(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:  # noqa: ARG001 - a reader's signature
    """Yield stripes."""
    opened = extra("pyarrow.orc").ORCFile(file)
    for stripe in range(opened.nstripes):
        found = opened.read_stripe(stripe)
        for start in range(0, found.num_rows, BATCH):
            yield _batch(place, found.slice(start, BATCH))


def read_avro(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:  # noqa: ARG001 - a reader's signature
    """Yield records."""
    records = extra("fastavro").reader(file)
    names = [each["name"] for each in records.writer_schema["fields"]]
    columns = [Column(name) for name in names]
    while rows := list(islice(records, BATCH)):
        cells = [[_cell(row.get(name)) for row in rows] for name in names]
        yield Cells(place, columns, cells, sum(sum(len(cell or "") for cell in each) for each in cells))


def read_sqlite(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
    """Yield every table of an SQLite file, opened in memory: its own file stays as it is."""
    content = whole(file, limits)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(content)
        connection.execute("PRAGMA query_only=1")
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        listed = connection.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'")
        for (table,) in listed.fetchall():
            yield from _table(connection, table, f"{place}/{table}")


def _table(connection: sqlite3.Connection, table: str, place: str) -> Iterator[Cells]:
    quoted = '"' + table.replace('"', '""') + '"'
    described = connection.execute(f"PRAGMA table_info({quoted})").fetchall()
    columns = [Column(str(row[1]), str(row[2])) for row in described]
    rows = connection.execute(f"SELECT * FROM {quoted}")  # noqa: S608 - the name is the file's own, quoted
    while batch := rows.fetchmany(BATCH):
        cells = [[_cell(cell) for cell in each] for each in zip(*batch, strict=True)]
        yield Cells(place, columns, cells, sum(sum(len(cell or "") for cell in each) for each in cells))


def _batch(place: str, batch: Any) -> Cells:
    columns = [Column(str(each.name), str(each.type)) for each in batch.schema]
    cells: Sequence[Sequence[Cell]] = [[_cell(value) for value in column.to_pylist()] for column in batch.columns]
    return Cells(place, columns, cells, int(batch.nbytes))


def _cell(value: object) -> Cell:
    """Return a typed cell as text; bytes are left to their file's type, nested values are written out."""
    if isinstance(value, bytes | memoryview):
        return None
    if isinstance(value, dict | list):
        return str(value)[:10_000]
    return text_of(value)
