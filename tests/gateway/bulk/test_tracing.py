"""A leaked piece of an export names its request."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

from shouze.gateway.bulk.marking import plain
from tests.gateway.bulk.scene import ANALYST, OFFICER, Scene, scene


async def exported(small: Scene, **more: object) -> tuple[str, list[str]]:
    job = await small.approved(**more)
    await small.bulk.run(ANALYST, job.id)
    return job.id, [line for line in await small.rows(job) if not line.startswith("#")][1:]


async def named(small: Scene, piece: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.request, each.by) for each in await small.bulk.trace(OFFICER, piece)]


async def test_twenty_rows_without_their_header_name_the_request(small: Scene) -> None:
    first, rows = await exported(small)
    await exported(small)
    assert await named(small, "\n".join(rows[3:23])) == [(first, ("mark", "hidden"))]


async def test_text_copied_from_one_column_names_the_request(small: Scene) -> None:
    await exported(small)
    request, rows = await exported(small)
    names = [row[1] for row in csv.reader(rows)]
    assert await named(small, "\n".join(names[4:6])) == [(request, ("hidden",))]


async def test_the_order_of_bare_numbers_names_the_request(tmp_path: Path) -> None:
    async with scene(tmp_path / "home", users=45, chunk=1000) as large:
        request, rows = await exported(large, items=("phone",))
        numbers = [row[1] for row in csv.reader(rows)]
        await exported(large, items=("phone",))
        assert await named(large, "\n".join(numbers[10:30])) == [(request, ("order",))]
        mixed = random.Random(1).sample(numbers, len(numbers))
        assert await named(large, "\n".join(mixed)) == []


async def test_what_removes_the_marks_is_what_the_documents_say(small: Scene) -> None:
    _, rows = await exported(small)
    retyped = sorted(plain(row[1]) for row in csv.reader(rows))
    assert await named(small, "\n".join(retyped)) == []


async def test_a_mark_that_was_made_up_names_nobody(small: Scene) -> None:
    request, _ = await exported(small)
    assert await named(small, f"{request}.1.aaaaaaaa") == []


async def test_numbers_and_ids_stay_as_they_are_held(small: Scene) -> None:
    _, rows = await exported(small, format="ndjson")
    for row in map(json.loads, rows):
        assert row["phone"] == plain(row["phone"])
        assert row["subject"] in small.subjects
        assert row["name"] != plain(row["name"])
        assert plain(row["name"]).startswith("用户金丝雀")
