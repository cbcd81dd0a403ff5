"""Cuts what is to be scanned into tasks for a cluster, scans one, and carries what it told back as bytes.

A task is a few files or a single large one: their addresses travel, never their content. Where it runs, it is scanned
by the same function in the same kind of process as on one machine, so that crashes and hangs are told there, too.

# Invariant: what comes back of a task is what a scan of the same parts on one machine says, and in its order.
"""

from __future__ import annotations

import pickle
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from shouze.discovery.places import Part
from shouze.discovery.reading.database import Manners
from shouze.discovery.reading.piece import Unread
from shouze.discovery.said import Said, packed, said_of, unpacked
from shouze.discovery.scanning import Outcome, Read
from shouze.discovery.workers import PATIENCE, Done, MakeScanner, Pool
from shouze.language import Text

LARGE = 64 * 1024 * 1024
"""Bytes that a task comes near to, unless one file is larger."""
SMALL = 16 * 1024 * 1024
"""Bytes below which work is not divided further: a task costs as much by itself as reading them."""
MANY = 500
"""Files of a task at most."""
MOST_TOLD = 64 * 1024 * 1024
"""Bytes that one file's findings may take, packed: they are in memory at once where they are gathered."""
_CHUNK = 4_000
_NOTHING = Read(0)
_TOO_MANY = Text("发现过多，一次任务带不回，请在本机扫描此文件",
                 "More findings than a task carries back: scan this file on one machine")  # fmt: skip

Parts = tuple[Part, ...]


@dataclass(frozen=True)
class Work:
    """How tasks are scanned; ``how`` is packed once, and compared by its bytes where it arrives."""

    how: bytes
    patience: float = PATIENCE
    most: int = MOST_TOLD

    @classmethod
    def of(cls, make: MakeScanner, manners: Manners) -> Work:
        """Pack what makes a scanner, which has to be picklable, and how it reads."""
        return cls(pickle.dumps((make, manners)))


@dataclass
class _Packed:
    """What was told of one task, packed as it comes."""

    numbers: dict[Part, int]
    most: int
    said: list[Said] = field(default_factory=list)
    read: Read = _NOTHING
    spent: int = 0
    over: bool = False

    def take(self, part: Part, outcome: Outcome | Done) -> Iterator[bytes]:
        number = self.numbers[part]
        if isinstance(outcome, Read):
            self.read = Read(*map(sum, zip(self.read, outcome, strict=True)))
        elif isinstance(outcome, Done):
            self.said += [Said(number, read=self.read), Said(number)]
            self.read, self.spent, self.over = _NOTHING, 0, False
        elif isinstance(outcome, Unread) or not self.over:
            self.said.append(said_of(outcome, number))
        if len(self.said) >= _CHUNK:
            yield self._chunk(part)

    def end(self) -> Iterator[bytes]:
        if self.said:
            yield zlib.compress(packed(self.said), 1)

    def _chunk(self, part: Part) -> bytes:
        chunk = zlib.compress(packed(self.said), 1)
        self.said = []
        self.spent += len(chunk)
        if self.spent > self.most and not self.over:
            self.over = True
            self.said.append(said_of(Unread(part.place, _TOO_MANY), self.numbers[part]))
        return chunk


def tasks_of(parts: Iterable[Part], cores: int = 1) -> Iterator[Parts]:
    """Yield the parts in tasks of about the same work: many small files or one large.

    As soon as all that is left is known, it is divided so that the cores are through with it at about the same time.
    """
    coming, ahead, left, tasks = iter(parts), deque[Part](), 0, 0
    while True:
        while not tasks and left < 2 * cores * LARGE and len(ahead) < 2 * cores * MANY:
            part = next(coming, None)
            if part is None:
                tasks = _count(ahead, cores)
            else:
                ahead.append(part)
                left += part.size
        if not ahead:
            return
        task = _task(ahead, min(left // tasks, LARGE) if tasks else LARGE)
        left, tasks = left - sum(each.size for each in task), max(tasks - 1, 1) if tasks else 0
        yield task


def _count(ahead: Iterable[Part], cores: int) -> int:
    """Return into how many tasks to divide what is left: as many as cores, or a multiple, unless they are small."""
    sizes = [each.size for each in ahead]
    return max(min(-(-sum(sizes) // (cores * LARGE)) * cores, sum(sizes) // SMALL), 1)


def _task(ahead: deque[Part], goal: int) -> Parts:
    """Take the parts that come nearest to a size."""
    task = [ahead.popleft()]
    size = task[0].size
    while ahead and len(task) < MANY and size + ahead[0].size // 2 <= goal:
        task.append(ahead.popleft())
        size += task[-1].size
    return tuple(task)


def scan_task(work: Work, parts: Sequence[Part]) -> Iterator[bytes]:
    """Yield what is told of the parts, packed; the process that scans stays for the next task."""
    told = _Packed({part: number for number, part in enumerate(parts)}, work.most)
    for part, outcome in _pool(work).run(iter(parts)):
        yield from told.take(part, outcome)
    yield from told.end()


def told_of(parts: Sequence[Part], chunk: bytes) -> Iterator[tuple[Part, Outcome | Done]]:
    """Yield what a chunk of a task with these parts tells."""
    for number, outcome in unpacked(zlib.decompress(chunk)).outcomes():
        part = parts[number]
        yield part, Done(part) if outcome is None else outcome


@cache
def _pool(work: Work) -> Pool:
    """Return this process's pool for the work: compiled once, whatever number of tasks comes."""
    make, manners = pickle.loads(work.how)  # noqa: S301 - our own, sent by who started the job
    return Pool(make, manners, 1, work.patience)
