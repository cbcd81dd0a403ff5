"""The tamper matrix: whatever is edited, deleted, reordered or inserted, wherever, is found, and by what.

``docs/spec/log.md`` shows the same table; a test compares the two.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shouze import wiring
from shouze.errors import ShouzeError, TamperedError
from shouze.journal.staging import FIELDS
from shouze.ledger.checkpoint import Checkpoint, sign_checkpoint
from shouze.ledger.disclosure import commit
from shouze.ledger.entry import parse_leaf, verify_disclosure
from shouze.ledger.tile import decode_bundle, encode_bundle
from shouze.ledger.tree import leaf_hash
from shouze.sequencer.sequencer import Sequencer
from shouze.sequencer.signing_key import LastSigned, open_signing_key
from shouze.settings import Settings
from shouze.store.driver import Database, Row
from shouze.store.log import LogTables
from shouze.store.log_lock import FileLock
from shouze.store.record_retention import RecordRetention
from shouze.store.sqlite import SqliteDatabase
from shouze.vault.key_file import FileKeyRing
from shouze.vault.seal import open_opening, seal_opening
from shouze.wiring.preparing import KEY_RING, SIGNING_KEY
from tests.conftest import ROOT
from tests.installation import CLERK, PERSON, MovingClock, ask, operator, subscribe

PLACES = ("a batch that waits", "a batch that has its place", "a bundle", "a tile", "a checkpoint", "an opening")
HANDS = ("edited", "deleted", "reordered", "inserted")
WAITING = "(SELECT min(s.nseq) FROM log.staging s WHERE s.sequenced IS NULL)"
PLACED = "(SELECT max(s.nseq) FROM log.staging s WHERE s.sequenced IS NOT NULL)"
FIRST_LOOK = "(SELECT min(o.nseq) FROM log.opening o)"
LATEST = "(SELECT max(c.size) FROM log.checkpoint c)"
FIRST = "(SELECT min(c.size) FROM log.checkpoint c)"
LAST = f"(SELECT max(o.nseq) FROM log.opening o WHERE o.nseq <= {PLACED})"


class Scene:
    """An operator's log: checkpoints that cover a subscription and three looks, what waits, and every opening."""

    def __init__(self, home: Path, log: Database) -> None:
        self.home, self.log = home, log
        self.ring, self.signer = FileKeyRing.open(home / KEY_RING), open_signing_key(home / SIGNING_KEY)
        self.leaves: dict[tuple[int, str, int], bytes] = {}

    async def read(self) -> None:
        """Remember each leaf as it is before anybody is at work."""
        for node, boot, nseq, n, body in await self.log.fetch("SELECT node, boot, nseq, n, body FROM log.staging"):
            self.leaves |= {(node, boot, nseq + at): leaf for at, leaf in enumerate(decode_bundle(body, n))}

    async def run(self, sql: str, **values: str | int | bytes) -> None:
        """Do to the log's tables what their administrator can."""
        assert await self.log.execute(sql, values) > 0

    async def row(self, sql: str) -> Row:
        """Return the one row of a question."""
        [found] = await self.log.fetch(sql)
        return found

    async def exchange(self, table: str, column: str, first: str, second: str) -> None:
        """Exchange a column of the two rows that the conditions name."""
        one, other = [(await self.row(f"SELECT {column} FROM log.{table} WHERE {each}"))[0] for each in (first, second)]
        assert one != other
        for value, place in ((other, first), (one, second)):
            await self.run(f"UPDATE log.{table} SET {column} = :value WHERE {place}", value=value)

    async def change_bundle(self, change: Callable[[list[bytes]], object]) -> None:
        """Change the entries of the log's bundle."""
        width, body = await self.row("SELECT w, body FROM log.bundle")
        entries = decode_bundle(body, width)
        change(entries)
        await self.run("UPDATE log.bundle SET w = :w, body = :body", w=len(entries), body=encode_bundle(entries))

    async def change_batch(self, nseq: str, change: Callable[[bytes], bytes]) -> None:
        """Change the leaves of a batch of staging."""
        width, body = await self.row(f"SELECT n, body FROM log.staging WHERE nseq = {nseq}")
        changed = encode_bundle([change(leaf) for leaf in decode_bundle(body, width)])
        await self.run(f"UPDATE log.staging SET body = :body WHERE nseq = {nseq}", body=changed)

    async def detectors(self) -> set[str]:
        """Return what finds something wrong: the seal, the commitment, a fault of ``log verify``, the sequencer."""
        found = await self.unsealed()
        report = await wiring.verify(self.home, Settings())
        found |= {f"`{fault.code}`" for fault in report.faults}
        lock, memory = FileLock(self.home / "log.lock"), LastSigned(self.home / SIGNING_KEY)
        sequencer = Sequencer(LogTables(self.log, lock), self.signer, memory, MovingClock(datetime.now(UTC)).now)
        try:
            await sequencer.step()
            found |= {"the sequencer"} if sequencer.standing.held else set()
        except TamperedError:
            found.add("the sequencer")
        await sequencer.release()
        return found

    async def unsealed(self) -> set[str]:
        """Open every opening, as whoever may read records does; return what shows that one is not its record's."""
        found: set[str] = set()
        for node, boot, nseq, field, sealed, day in await self.log.fetch("SELECT * FROM log.opening"):
            leaf = self.leaves.get((node, boot, nseq))
            if leaf is None:
                continue
            try:
                texts = open_opening({0: self.ring.derive_daily(day)}, sealed, leaf_hash(leaf), field)
            except ShouzeError:
                found.add("the seal")
                continue
            try:
                for text in texts.decode().splitlines():
                    verify_disclosure(parse_leaf(leaf), text)
            except TamperedError:
                found.add("the commitment")
        return found


