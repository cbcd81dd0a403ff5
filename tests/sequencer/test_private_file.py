"""Small secret files: whole, durable, their owner's alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from shouze.sequencer.private_file import create, read, replace


def test_a_new_file_is_its_owners_alone_and_nothing_else_is_left(tmp_path: Path) -> None:
    create(tmp_path / "key", b"secret")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert read(tmp_path / "key") == b"secret"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_file_that_exists_is_not_written_over(tmp_path: Path) -> None:
    create(tmp_path / "key", b"first")
    with pytest.raises(ConflictError):
        create(tmp_path / "key", b"second")
    assert read(tmp_path / "key") == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_replaced_file_has_the_new_content(tmp_path: Path) -> None:
    replace(tmp_path / "note", b"first")
    replace(tmp_path / "note", b"second")
    assert read(tmp_path / "note") == b"second"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602])
def test_a_file_open_to_others_is_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    create(tmp_path / "key", b"secret")
    (tmp_path / "key").chmod(mode)
    with pytest.raises(InvalidError, match="chmod 600"):
        read(tmp_path / "key")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as refused:
        read(tmp_path / "key")
    assert refused.value.field == "key"


def test_a_folder_that_is_gone_makes_replacing_unavailable(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError):
        replace(tmp_path / "gone" / "note", b"")
