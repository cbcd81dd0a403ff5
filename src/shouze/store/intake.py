"""Remembers the runs of imports: the intake's port ``Runs``."""

from __future__ import annotations

from datetime import datetime

from shouze.errors import ConflictError
from shouze.gateway.arriving import Mark
from shouze.intake.ports import Run
from shouze.language import Text
from shouze.ledger.moments import micros, moment
from shouze.store.driver import Database, Parameters, unavailable

_BEGIN = """
INSERT INTO custody.import_run (run, digest, row, body, begun_at, ended_at)
VALUES (:run, :digest, 0, :body, :now, NULL)
ON CONFLICT (digest) WHERE ended_at IS NULL DO NOTHING
"""
_OPEN = """
SELECT run, digest, row, body, begun_at, ended_at FROM custody.import_run
WHERE digest = :digest AND ended_at IS NULL
"""
_NOTE = "UPDATE custody.import_run SET row = :row, body = :body WHERE run = :run AND ended_at IS NULL"
_FINISH = (
    "UPDATE custody.import_run SET row = :row, body = :body, ended_at = :now WHERE run = :run AND ended_at IS NULL"
)


class StoredRuns:
    """``Runs`` on a database; says what the port says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, digest: str, fresh: str, now: datetime) -> Run:
        """Return the run of this digest that has not ended, or begin one with the id ``fresh``."""
        row: Parameters = {"run": fresh, "digest": digest, "body": b"", "now": micros(now)}
        await self._database.execute(_BEGIN, row)
        for run, named, reached, body, begun, _ in await self._database.fetch(_OPEN, {"digest": digest}):
            return Run(run, named, reached, bytes(body), moment(begun))
        raise unavailable("custody.import_run")  # another process ended it between the two statements

    async def note(self, mark: Mark) -> None:
        """Note what came of a batch that is in; ConflictError when the run has ended meanwhile."""
        await self._write(_NOTE, mark._asdict())

    async def finish(self, mark: Mark, now: datetime) -> None:
        """Note the last mark, and that the run has ended."""
        await self._write(_FINISH, {**mark._asdict(), "now": micros(now)})

    async def _write(self, sql: str, parameters: Parameters) -> None:
        if not await self._database.execute(sql, parameters):
            raise ConflictError(
                Text("这次导入已由另一进程结束", "Another process has ended this import"),
                field="custody.import_run",
                remedy=Text("不要同时运行同一导入", "Do not run the same import twice at once"),
            )
