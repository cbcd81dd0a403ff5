"""The signing key's file, its public side, and the memory beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.errors import ConflictError, InvalidError, NotFoundError
from shouze.ledger.note import Verifier
from shouze.sequencer.signing_key import LastSigned, create_signing_key, open_signing_key, vkey_path

ORIGIN = "shouze.localhost/4f1c"


def test_a_key_opens_as_it_was_made(tmp_path: Path) -> None:
    made = create_signing_key(tmp_path / "log.key", ORIGIN)
    opened = open_signing_key(tmp_path / "log.key")
    assert opened.name == ORIGIN
    assert opened.verifier() == made.verifier()
    assert (tmp_path / "log.key").stat().st_mode & 0o777 == 0o600


def test_the_public_side_stands_beside_it_for_everybody(tmp_path: Path) -> None:
    made = create_signing_key(tmp_path / "log.key", ORIGIN)
    public = tmp_path / "log.key.vkey"
    assert Verifier.from_vkey(public.read_text().removesuffix("\n")) == made.verifier()
    assert public.stat().st_mode & 0o777 == 0o644


def test_a_missing_public_side_is_written_again(tmp_path: Path) -> None:
    made = create_signing_key(tmp_path / "log.key", ORIGIN)
    vkey_path(tmp_path / "log.key").unlink()
    open_signing_key(tmp_path / "log.key")
    assert vkey_path(tmp_path / "log.key").read_text() == f"{made.verifier().vkey}\n"


def test_the_key_has_the_form_of_gos_note_package(tmp_path: Path) -> None:
    create_signing_key(tmp_path / "log.key", "PeterNeumann", lambda length: b"\x00" * length)
    text = (tmp_path / "log.key").read_text()
    assert text.startswith("PRIVATE+KEY+PeterNeumann+")
    assert text.endswith("+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")


def test_a_second_key_is_refused(tmp_path: Path) -> None:
    create_signing_key(tmp_path / "log.key", ORIGIN)
    with pytest.raises(ConflictError):
        create_signing_key(tmp_path / "log.key", ORIGIN)


@pytest.mark.parametrize("change", ["", "PRIVATE", "+", "\xff", "PRIVATE+KEY+a+b+c", "other name", "other bytes"])
def test_a_broken_key_is_refused_without_a_word_of_it(tmp_path: Path, change: str) -> None:
    path = tmp_path / "log.key"
    create_signing_key(path, ORIGIN)
    text = path.read_text()
    changes = {"other name": text.replace("4f1c", "4f1d"), "other bytes": text[:-6] + "AAAA=\n"}
    path.write_bytes(changes.get(change, change).encode("latin-1"))
    with pytest.raises(InvalidError) as refused:
        open_signing_key(path)
    assert refused.value.field == "signing-key"
    assert refused.value.__context__ is None


def test_a_missing_key_is_not_made_silently(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        open_signing_key(tmp_path / "log.key")


def test_what_was_signed_last_is_remembered(tmp_path: Path) -> None:
    memory = LastSigned(tmp_path / "log.key")
    assert memory.recall() is None
    memory.remember(b"one")
    memory.remember(b"two")
    assert LastSigned(tmp_path / "log.key").recall() == b"two"


def test_a_memory_that_others_could_change_is_not_believed(tmp_path: Path) -> None:
    memory = LastSigned(tmp_path / "log.key")
    memory.remember(b"one")
    (tmp_path / "log.key.signed").chmod(0o666)
    with pytest.raises(InvalidError):
        memory.recall()
