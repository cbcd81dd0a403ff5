"""One log ends and the next begins: whatever is interleaved with it, there is one chain of logs and nothing is lost."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import TamperedError, UnavailableError
from shouze.journal.staging import Batch
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shouze.ledger.entry import Shard, parse_leaf
from shouze.ledger.note import COSIGNATURE, Signer, Verifier, read_note
from shouze.ledger.portable import PortableProof
from shouze.ledger.shard import TURN, handed_over, next_log, own_leaf, read_beginning
from shouze.ledger.tile import decode_bundle
from shouze.ledger.tree import inclusion_path, leaf_hash, root_of
from shouze.sequencer.ports import FencedError
from shouze.sequencer.sequencer import Sequencer
from shouze.sequencer.turning import planned, year_of
from shouze.store.cosignatures import CosignatureTable
from tests.ledger.building import OTHER, SIGNER, WITNESS, entropy_from, leaves
from tests.sequencer.places import Clock, Failing, KeptNote, MemoryPlace, Place, StoredPlace, batches, sequencer
from tests.sequencer.turns import drained

BOOTS = ("boot-a", "boot-b", "boot-c")
CALLS = ("shards", "add_shard", "conclude", "final", "begin", "integrate", "insert_checkpoint", "become_active")
YEAR = timedelta(days=366)


async def signed(one: Sequencer) -> Checkpoint:
    """Let a sequencer do a step in which it signs."""
    made = await one.step()
    assert made is not None
    return made


async def ask(place: Place, clock: Clock, key: bytes | None = None) -> None:
    """Ask for a turn as the command does."""
    log = place.log()
    shards = await log.shards()
    present = len(await every_log(place)) - 1
    at = int(clock.now().timestamp() * 1_000_000)
    await log.add_shard(planned(shards, shards[present], at, key))


async def every_log(place: Place) -> list[list[bytes]]:
    """Return the entries of each log, first to last."""
    if isinstance(place, MemoryPlace):
        return [*place.past, await place.entries()]
    assert isinstance(place, StoredPlace)
    rows = await place.database.fetch("SELECT n, w, body FROM log.bundle ORDER BY n")
    logs: list[list[bytes]] = [[]]
    for n, w, body in rows:
        while len(logs) <= n >> 40:
            logs.append([])
        logs[n >> 40] += decode_bundle(body, w)
    return logs


async def check_chain(place: Place, staged: Sequence[Batch]) -> list[Checkpoint]:
    """Every staged leaf stands in one log exactly once; each log but the last is handed over to the next."""
    logs, shards, ends = await every_log(place), await place.log().shards(), list[Checkpoint]()
    chains: dict[tuple[int, str], Chain] = {}
    seen, handed = list[bytes](), list[int]()
    for number, entries in enumerate(logs):
        final = await place.log().final(number)
        assert final is not None
        key = Verifier.from_vkey(shards[number].vkey)
        end, _ = open_checkpoint(final.note.encode(), [key])
        assert (end.size, end.root) == (len(entries), root_of([leaf_hash(entry) for entry in entries]))
        if number:
            beginning = read_beginning(entries[0])
            assert beginning == ends[-1]
        for at, entry in enumerate(entries[1:] if number else entries, 1 if number else 0):
            leaf = parse_leaf(entry)
            chain = chains.get((leaf.node, leaf.boot), Chain(leaf.node, leaf.boot))
            chains[leaf.node, leaf.boot] = chain.advance(leaf, leaf_hash(entry))
            after = next_log(leaf)
            if after is None:
                seen.append(entry)
            else:
                assert at == len(entries) - 1
                handed.append(number)
                assert after.vkey == shards[number + 1].vkey
        ends.append(end)
    assert handed == list(range(len(logs) - 1))
    assert sorted(seen) == sorted(leaf for batch in staged for leaf in batch.leaves)
    return ends


Step = tuple[str, Any]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("stage"), st.integers(0, 2)),
        st.tuples(st.just("step"), st.none()),
        st.tuples(st.just("ask"), st.booleans()),
        st.tuples(st.just("year"), st.none()),
        st.tuples(st.just("crash"), st.none()),
        st.tuples(st.just("trouble"), st.tuples(st.sampled_from(CALLS), st.sampled_from(("lost", "kept")))),
    ),
    max_size=30,
)


@dataclass
class Scene:
    """A place, who sequences there, and what was staged."""

    place: Place
    clock: Clock = field(default_factory=Clock)
    memory: KeptNote = field(default_factory=KeptNote)
    staged: list[Batch] = field(default_factory=list)
    left: dict[str, list[Batch]] = field(
        default_factory=lambda: {boot: batches(*[3] * 30, boot=boot) for boot in BOOTS}
    )
    one: Any = None
    log: Any = None

    def begin(self, *troubles: tuple[str, Literal["lost", "kept"]]) -> None:
        self.log = Failing(self.place.log(), *troubles)
        self.one = sequencer(self.log, self.memory, self.clock, signers=signer_of)

    async def act(self, what: str, how: Any) -> None:
        if what == "stage" and self.left[BOOTS[how]]:
            self.staged.append(self.left[BOOTS[how]].pop(0))
            await self.place.stage(self.staged[-1])
        elif what == "step":
            await self.try_step()
        elif what == "ask" and await self.place.log().shards():
            await ask(self.place, self.clock, OTHER.verifier().public if how else None)
        elif what == "year":
            self.clock.time += YEAR
        elif what == "crash":
            await self.one.release()
            self.begin()
        elif what == "trouble":
            self.log._troubles.append(how)

    async def try_step(self) -> None:
        with contextlib.suppress(UnavailableError):
            await self.one.step()

    async def finish(self) -> None:
        """Let a new sequencer come to an end of everything."""
        await self.one.release()
        await drained(self.place, self.memory, clock=self.clock, signers=signer_of)


def signer_of(vkey: str) -> Signer:
    """Return the signer of a later log, whose key is the first one's or another."""
    same = Verifier.from_vkey(vkey).public == SIGNER.verifier().public
    return (SIGNER if same else OTHER).renamed(vkey)