def forged(leaf: bytes) -> bytes:
    """Return the leaf as if another person had acted."""
    changed = leaf.replace(b'"id":"S-0042"', b'"id":"S-0043"')
    assert changed != leaf
    return changed


async def edit_opening(scene: Scene) -> None:
    """Change a byte, without the key of the day."""
    [sealed] = await scene.row(f"SELECT sealed FROM log.opening WHERE nseq = {LAST} AND field = 0")
    await scene.run(
        f"UPDATE log.opening SET sealed = :sealed WHERE nseq = {LAST}", sealed=sealed[:-1] + bytes([sealed[-1] ^ 1])
    )


async def seal_another(scene: Scene) -> None:
    """Say another reason, with the key of the day in hand."""
    node, boot, nseq, day = await scene.row(f"SELECT node, boot, nseq, day FROM log.opening WHERE nseq = {LAST}")
    hashed, ring = leaf_hash(scene.leaves[node, boot, nseq]), scene.ring
    text = commit({"reason": "another"}, lambda size: b"s" * size)[0].text.encode()
    sealed = seal_opening(ring.suite, ring.derive_daily(day), 0, hashed, FIELDS, text, b"n" * 12)
    await scene.run(f"UPDATE log.opening SET sealed = :sealed WHERE nseq = {LAST}", sealed=sealed)


async def sign_another(scene: Scene) -> None:
    """Store a checkpoint of a size in between, signed with the log's own key for another tree."""
    root, signer = b"\x07" * 32, scene.signer
    [size] = await scene.row(f"SELECT {LATEST} - 1")
    note = sign_checkpoint(Checkpoint(signer.name, size, root), signer)
    await scene.run("INSERT INTO log.checkpoint VALUES (:size, :root, :note, 0)", size=size, root=root, note=note)


async def end_too_soon(scene: Scene) -> None:
    """Let the retention of records take what it should not yet."""
    await scene.run(f"UPDATE log.opening SET day = '2020-01-01' WHERE nseq = {FIRST_LOOK}")
    assert await RecordRetention(scene.log).end("2020-01-02")


def moved(entries: list[bytes]) -> None:
    entries[1], entries[2] = entries[2], entries[1]


def sql(statement: str) -> Callable[[Scene], Awaitable[None]]:
    """Return a hand that runs one statement."""
    return lambda scene: scene.run(statement)


