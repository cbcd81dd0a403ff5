"""Verifying a whole installation: what a tampering hand leaves behind is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.errors import UnavailableError
from shouze.ledger.checkpoint import Checkpoint, sign_checkpoint
from shouze.ledger.verify import Report
from shouze.sequencer.installation import verify_installation
from shouze.store.driver import Parameters
from shouze.store.log_reading import LogRows
from tests.ledger.building import BOOT, OTHER, SIGNER
from tests.sequencer.places import KeptNote, StoredPlace, batches, sequencer, sqlite_log


async def _filled(place: StoredPlace) -> StoredPlace:
    """A log of 600 entries in three checkpoints, and three batches that wait."""
    memory, staged = KeptNote(), batches(300, 2, 298, 1, 1, 1)
    for batch in staged[:3]:
        await place.stage(batch)
        log = place.log()
        await sequencer(log, memory).step()
        await log.release()
    for batch in staged[3:]:
        await place.stage(batch)
    return place


async def _verified(place: StoredPlace, *, still: bool = True) -> Report:
    return await verify_installation(LogRows(place.database), SIGNER.verifier(), still=still)


async def _codes(place: StoredPlace) -> set[str]:
    return {fault.code for fault in (await _verified(place)).faults}


async def test_an_untouched_installation_verifies(stored_place: StoredPlace) -> None:
    place = await _filled(stored_place)
    for still in (True, False):
        report = await _verified(place, still=still)
        assert report.faults == ()
        assert report.size == 600


async def test_an_empty_log_with_its_first_checkpoint_verifies(sqlite_place: StoredPlace) -> None:
    await sequencer(sqlite_place.log()).step()
    assert (await _verified(sqlite_place)).ok


async def test_a_log_without_any_checkpoint_does_not_verify(sqlite_place: StoredPlace) -> None:
    assert await _codes(sqlite_place) == {"checkpoint"}


HASH = "x'" + "00" * 32 + "'"
TAMPERINGS = {
    "staging: a waiting leaf edited": (
        ("UPDATE log.staging SET body = CAST(replace(CAST(body AS TEXT), 'S-004711', 'S-004712') AS BLOB)"
        " WHERE nseq = 602"), {"staging"},
    ),
    "staging: a waiting batch deleted": ("DELETE FROM log.staging WHERE nseq = 602", {"staging"}),
    "staging: the last waiting batch deleted": ("DELETE FROM log.staging WHERE nseq = 603", {"reference"}),
    "staging: two waiting batches exchanged": (
        ("UPDATE log.staging SET body = (SELECT t.body FROM log.staging t WHERE t.nseq = 1204 - staging.nseq)"
        " WHERE nseq IN (601, 603)"), {"staging"},
    ),
    "staging: a batch inserted": (
        ("INSERT INTO log.staging SELECT node, boot, nseq + 1000, n, body, at, NULL, room FROM log.staging"
        " WHERE nseq = 603"),
        {"staging"},
    ),
    "staging: a sequenced batch made to wait again": (
        "UPDATE log.staging SET sequenced = NULL WHERE nseq = 301", {"staging"},
    ),
    "staging: a waiting batch called sequenced": (
        "UPDATE log.staging SET sequenced = 600 WHERE nseq = 601", {"sequenced"},
    ),
    "staging: a sequenced batch edited": (
        ("UPDATE log.staging SET body = CAST(replace(CAST(body AS TEXT), 'S-004711', 'S-004712') AS BLOB)"
        " WHERE nseq = 301"), {"sequenced"},
    ),
    "staging: a sequenced batch at another index": (
        "UPDATE log.staging SET sequenced = 0 WHERE nseq = 301", {"sequenced"},
    ),
    "bundle: edited": (
        "UPDATE log.bundle SET body = CAST(replace(CAST(body AS TEXT), 'S-004711', 'S-004712') AS BLOB) WHERE n = 1",
        {"tile", "root", "chain"},
    ),
    "bundle: deleted": ("DELETE FROM log.bundle WHERE n = 1", {"bundle"}),
    "bundle: two exchanged": (
        "UPDATE log.bundle SET body = (SELECT b.body FROM log.bundle b WHERE b.n = 1 - bundle.n) WHERE n < 2",
        {"tile", "root", "chain"},
    ),
    "bundle: one more": ("INSERT INTO log.bundle SELECT 3, w, body FROM log.bundle WHERE n = 2", {"beyond"}),
    "tile: edited": ("UPDATE log.tile SET body = zeroblob(8192) WHERE level = 0 AND n = 1", {"tile"}),
    "tile: deleted": ("DELETE FROM log.tile WHERE level = 1", {"tile"}),
    "tile: two exchanged": (
        ("UPDATE log.tile SET body = (SELECT t.body FROM log.tile t WHERE t.level = 0 AND t.n = 1 - tile.n)"
        " WHERE level = 0 AND n < 2"), {"tile"},
    ),
    "tile: one more": ("INSERT INTO log.tile SELECT level, 3, w, body FROM log.tile WHERE n = 2", {"beyond"}),
    "tile: a wider edge": (
        f"UPDATE log.tile SET w = w + 1, body = CAST(body || {HASH} AS BLOB) WHERE level = 0 AND n = 2", {"beyond"},
    ),
    "tile: one more level": (f"INSERT INTO log.tile VALUES (2, 0, 1, {HASH})", {"beyond"}),
    "checkpoint: the newest deleted": ("DELETE FROM log.checkpoint WHERE size = 600", {"beyond", "state", "applied"}),
    "checkpoint: all deleted": ("DELETE FROM log.checkpoint", {"checkpoint"}),
    "checkpoint: the newest root edited": (f"UPDATE log.checkpoint SET root = {HASH} WHERE size = 600", {"checkpoint"}),
    "checkpoint: an older root edited": (f"UPDATE log.checkpoint SET root = {HASH} WHERE size = 302", {"checkpoint"}),
    "checkpoint: an older note edited": (
        "UPDATE log.checkpoint SET note = replace(note, 'telco', 'telca') WHERE size = 302", {"checkpoint"},
    ),
    "checkpoint: two notes exchanged": (
        ("UPDATE log.checkpoint SET note = (SELECT c.note FROM log.checkpoint c WHERE c.size = 602 - checkpoint.size)"
        " WHERE size IN (300, 302)"), {"checkpoint"},
    ),
    "checkpoint: one of a size in between": (
        "INSERT INTO log.checkpoint SELECT 301, root, note, at FROM log.checkpoint WHERE size = 302", {"checkpoint"},
    ),
    "opening: moved to a record that does not exist": (
        "UPDATE log.opening SET nseq = 9999 WHERE nseq = 5", {"reference"},
    ),
    "opening: moved to a node that does not exist": ("UPDATE log.opening SET node = 9 WHERE nseq = 5", {"reference"}),
    "opening: inserted": (f"INSERT INTO log.opening VALUES (1, '{BOOT}', 604, 0, {HASH}, NULL)", {"reference"}),
    "opening: before the first record": ("UPDATE log.opening SET nseq = 0 WHERE nseq = 5", {"reference"}),
    "look_up: inserted": (f"INSERT INTO log.look_up VALUES (2, '{BOOT}', 1, {HASH})", {"reference"}),
    "applied: edited": ("UPDATE log.applied SET last_nseq = 599", {"applied"}),
    "applied: deleted": ("DELETE FROM log.applied", {"applied"}),
    "log_state: root edited": (f"UPDATE log.log_state SET root = {HASH}", {"state"}),
    "log_state: size edited": ("UPDATE log.log_state SET size = 599", {"state"}),
    "log_state: deleted": ("DELETE FROM log.log_state", {"state"}),
}  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_a_tampering_hand_is_named(sqlite_place: StoredPlace, tampering: str) -> None:
    place = await _filled(sqlite_place)
    sql, expected = TAMPERINGS[tampering]
    assert await place.database.execute(sql) > 0
    codes = await _codes(place)
    assert codes >= expected, codes


async def test_a_checkpoint_of_a_second_history_is_named(sqlite_place: StoredPlace) -> None:
    """Its signature is the log's own: the operator signed two trees."""
    place = await _filled(sqlite_place)
    root = b"\x07" * 32
    note = sign_checkpoint(Checkpoint(SIGNER.name, 400, root), SIGNER)
    row: Parameters = {"root": root, "note": note}
    await place.database.execute("INSERT INTO log.checkpoint VALUES (400, :root, :note, 0)", row)
    report = await _verified(place)
    assert [(fault.code, fault.where) for fault in report.faults] == [("checkpoint", "checkpoint 400")]


async def test_a_log_signed_by_another_key_does_not_verify(sqlite_place: StoredPlace) -> None:
    place = await _filled(sqlite_place)
    report = await verify_installation(LogRows(place.database), OTHER.verifier())
    assert {fault.code for fault in report.faults} == {"checkpoint"}


async def test_what_is_newer_than_the_checkpoint_is_no_fault_while_the_sequencer_works(
    sqlite_place: StoredPlace,
) -> None:
    place = await _filled(sqlite_place)
    log = place.log()
    await sequencer(log).step()
    await log.release()
    await place.database.execute("DELETE FROM log.checkpoint WHERE size = 603")
    assert (await _verified(place, still=False)).ok
    assert not (await _verified(place)).ok


async def test_tables_that_do_not_answer_are_no_fault_of_the_log(tmp_path: Path) -> None:
    class Silent(LogRows):
        async def bundle(self, n: int) -> tuple[int, bytes] | None:
            raise UnavailableError

    async with sqlite_log(tmp_path) as place:
        await _filled(place)
        with pytest.raises(UnavailableError):
            await verify_installation(Silent(place.database), SIGNER.verifier())
