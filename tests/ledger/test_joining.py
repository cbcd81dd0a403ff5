"""Stretches joined: they say what reading leaf after leaf says, and what only the whole can tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import pytest

from shouze.ledger import stretch
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.entry import Shard
from shouze.ledger.joining import Joining, Standing, standing_at
from shouze.ledger.note import ED25519, Verifier
from shouze.ledger.reading import Reader
from shouze.ledger.shard import TURN, own_leaf
from shouze.ledger.stretch import Mark, verify_stretch
from shouze.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root_of
from tests.ledger.building import ORIGIN, SIGNER, START, MemoryLog, built, entropy_from, leaves
from tests.ledger.whole_logs import read_leaf_by_leaf, verify_log

KEYS = [SIGNER.verifier()]
SIZE = 600


@cache
def _leaves() -> list[bytes]:
    return leaves(SIZE)


@cache
def _tall() -> MemoryLog:
    """Return a log of more than one stretch (of entries that are no records)."""
    return built([b"%d" % number for number in range(stretch.SPAN + 700)])


def head(log: MemoryLog) -> Checkpoint:
    return open_checkpoint(log.note, KEYS)[0]


def joined(log: MemoryLog, standing: Standing | None = None, *marks: Mark) -> Joining:
    joining = Joining(log, head(log), standing or Standing(), marks)
    joining.begin()
    if all(joining.join(verify_stretch(log, asked, Reader())) for asked in joining.asked()):
        joining.finish()
    return joining


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, 600])
def test_a_sound_log_is_joined_to_its_root(size: int) -> None:
    joining = joined(built(_leaves()[:size]))
    assert joining.report().faults == ()
    assert joining.frontier.root() == root_of([leaf_hash(raw) for raw in _leaves()[:size]])
    assert [last for last, _ in joining.standing.chains.values()] == ([size] if size else [])


CHANGES: dict[str, Callable[[list[bytes]], object]] = {
    "edit": lambda rows: rows.__setitem__(300, rows[300].replace(b"SH-02", b"SH-03")),
    "break": lambda rows: rows.__setitem__(300, rows[300].replace(b'"rows":1', b'"rows": 1')),
    "delete": lambda rows: rows.pop(300),
    "delete the first": lambda rows: rows.pop(0),
    "reorder": lambda rows: rows.__setitem__(slice(300, 302), rows[301:299:-1]),
    "insert": lambda rows: rows.insert(300, rows[10]),
}


@pytest.mark.parametrize("signed_anew", [True, False])
@pytest.mark.parametrize("change", CHANGES)
def test_stretches_say_what_reading_leaf_after_leaf_says(change: str, signed_anew: bool) -> None:
    entries = list(_leaves())
    CHANGES[change](entries)
    log = built(entries)
    log = log if signed_anew else MemoryLog(built(_leaves()).note, log.bundles, built(_leaves()).tiles)
    expected = read_leaf_by_leaf(log, KEYS).faults
    assert set(joined(log).report().faults) == set(expected)
    assert expected


@pytest.mark.parametrize("key", [(0, 1, 256), (0, 2, 88), (1, 0, 2)])
def test_an_altered_or_missing_tile_is_named(key: tuple[int, int, int]) -> None:
    for body in (b"\x01" * 32 * key[2], None):
        log = built(_leaves()).copy()
        if body is None:
            del log.tiles[key]
        else:
            log.tiles[key] = body
        assert joined(log).report().faults == read_leaf_by_leaf(log, KEYS).faults


def test_leaves_that_are_lost_end_the_joining() -> None:
    log = built(_leaves()).copy()
    del log.tiles[0, 1, 256], log.bundles[1, 256]
    assert [fault.code for fault in joined(log).report().faults] == ["bundle", "tile"]


def test_more_than_one_stretch_is_joined_and_gone_on_with_from_the_middle() -> None:
    log = _tall()
    whole = joined(log)
    assert {fault.code for fault in whole.report().faults} == {"leaf"}
    assert whole.frontier == Frontier().extend(leaf_hash(b"%d" % number) for number in range(stretch.SPAN + 700))
    claimed = standing_at(log, 1, head(log).size)
    assert claimed.hashes == whole.standing.hashes
    later = joined(log, claimed)
    assert later.frontier == whole.frontier
    assert len(later.report().faults) == 700


def test_a_tile_above_whole_stretches_is_compared() -> None:
    log = _tall().copy()
    log.tiles[2, 0, 1] = b"\x01" * 32
    assert "tile/2/000.p/1" in {
        fault.where for fault in joined(log, standing_at(_tall(), 1, head(log).size)).report().faults
    }
    assert "root" in {fault.code for fault in joined(log, standing_at(log, 1, head(log).size)).report().faults}


def test_marks_before_within_and_beyond_are_compared() -> None:
    log, hashes = _tall(), [leaf_hash(b"%d" % number) for number in range(stretch.SPAN + 700)]
    sizes = (1, 300, 512, stretch.SPAN, stretch.SPAN + 1, stretch.SPAN + 699)
    right = [Mark(size, root_of(hashes[:size])) for size in sizes]
    start = standing_at(log, 1, head(log).size)
    assert "older" not in {fault.code for fault in joined(log, start, Mark(0, EMPTY_ROOT), *right).report().faults}
    for mark in (
        *(each._replace(root=b"\x01" * 32) for each in right),
        Mark(0, b"\x01" * 32),
        Mark(90_000, EMPTY_ROOT),
    ):
        start = standing_at(log, 1, head(log).size)
        assert "older" in {fault.code for fault in joined(log, start, mark).report().faults}


def test_a_mark_at_the_end_of_any_stretch_is_compared() -> None:
    parts = [leaf_hash(b"%d" % number) for number in range(3)]
    whole = [parts[0], node_hash(*parts[:2]), node_hash(node_hash(*parts[:2]), parts[2])]
    for wrong in (None, 0, 1, 2):
        marks = [Mark(stretch.SPAN * (at + 1), EMPTY_ROOT if at == wrong else root) for at, root in enumerate(whole)]
        joining = Joining(MemoryLog(b""), Checkpoint(ORIGIN, 3 * stretch.SPAN, whole[2]), Standing(), marks)
        for at, part in enumerate(parts):
            joining.join(stretch.Stretch(at, stretch.SPAN, (part,), [(marks[at], (part,))], {}, []))
        assert [fault.code for fault in joining.report().faults] == ([] if wrong is None else ["older"])


def test_a_chain_whose_beginning_was_not_read_is_counted_and_goes_on() -> None:
    later = Joining(built(_leaves()), head(built(_leaves())), Standing(done=1, begun=1))
    reader = Reader()
    reader.read(0, _leaves()[7:], [leaf_hash(raw) for raw in _leaves()[7:]])
    shown = stretch.Stretch(1, 593, None, [], reader.links(), [])
    later.join(shown)
    assert (later.standing.joined, later.report().faults) == (1, ())
    later.join(shown)
    assert [fault.code for fault in later.report().faults] == ["chain"]


# Logs that follow one another.
NEXT = SIGNER.renamed(Verifier(f"{ORIGIN}/2027", ED25519, SIGNER.verifier().public).vkey)


def _turned(*more: bytes, vkey: str = NEXT.verifier().vkey) -> list[bytes]:
    """Return a log of 300 records, handed over by its sequencer, and what came after that."""
    turn = own_leaf(TURN, Shard(NEXT.name, vkey=vkey), Chain(0, "sequencer"), START, entropy_from(5))
    return [*_leaves()[:300], turn, *more]


def _next(entries: Sequence[bytes]) -> MemoryLog:
    return built([built(_turned()).note, *entries], NEXT)


def test_a_log_that_follows_another_begins_with_its_end_and_its_chains_go_on() -> None:
    before = joined(built(_turned())).report()
    assert (before.faults, before.after, before.before) == ((), NEXT.verifier(), None)
    log, keys = _next(_leaves()[300:]), [NEXT.verifier()]
    after = verify_log(log, keys, chains=before.chains)
    assert (after.faults, after.before, after.joined) == ((), head(built(_turned())), 0)
    assert after == read_leaf_by_leaf(log, keys, chains=before.chains)
    alone = verify_log(log, keys)
    assert (alone.faults, alone.joined) == ((), 1)
    assert alone == read_leaf_by_leaf(log, keys)
    gap = _next(_leaves()[301:])
    assert verify_log(gap, keys).ok
    assert [fault.where for fault in verify_log(gap, keys, chains=before.chains).faults] == ["leaf 1"]
    assert not verify_log(_next(_leaves()[300:]), keys, chains={}).ok
    assert verify_log(_next(_leaves()[300:]), keys, chains={}, whole=False).joined == 1


@pytest.mark.parametrize("more", [1, 300])
def test_records_after_a_hand_over_are_named_by_the_first_of_them(more: int) -> None:
    log = built(_turned(*_leaves()[300 : 300 + more]))
    found = joined(log).report()
    assert [(fault.code, fault.where) for fault in found.faults] == [("ended", "leaf 301")]
    assert found == read_leaf_by_leaf(log, KEYS)


@pytest.mark.parametrize("vkey", ["nonsense", SIGNER.verifier().vkey])
def test_a_hand_over_that_names_no_log_is_none(vkey: str) -> None:
    log = built(_turned(vkey=vkey))
    found = joined(log).report()
    assert [(fault.code, fault.where, found.after) for fault in found.faults] == [("ended", "leaf 300", None)]
    assert found == read_leaf_by_leaf(log, KEYS)


def test_only_leaf_0_may_be_a_checkpoint() -> None:
    log = built([*_leaves()[:300], built(_turned()).note, *_leaves()[300:]])
    assert [(fault.code, fault.where) for fault in joined(log).report().faults] == [("leaf", "leaf 300")]


def test_begun_in_the_middle_leaf_0_is_proven_and_not_believed() -> None:
    log = built([built(_turned()).note, *(b"%d" % number for number in range(stretch.SPAN + 700))])
    begun = joined(log, standing_at(log, 1, head(log).size))
    assert begun.standing.before == head(built(_turned()))
    assert {fault.code for fault in begun.report().faults} == {"leaf"}
    other = log.copy()
    other.bundles[0, 256] = log.bundles[0, 256].replace(b"\n301\n", b"\n302\n", 1)
    begun = joined(other, standing_at(log, 1, head(log).size))
    assert begun.standing.before is None
    assert "tile" in {fault.code for fault in begun.report().faults}
    del other.bundles[0, 256]
    assert "bundle" in {fault.code for fault in joined(other, standing_at(log, 1, head(log).size)).report().faults}