Cell = tuple[tuple[str, ...], Callable[[Scene], Awaitable[None]]]
MATRIX: dict[tuple[str, str], Cell] = {
    ("a batch that waits", "edited"): (
        ("`staging`", "the sequencer"), lambda scene: scene.change_batch(WAITING, forged),
    ),
    ("a batch that waits", "deleted"): (
        ("`staging`", "the sequencer"), sql(f"DELETE FROM log.staging WHERE nseq = {WAITING}"),
    ),
    ("a batch that waits", "reordered"): (
        ("`staging`", "the sequencer"),
        lambda scene: scene.exchange("staging", "body", f"nseq = {WAITING}", f"nseq = {WAITING} + 1"),
    ),
    ("a batch that waits", "inserted"): (
        ("`staging`", "the sequencer"),
        sql(f"INSERT INTO log.staging SELECT node, boot, nseq + 99, n, body, at, NULL, room FROM log.staging"
            f" WHERE nseq = {WAITING}"),
    ),
    ("a batch that has its place", "edited"): (
        ("`sequenced`",), lambda scene: scene.change_batch(PLACED, forged),
    ),
    ("a batch that has its place", "deleted"): ((), sql(f"DELETE FROM log.staging WHERE nseq = {PLACED}")),
    ("a batch that has its place", "reordered"): (
        ("`sequenced`",),
        lambda scene: scene.exchange("staging", "sequenced", f"nseq = {PLACED}", f"nseq = {PLACED} - 1"),
    ),
    ("a batch that has its place", "inserted"): (
        ("`sequenced`",),
        sql("INSERT INTO log.staging SELECT node, boot, nseq + 1000, n, body, at, 1, room FROM log.staging"
            f" WHERE nseq = {PLACED}"),
    ),
    ("a bundle", "edited"): (
        ("`tile`", "`root`", "`chain`", "the sequencer"),
        lambda scene: scene.change_bundle(lambda entries: entries.insert(-2, forged(entries.pop(-3)))),
    ),
    ("a bundle", "deleted"): (("`bundle`", "the sequencer"), sql("DELETE FROM log.bundle")),
    ("a bundle", "reordered"): (
        ("`tile`", "`root`", "`chain`", "the sequencer"), lambda scene: scene.change_bundle(moved),
    ),
    ("a bundle", "inserted"): (
        ("`tile`", "`root`", "`chain`", "the sequencer"),
        lambda scene: scene.change_bundle(lambda entries: entries.insert(3, entries[2])),
    ),
    ("a tile", "edited"): (("`tile`", "the sequencer"), sql("UPDATE log.tile SET body = zeroblob(length(body))")),
    ("a tile", "deleted"): (("`tile`", "the sequencer"), sql("DELETE FROM log.tile")),
    ("a tile", "reordered"): (
        ("`tile`", "the sequencer"),
        sql("UPDATE log.tile SET body = CAST(substr(body, 33, 32) || substr(body, 1, 32) || substr(body, 65) AS BLOB)"),
    ),
    ("a tile", "inserted"): (
        ("`beyond`",), sql("INSERT INTO log.tile SELECT level, n + 1, w, body FROM log.tile"),
    ),
    ("a checkpoint", "edited"): (
        ("`checkpoint`", "the sequencer"),
        sql(f"UPDATE log.checkpoint SET note = replace(note, 'shouze', 'shouzf') WHERE size = {LATEST}"),
    ),
    ("a checkpoint", "deleted"): (
        ("`beyond`", "`state`"), sql(f"DELETE FROM log.checkpoint WHERE size = {LATEST}"),
    ),
    ("a checkpoint", "reordered"): (
        ("`checkpoint`", "the sequencer"),
        lambda scene: scene.exchange("checkpoint", "note", f"size = {LATEST}", f"size = {FIRST}"),
    ),
    ("a checkpoint", "inserted"): (("`checkpoint`",), sign_another),
    ("an opening", "edited"): (("the seal",), edit_opening),
    ("an opening", "deleted"): (("`opening`",), sql(f"DELETE FROM log.opening WHERE nseq = {LAST}")),
    ("an opening", "reordered"): (
        ("the seal",),
        lambda scene: scene.exchange("opening", "sealed", f"nseq = {LAST}", f"nseq = {LAST} - 1"),
    ),
    ("an opening", "inserted"): (
        ("the seal",),
        sql(f"INSERT INTO log.opening SELECT node, boot, nseq, 7, sealed, day FROM log.opening WHERE nseq = {LAST}"),
    ),
}  # fmt: skip
"""By what each change is found; the names in backquotes are faults that ``shouze log verify`` tells."""
MORE: dict[str, Cell] = {
    "an opening sealed anew with the day's key": (("the commitment",), seal_another),
    "an opening of no record": (
        ("`reference`",),
        sql(f"INSERT INTO log.opening SELECT node, boot, 9999, 0, sealed, day FROM log.opening WHERE nseq = {LAST}"),
    ),
    "an opening called older": (("the seal",), sql("UPDATE log.opening SET day = '2020-01-01'")),
    "an opening called older, and taken by its retention": (("`opening`",), end_too_soon),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("prepared") / "home"
    asyncio.run(prepare(home))
    return home


async def prepare(home: Path) -> None:
    """Let a subscriber be looked at, in the log and on the way there."""
    async with operator(home, clock=MovingClock(datetime.now(UTC))) as opened:
        await subscribe(opened)
        await opened.sequencer.step()
        for sequenced in (True, False):
            for _ in range(3):
                await opened.door.release(CLERK, ask({"phone": PERSON["phone"]}, "name"))
            if sequenced:
                await opened.sequencer.step()
        await opened.sequencer.release()


@pytest.fixture
async def scene(prepared: Path, tmp_path: Path) -> AsyncIterator[Scene]:
    home = Path(shutil.copytree(prepared, tmp_path / "home"))
    database = SqliteDatabase(home / "log.db", "log")
    made = Scene(home, database)
    await made.read()
    yield made
    await database.close()


async def test_where_nobody_was_nothing_is_found(scene: Scene) -> None:
    assert await scene.detectors() == set()


@pytest.mark.parametrize(("place", "hand"), MATRIX)
async def test_a_tampering_hand_is_found(scene: Scene, place: str, hand: str) -> None:
    detectors, act = MATRIX[place, hand]
    await act(scene)
    found = await scene.detectors()
    assert found >= {*detectors}
    assert bool(found) == bool(detectors)


@pytest.mark.parametrize("change", MORE)
async def test_other_hands_are_found(scene: Scene, change: str) -> None:
    detectors, act = MORE[change]
    await act(scene)
    assert await scene.detectors() >= {*detectors}


def test_the_document_shows_this_matrix() -> None:
    shown = (ROOT / "docs" / "spec" / "log.md").read_text().split("## What shows a change", 1)[1]
    for place in PLACES:
        cells = [", ".join(MATRIX[place, hand][0]) or "nothing: it is in the log" for hand in HANDS]
        assert f"| {place} | {' | '.join(cells)} |\n" in shown
    assert list(MATRIX) == [(place, hand) for place in PLACES for hand in HANDS]
