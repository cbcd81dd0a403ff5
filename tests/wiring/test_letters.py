"""Letters sealed on either suite: nothing opens without the root, the key, and its place."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from shouze.errors import InvalidError, NotFoundError, TamperedError
from shouze.settings import Settings
from shouze.vault.suites import SUITES, Suite
from shouze.wiring.letters import LETTERS_KEY, Sealer, read_sealer


def sealer(suite: Suite, sign: bytes = b"k") -> Sealer:
    return Sealer(suite, sign * suite.key_bytes)


@pytest.mark.parametrize("suite", SUITES, ids=lambda each: each.name)
def test_what_was_sealed_opens_in_its_place_alone(suite: Suite) -> None:
    ours = sealer(suite)
    key, other = ours.fresh("a"), ours.fresh("b")
    sealed = ours.seal("a", key, "投诉".encode(), "content")
    assert ours.open("a", key, sealed, "content") == "投诉".encode()
    assert "投诉".encode() not in sealed
    for name, wrapped, place in (
        ("a", key, "enclosure-0"),
        ("b", other, "content"),
        ("b", key, "content"),
        ("a", b"", "content"),
    ):
        with pytest.raises(TamperedError):
            ours.open(name, wrapped, sealed, place)
    with pytest.raises(TamperedError):
        sealer(suite, b"x").open("a", key, sealed, "content")
    with pytest.raises(TamperedError):
        ours.open("a", key, sealed[:-1] + bytes([sealed[-1] ^ 1]), "content")


def test_the_root_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    settings = Settings(suite="sm4gcm-sm3")
    first = read_sealer(tmp_path, settings)
    assert read_sealer(tmp_path, Settings()) == first
    assert first.suite.name == "sm4gcm-sm3"
    assert (tmp_path / LETTERS_KEY).stat().st_mode & 0o777 == 0o600
    told = repr(first)
    assert not [each for each in (repr(first.root), first.root.hex(), b64encode(first.root).decode()) if each in told]


def test_no_other_key_is_made_where_letters_are_sealed_already(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as told:
        read_sealer(tmp_path, Settings(), used=True)
    assert str(tmp_path / LETTERS_KEY) in str(told.value.field)
    assert told.value.remedy is not None
    assert f"touch {tmp_path / LETTERS_KEY}" in told.value.remedy.en
    assert not list(tmp_path.iterdir())


def test_a_key_that_is_lost_for_good_is_made_anew_on_the_owners_word(tmp_path: Path) -> None:
    (tmp_path / LETTERS_KEY).touch()
    made = read_sealer(tmp_path, Settings(), used=True)
    assert read_sealer(tmp_path, Settings(), used=True) == made
    assert (tmp_path / LETTERS_KEY).stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_is_named_with_its_remedy(tmp_path: Path) -> None:
    read_sealer(tmp_path, Settings())
    (tmp_path / LETTERS_KEY).write_bytes(b'{"format":"shouze-let')
    with pytest.raises(InvalidError, match="damaged"):
        read_sealer(tmp_path, Settings())
