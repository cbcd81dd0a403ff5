"""The published log under ``/log``: its checkpoint, its tiles and, where the operator opens them, its entries.

Paths, bytes and caching are those of C2SP tlog-tiles. Nobody needs a token: hashes tell nothing of anybody. Entries
name staff, so they are served only where the setting ``log_entries`` is ``open``.

The first log stands at ``/log`` for ever, each later one below its label (``/log/2027/checkpoint``), as in its origin;
``/log/shards`` lists them with their keys, and says of each who witnesses it, or that nobody does.
"""

from __future__ import annotations

import msgspec

from shouze.api.answers import BothWords
from shouze.api.calls import Answer, Call
from shouze.api.pages import Page
from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.ledger.tile import Bundle, parse_path
from shouze.sequencer.ports import StoredShard
from shouze.sequencer.published import PublishedLog, PublishedLogs

CHECKPOINT, TILES, SHARDS = "/log/checkpoint", "/log/tile/{place:path}", "/log/shards"
LATER_CHECKPOINT, LATER_TILES = "/log/{shard}/checkpoint", "/log/{shard}/tile/{place:path}"
_TEXT, _BYTES = "text/plain; charset=utf-8", "application/octet-stream"
_FRESH = b"public, max-age=1"
_FOR_EVER = b"public, max-age=31536000, immutable"


NO_WITNESS = BothWords("没有见证人签名", "No witness has cosigned it.")


class CosignedRow(msgspec.Struct, frozen=True):
    """A witness that cosigned, and the size of the newest checkpoint that it has."""

    name: str
    size: int


class LogRow(msgspec.Struct, frozen=True):
    """One log: its origin, where it is served, its key (C2SP vkey), whether only its last checkpoint is left."""

    origin: str
    path: str
    vkey: str
    deleted: bool
    witnesses: tuple[CosignedRow, ...]
    witnessed: BothWords


class LogsAnswer(msgspec.Struct, frozen=True):
    """The logs that follow one another, first to last: receipts are found in the last one."""

    logs: tuple[LogRow, ...]


def log_pages(logs: PublishedLogs, *, entries: bool) -> tuple[Page, ...]:
    """Return the logs' pages; ``entries`` says whether entry bundles are shown."""

    async def shards(_call: Call) -> Answer:
        rows = [await _row(shard, await logs.find(shard.label)) for shard in await logs.begun()]
        return Answer(200, msgspec.json.encode(LogsAnswer(tuple(rows))), cache=_FRESH)

    async def checkpoint(call: Call) -> Answer:
        latest = await (await _log_of(logs, call)).cosigned()
        return Answer(200, latest.note.encode(), _TEXT, cache=_FRESH)

    async def tile(call: Call) -> Answer:
        try:
            place = parse_path(f"tile/{call.scope['path_params']['place']}")
        except InvalidError as problem:
            raise NotFoundError(problem.detail, field="path") from None
        if isinstance(place, Bundle) and not entries:
            raise _closed()
        return Answer(200, await (await _log_of(logs, call)).read(place), _BYTES, cache=_FOR_EVER)

    newest, parts = (
        Text("日志的最新检查点", "The log's newest checkpoint"),
        Text("日志的切片与条目包", "The log's tiles and bundles"),
    )
    later = Text("某一年的日志：", "The log of a year: ")
    return (
        Page("log-checkpoint", CHECKPOINT, newest, None, checkpoint),
        Page("log-tile", TILES, parts, None, tile),
        Page(
            "log-shards", SHARDS, Text("各日志的公钥和见证人", "The keys and witnesses of all logs"), LogsAnswer, shards
        ),
        Page(
            "log-year-checkpoint", LATER_CHECKPOINT, Text(later.zh + newest.zh, later.en + newest.en), None, checkpoint
        ),
        Page("log-year-tile", LATER_TILES, Text(later.zh + parts.zh, later.en + parts.en), None, tile),
    )


async def _row(shard: StoredShard, log: PublishedLog) -> LogRow:
    found = await log.witnesses()
    witnesses = tuple(CosignedRow(*each) for each in found)
    said = NO_WITNESS if not found else BothWords("有见证人签名", "A witness has cosigned it.")
    path = f"/log/{shard.label}" if shard.label else "/log"
    return LogRow(shard.origin, path, shard.vkey, shard.deleted is not None, witnesses, said)


async def _log_of(logs: PublishedLogs, call: Call) -> PublishedLog:
    return await logs.find(call.scope.get("path_params", {}).get("shard", ""))


def _closed() -> NotFoundError:
    return NotFoundError(
        Text("此处不公开条目：其中有工作人员的编号", "Entries are not served here: they name staff"),
        field="path",
        remedy=Text(
            "向经营者索取 shouze log publish 写出的目录，或单条记录的证明文件",
            "Ask the operator for the folder that shouze log publish writes, or for the proof of one record",
        ),
    )
