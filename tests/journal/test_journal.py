"""The journal: no answer before the record is durable, no gap, no doubt left, whatever the staging does."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouze.errors import InvalidError, ShouzeError, TamperedError, UnavailableError
from shouze.journal.journal import LARGEST_BATCH, Journal
from shouze.journal.record import Concerned, Receipt, Record, RecordKey
from shouze.journal.staging import Batch
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Draft, Verdict, What, Where, Who, parse_leaf, verify_disclosure
from shouze.ledger.roll import read_roll
from shouze.ledger.tile import MAX_ENTRY
from shouze.ledger.tree import leaf_hash
from shouze.rules.refusal import RefusedError
from shouze.vault.seal import open_opening
from shouze.vault.suites import AES256GCM_SHA256
from tests.journal.simulator import FATES, Fate, Simulator

BOOT = "boot-1"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATIENCE = 0.02
KEY = RecordKey(AES256GCM_SHA256, 3, b"k" * 32, tag=b"t" * 32)


def journal(staging: Simulator, *, patience: float = PATIENCE) -> Journal:
    return Journal(staging, lambda: NOW, secrets.token_bytes, node=1, boot=BOOT, patience=patience)


def record(act: str = "read", site: str | None = None, **private: Any) -> Record:
    draft = Draft(
        Who("staff", "wang"), Where(site), What(act, ("serve",), ("phone",), 1), Verdict("permitted"), private
    )
    return Record(draft, KEY if private else None)


async def outcome(work: Coroutine[Any, Any, Receipt]) -> Receipt | ShouzeError:
    try:
        return await work
    except ShouzeError as problem:
        return problem


def codes(outcomes: list[Receipt | ShouzeError]) -> list[str]:
    return [each.kind.code if isinstance(each, ShouzeError) else "done" for each in outcomes]


@pytest.mark.duty("A13-6-oplog")
async def test_what_waits_goes_together_in_its_order() -> None:
    staging = Simulator(pause=0.001)
    book = journal(staging, patience=1)
    receipts = await asyncio.gather(*(book.record(record(f"act-{number}")) for number in range(20)))
    assert len(staging.seen) == 1
    first = asyncio.create_task(book.record(record("act-20")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = await asyncio.gather(*(book.record(record(f"act-{number}")) for number in range(21, 30)))
    assert [len(batch.leaves) for batch in staging.seen] == [20, 1, 9]
    assert [receipt.nseq for receipt in (*receipts, await first, *rest)] == list(range(1, 31))
    assert [leaf.what.act for leaf in staging.follow(1, BOOT)] == [f"act-{number}" for number in range(30)]


async def test_records_given_together_have_their_receipts_in_order_and_each_its_own_fault() -> None:
    staging = Simulator()
    book = journal(staging, patience=1)
    found = await book.record_all([record("first"), record("x" * MAX_ENTRY), record("third")])
    assert [each.nseq if isinstance(each, Receipt) else type(each) for each in found] == [1, InvalidError, 2]
    assert [leaf.what.act for leaf in staging.follow(1, BOOT)] == ["first", "third"]


async def test_what_cannot_be_committed_to_keeps_nothing_beside_it_from_its_receipt() -> None:
    staging = Simulator()
    book = journal(staging, patience=1)
    found = await book.record_all([record("first"), record("second", reason="\ud800"), record("third")])
    assert [each.nseq if isinstance(each, Receipt) else type(each) for each in found] == [1, InvalidError, 2]
    book.held = True
    assert [type(each) for each in await book.record_all([record(), record()])] == [RefusedError, RefusedError]


async def test_no_batch_is_larger_than_the_largest() -> None:
    staging = Simulator()
    await asyncio.gather(*_many(journal(staging, patience=5), LARGEST_BATCH + 5))
    assert [len(batch.leaves) for batch in staging.seen] == [LARGEST_BATCH, 5]


def _many(book: Journal, count: int) -> list[Coroutine[Any, Any, Receipt]]:
    return [book.record(record()) for _ in range(count)]


async def test_one_batch_is_in_flight_at_a_time() -> None:
    flying, most = 0, 0

    class Counting(Simulator):
        async def stage(self, batch: Batch) -> None:
            nonlocal flying, most
            flying += 1
            most = max(most, flying)
            await super().stage(batch)
            flying -= 1

    book = journal(Counting(pause=0.001), patience=1)
    for _ in range(3):
        await asyncio.gather(*_many(book, 3))
    assert most == 1


@pytest.mark.duty("A13-6-oplog")
async def test_nobody_is_answered_before_the_record_is_durable() -> None:
    staging = Simulator(pause=0.005)
    task = asyncio.create_task(journal(staging, patience=1).record(record()))
    while not staging.durable:
        assert not task.done()
        await asyncio.sleep(0)
    assert (await task).leaf_hash in staging.durable


@pytest.mark.duty("A13-6-oplog")
@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(FATES), max_size=6), st.lists(st.integers(1, 4), min_size=1, max_size=6), st.integers(0, 2)
)
def test_whatever_the_staging_does_the_chain_has_no_gap_and_every_receipt_is_there(
    fates: list[Fate], waves: list[int], unfindable: int
) -> None:
    async def run() -> None:
        staging = Simulator(fates)
        staging.unfindable = unfindable
        book = journal(staging, patience=0.005)
        outcomes: list[Receipt | ShouzeError] = []
        for wave in waves:
            outcomes += await asyncio.gather(*(outcome(_durable(book, staging)) for _ in range(wave)))
        assert set(codes(outcomes)) <= {"done", "record-unavailable"}
        staging.unfindable, staging.fates = 0, []
        assert await _goes_on(book)
        numbers = [leaf.nseq for leaf in staging.follow(1, BOOT)]
        assert numbers == list(range(1, len(numbers) + 1))

    asyncio.run(run())


async def _goes_on(book: Journal) -> bool:
    """Tell whether it writes again; where a machine is busy, its short patience may end a few times before."""
    for _ in range(100):
        if codes([await outcome(book.record(record()))]) == ["done"]:
            return True
    return False


async def _durable(book: Journal, staging: Simulator) -> Receipt:
    receipt = await book.record(record())
    assert receipt.leaf_hash in staging.durable
    return receipt


@pytest.mark.parametrize("fate", FATES[1:])
@pytest.mark.duty("A13-6-oplog")
async def test_what_is_not_known_to_be_written_is_refused_and_settled_before_the_next(fate: Fate) -> None:
    staging = Simulator([fate])
    book = journal(staging)
    assert codes([await outcome(book.record(record("first")))]) == ["record-unavailable"]
    found = [await outcome(book.record(record("second"))), await outcome(book.record(record("third")))]
    acts = [leaf.what.act for leaf in staging.follow(1, BOOT)]
    if fate == "comes late":
        assert (codes(found), acts) == (["record-unavailable", "done"], ["first", "third"])
    else:
        assert codes(found) == ["done", "done"]
        assert acts == (["first"] if "written" in fate else []) + ["second", "third"]


async def test_while_the_fate_cannot_be_found_out_nothing_is_written() -> None:
    staging = Simulator(["written, unsaid"])
    staging.unfindable = 2
    book = journal(staging)
    found = [await outcome(book.record(record(act))) for act in ("first", "second", "third", "fourth")]
    assert codes(found) == ["record-unavailable"] * 3 + ["done"]
    assert [leaf.what.act for leaf in staging.follow(1, BOOT)] == ["first", "fourth"]


async def test_a_contradiction_stops_the_journal_for_good() -> None:
    staging, other = Simulator(["lost"]), Simulator()
    book = journal(staging)
    assert codes([await outcome(book.record(record()))]) == ["record-unavailable"]
    await journal(other).record(record("forged"))
    staging.batches = other.batches
    for _ in range(2):
        with pytest.raises(TamperedError):
            await book.record(record())
    staging.batches = {}
    with pytest.raises(TamperedError):
        await book.record(record())
    assert len(staging.seen) == 1


@pytest.mark.duty("A13-6-oplog")
async def test_a_journal_says_while_it_cannot_write_and_no_longer_once_it_can() -> None:
    book = journal(Simulator(["lost"]))
    book.check()
    await outcome(book.record(record()))
    with pytest.raises(RefusedError, match="record"):
        book.check()
    await book.beat()
    book.check()
    book.held = True
    with pytest.raises(RefusedError):
        book.check()


async def test_a_journal_that_stopped_for_good_says_so() -> None:
    staging, other = Simulator(["lost"]), Simulator()
    book = journal(staging)
    await outcome(book.record(record()))
    await journal(other).record(record("forged"))
    staging.batches = other.batches
    await outcome(book.record(record()))
    with pytest.raises(TamperedError):
        book.check()


@pytest.mark.duty("A13-6-oplog")
async def test_a_write_that_hangs_is_refused_within_patience() -> None:
    clock = asyncio.get_running_loop().time
    began = clock()
    with pytest.raises(RefusedError) as caught:
        await journal(Simulator(["hangs"]), patience=0.05).record(record())
    assert caught.value.refusal.code == "record-unavailable"
    assert caught.value.refusal.article == "13(6)"
    assert clock() - began < 2


async def test_those_who_come_during_a_failure_are_served_after_it() -> None:
    staging = Simulator(["breaks"], pause=0.002)
    book = journal(staging, patience=1)
    first = asyncio.create_task(outcome(book.record(record("first"))))
    await asyncio.sleep(0.001)
    second = await asyncio.wait_for(book.record(record("second")), 60)
    assert codes([await first]) == ["record-unavailable"]
    assert second.nseq == 1


async def test_who_goes_away_does_not_lose_the_others_records() -> None:
    staging = Simulator(pause=0.005)
    book = journal(staging, patience=1)
    tasks = [asyncio.create_task(book.record(record(f"act-{number}"))) for number in range(4)]
    await asyncio.sleep(0.001)
    tasks[0].cancel()
    tasks[2].cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in found] == [asyncio.CancelledError, Receipt, asyncio.CancelledError, Receipt]
    assert [leaf.what.act for leaf in staging.follow(1, BOOT)] == [f"act-{number}" for number in range(4)]


@pytest.mark.parametrize("turns", [1, 2], ids=["before its first step", "at the store"])
async def test_nobody_waits_for_a_writer_that_was_cancelled(turns: int) -> None:
    """As when a server goes down: whatever is under way is cancelled, and still has something to record."""
    staging = Simulator(pause=0.001)
    book = journal(staging, patience=1)
    waiting = [asyncio.create_task(outcome(book.record(record(f"act-{n}")))) for n in range(LARGEST_BATCH + 1)]
    for _ in range(turns):
        await asyncio.sleep(0)
    for each in asyncio.all_tasks() - {asyncio.current_task(), *waiting}:
        each.cancel()
    async with asyncio.timeout(5):
        assert set(codes(await asyncio.gather(*waiting))) == {"record-unavailable"}
        assert (await book.record(record("after"))).nseq >= 1
    assert [leaf.what.act for leaf in staging.follow(1, BOOT)][-1] == "after"


async def test_a_record_too_long_for_a_leaf_is_refused_alone() -> None:
    staging = Simulator()
    book = journal(staging, patience=1)
    items = tuple(f"{number}" * 200 for number in range(200, 1000))
    long = Record(Draft(Who("staff", "wang"), Where(), What("read", (), items, 1), Verdict("permitted")))
    assert sum(map(len, items)) > MAX_ENTRY
    found = await asyncio.gather(*(outcome(book.record(each)) for each in (record("first"), long, record("last"))))
    assert codes(found) == ["done", "invalid", "done"]
    assert [leaf.what.act for leaf in staging.follow(1, BOOT)] == ["first", "last"]
    assert codes([await outcome(book.record(long))]) == ["invalid"]
    assert len(staging.seen) == 1


_WORDS = st.text("甲乙丙丁戊己庚辛", min_size=6, max_size=20) | st.text("0123456789", min_size=15, max_size=18)


@pytest.mark.duty("A13-6-oplog")
@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["subject", "ticket", "reason", "identifier.phone"]), _WORDS, min_size=1))
def test_private_fields_are_only_committed_to_and_open_again_with_their_key(private: dict[str, str]) -> None:
    staging = Simulator()
    receipt = asyncio.run(journal(staging).record(record(**private)))
    raw = staging.leaves[0]
    written = raw.decode() + raw.decode("unicode_escape", errors="ignore")
    leaf = parse_leaf(raw)
    opened: dict[str, Value] = {}
    for opening in staging.openings:
        assert not any(value.encode() in opening.sealed for value in private.values())
        texts = open_opening({KEY.version: KEY.key}, opening.sealed, receipt.leaf_hash, opening.field)
        opened |= dict(verify_disclosure(leaf, text) for text in texts.decode().splitlines())
    assert opened == private
    assert not any(value in written for value in private.values())
    assert [(row.nseq, row.tag) for row in staging.look_ups] == [(1, KEY.tag)]


async def test_a_record_about_many_subjects_commits_to_each_and_is_found_by_each() -> None:
    staging = Simulator()
    many = tuple(Concerned(f"subject {number}", bytes([number]) * 32) for number in range(5))
    key = RecordKey(AES256GCM_SHA256, 0, b"d" * 32, day="2026-03-01")
    draft = Draft(Who("staff", "wang"), Where(), What("export", (), (), 5), Verdict("permitted"), {"ticket": "t"})
    receipt = await journal(staging).record(Record(draft, key, many))
    fields, roll = (
        open_opening({0: key.key}, each.sealed, receipt.leaf_hash, each.field).decode().splitlines()
        for each in staging.openings
    )
    said = dict(verify_disclosure(parse_leaf(staging.leaves[0]), text) for text in fields)
    assert read_roll(roll, str(said["subjects"])) == tuple(each.subject for each in many)
    assert [(row.nseq, row.tag) for row in staging.look_ups] == [(1, each.tag) for each in many]
    with pytest.raises(TamperedError):
        read_roll(roll[1:], str(said["subjects"]))


async def test_the_same_private_fields_look_different_each_time() -> None:
    staging = Simulator()
    book = journal(staging, patience=1)
    await asyncio.gather(*(book.record(record(subject="one")) for _ in range(5)))
    digests = [digest for leaf in staging.leaves for digest in parse_leaf(leaf).sd]
    assert len(set(digests)) == len(digests)


async def test_openings_under_a_day_s_key_name_the_day_and_no_subject() -> None:
    staging = Simulator()
    key = RecordKey(AES256GCM_SHA256, 1, b"d" * 32, day="2026-03-01")
    draft = Draft(Who("staff", "wang"), Where(), What("read", (), (), 0), Verdict("refused"), {"ticket": "t"})
    await journal(staging).record(Record(draft, key))
    assert [opening.day for opening in staging.openings] == ["2026-03-01"]
    assert staging.look_ups == []


async def test_boot_and_shutdown_are_recorded_first_and_last() -> None:
    staging = Simulator()
    book = journal(staging, patience=1)
    assert (await book.start()).nseq == 1
    waiting = asyncio.create_task(book.record(record()))
    await asyncio.sleep(0)
    await book.close()
    await waiting
    assert [leaf.what.act for leaf in staging.follow(1, BOOT)] == ["boot", "read", "shutdown"]


async def test_the_time_of_a_leaf_is_the_clock_s_in_utc() -> None:
    staging = Simulator()
    east = NOW.astimezone(timezone(timedelta(hours=8)))
    await Journal(staging, lambda: east, secrets.token_bytes, node=1, boot=BOOT).record(record())
    assert parse_leaf(staging.leaves[0]).at == NOW
    assert staging.seen[0].at == int(NOW.timestamp()) * 1_000_000


async def test_a_clock_that_cannot_be_trusted_writes_nothing() -> None:
    def stepped_back() -> datetime:
        raise UnavailableError

    staging = Simulator()
    book = Journal(staging, stepped_back, secrets.token_bytes, node=1, boot=BOOT)
    assert codes([await outcome(book.record(record()))]) == ["record-unavailable"]
    assert staging.seen == []


async def test_a_leaf_names_its_receipt() -> None:
    staging = Simulator()
    receipt = await journal(staging).record(record(site="hall"))
    assert (receipt.node, receipt.boot, receipt.nseq) == (1, BOOT, 1)
    assert receipt.leaf_hash == leaf_hash(staging.leaves[0])
    with pytest.raises(InvalidError):
        Record(Draft(Who("staff", "w"), Where(), What("read", (), (), 0), Verdict("done"), {"subject": "x"}))
