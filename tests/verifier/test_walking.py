"""Whole logs over several processes: the same report, stopped and gone on with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache, partial
from pathlib import Path

import pytest

from shouze.errors import InvalidError, UnavailableError
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shouze.ledger.stretch import SPAN
from shouze.ledger.tile import bundle_path, tile_path
from shouze.ledger.tree import leaf_hash, root_of
from shouze.ledger.verify import LogSource
from shouze.verifier.folder import CHECKPOINT, FolderSource, opened
from shouze.verifier.resuming import ResumeFile
from shouze.verifier.shards import VerifiedLog, rests_on
from shouze.verifier.walking import Plan, walk
from tests.ledger.building import ORIGIN, OTHER, SIGNER, MemoryLog, built, leaves

KEYS = [SIGNER.verifier()]
SIZE = SPAN + 300
FIRST = 400
"""Size of the log when its first checkpoint was signed."""


@cache
def _entries() -> list[bytes]:
    return leaves(SIZE)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a log of two stretches: records of one run, with the first checkpoint beside it."""
    folder, entries = tmp_path_factory.mktemp("made"), _entries()
    log = built(entries)
    _publish(log, folder)
    for size in (FIRST, SPAN + 100):
        head = Checkpoint(ORIGIN, size, root_of([leaf_hash(entry) for entry in entries[:size]]))
        _write(folder / f"checkpoint.{size}", sign_checkpoint(head, SIGNER).encode())
    return folder


def _publish(log: MemoryLog, folder: Path) -> None:
    for (n, width), body in log.bundles.items():
        _write(folder / bundle_path(n, width), body)
    for (level, n, width), body in log.tiles.items():
        _write(folder / tile_path(level, n, width), body)
    _write(folder / CHECKPOINT, log.note)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def old(made: Path, size: int) -> Checkpoint:
    return open_checkpoint((made / f"checkpoint.{size}").read_bytes(), KEYS)[0]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_log_is_verified_by_one_process_or_several(made: Path, jobs: int) -> None:
    told = list[tuple[int, int]]()
    walked = walk(partial(opened, made), Plan(KEYS, jobs=jobs, told=lambda *each: told.append(each)))
    assert (walked.report.ok, walked.report.size, walked.frontier.root()) == (True, SIZE, walked.report.root)
    assert told == [(0, SIZE), (SPAN, SIZE), (SIZE, SIZE)]
    assert [chain.last_nseq for chain in walked.report.chains.values()] == [SIZE]
    assert rests_on(VerifiedLog(KEYS[0], walked.report), alone=True) == []


class Changed(FolderSource):
    """A folder in which one record was edited, a tile is lost; it can be read while it is open."""

    open = True

    def bundle(self, n: int, width: int) -> bytes:
        assert self.open
        body = super().bundle(n, width)
        return body.replace(b"SH-02", b"SH-03", 1) if n == 1 else body

    def tile(self, level: int, n: int, width: int) -> bytes:
        return super().tile(level, n + (level == 2), width)


@contextmanager
def changed(folder: Path) -> Iterator[LogSource]:
    source = Changed(folder)
    try:
        yield source
    finally:
        source.open = False


def test_faults_are_the_same_whoever_finds_them(made: Path) -> None:
    reports = [walk(partial(changed, made), Plan(KEYS, jobs=jobs)).report for jobs in (1, 2)]
    assert reports[0] == reports[1]
    where = [(fault.code, fault.where) for fault in reports[0].faults]
    assert where == [
        ("chain", "leaf 257"), ("tile", "tile/0/001"), ("tile", "tile/1/000"), ("tile", "tile/2/000.p/1"),
        ("root", "checkpoint"),
    ]  # fmt: skip


def test_from_an_older_checkpoint_on_only_what_came_after_is_read(made: Path) -> None:
    walked = walk(partial(opened, made), Plan(KEYS, since=old(made, SPAN + 100)))
    assert (walked.report.ok, walked.report.since, walked.report.joined) == (True, SPAN, 1)
    assert len(rests_on(VerifiedLog(KEYS[0], walked.report), alone=True)) == 2
    assert walk(partial(changed, made), Plan(KEYS, since=old(made, FIRST))).report.ok is False
    for strange in (
        Checkpoint(ORIGIN, SPAN + 100, b"\x01" * 32), Checkpoint(ORIGIN, FIRST, b"\x01" * 32),
        Checkpoint(ORIGIN, SIZE + 1, b"\x01" * 32), Checkpoint("other.example/log", 1, b"\x01" * 32),
        Checkpoint("other.example/log", FIRST, old(made, FIRST).root),
    ):  # fmt: skip
        for plan in (Plan(KEYS, since=strange), Plan(KEYS, older=strange)):
            assert "older" in {fault.code for fault in walk(partial(opened, made), plan).report.faults}


class Once:
    """Says at the second look that it is time to stop."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> bool:
        self.looks += 1
        return self.looks > 1


def test_a_stopped_verification_goes_on_where_it_was(made: Path, tmp_path: Path) -> None:
    resume = ResumeFile(tmp_path / "kept", SIGNER.verifier())
    with pytest.raises(KeyboardInterrupt):
        walk(partial(opened, made), Plan(KEYS, resume=resume, stopped=Once()))
    kept = resume.read(KEYS[0])
    assert kept is not None
    assert kept[0].done == 1
    told = list[tuple[int, int]]()
    walked = walk(partial(opened, made), Plan(KEYS, resume=resume, told=lambda *each: told.append(each)))
    assert (walked.report.ok, walked.report.since, told) == (True, 0, [(SPAN, SIZE), (SIZE, SIZE)])


def test_what_was_kept_of_one_log_never_vouches_for_another(made: Path, tmp_path: Path) -> None:
    resume = ResumeFile(tmp_path / "kept", SIGNER.verifier())
    assert walk(partial(opened, made), Plan(KEYS, resume=resume)).report.ok
    fork, folder = built([*_entries()[:-1], *leaves(1, node=2)]), tmp_path / "fork"
    _publish(fork, folder)
    codes = {fault.code for fault in walk(partial(opened, folder), Plan(KEYS, resume=resume)).report.faults}
    assert codes == {"older"}
    with pytest.raises(InvalidError):
        walk(partial(opened, made), Plan(KEYS, resume=ResumeFile(tmp_path / "kept", OTHER.verifier())))


def dying(folder: Path) -> AbstractContextManager[LogSource]:
    if not (folder / "mine").exists():
        os._exit(1)
    (folder / "mine").unlink()
    return nullcontext(FolderSource(folder))


def test_a_process_that_is_lost_is_told(made: Path) -> None:
    (made / "mine").touch()
    with pytest.raises(UnavailableError, match="--jobs"):
        walk(partial(dying, made), Plan(KEYS, jobs=2))


class Silent(FolderSource):
    """A log that does not answer."""

    def bundle(self, n: int, width: int) -> bytes:
        raise UnavailableError


def silent(folder: Path) -> AbstractContextManager[LogSource]:
    return nullcontext(Silent(folder))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_log_that_does_not_answer_is_no_fault_of_the_log(made: Path, jobs: int) -> None:
    with pytest.raises(UnavailableError):
        walk(partial(silent, made), Plan(KEYS, jobs=jobs))
