"""A log that is followed goes over to the next, whose key it signs; the witness itself takes another key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from shouze.errors import ConflictError
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shouze.ledger.entry import Shard
from shouze.ledger.note import COSIGNATURE, Signer, Verifier
from shouze.ledger.portable import PortableProof
from shouze.ledger.shard import TURN, own_leaf
from shouze.ledger.tree import inclusion_path, leaf_hash, root_of
from shouze.ledger.witnessing import Submission
from shouze.store.sqlite import SqliteDatabase
from shouze.store.witnessing import WitnessTables
from shouze.witness.witness import Witness
from tests.installation import furnish
from tests.ledger.building import ORIGIN, OTHER, SIGNER, WITNESS, entropy_from, leaves, naive_consistency
from tests.sequencer.places import Clock
from tests.witness.test_witness import tables

__all__ = ["tables"]

NEXT = Signer(f"{ORIGIN}/2027", OTHER.key)
FRESH = Signer(WITNESS.name, OTHER.key)


def turned(key: Signer = NEXT) -> bytes:
    """Return the leaf that hands the log over."""
    mark = Shard(key.name, vkey=key.verifier().vkey)
    return own_leaf(TURN, mark, Chain(0, "sequencer-1"), Clock().now(), entropy_from(5))


@dataclass
class Log:
    """A log of these entries, as its operator speaks of it to a witness."""

    entries: list[bytes] = field(default_factory=lambda: [*leaves(5), turned()])
    signer: Signer = SIGNER

    def note(self, size: int) -> str:
        root = root_of([leaf_hash(entry) for entry in self.entries[:size]])
        return sign_checkpoint(Checkpoint(self.signer.name, size, root), self.signer)

    def submission(self, old: int, size: int) -> bytes:
        hashes = [leaf_hash(entry) for entry in self.entries[:size]]
        proof = naive_consistency(old, hashes) if 0 < old < size else []
        return Submission(old, tuple(proof), self.note(size)).text().encode()

    def hand_over(self, at: int = -1) -> bytes:
        hashes, at = [leaf_hash(entry) for entry in self.entries], at % len(self.entries)
        path = tuple(inclusion_path(at, hashes))
        return PortableProof(at, path, self.note(len(hashes)), self.entries[at]).text().encode()


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[WitnessTables]:
    """Return a memory on SQLite, where the database makes no difference."""
    furnish(tmp_path)
    database = SqliteDatabase(tmp_path / "log.db", "log")
    yield WitnessTables(database)
    await database.close()


@pytest.fixture
async def witness(tables: WitnessTables) -> Witness:
    made = Witness(tables, WITNESS, Clock().now)
    await made.follow(SIGNER.verifier().vkey)
    return made


async def test_the_next_log_is_followed_once_the_end_of_the_old_one_is_cosigned(
    witness: Witness, tables: WitnessTables
) -> None:
    log, after = Log(), Log(leaves(3), NEXT)
    assert (await witness.add_checkpoint(after.submission(0, 3))).status == 404
    reply = await witness.add_successor(log.hand_over())
    assert (reply.status, reply.body) == (409, "0\n")
    await witness.add_checkpoint(log.submission(0, 6))
    for _ in range(2):
        reply = await witness.add_successor(log.hand_over())
        assert (reply.status, reply.body) == (200, f"{NEXT.verifier().vkey}\n")
    assert (await witness.add_checkpoint(after.submission(0, 3))).status == 200
    assert [each.size for each in await tables.all_followed()] == [6, 3]
    assert await tables.evidence(b"", 9) == []


async def test_what_does_not_hand_over_is_refused(files: WitnessTables) -> None:
    log, tables, witness = Log(), files, Witness(files, WITNESS, Clock().now)
    await witness.follow(SIGNER.verifier().vkey)
    await witness.add_checkpoint(log.submission(0, 6))
    assert (await witness.add_successor(b"nonsense")).status == 400
    assert (await witness.add_successor(Log(signer=NEXT).hand_over())).status == 404
    assert (await witness.add_successor(Log(signer=OTHER).hand_over())).status == 403
    assert (await witness.add_successor(log.hand_over(2))).status == 403, "a record is no hand-over"
    early = Log([turned(), *leaves(5)])
    assert (await witness.add_successor(early.hand_over(0))).status == 403, "it is not the last leaf"
    assert [each.origin for each in await tables.all_followed()] == [ORIGIN]
    assert await tables.evidence(b"", 9) == []


async def test_a_log_that_ends_twice_or_grows_after_its_end_is_kept_as_evidence(
    witness: Witness, tables: WitnessTables
) -> None:
    log = Log()
    await witness.add_checkpoint(log.submission(0, 6))
    other = Log([*leaves(5), turned(Signer(f"{ORIGIN}/2028", OTHER.key))])
    assert (await witness.add_successor(other.hand_over())).status == 422
    assert (await witness.add_successor(log.hand_over())).status == 200
    assert (await witness.add_successor(other.hand_over())).status == 422
    grown = Log([*log.entries, *leaves(1, node=2)])
    assert (await witness.add_checkpoint(grown.submission(6, 7))).status == 422
    assert (await witness.add_checkpoint(log.submission(6, 6))).status == 200
    kept = {each.submission for each in await tables.evidence(b"", 9)}
    assert kept == {other.hand_over(), grown.submission(6, 7)}
    followed = await tables.followed(ORIGIN)
    assert followed is not None
    assert followed.size == 6


async def test_a_key_that_people_follow_under_the_next_name_is_not_replaced_by_a_hand_over(witness: Witness) -> None:
    await witness.follow(Verifier(NEXT.name, 1, SIGNER.verifier().public).vkey)
    log = Log()
    await witness.add_checkpoint(log.submission(0, 6))
    with pytest.raises(ConflictError) as caught:
        await witness.add_successor(log.hand_over())
    assert "log turn" in caught.value.remedy.en
    with pytest.raises(ConflictError):
        await witness.follow(OTHER.verifier().vkey)


async def test_while_a_witness_changes_its_key_both_sign(files: WitnessTables) -> None:
    log, tables, witness = Log(leaves(9)), files, Witness(files, WITNESS, Clock().now)
    await witness.follow(SIGNER.verifier().vkey)
    await witness.add_checkpoint(log.submission(0, 5))
    both, alone = Witness(tables, FRESH, Clock().now, WITNESS), Witness(tables, FRESH, Clock().now)
    keys = {signer.verifier(COSIGNATURE) for signer in (WITNESS, FRESH)}
    for judge, old, size, count in ((both, 5, 5, 2), (both, 5, 7, 2), (alone, 7, 9, 1)):
        reply = await judge.add_checkpoint(log.submission(old, size))
        assert reply.body.count("\n") == count
        note = await judge.latest(sha256(ORIGIN.encode()).hexdigest())
        assert note is not None
        _, opened = open_checkpoint(note.encode(), [SIGNER.verifier(), *keys])
        assert len(opened.verified) == 1 + count
