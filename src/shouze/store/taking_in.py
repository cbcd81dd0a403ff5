"""Writes many new subjects in one transaction, together with how far their run has come."""

from __future__ import annotations

from collections.abc import Sequence

from shouze.errors import ConflictError
from shouze.gateway.arriving import Mark
from shouze.gateway.ports import Newcomer
from shouze.language import Text
from shouze.ledger.moments import micros
from shouze.store.binding import ENDED, GRACE, OLDEST, index_ended
from shouze.store.change_rows import due_of
from shouze.store.driver import Database, DuplicateError, Row, Transaction
from shouze.store.standing_form import write_standing

_MARK = "UPDATE custody.import_run SET row = :row, body = :body WHERE run = :run AND ended_at IS NULL"
_FORSAKEN = """
DELETE FROM custody.binding WHERE tag = :tag AND until IS NULL AND since < :before
    AND NOT EXISTS (SELECT 1 FROM custody.subject WHERE subject.id = binding.subject)
"""


async def take_in(database: Database, newcomers: Sequence[Newcomer], mark: Mark, writes: int) -> None:
    """Write newcomers and mark, in the stored format ``writes``; ConflictError, and nothing written, as the port says.

    Identifiers whose holder was never made (its creation was cut off) are freed, as ``claim`` does, where they stand
    in the way.
    """
    try:
        await _take_in(database, newcomers, mark, writes)
    except DuplicateError:
        await _free(database, newcomers)
        await _take_in(database, newcomers, mark, writes)


async def _take_in(database: Database, newcomers: Sequence[Newcomer], mark: Mark, writes: int) -> None:
    async with database.transaction() as transaction:
        if not await transaction.execute(_MARK, mark._asdict()):
            raise ConflictError(
                Text("这次导入已结束", "The run has ended"),
                field="mark.run",
                remedy=Text("重新开始导入", "Begin the import again"),
            )
        if newcomers:
            await _write(transaction, newcomers, writes)


async def _free(database: Database, newcomers: Sequence[Newcomer]) -> None:
    before = micros(newcomers[0].now - GRACE)
    tags = [claim.tag for each in newcomers for claim in each.claims if claim.exclusive]
    async with database.transaction() as transaction:
        await transaction.execute_many(_FORSAKEN, [{"tag": tag, "before": before} for tag in tags])


async def _write(transaction: Transaction, newcomers: Sequence[Newcomer], writes: int) -> None:
    changes = [each.change for each in newcomers]
    # Newcomers of one batch share their standing far more often than not: it is spelled once.
    standings = {id(change.standing): change.standing for change in changes}
    written = {number: (1, write_standing(each, writes), due_of(each)) for number, each in standings.items()}
    subjects: list[Row] = [(change.subject, *written[id(change.standing)]) for change in changes]
    values = [(change.subject, *value) for change in changes for value in change.puts]
    users = [(change.subject, service) for change in changes for service in change.standing.services]
    floor = await transaction.fetch(OLDEST)
    bindings = [
        (claim.tag, each.change.subject, claim.item, int(claim.exclusive), since, claim.version)
        for each in newcomers
        for since in (micros(each.now),)
        for claim in each.claims
        if not floor or claim.version >= floor[0][0]
    ]
    await transaction.insert_many("custody.subject", ("id", "revision", "standing", "next_due"), subjects)
    columns = ("subject", "ground", "item", "version", "sealed")
    await transaction.insert_many("custody.subject_value", columns, values)
    await transaction.insert_many("custody.service_user", ("subject", "service"), users)
    places = ("tag", "subject", "item", "exclusive", "since", "index_version")
    await transaction.insert_many("custody.binding", places, bindings)
    # Only now that the table is locked as written to: whoever raises the floor waits for us, or we see it raised.
    versions = {row[-1] for row in bindings}
    if versions and await transaction.fetch(ENDED, {"version": min(versions), "newest": max(versions)}):
        raise index_ended()