async def play(place: Place, steps: Sequence[Step]) -> list[Checkpoint]:
    scene = Scene(place)
    scene.begin()
    await scene.try_step()
    for what, how in steps:
        await scene.act(what, how)
    await scene.finish()
    return await check_chain(place, scene.staged)


@given(STEPS)
async def test_however_batches_turns_and_crashes_are_interleaved_there_is_one_chain(steps: list[Step]) -> None:
    await play(MemoryPlace(), steps)


@pytest.mark.parametrize("fate", ["lost", "kept"])
@pytest.mark.parametrize("call", CALLS)
async def test_a_turn_survives_each_of_its_steps_failing(stored_place: StoredPlace, call: str, fate: Any) -> None:
    steps: list[Step] = [
        ("stage", 0), ("step", None), ("ask", True), ("stage", 1), ("trouble", (call, fate)), ("step", None),
        ("stage", 0), ("step", None), ("year", None), ("stage", 0), ("trouble", (call, fate)), ("step", None),
        ("crash", None), ("stage", 1), ("step", None),
    ]  # fmt: skip
    ends = await play(stored_place, steps)
    year = year_of(int(Clock().now().timestamp() * 1_000_000))
    assert [end.origin for end in ends] == [SIGNER.name, f"{SIGNER.name}/{year}", f"{SIGNER.name}/{year + 1}"]


async def test_in_the_new_year_of_shanghai_a_new_log_begins(place: Place) -> None:
    clock, memory = Clock(), KeptNote()
    clock.time = clock.time.replace(year=2026, month=12, day=31, hour=15, minute=59)
    one = sequencer(place.log(), memory, clock)
    await one.step()
    await place.stage(batches(2)[0])
    assert (await signed(one)).origin == SIGNER.name
    clock.time += timedelta(minutes=1)
    assert (await signed(one)).origin == f"{SIGNER.name}/2027"
    assert await one.step() is None
    await one.release()
    await check_chain(place, batches(2))


async def test_two_turns_of_one_year_are_told_apart(place: Place) -> None:
    scene = Scene(place)
    scene.begin()
    await scene.try_step()
    for _ in range(3):
        await scene.act("ask", False)
        await scene.try_step()
    await scene.finish()
    assert [end.origin.rpartition("/")[2] for end in await check_chain(place, [])] == [
        "handling", "2026", "2026-2", "2026-3",
    ]  # fmt: skip


