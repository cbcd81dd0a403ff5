"""What a verification reads, and what it says: the faults of a log, where it rests, where it goes on.

Nothing is believed but the signer's key: bundles are hashed again, tiles built again and compared, the root compared
with the signed checkpoint's, every leaf read strictly, every node's chain followed (``stretch``, ``joining``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from shouze.language import Text
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.note import Verifier
from shouze.ledger.reading import ChainKey

MAX_FAULTS = 1000


class LogSource(Protocol):
    """Where the published log is read from; what is not there raises NotFoundError."""

    def checkpoint(self) -> bytes | None:
        """Return the newest signed checkpoint, or None when there is none yet."""
        ...

    def bundle(self, n: int, width: int) -> bytes:
        """Return the entry bundle of that number at that width (1 to 256)."""
        ...

    def tile(self, level: int, n: int, width: int) -> bytes:
        """Return the tile of that level and number at that width (1 to 256)."""
        ...


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not verify: a stable code, words, and where: a path or ``leaf <index>``."""

    code: str
    text: Text
    where: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified: the checkpoint's size and root, and the faults (the first thousand).

    ``before`` is the checkpoint with which a log begins that follows another, ``since`` the place from which on leaves
    were hashed: what it rests on. ``joined`` counts the nodes whose records go on from what was not read. ``after`` is
    the key of the log that it was handed over to, ``chains`` where each node's records then stand.
    """

    size: int
    root: bytes
    faults: tuple[Fault, ...]
    before: Checkpoint | None = None
    joined: int = 0
    after: Verifier | None = None
    since: int = 0
    chains: Mapping[ChainKey, Chain] = field(default_factory=dict, repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """True only when nothing at all was found wrong."""
        return not self.faults


FAULTS = {
    "checkpoint": Text("检查点缺失或签名无效", "The checkpoint is missing or its signature does not verify"),
    "older": Text("与较早的检查点不一致", "It does not agree with the older checkpoint"),
    "bundle": Text("条目包缺失或无法读取", "The bundle is missing or cannot be read"),
    "tile": Text("切片缺失或与条目不符", "The tile is missing or does not match the entries"),
    "leaf": Text("不是规范的操作记录", "It is not a canonical handling record"),
    "ended": Text("移交之后还有记录，或移交记录有误", "There are records after the hand-over, or it names no log"),
    "link": Text("日志不是由前一日志的最后检查点开始", "It does not begin with the last checkpoint of the log before"),
    "key": Text("登记的公钥与所存的公钥文件不符", "The key entered for it is not the one in its file"),
    "chain": Text("节点记录不连续", "The node's records do not follow one another"),
    "opening": Text(
        "记录的保留期未满，其披露内容却已不在", "The opening of a record is gone before its retention has ended"
    ),
    "root": Text("条目与签名的根哈希不符", "The entries do not hash to the signed root"),
    "beyond": Text("日志在检查点之外还有内容", "The log holds more than its checkpoint covers"),
}
