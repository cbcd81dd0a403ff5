"""A folder of backups: whole files or none, labels without secrets, and what is destroyed when."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from shouze.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from shouze.store.copying.form import Kind
from shouze.store.copying.shelf import Backup, Label, Shelf, name_of, read_whole

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def keep(shelf: Shelf, kind: Kind = "keys", day: int = 0, *, epochs: tuple[int, ...] = (), run: str = "r") -> Backup:
    at = NOW + day * DAY

    def label(size: int, digest: str) -> Label:
        return Label(kind, run, at, at + 10 * DAY, size, digest, {}, {}, [], epochs=epochs)

    return shelf.keep(name_of(kind, run, at), _write, lambda _: None, label)


def _write(target: BinaryIO) -> None:
    target.write(b"sealed")


def names(shelf: Shelf) -> list[str]:
    return sorted(path.name for path in shelf.folder.iterdir())


def test_a_backup_has_a_name_a_label_and_is_its_owners_alone(shelf: Shelf) -> None:
    kept = keep(shelf)
    assert names(shelf) == ["keys-20261124T000000Z-r.age", "keys-20261124T000000Z-r.json"]
    assert [path.stat().st_mode & 0o777 for path in shelf.folder.iterdir()] == [0o600, 0o600]
    assert shelf.newest("keys").label == kept.label


def test_a_folder_without_space_is_named(shelf: Shelf) -> None:
    def full(_target: BinaryIO) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(UnavailableError) as told:
        shelf.keep(name_of("keys", "r", NOW), full, lambda _: None, lambda *_: pytest.fail("not reached"))
    assert told.value.field == str(shelf.folder)
    assert names(shelf) == []


@pytest.mark.parametrize("where", ["write", "check", "label"])
def test_what_goes_wrong_leaves_nothing(shelf: Shelf, where: str) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    steps: dict[str, Callable[..., object]] = {"write": _write, "check": lambda _: None, "label": lambda *_: None}
    with pytest.raises(KeyboardInterrupt):
        shelf.keep("keys-x", **{**steps, where: fail})  # type: ignore[arg-type]  # one of the three fails
    assert names(shelf) == []


def test_one_run_writes_at_a_time_and_clears_what_a_killed_one_left(shelf: Shelf) -> None:
    (shelf.folder / ".custody-x.partial").write_bytes(b"half")
    with shelf.alone():
        assert names(shelf) == []
        with pytest.raises(ConflictError), Shelf(shelf.folder).alone():
            pass


def test_the_newest_is_the_newest_by_time_or_of_a_run(shelf: Shelf) -> None:
    keep(shelf, day=2, run="b")
    keep(shelf, day=1, run="a")
    assert shelf.newest("keys").label.run == "b"
    assert shelf.newest("keys", "a").label.run == "a"
    with pytest.raises(NotFoundError):
        shelf.newest("keys", "c")
    with pytest.raises(NotFoundError):
        shelf.newest("custody")


def test_expired_backups_and_replaced_lists_are_destroyed_but_never_the_newest_list(shelf: Shelf) -> None:
    keep(shelf, "keys", 0)
    keep(shelf, "custody", 0)
    fresh = keep(shelf, "keys", 5)
    keep(shelf, "erasures", 0)
    newest = keep(shelf, "erasures", 1)
    gone = shelf.prune(NOW + 12 * DAY, None)
    assert len(gone) == 3
    assert names(shelf) == sorted(
        path.name for each in (fresh, newest) for path in (each.path, each.path.with_suffix(".json"))
    )


def test_rings_with_destroyed_epochs_go_when_the_living_ones_are_named(shelf: Shelf) -> None:
    keep(shelf, "keys", 0, epochs=(1, 2))
    kept = keep(shelf, "keys", 1, epochs=(2,))
    assert shelf.prune(NOW + DAY, None) == []
    shelf.prune(NOW + DAY, [2, 3])
    assert [each.path for each in shelf.backups()] == [kept.path]


def test_a_label_without_its_file_is_removed_and_other_files_are_left_alone(shelf: Shelf) -> None:
    kept = keep(shelf)
    kept.path.unlink()
    (shelf.folder / "notes.json").write_text("{}")
    shelf.prune(NOW, None)
    assert names(shelf) == ["notes.json"]


def test_a_file_that_is_not_what_its_label_says_is_refused_by_name(shelf: Shelf) -> None:
    kept = keep(shelf)
    kept.path.write_bytes(b"other")
    with pytest.raises(InvalidError, match="keys-"):
        read_whole(kept)


def test_a_folder_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        Shelf(tmp_path / "missing")
