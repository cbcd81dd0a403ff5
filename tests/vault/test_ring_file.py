"""A ring's file is its owner's alone, and what is broken in it is named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from shouze.errors import InvalidError, NotFoundError
from shouze.vault.key_file import FileKeyRing
from tests.vault.rings import NOW, file_of, ring_in


def test_the_file_is_made_for_its_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ring_in(tmp_path)
        FileKeyRing.open(file_of(tmp_path)).add_epoch(NOW)
    finally:
        os.umask(before)
    assert file_of(tmp_path).stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file_of(tmp_path)]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601, 0o610])
def test_a_file_open_to_others_is_refused_with_the_command_to_run(tmp_path: Path, mode: int) -> None:
    ring_in(tmp_path)
    file_of(tmp_path).chmod(mode)
    with pytest.raises(InvalidError) as refused:
        FileKeyRing.open(file_of(tmp_path))
    assert f"chmod 600 {file_of(tmp_path)}" in refused.value.remedy.en
    assert f"chmod 600 {file_of(tmp_path)}" in refused.value.remedy.zh
    assert refused.value.field == "keyring"


def test_a_file_of_another_system_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring_in(tmp_path)
    ours = os.geteuid()
    monkeypatch.setattr("os.geteuid", lambda: ours + 1)
    with pytest.raises(InvalidError) as refused:
        FileKeyRing.open(file_of(tmp_path))
    assert "another system user" in str(refused.value)


def test_a_file_that_cannot_be_read_is_said_to_belong_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring_in(tmp_path)

    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidError) as refused:
        FileKeyRing.open(file_of(tmp_path))
    assert "another system user" in str(refused.value)


def test_a_missing_file_or_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        FileKeyRing.open(file_of(tmp_path))
    with pytest.raises(NotFoundError):
        ring_in(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("shouze-keyring/1", "shouze-keyring/2", "keyring.format"),
        ('"suite": "', '"suite": "x', "keyring.suite"),
        ('"current": 1', '"current": 2', "keyring.current"),
        ('"index_current": 1', '"index_current": 0', "keyring.index_current"),
        ('"lookup": {', '"lookup": 1, "other": {', "keyring.lookup"),
        ('"current": 1,', "", "keyring.current"),
        ('"day": "', '"day": "x', "keyring.daily.day"),
        ("{", "", "keyring"),
    ],
)
def test_a_broken_file_names_the_field(tmp_path: Path, old: str, new: str, field: str) -> None:
    ring = ring_in(tmp_path)
    content = file_of(tmp_path).read_text()
    assert old in content
    file_of(tmp_path).write_text(content.replace(old, new, 1))
    with pytest.raises(InvalidError) as broken:
        ring.refresh()
    assert broken.value.field == field
    assert ring.current_epoch() == 1, "a ring that works goes on working"


@pytest.mark.parametrize("key", ["c2VjcmV0c2VjcmV0", "c2VjcmV0" * 8])
@pytest.mark.parametrize("part", ["epochs.1", "index.1", "lookup", "daily"])
def test_a_key_of_the_wrong_size_is_named_and_not_shown(tmp_path: Path, part: str, key: str) -> None:
    ring_in(tmp_path)
    ring = json.loads(file_of(tmp_path).read_bytes())
    place = ring
    for name in part.split("."):
        place = place[name]
    place["key"] = key
    file_of(tmp_path).write_text(json.dumps(ring))
    with pytest.raises(InvalidError) as broken:
        FileKeyRing.open(file_of(tmp_path))
    assert broken.value.field == f"keyring.{part}.key"


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"[]", b'{"format": "shouze-keyring/1"}'])
def test_a_file_that_is_no_ring_is_refused_without_its_words(tmp_path: Path, damage: bytes) -> None:
    ring = ring_in(tmp_path)
    file_of(tmp_path).write_bytes(damage)
    with pytest.raises(InvalidError) as broken:
        ring.refresh()
    assert broken.value.__context__ is None, "the parser's error would travel along"
