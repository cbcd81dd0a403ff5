"""Makes and drops the partitions of records of use: ten days of one ground each.

Ten days, counted from 1970-01-01, so that what has passed its retention is still there for ten days at most, and a
ground that keeps its records for two years has some seventy partitions.

On PostgreSQL the gateway's role may not make or drop tables: two functions of the tables' owner do it, and
they make and drop nothing but partitions of ``custody.usage``. On SQLite a partition is a table made like ``usage``,
which itself stays empty.
"""

from __future__ import annotations

from hashlib import sha256

from shouze.gateway.usage.ports import Partition
from shouze.store.driver import Database, Dialect, Parameters, Transaction

SPAN = 10
"""Days in a partition; what the functions of ``custody_0003`` say as well."""

_LISTED = "SELECT ground, first FROM custody.usage_partition ORDER BY ground, first"
_LIST = """
INSERT INTO custody.usage_partition (ground, first) VALUES (:ground, :first) ON CONFLICT (ground, first) DO NOTHING
"""
_UNLIST = "DELETE FROM custody.usage_partition WHERE ground = :ground AND first = :first"
_MAKE = "SELECT custody.usage_make(:ground, :first)"
_DROP = "SELECT custody.usage_drop(:ground, :first)"
_TEMPLATE = "SELECT sql FROM custody.sqlite_schema WHERE type = 'table' AND name = 'usage'"


def first_of(day: int) -> int:
    """Return the first day of the partition that a day (since 1970) belongs to."""
    return day - day % SPAN


def partition_of(ground: str, first: int) -> Partition:
    """Return the partition that begins on this day."""
    return Partition(ground, first, first + SPAN - 1)


def name_of(partition: Partition) -> str:
    """Return a partition's name, made of its first day and, since grounds are no names, a hash of its ground."""
    return f"usage_{sha256(partition.ground.encode()).hexdigest()[:12]}_{partition.first}"


async def partitions(database: Database) -> list[Partition]:
    """Return every partition, in order of ground and day."""
    return [partition_of(ground, first) for ground, first in await database.fetch(_LISTED)]


async def open_partition(transaction: Transaction, dialect: Dialect, partition: Partition) -> None:
    """Make a partition unless it is there."""
    place: Parameters = {"ground": partition.ground, "first": partition.first}
    if dialect == "postgres":
        await transaction.fetch(_MAKE, place)
    else:
        for (written,) in await transaction.fetch(_TEMPLATE):
            columns = written[written.index("(") :]
            await transaction.execute(f"CREATE TABLE IF NOT EXISTS custody.{name_of(partition)} {columns}")
    await transaction.execute(_LIST, place)


async def drop_partition(transaction: Transaction, dialect: Dialect, partition: Partition) -> None:
    """Drop a partition; one that is not there is nothing to drop."""
    place: Parameters = {"ground": partition.ground, "first": partition.first}
    await transaction.execute(_UNLIST, place)
    if dialect == "postgres":
        await transaction.fetch(_DROP, place)
    else:
        await transaction.execute(f"DROP TABLE IF EXISTS custody.{name_of(partition)}")
