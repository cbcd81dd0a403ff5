"""Makes sure that a key ring and the tables belong together, before anything is opened or written under it.

Two gateways under two rings would not find each other's users, would give one number to two of them, and could not open
what the other has wrapped.

- Tables have the mark of their ring (``vault.ring_mark``), those of keys and those of users: at each start it is
  compared, so that another ring, and tables that were put together wrongly, are refused whatever keys there are.
- Tables without a mark, which are new or of a release that knew of none, get that of the ring that opens every key
  looked at: all of them where they are fewer than ``PLACES * EACH``, else so many, at ``PLACES`` of chance. Ids of
  users are random, so keys of a second ring stand among the others. With three keys a user, 16,384 keys are those of
  5,400 users: where one in a hundred is a second ring's, some are met always; where one in a thousand, in 199 looks of
  200. ``look_through`` looks at all.
- A copy of the ring that was left behind has the right mark. Where it opens none of the first keys it is refused.

In tables with a mark, keys under epochs before the ring's oldest tell nothing: of a copy of the tables that is too
old, the right ring opens none either. In tables without one they are a doubt, since to a ring that is another's, and
newer, all keys are such.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from shouze.errors import ConflictError, SealedError, TamperedError
from shouze.gateway.collect import new_subject_id
from shouze.gateway.rotation_ports import BEGINNING, KeyPlace, Placed
from shouze.language import Text
from shouze.store.driver import Database, Schema
from shouze.store.ring_marks import MARKED, read_mark, replace_mark, write_mark
from shouze.store.rotation import StoredKeyTurning
from shouze.vault.key_file import FileKeyRing
from shouze.vault.keys import unwrap_subject_key
from shouze.vault.ring_mark import ring_mark
from shouze.wiring.preparing import KEY_RING

FIRST = 8
"""How many keys are looked at where the tables have the ring's mark."""
PLACES, EACH = 32, 512
"""At how many places, and how many keys at each, where they have none."""
_ID_BYTES = 16
_EVERY_EPOCH = 1 << 62

Databases = Mapping[Schema, Database]
Marks = dict[Schema, str | None]
"""The mark of each schema's tables; None where they have none yet."""


@dataclass
class Look:
    """What a ring opens of the keys looked at, counted by epoch."""

    opened: Counter[int] = field(default_factory=Counter)
    closed: Counter[int] = field(default_factory=Counter)
    """Keys that it should open and does not: another ring's, damaged, or of an epoch that it has not come to."""
    lost: Counter[int] = field(default_factory=Counter)
    """Keys of epochs before its oldest: destroyed ones, or another ring's."""

    @property
    def nothing(self) -> bool:
        """Whether it should have opened some and opens none."""
        return bool(self.closed) and not self.opened

    @property
    def everything(self) -> bool:
        """Whether it opens each of them."""
        return not self.closed and not self.lost

    def add(self, ring: FileKeyRing, keys: Iterable[Placed]) -> None:
        """Look at some more."""
        oldest = min(ring.epochs())
        for placed in keys:
            epoch = placed.key.epoch
            found = self.lost if epoch < oldest else self.opened if _opens(ring, placed) else self.closed
            found[epoch] += 1


async def check_ring(ring: FileKeyRing, databases: Databases) -> None:
    """Refuse a ring that is not the one of these tables; mark tables that have no mark. ConflictError says what to do.

    Where tables of another installation stand among them, the error names their schema.
    """
    found = await _compared(ring, databases)
    if found["keys"] is not None:
        if (await _first_keys(ring, databases["keys"])).nothing:
            raise _left_behind()
    elif not (look := await _look_around(ring, databases["keys"])).everything:
        raise _another_ring() if look.nothing and not look.lost else _doubtful(look)
    if None in found.values():
        await mark_tables(ring, databases)


async def mark_tables(ring: FileKeyRing, databases: Databases) -> None:
    """Give the tables that have no mark that of the ring, which is known to be theirs.

    ConflictError where another ring's was faster: it is refused at the first of the tables, and has marked none.
    """
    for schema in MARKED:
        await write_mark(databases[schema], schema, ring_mark(ring))
        await _compared(ring, databases)


async def adopt_ring(ring: FileKeyRing, databases: Databases, look: Look) -> None:
    """Mark the tables as the ring's, on the word of their owner.

    ConflictError where it opens nothing of all keys, or where the keys are its own and the users are not.
    """
    check_adoptable(ring, look, await read_marks(databases))
    # The keys' own mark last: cut off in between, it is not what a foreign custody looks like, and is done again.
    for schema in reversed(MARKED):
        await replace_mark(databases[schema], schema, ring_mark(ring))


def check_adoptable(ring: FileKeyRing, look: Look, marks: Marks) -> None:
    """Refuse what ``adopt_ring`` refuses."""
    if look.nothing:
        raise _another_ring()
    if others_of(ring, marks) == ["custody"] and marks["keys"] is not None:
        raise _other_tables("custody")


