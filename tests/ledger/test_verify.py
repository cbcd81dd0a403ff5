"""Whole logs: sound ones pass, every kind of tampering is named."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouze.ledger.checkpoint import Checkpoint, sign_checkpoint
from shouze.ledger.integrate import Edge, integrate
from shouze.ledger.note import COSIGNATURE, attach
from shouze.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash, root_of
from shouze.ledger.verify import Report
from tests.ledger.building import ORIGIN, OTHER, SIGNER, WITNESS, MemoryLog, built, leaves
from tests.ledger.whole_logs import verify_log

KEYS = [SIGNER.verifier()]
SIZE = 600


@cache
def _leaves() -> list[bytes]:
    return leaves(SIZE)


@cache
def _sound() -> MemoryLog:
    return built(_leaves())


def _codes(report: Report) -> set[str]:
    return {fault.code for fault in report.faults}


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, 600])
def test_a_sound_log_verifies(size: int) -> None:
    log = built(_leaves()[:size])
    report = verify_log(log, KEYS)
    assert report.ok
    assert report.faults == ()
    assert (report.size, report.root) == (size, root_of([leaf_hash(raw) for raw in _leaves()[:size]]))


def test_a_log_above_the_second_level_hashes_to_its_root() -> None:
    log = built([b"%d" % index for index in range(65_537)])
    report = verify_log(log, KEYS)
    assert _codes(report) == {"leaf"}
    assert len(report.faults) == 1000


def test_several_nodes_interleave() -> None:
    one, two = leaves(40, node=1), leaves(40, node=2)
    mixed = [raw for pair in zip(one, two, strict=True) for raw in pair]
    assert verify_log(built(mixed), KEYS).ok
    assert _codes(verify_log(built(one[:3] + two[1:]), KEYS)) == {"chain"}


def test_known_witnesses_are_welcome() -> None:
    log = _sound()
    text = log.note.decode().split("\n\n")[0] + "\n"
    note = attach(log.note.decode(), [WITNESS.cosign(text, 5)]).encode()
    assert verify_log(log.copy(note), [*KEYS, WITNESS.verifier(COSIGNATURE)]).ok


def _with_entries(change: Callable[[list[bytes]], object], *, retile: bool) -> MemoryLog:
    """Return the log with altered bundles under the old checkpoint; with ``retile`` the tiles are made to fit."""
    entries, log = list(_leaves()), _sound()
    change(entries)
    made = built(entries).copy(log.note)
    return made if retile else MemoryLog(log.note, made.bundles, log.tiles)


CHANGES: dict[str, Callable[[list[bytes]], object]] = {
    "edit": lambda rows: rows.__setitem__(300, rows[300].replace(b"SH-02", b"SH-03")),
    "delete": lambda rows: rows.pop(300),
    "delete the last": lambda rows: rows.pop(),
    "reorder": lambda rows: rows.__setitem__(slice(300, 302), rows[301:299:-1]),
    "insert": lambda rows: rows.insert(300, rows[10]),
    "append": lambda rows: rows.append(rows[10]),
    "replace by the one before": lambda rows: rows.__setitem__(300, rows[299]),
}


@pytest.mark.parametrize("retile", [True, False])
@pytest.mark.parametrize("change", CHANGES)
def test_entries_that_were_altered_are_found(change: str, retile: bool) -> None:
    report = verify_log(_with_entries(CHANGES[change], retile=retile), KEYS)
    assert not report.ok
    expected = {"beyond"} if change == "append" else {"root", "bundle", "tile"}
    assert _codes(report) & (expected | {"bundle"})


@pytest.mark.parametrize("change", ["edit", "delete", "reorder", "insert", "replace by the one before"])
def test_even_a_log_signed_anew_cannot_hide_a_broken_chain(change: str) -> None:
    entries = list(_leaves())
    CHANGES[change](entries)
    assert _codes(verify_log(built(entries), KEYS)) == {"chain"}


def test_an_altered_leaf_that_is_no_record_any_more_is_named_by_its_index() -> None:
    entries = list(_leaves())
    entries[300] = entries[300].replace(b'"rows":1', b'"rows": 1')
    report = verify_log(built(entries), KEYS)
    assert [(fault.code, fault.where) for fault in report.faults] == [("leaf", "leaf 300"), ("chain", "leaf 301")]


@pytest.mark.parametrize("key", [(0, 1, 256), (0, 2, 88), (1, 0, 2)])
@pytest.mark.parametrize(
    "change",
    [lambda body: body[:-1] + bytes((body[-1] ^ 1,)), lambda body: body[:-32],
     lambda body: body[32:64] + body[:32] + body[64:],
     lambda body: body + body[:32], lambda body: b"", None],
    ids=["edit", "delete", "reorder", "insert", "empty", "missing"],
)  # fmt: skip
def test_an_altered_tile_is_named(key: tuple[int, int, int], change: Callable[[bytes], bytes] | None) -> None:
    log = _sound().copy()
    if change:
        log.tiles[key] = change(log.tiles[key])
    else:
        del log.tiles[key]
    report = verify_log(log, KEYS)
    assert _codes(report) == {"tile"}
    assert len(report.faults) == 1


@pytest.mark.parametrize("body", [None, b"", b"\xff\xff"])
def test_a_bundle_missing_or_torn_is_named_and_the_rest_still_verified(body: bytes | None) -> None:
    log = _sound().copy()
    del log.bundles[1, 256]
    if body is not None:
        log.bundles[1, 256] = body
    report = verify_log(log, KEYS)
    assert [fault.where for fault in report.faults] == ["tile/entries/001", "leaf 512"]
    del log.tiles[0, 1, 256]
    assert [fault.code for fault in verify_log(log, KEYS).faults][:2] == ["bundle", "tile"]


def _note(size: int, root: bytes) -> bytes:
    return sign_checkpoint(Checkpoint(ORIGIN, size, root), SIGNER).encode()


@pytest.mark.parametrize(
    "note",
    [b"", b"nonsense", _note(600, b"r" * 32).replace(b"600", b"599"),
     sign_checkpoint(Checkpoint(ORIGIN, 1, EMPTY_ROOT), OTHER).encode()],
)  # fmt: skip
def test_a_checkpoint_missing_altered_or_forged_ends_the_verification(note: bytes) -> None:
    assert _codes(verify_log(MemoryLog(note), KEYS)) == {"checkpoint"}


def test_a_log_without_a_checkpoint_does_not_verify() -> None:
    class Bare(MemoryLog):
        def checkpoint(self) -> None:
            return None

    assert _codes(verify_log(Bare(b""), KEYS)) == {"checkpoint"}


def test_a_checkpoint_put_back_is_found_when_the_log_stands_still() -> None:
    log, early = _sound().copy(), built(_leaves()[:500])
    put_back = MemoryLog(early.note, log.bundles | early.bundles, log.tiles | early.tiles)
    assert _codes(verify_log(put_back, KEYS)) == {"beyond"}
    assert verify_log(put_back, KEYS, still=False).ok


@pytest.mark.parametrize("old", [0, 1, 255, 256, 300, 512, 600])
def test_a_log_extends_its_older_checkpoint(old: int) -> None:
    hashes = [leaf_hash(raw) for raw in _leaves()]
    assert verify_log(_sound(), KEYS, older=Checkpoint(ORIGIN, old, root_of(hashes[:old]))).ok
    assert _codes(verify_log(_sound(), KEYS, older=Checkpoint(ORIGIN, old, b"x" * 32))) == {"older"}


def test_an_older_checkpoint_that_is_larger_or_another_logs_is_a_fault() -> None:
    for older in (Checkpoint(ORIGIN, 601, b"x" * 32), Checkpoint("other.example/log", 0, EMPTY_ROOT)):
        assert _codes(verify_log(_sound(), KEYS, older=older)) == {"older"}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_flipped_bit_anywhere_is_found(data: st.DataObject) -> None:
    log = _sound().copy()
    kind = data.draw(st.sampled_from(["bundle", "tile", "checkpoint"]))
    if kind == "checkpoint":
        log = log.copy(_flipped(log.note, data))
    elif kind == "bundle":
        place = data.draw(st.sampled_from(sorted(log.bundles)))
        log.bundles[place] = _flipped(log.bundles[place], data)
    else:
        where = data.draw(st.sampled_from(sorted(log.tiles)))
        log.tiles[where] = _flipped(log.tiles[where], data)
    assert not verify_log(log, KEYS).ok


def _flipped(raw: bytes, data: st.DataObject) -> bytes:
    bit = data.draw(st.integers(0, 8 * len(raw) - 1))
    return raw[: bit // 8] + bytes((raw[bit // 8] ^ 1 << bit % 8,)) + raw[bit // 8 + 1 :]


def test_growth_is_verified_step_by_step() -> None:
    made = integrate(Frontier(), Edge(), [])
    log, older = MemoryLog(b""), None
    for size in (10, 256, 400, 600):
        made = integrate(made.frontier, made.edge, _leaves()[made.frontier.size : size])
        log.bundles.update({(n, width): body for n, (width, body) in made.bundles.items()})
        log.tiles.update({(level, n, width): body for (level, n), (width, body) in made.tiles.items()})
        checkpoint = Checkpoint(ORIGIN, size, made.root)
        log = log.copy(sign_checkpoint(checkpoint, SIGNER).encode())
        assert verify_log(log, KEYS, older=older).ok
        older = checkpoint
