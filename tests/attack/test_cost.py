"""Erasing costs the same whatever a subject holds: every row that is written is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from shouze.gateway.ports import Change
from shouze.gateway.replaying import erase
from shouze.gateway.sealing import Content, Sealer
from shouze.rules.standing import Held, Standing
from shouze.store.sqlite import SqliteTransaction
from shouze.wiring import Installation
from tests.installation import operator

GROUND = "wide/keep"


async def hold(opened: Installation, subject: str, items: int) -> None:
    """Make a subject who holds so many items under one ground."""
    room, now = opened.door.room, opened.clock.now()
    contents = {f"item-{number}": Content(1, f"value {number}") for number in range(items)}
    sealer = Sealer(room, subject, ())
    await sealer.ready([GROUND])
    standing = Standing().joined("wide").holding(GROUND, {item: Held(1, now) for item in contents})
    assert await room.custody.change(Change(subject, 0, standing, tuple(sealer.seal(GROUND, contents))))


def counted(patch: pytest.MonkeyPatch) -> Counter[str]:
    """Count rows written from now on, by statement, in all databases."""
    rows: Counter[str] = Counter()
    execute, execute_many = SqliteTransaction.execute, SqliteTransaction.execute_many

    async def one(transaction: SqliteTransaction, sql: str, *parameters: Any) -> int:
        rows[" ".join(sql.split())] += 1
        return await execute(transaction, sql, *parameters)

    async def many(transaction: SqliteTransaction, sql: str, written: Sequence[Any]) -> None:
        rows[" ".join(sql.split())] += len(written)
        await execute_many(transaction, sql, written)

    patch.setattr(SqliteTransaction, "execute", one)
    patch.setattr(SqliteTransaction, "execute_many", many)
    return rows


async def test_erasing_two_hundred_items_writes_what_erasing_one_writes(tmp_path: Path) -> None:
    costs = []
    async with operator(tmp_path, declared=False) as opened:
        for subject, items in (("few", 1), ("many", 200)):
            await hold(opened, subject, items)
            with pytest.MonkeyPatch.context() as patch:
                rows = counted(patch)
                assert await erase(opened.door.room, subject)
                costs.append(+rows)
    few, many = costs
    assert many == few
    assert sum(few.values()) < 20
    assert [sql for sql in few if "custody.erasure" in sql and sql.startswith("INSERT")], "and it is listed"
