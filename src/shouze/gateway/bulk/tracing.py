"""Reads a leaked piece of a result and names the request that it came from."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Literal

import msgspec

from shouze.gateway.bulk.marking import Marker, hidden, ordered, plain, visible
from shouze.gateway.bulk.means import Means
from shouze.gateway.bulk.request import Job

Sign = Literal["mark", "hidden", "order"]
LARGEST = 1_000_000
"""Characters of a piece that are read; twenty rows suffice."""
PAGE = 200


class Traced(msgspec.Struct, frozen=True):
    """A request that a piece comes from, by which marks, and who asked for it, approved it and when."""

    request: str
    by: tuple[Sign, ...]
    rows: int
    job: Job


async def trace(means: Means, piece: str) -> list[Traced]:
    """Return the requests whose marks a piece bears, the likeliest first; nothing where all marks are gone."""
    piece = piece[:LARGEST]
    marks, codes, columns = visible(piece), hidden(piece), list(columns_of(piece))
    found = []
    async for job in _exports(means):
        marker = Marker(means.room.ring, job.id)
        rows = sum(request == job.id and marker.is_row(number, mac) for request, number, mac in marks)
        signs: dict[Sign, bool] = {
            "mark": rows > 0,
            "hidden": marker.code in codes,
            "order": any(ordered(marker, column) for column in columns),
        }
        if by := tuple(sign for sign, there in signs.items() if there):
            found.append(Traced(job.id, by, rows, job))
    return sorted(found, key=lambda each: (-len(each.by), -each.rows))


def columns_of(piece: str) -> Iterator[list[str]]:
    """Yield the values that stand one under another: in CSV, tab-separated text, NDJSON, or line by line."""
    lines = [line for line in plain(piece).splitlines() if line.strip() and not line.startswith("#")]
    for rows in (_split(lines, ","), _split(lines, "\t"), _objects(lines), [[line.strip()] for line in lines]):
        width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
        whole = [row for row in rows if len(row) == width]
        yield from ([row[place] for row in whole] for place in range(width))


def _split(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
        ]
    except csv.Error:
        return []


def _objects(lines: list[str]) -> list[list[str]]:
    rows = []
    for line in lines:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict):
            rows.append([str(value) for value in row.values()])
    return rows


async def _exports(means: Means) -> AsyncIterator[Job]:
    before: str | None = None
    while page := await means.requests.recent(before, PAGE):
        for kept in page:
            if kept.job.form.action != "destroy" and kept.job.begun_at is not None:
                yield kept.job
        before = page[-1].job.id
