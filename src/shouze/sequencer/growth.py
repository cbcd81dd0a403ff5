"""Verifies, from what was read back, that the log grew as staged out of what was signed.

Whatever the sequencer had in memory is not asked: a bit that flipped there, on the way or on the disk is found here.
"""

from __future__ import annotations

from collections.abc import Sequence

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.integrate import Tiles, recompute
from shouze.ledger.tile import FULL, decode_tile, packed_length, partial_width, touched
from shouze.ledger.tree import HASH_SIZE, Frontier
from shouze.sequencer.ports import ReadBack


def verify_growth(signed: Checkpoint, back: ReadBack) -> None:
    """Compare what is stored with the checkpoint signed last and with what the nodes staged since.

    TamperedError unless the tree at the signed size has the signed root, the tree as it is now has the stored root,
    and its new entries are exactly the staged leaves, each once.
    """
    if back.size < signed.size:
        raise restored()
    frontier = frontier_at(signed.size, back.tiles)
    if frontier.root() != signed.root:
        raise _unlike("log.tile", Text("切片与已签名的检查点不符", "The tiles are not those of the signed checkpoint"))
    places = [(place.level, place.n) for place in touched(signed.size, back.size)]
    grown = {place: back.tiles[place] for place in places if place in back.tiles}
    if recompute(frontier, back.size, back.bundles, grown) != back.root:
        raise _unlike("log.root", Text("条目与存储的根哈希不符", "The entries do not hash to the stored root"))
    if not _is_staged(signed.size, back):
        raise _unlike("log.staging", Text("日志条目与暂存记录不符", "The log's entries are not what was staged"))


def frontier_at(size: int, tiles: Tiles) -> Frontier:
    """Return the frontier of the tree of that size out of the tiles of its right edge; they may be wider by now.

    TamperedError when a tile is missing or cut short.
    """
    parts: list[bytes] = []
    for level in reversed(range((size.bit_length() + 7) // 8)):
        width = partial_width(level, size)
        if width:
            _, body = tiles.get((level, size >> 8 * (level + 1)), (0, b""))
            try:
                parts += Frontier().extend(decode_tile(body[: width * HASH_SIZE], width)).hashes
            except InvalidError:
                words = Text("切片缺失或不完整", "A tile is missing or cut short")
                raise _unlike("log.tile", words) from None
    return Frontier(size, tuple(parts))


def restored() -> TamperedError:
    """Return the error for a log that is smaller than what was signed of it."""
    return TamperedError(
        Text(
            "日志小于已签名的检查点：数据库被恢复到较早的状态",
            "The log is smaller than what was signed: it was put back",
        ),
        field="log.size",
        remedy=Text(
            "不得继续签名。恢复包含该检查点的数据库；若已丢失，保留现有文件作为证据，以新的来源另建日志",
            "Nothing is signed. Restore a database that holds that checkpoint; if it is lost, keep these files as "
            "evidence and begin a new log under a new origin",
        ),
    )


def _is_staged(size: int, back: ReadBack) -> bool:
    """Whether the entries from an index on are what was staged; bundles were taken apart before (``recompute``)."""
    staged = _staged(size, back)
    bodies = [body for _, (_, body) in sorted(back.bundles.items())]
    before = packed_length(bodies[0], size % FULL) if bodies else 0
    return staged is not None and _same(bodies, before, staged)


def _staged(size: int, back: ReadBack) -> list[bytes] | None:
    """Return the staged leaves since a size, packed; None when their indexes leave a hole or overlap."""
    index, packed = size, []
    for batch in sorted(back.batches, key=lambda batch: batch.sequenced or 0):
        if batch.sequenced != index:
            return None
        index += batch.width
        packed.append(batch.body)
    return packed if index == back.size else None


def _same(bodies: Sequence[bytes], at: int, others: Sequence[bytes]) -> bool:
    """Whether the bytes of some pieces from a place in the first on are those of others, cut elsewhere.

    Nothing is joined: a round has tens of megabytes.
    """
    left = iter(bodies)
    body = next(left, b"")
    for other in others:
        begun = 0
        while begun < len(other):
            if at == len(body):
                body, at = next(left, b""), 0
            piece = other[begun : begun + len(body) - at]
            if not piece or not body.startswith(piece, at):
                return False
            at, begun = at + len(piece), begun + len(piece)
    return at == len(body) and not any(left)


def _unlike(field: str, words: Text) -> TamperedError:
    remedy = Text(
        "没有签署新的检查点。停止写入，运行 shouze log verify 并检查磁盘和内存",
        "No checkpoint was signed. Stop writing, run shouze log verify, check disk and memory",
    )
    return TamperedError(words, field=field, remedy=remedy)