async def test_the_end_of_a_log_waits_a_while_for_its_cosignature_and_records_wait_for_the_next(
    stored_place: StoredPlace,
) -> None:
    clock, place = Clock(), stored_place
    one = sequencer(place.log(), KeptNote(), clock, patience=timedelta(seconds=10))
    await one.step()
    await ask(place, clock)
    end = await signed(one)
    await place.stage(batches(2)[0])
    assert end.size == 1
    assert await one.step() is None
    line = WITNESS.cosign(end.text(), 1)
    await CosignatureTable(place.database).keep(1, WITNESS.verifier(COSIGNATURE).vkey, line.line(), 1_000_000)
    begun = await signed(one)
    assert begun.size in {1, 3}
    first = (await every_log(place))[1][0]
    assert len(read_note(first)[1]) == 2
    await ask(place, clock)
    await one.step()
    clock.time += timedelta(seconds=10)
    await one.step()
    await one.release()
    assert len(await every_log(place)) == 3
    await check_chain(place, batches(2))


async def test_a_sequencer_that_was_replaced_during_a_turn_begins_nothing(stored_place: StoredPlace) -> None:
    clock, place = Clock(), stored_place
    one = sequencer(place.log(), KeptNote(), clock, patience=timedelta(seconds=10))
    await one.step()
    await ask(place, clock)
    await signed(one)
    await place.database.execute("UPDATE log.log_state SET epoch = epoch + 1")
    clock.time += timedelta(seconds=10)
    with pytest.raises(FencedError):
        await one.step()
    await one.release()
    assert len(await every_log(place)) == 1
    await drained(place, clock=clock)
    assert len(await every_log(place)) == 2
    await check_chain(place, [])


async def test_a_log_put_back_to_before_its_turn_is_not_signed_on(place: Place) -> None:
    clock, memory = Clock(), KeptNote()
    scene = Scene(place, clock, memory)
    scene.begin()
    await scene.try_step()
    older = MemoryPlace()
    before = Scene(older, clock)
    before.begin()
    await before.try_step()
    await before.one.release()
    await scene.act("ask", False)
    await scene.try_step()
    await scene.finish()
    with pytest.raises(TamperedError) as caught:
        await drained(older, memory, clock=clock)
    assert caught.value.field == "log.size"


async def test_a_beginning_that_is_not_the_end_before_is_not_signed(stored_place: StoredPlace) -> None:
    scene = Scene(stored_place)
    scene.begin()
    await scene.try_step()
    await scene.act("ask", False)
    scene.log._troubles.append(("insert_checkpoint", "kept"))
    await scene.try_step()
    scene.log._troubles.append(("insert_checkpoint", "lost"))
    await scene.try_step()
    await stored_place.database.execute("UPDATE log.checkpoint SET root = :root", {"root": bytes(32)})
    with pytest.raises(TamperedError):
        await scene.one.step()
    await scene.one.release()


async def test_who_writes_the_table_cannot_have_the_log_handed_over_to_a_key_of_his_own(place: Place) -> None:
    one = sequencer(place.log(), clock=Clock())
    await one.step()
    await ask(place, Clock(), OTHER.verifier().public)
    await place.stage(batches(2)[0])
    assert (await signed(one)).origin == SIGNER.name
    await one.release()
    assert len(await every_log(place)) == 1
    await check_chain(place, batches(2))


async def test_no_node_can_write_a_hand_over(place: Place) -> None:
    leaf = own_leaf(TURN, Shard("x/y", vkey=OTHER.verifier().vkey), Chain(1, "b"), Clock().now(), entropy_from(3))
    await place.stage(Batch(1, "b", 1, (leaf,), (), (), 0))
    one = sequencer(place.log())
    await one.step()
    assert one.standing.held == {(1, "b"): "leaf.what"}
    await one.release()


def test_a_hand_over_is_proved_by_the_last_leaf_under_the_old_key_alone() -> None:
    after = Verifier(f"{SIGNER.name}/2027", 1, OTHER.verifier().public)
    leaf = own_leaf(TURN, Shard(after.name, vkey=after.vkey), Chain(0, "sequencer-1"), Clock().now(), entropy_from(3))

    def proof(entries: list[bytes], at: int, signer: Signer = SIGNER) -> PortableProof:
        hashes = [leaf_hash(entry) for entry in entries]
        note = sign_checkpoint(Checkpoint(signer.name, len(entries), root_of(hashes)), signer)
        return PortableProof(at, tuple(inclusion_path(at, hashes)), note, entries[at])

    ordinary = leaves(3)
    assert handed_over(proof([*ordinary, leaf], 3), SIGNER.verifier())[1] == after
    for wrong in (
        proof([leaf, *ordinary], 0), proof(ordinary, 2), proof([*ordinary, leaf], 3, OTHER),
    ):  # fmt: skip
        with pytest.raises(TamperedError):
            handed_over(wrong, SIGNER.verifier())
