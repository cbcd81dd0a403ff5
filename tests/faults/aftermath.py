"""What must hold of a log after any fault: nothing acknowledged is lost or doubled, nothing forks, all verifies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.entry import parse_leaf
from shouze.ledger.note import COSIGNATURE
from shouze.ledger.tile import decode_bundle
from shouze.ledger.tree import leaf_hash, root_of
from shouze.sequencer.installation import verify_installation
from shouze.sequencer.signing_key import LastSigned
from shouze.store.log_reading import LogRows
from shouze.store.sqlite import SqliteDatabase
from shouze.store.witnessing import WitnessTables
from shouze.verifier.folder import CHECKPOINT, FolderSource
from tests.faults.scenario import Operator, Order, at_work
from tests.ledger.building import ORIGIN, SIGNER, WITNESS
from tests.ledger.whole_logs import verify_log


async def seen_now(order: Order) -> list[Checkpoint]:
    """Return every checkpoint that somebody outside may hold at this moment: noted, published, witnessed."""
    notes = [LastSigned(order.home / "log.key").recall()]
    shown = order.home / "public" / CHECKPOINT
    notes.append(shown.read_bytes() if shown.exists() else None)
    other = SqliteDatabase(order.witness / "log.db", "log")
    followed = await WitnessTables(other).followed(ORIGIN)
    await other.close()
    notes.append(followed.note.encode() if followed and followed.note else None)
    keys = [SIGNER.verifier(), WITNESS.verifier(COSIGNATURE)]
    return [open_checkpoint(note, keys)[0] for note in notes if note]


async def check_all(order: Order, acknowledged: Iterable[str], seen: Iterable[Checkpoint]) -> int:
    """Open the log anew, let it go on, and check everything; return its size.

    ``acknowledged`` are the hashes of the records that were called durable, ``seen`` checkpoints that somebody holds.
    """
    seen = [*seen, *await seen_now(order)]
    async with at_work(order) as operator:
        await operator.record()
        await operator.sequence()
        while not operator.sequencer.standing.active:  # a server lets go of a dead one's lock when it notices
            await operator.sequence()
        await operator.publish()
        await operator.cosign()
        signed = operator.sequencer.standing.signed
        assert signed is not None
        entries = await _entries(operator)
        _check_records(entries, acknowledged)
        await _check_checkpoints(operator, entries, [*seen, signed])
        assert (await verify_installation(LogRows(operator.database), SIGNER.verifier())).faults == ()
    report = verify_log(FolderSource(order.home / "public"), [SIGNER.verifier()])
    assert (report.faults, report.size) == ((), signed.size)
    return signed.size


async def _entries(operator: Operator) -> list[bytes]:
    rows = await operator.database.fetch("SELECT w, body FROM log.bundle ORDER BY n")
    return [entry for w, body in rows for entry in decode_bundle(body, w)]


def _check_records(entries: list[bytes], acknowledged: Iterable[str]) -> None:
    counted = Counter(leaf_hash(entry).hex() for entry in entries)
    assert {each: counted[each] for each in acknowledged if counted[each] != 1} == {}, "lost, or there twice"
    numbers = Counter((leaf.node, leaf.boot, leaf.nseq) for leaf in map(parse_leaf, entries))
    assert max(numbers.values()) == 1


async def _check_checkpoints(operator: Operator, entries: list[bytes], seen: list[Checkpoint]) -> None:
    """Each checkpoint, wherever it was seen or is kept, is the root of the beginning of the one log that there is."""
    kept = await LogRows(operator.database).checkpoints(-1, 100_000)
    seen = [*seen, *(open_checkpoint(each.note.encode(), [SIGNER.verifier()])[0] for each in kept)]
    hashes = [leaf_hash(entry) for entry in entries]
    assert [each for each in seen if root_of(hashes[: each.size]) != each.root or each.size > len(hashes)] == []
    other = operator.witness
    assert await other._store.evidence(b"", 1) == [], "the witness has seen two histories"
