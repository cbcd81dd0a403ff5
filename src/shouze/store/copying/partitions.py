"""Records of use are one table to a copy, whatever partitions it is kept in.

PostgreSQL has partitions of its own; on SQLite each is a table beside (``store.usage_partitions``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from shouze.gateway.usage.ports import Partition
from shouze.store.copying.form import Cell, Table
from shouze.store.usage_partitions import first_of, name_of, partition_of

USAGE, LISTED = "custody.usage", "custody.usage_partition"
_NAME = re.compile(r"usage_[0-9a-f]{12}_[0-9]+")


def is_partition(name: str) -> bool:
    """Tell whether a table's name is that of a partition."""
    return _NAME.fullmatch(name) is not None


def needed(table: Table, rows: Sequence[Sequence[Cell]]) -> set[Partition]:
    """Return the partitions that have to be there before these rows are written."""
    if table.name == LISTED:
        ground, first = table.columns.index("ground"), table.columns.index("first")
        return {_partition(row[ground], row[first]) for row in rows}
    return set(spread(table, rows)) if table.name == USAGE else set()


def spread(table: Table, rows: Sequence[Sequence[Cell]]) -> dict[Partition, list[Sequence[Cell]]]:
    """Return records of use by the partition that they belong to."""
    ground, day = table.columns.index("ground"), table.columns.index("day")
    by_partition: dict[Partition, list[Sequence[Cell]]] = defaultdict(list)
    for row in rows:
        number = row[day]
        by_partition[_partition(row[ground], first_of(number) if isinstance(number, int) else None)].append(row)
    return by_partition


def place_of(partition: Partition) -> Table:
    """Return the name of a partition's table, without columns."""
    return Table(f"custody.{name_of(partition)}", ())


def _partition(ground: Cell, first: Cell) -> Partition:
    if not isinstance(ground, str) or not isinstance(first, int):
        raise TypeError
    return partition_of(ground, first)
