"""The key ring's file is its owner's alone and never half written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from shouze.errors import ConflictError, InvalidError, SealedError, UnavailableError
from shouze.vault.key_file import BLIND, LOOK, FileKeyRing
from shouze.vault.ring_file import read_file
from shouze.vault.suites import AES256GCM_SHA256, SM4GCM_SM3, Suite
from tests.vault.rings import NOW, counted_ring, file_of, ring_in


def keys_in(path: Path) -> set[str]:
    """Return every key in the file, as base64."""
    ring = json.loads(path.read_bytes())
    parts = [*ring["epochs"].values(), *ring["index"].values(), ring["lookup"], ring["daily"]]
    return {part["key"] for part in parts}


def test_a_ring_is_never_made_over_another(tmp_path: Path) -> None:
    ring_in(tmp_path)
    before = file_of(tmp_path).read_bytes()
    with pytest.raises(ConflictError):
        ring_in(tmp_path)
    assert file_of(tmp_path).read_bytes() == before


def test_nothing_that_prints_a_ring_shows_a_key(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    shown = "".join((repr(ring), str(ring), repr(vars(ring)), f"{ring!r}"))
    try:
        ring.destroy_epochs_before(2)
    except ConflictError as refused:
        shown += "".join(traceback.TracebackException.from_exception(refused, capture_locals=True).format())
    secrets = keys_in(file_of(tmp_path))
    assert len(secrets) == 4
    assert not [secret for secret in secrets if secret in shown or secret[:12] in shown]
    assert "b'" not in repr(vars(ring))


def test_the_ring_remembers_its_suite(tmp_path: Path) -> None:
    ring_in(tmp_path, SM4GCM_SM3)
    assert FileKeyRing.open(file_of(tmp_path)).suite is SM4GCM_SM3


def test_all_keys_of_a_ring_differ(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    ring.add_epoch(NOW)
    ring.prepare_index_key(NOW)
    assert len(keys_in(file_of(tmp_path))) == 6


def test_another_program_sees_a_destroyed_epoch_when_it_refreshes(tmp_path: Path) -> None:
    ring, other = ring_in(tmp_path), FileKeyRing.open(file_of(tmp_path))
    ring.add_epoch(NOW)
    ring.destroy_epochs_before(2)
    assert other.wrap(1, bytes(32), b"place")
    other.refresh()
    with pytest.raises(SealedError):
        other.wrap(1, bytes(32), b"place")


def test_the_current_keys_are_not_destroyed(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    for destroy, number in ((ring.destroy_epochs_before, 2), (ring.destroy_index_keys_before, 2)):
        with pytest.raises(ConflictError):
            destroy(number)
    assert FileKeyRing.open(file_of(tmp_path)).current_epoch() == 1


def test_a_file_whose_current_epoch_is_not_its_newest_is_broken(tmp_path: Path) -> None:
    """Somebody has put back what they remembered: keys would be wrapped under an epoch that is soon destroyed."""
    ring_in(tmp_path).add_epoch(NOW)
    content = file_of(tmp_path).read_text()
    file_of(tmp_path).write_text(content.replace('"current": 2', '"current": 1', 1))
    with pytest.raises(InvalidError) as broken:
        FileKeyRing.open(file_of(tmp_path))
    assert broken.value.field == "keyring.current"


def test_a_prepared_index_key_stays_the_same_key_however_often_it_is_prepared(tmp_path: Path) -> None:
    """Values may bear tags under it already."""
    ring = ring_in(tmp_path)
    ring.prepare_index_key(NOW)
    before = keys_in(file_of(tmp_path))
    ring.prepare_index_key(NOW + timedelta(days=1))
    assert keys_in(file_of(tmp_path)) == before


def test_an_index_key_that_was_replaced_becomes_current_no_more(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    ring.switch_index_key(ring.prepare_index_key(NOW))
    FileKeyRing.open(file_of(tmp_path)).switch_index_key(1)
    assert FileKeyRing.open(file_of(tmp_path)).index_version() == 2


def test_a_destroyed_key_leaves_the_file(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    before = keys_in(file_of(tmp_path))
    ring.add_epoch(NOW)
    ring.destroy_epochs_before(2)
    assert len(before - keys_in(file_of(tmp_path))) == 1


def test_programs_that_rotate_at_once_all_keep_their_keys(tmp_path: Path) -> None:
    ring_in(tmp_path)
    rings = [FileKeyRing.open(file_of(tmp_path)) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda ring: ring.add_epoch(NOW), rings))
    assert sorted(numbers) == list(range(2, 10))
    wrapped = {number: ring.wrap(number, bytes(32), b"") for number, ring in zip(numbers, rings, strict=True)}
    kept = FileKeyRing.open(file_of(tmp_path))
    assert all(kept.unwrap(number, blob, b"") == bytes(32) for number, blob in wrapped.items())


def test_keys_of_days_differ_and_return(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    days = [(NOW + timedelta(days=number)).date().isoformat() for number in range(40)]
    made = [ring.derive_daily(day) for day in days]
    assert len(set(made)) == 40
    assert {len(key) for key in made} == {AES256GCM_SHA256.key_bytes}
    assert [FileKeyRing.open(file_of(tmp_path)).derive_daily(day) for day in days] == made


@pytest.mark.parametrize(
    ("suite", "key"),
    [(AES256GCM_SHA256, "af0d6454f89903cdc58cb2a7fbdbf4392e0c43314b3b2730994f1c88c9e032eb"),
     (SM4GCM_SM3, "cc700e4c162e03f0a3bc2d740d52a984")],
)  # fmt: skip
def test_a_days_key_stays_the_same_ever_after(tmp_path: Path, suite: Suite, key: str) -> None:
    """Openings in the log were sealed with it by earlier versions."""
    assert counted_ring(tmp_path, suite).derive_daily("2026-11-25").hex() == key


def test_destroying_early_days_leaves_the_later_ones(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    later = ring.derive_daily("2027-06-01")
    ring.destroy_days_before("2027-05-24")
    ring = FileKeyRing.open(file_of(tmp_path))
    assert ring.derive_daily("2027-06-01") == later
    with pytest.raises(SealedError):
        ring.derive_daily("2027-05-23")


def test_a_program_that_is_behind_brings_no_destroyed_day_back(tmp_path: Path) -> None:
    ring, behind = ring_in(tmp_path), FileKeyRing.open(file_of(tmp_path))
    ring.destroy_days_before("2027-05-24")
    assert behind.derive_daily("2027-05-01")
    behind.destroy_days_before("2027-04-01")
    assert behind.first_day() == "2027-05-24"
    with pytest.raises(SealedError):
        FileKeyRing.open(file_of(tmp_path)).derive_daily("2027-05-23")


def test_of_programs_that_find_a_rotation_due_one_rotates(tmp_path: Path) -> None:
    ring_in(tmp_path)
    rings = [FileKeyRing.open(file_of(tmp_path)) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda ring: ring.add_epoch(NOW, after=1), rings))
    assert numbers == [2] * 8
    assert list(FileKeyRing.open(file_of(tmp_path)).epochs()) == [1, 2]


@pytest.mark.parametrize("day", ["", "2026-13-01", "yesterday", "２０２６-11-23"])
def test_what_is_no_day_has_no_key(tmp_path: Path, day: str) -> None:
    with pytest.raises(InvalidError):
        ring_in(tmp_path).derive_daily(day)


def test_days_before_the_ring_have_no_key(tmp_path: Path) -> None:
    ring = FileKeyRing.create(
        file_of(tmp_path), AES256GCM_SHA256, datetime(2026, 11, 24, 7, tzinfo=timezone(timedelta(hours=8)))
    )
    assert ring.derive_daily(datetime(2026, 11, 23, 23, tzinfo=UTC).date().isoformat())
    for day in ("2026-11-22", "9999-12-31"):
        with pytest.raises(SealedError):
            ring.derive_daily(day)


CRASHES = """
import os, shutil, sys
from datetime import UTC, datetime
from pathlib import Path
from shouze.vault import ring_file
from shouze.vault.key_file import BLIND, LOOK, FileKeyRing
from shouze.vault.ring_file import read_file

