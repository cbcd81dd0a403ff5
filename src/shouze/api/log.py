"""The published log under ``/log``: its checkpoint, its tiles and, where the operator opens them, its entries.

Paths, bytes and caching are those of C2SP tlog-tiles. Nobody needs a token: hashes tell nothing of anybody. Entries
name staff, so they are served only where the setting ``log_entries`` is ``open``.
"""

from __future__ import annotations

from shouze.api.calls import Answer, Call
from shouze.api.pages import Page
from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.ledger.tile import Bundle, parse_path
from shouze.sequencer.published import PublishedLog

CHECKPOINT, TILES = "/log/checkpoint", "/log/tile/{place:path}"
_TEXT, _BYTES = "text/plain; charset=utf-8", "application/octet-stream"
_FRESH = b"public, max-age=1"
_FOR_EVER = b"public, max-age=31536000, immutable"


def log_pages(log: PublishedLog, *, entries: bool) -> tuple[Page, ...]:
    """Return the log's pages; ``entries`` says whether entry bundles are shown."""

    async def checkpoint(_call: Call) -> Answer:
        latest = await log.cosigned()
        return Answer(200, latest.note.encode(), _TEXT, cache=_FRESH)

    async def tile(call: Call) -> Answer:
        try:
            place = parse_path(f"tile/{call.scope['path_params']['place']}")
        except InvalidError as problem:
            raise NotFoundError(problem.detail, field="path") from None
        if isinstance(place, Bundle) and not entries:
            raise _closed()
        return Answer(200, await log.read(place), _BYTES, cache=_FOR_EVER)

    return (
        Page("log-checkpoint", CHECKPOINT, Text("日志的最新检查点", "The log's newest checkpoint"), None, checkpoint),
        Page("log-tile", TILES, Text("日志的切片与条目包", "The log's tiles and bundles"), None, tile),
    )


def _closed() -> NotFoundError:
    return NotFoundError(
        Text("此处不公开条目：其中有工作人员的编号", "Entries are not served here: they name staff"),
        field="path",
        remedy=Text(
            "向经营者索取 shouze log publish 写出的目录，或单条记录的证明文件",
            "Ask the operator for the folder that shouze log publish writes, or for the proof of one record",
        ),
    )