async def read_marks(databases: Databases) -> Marks:
    """Return the mark of each schema's tables."""
    return {schema: await read_mark(databases[schema], schema) for schema in MARKED}


async def look_through(ring: FileKeyRing, keys: Database, progress: Callable[[int], object] = int) -> Look:
    """Look at every key, while gateways serve; ``progress`` hears of so many more."""
    look, stored, after = Look(), StoredKeyTurning(keys), BEGINNING
    while (page := await stored.page(after, EACH, _EVERY_EPOCH)).last is not None:
        look.add(ring, page.old)
        progress(len(page.old))
        after = page.last
        await asyncio.sleep(0)
    return look


def check_marks(ring: FileKeyRing, marks: Marks) -> None:
    """Refuse tables that have another mark than the ring's; ConflictError says which of the two is foreign."""
    if others := others_of(ring, marks):
        raise _other_tables(others[0]) if ring_mark(ring) in marks.values() else _another_ring()


def others_of(ring: FileKeyRing, marks: Marks) -> list[Schema]:
    """Return the schemas that are marked as another ring's."""
    return [schema for schema, mark in marks.items() if mark not in {None, ring_mark(ring)}]


async def _compared(ring: FileKeyRing, databases: Databases) -> Marks:
    """Return the marks of the tables; ConflictError where one is not the ring's."""
    found = await read_marks(databases)
    check_marks(ring, found)
    return found


async def _first_keys(ring: FileKeyRing, keys: Database) -> Look:
    look = Look()
    look.add(ring, (await StoredKeyTurning(keys).page(BEGINNING, FIRST, _EVERY_EPOCH)).old)
    return look


async def _look_around(ring: FileKeyRing, keys: Database) -> Look:
    """Look at all keys where they are few, else at the first and at those of places of chance."""
    look, stored = Look(), StoredKeyTurning(keys)
    first = (await stored.page(BEGINNING, PLACES * EACH, _EVERY_EPOCH)).old
    if len(first) < PLACES * EACH:
        look.add(ring, first)
        return look
    look.add(ring, first[:EACH])
    for _ in range(PLACES - 1):
        place = KeyPlace(new_subject_id(os.urandom(_ID_BYTES)), "", -1)
        look.add(ring, (await stored.page(place, EACH, _EVERY_EPOCH)).old)
    return look


def _opens(ring: FileKeyRing, placed: Placed) -> bool:
    try:
        unwrap_subject_key(ring, placed.key, placed.place.subject, placed.place.ground)
    except (SealedError, TamperedError):
        return False
    return True


def _another_ring() -> ConflictError:
    """Return the error for the ring of another installation."""
    return ConflictError(
        Text("密钥环不属于这些表", "The key ring is not the one of these tables"),
        field=KEY_RING,
        remedy=Text(
            "换成该安装的 keyring.json：各网关用同一个密钥环；若确系该环，运行 shouze keys check",
            "Put the installation's own keyring.json there: all gateways have one ring; if it is that one, run"
            " shouze keys check",
        ),
    )


def _left_behind() -> ConflictError:
    return ConflictError(
        Text(
            "密钥环属于这些表，但最前的密钥一个也不能开启：可能是过时的副本",
            "The key ring is the one of these tables but opens none of the first keys: it may be a copy left behind",
        ),
        field=KEY_RING,
        remedy=Text(
            "换成该安装现用的 keyring.json，用符号链接，不要复制；逐一检查：shouze keys check",
            "Put the installation's present keyring.json there, by a link and not as a copy; shouze keys check looks"
            " at every key",
        ),
    )


def _doubtful(look: Look) -> ConflictError:
    opened = look.opened.total()
    seen = opened + look.closed.total() + look.lost.total()
    return ConflictError(
        Text(
            f"这些表还没有密钥环标记，且此环只能开启所查 {seen:,} 个密钥中的 {opened:,} 个",
            f"The tables have no mark of a key ring yet, and whether it is this one is in doubt: it opens {opened:,} of"
            f" {seen:,} keys looked at",
        ),
        field=KEY_RING,
        remedy=Text(
            "运行 shouze keys check 逐一检查：可能另有网关用过别的密钥环",
            "Run shouze keys check, which looks at every key: some gateway may have worked under another ring",
        ),
    )


def _other_tables(schema: Schema) -> ConflictError:
    return ConflictError(
        Text("这些表属于另一安装：标记的是别的密钥环", "These tables are of another installation: its key ring's mark"),
        field=schema,
        remedy=Text(
            "核对 database 与 keys_database，或目录中的文件；不同安装的表不可混用",
            "Check database and keys_database, or the files in the folder: tables of two installations do not mix",
        ),
    )