def epochs_after_a_crash(folder, step):
    ring = FileKeyRing.open(folder / "keyring.json")
    left = step
    def trace(frame, event, argument):
        nonlocal left
        if frame.f_code.co_filename != ring_file.__file__:
            return None
        left -= event == "line"
        if left < 0:
            os._exit(9)
        return trace
    child = os.fork()
    if child == 0:
        sys.settrace(trace)
        ring.add_epoch(datetime.now(UTC))
        os._exit(0)
    crashed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    return crashed, FileKeyRing.open(folder / "keyring.json").current_epoch()

for step in range(10_000):
    folder = Path(sys.argv[1]) / str(step)
    folder.mkdir()
    shutil.copy(Path(sys.argv[1]) / "keyring.json", folder)
    crashed, epoch = epochs_after_a_crash(folder, step)
    print(int(crashed), epoch)
    if not crashed:
        break
"""


def test_a_crash_at_any_line_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    ring_in(tmp_path)
    ran = subprocess.run([sys.executable, "-c", CRASHES, str(tmp_path)], capture_output=True, text=True, check=True)
    outcomes = [tuple(map(int, line.split())) for line in ran.stdout.splitlines()]
    assert len(outcomes) > 20
    assert outcomes[-1] == (0, 2)
    assert {epoch for crashed, epoch in outcomes if crashed} == {1, 2}
    for folder in (path for path in tmp_path.iterdir() if path.is_dir()):
        assert {path.name for path in folder.iterdir()} <= {"keyring.json", "keyring.json.new"}
        assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
        FileKeyRing.open(file_of(folder)).add_epoch(NOW)
        assert [path.name for path in folder.iterdir()] == ["keyring.json"]


def test_a_folder_that_takes_no_file_is_unavailable_and_the_ring_stays(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    (tmp_path / "keyring.json.new").mkdir()  # root is kept from writing by nothing else
    with pytest.raises(UnavailableError) as told:
        ring.add_epoch(NOW)
    assert told.value.field == "keyring"
    assert told.value.remedy is not None
    assert str(tmp_path) in told.value.remedy.en
    assert list(FileKeyRing.open(file_of(tmp_path)).epochs()) == [1]


def test_a_program_that_meets_an_epoch_begun_elsewhere_takes_it_up(tmp_path: Path) -> None:
    ring = FileKeyRing.create(file_of(tmp_path), AES256GCM_SHA256, NOW)
    other = FileKeyRing.open(file_of(tmp_path))
    epoch = other.add_epoch(NOW)
    wrapped = other.wrap(epoch, bytes(32), b"place")
    assert ring.unwrap(epoch, wrapped, b"place") == bytes(32)
    assert ring.current_epoch() == epoch


def test_a_ring_follows_its_file_within_a_second_and_is_blind_for_twenty(tmp_path: Path) -> None:
    ring_in(tmp_path)
    now = 0.0
    behind = FileKeyRing(file_of(tmp_path), read_file(file_of(tmp_path)), os.urandom, lambda: now)
    assert behind.index_version() == 1
    ring = FileKeyRing.open(file_of(tmp_path))
    ring.switch_index_key(ring.prepare_index_key(NOW))
    now = LOOK / 2
    assert behind.index_version() == 1
    now = LOOK
    assert (behind.index_version(), behind.index_versions()) == (2, (1, 2))
    file_of(tmp_path).rename(tmp_path / "away")
    now = LOOK + BLIND
    assert behind.index_version() == 2
    now += LOOK
    with pytest.raises(UnavailableError):
        behind.index_version()
    (tmp_path / "away").rename(file_of(tmp_path))
    assert behind.index_version() == 2


def test_folders_that_link_to_one_ring_have_one_ring(tmp_path: Path) -> None:
    (tmp_path / "owner").mkdir()
    (tmp_path / "gateway").mkdir()
    ring_in(tmp_path / "owner")
    link = file_of(tmp_path / "gateway")
    link.symlink_to(file_of(tmp_path / "owner"))
    FileKeyRing.open(link).add_epoch(NOW)
    assert link.is_symlink()
    assert FileKeyRing.open(file_of(tmp_path / "owner")).current_epoch() == 2


def test_a_program_at_work_takes_up_no_other_ring_that_is_put_in_the_place_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    ring_in(tmp_path)
    own, foreign = file_of(tmp_path).read_bytes(), ring_in(tmp_path / "other")
    foreign.add_epoch(NOW)
    now = 0.0
    ring = FileKeyRing(file_of(tmp_path), read_file(file_of(tmp_path)), os.urandom, lambda: now)
    wrapped, tag = ring.wrap(1, bytes(32), b""), ring.index_mac(1, b"")
    file_of(tmp_path).write_bytes(theirs := file_of(tmp_path / "other").read_bytes())
    for use in (
        ring.refresh, lambda: ring.unwrap(2, wrapped, b""), lambda: ring.add_epoch(NOW),
        lambda: ring.destroy_epochs_before(2), lambda: ring.prepare_index_key(NOW),
    ):  # fmt: skip
        with pytest.raises(UnavailableError, match="another ring") as refused:
            use()
        assert refused.value.field == "keyring"
    assert file_of(tmp_path).read_bytes() == theirs
    now = LOOK
    assert (ring.index_versions(), ring.index_mac(1, b"")) == ((1,), tag)
    assert ring.unwrap(1, wrapped, b"") == bytes(32)
    now = LOOK + BLIND
    with pytest.raises(UnavailableError):
        ring.index_version()
    file_of(tmp_path).write_bytes(own)
    assert ring.index_version() == 1
    ring.refresh()
