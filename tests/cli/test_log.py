"""Verifying the log from the command line."""

from __future__ import annotations

import sqlite3

import pytest

from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.note import Verifier
from tests.cli.shell import Shell


def test_a_log_that_holds_is_told_with_size_and_root(shell: Shell) -> None:
    output = shell("log", "verify")
    assert "size 6" in output
    assert "faults 0" in output


def test_the_checkpoint_verifies_with_the_printed_key(shell: Shell) -> None:
    verifier = Verifier.from_vkey(shell("log", "vkey").strip())
    checkpoint, _ = open_checkpoint(shell("log", "checkpoint").encode(), [verifier])
    assert checkpoint.size == 6
    assert f"root {checkpoint.root.hex()}" in shell("log", "verify")


def test_the_key_needs_no_private_key(shell: Shell) -> None:
    (shell.home / "log.key").unlink()
    assert "shouze.localhost/" in shell("log", "vkey")
    assert "faults 0" in shell("log", "verify")


@pytest.mark.parametrize("place", range(0, 1500, 250))
def test_one_changed_byte_of_a_record_is_a_named_fault(shell: Shell, place: int) -> None:
    with sqlite3.connect(shell.home / "log.db") as database:
        (body,) = database.execute("SELECT body FROM bundle WHERE n = 0").fetchone()
        changed = bytes([*body[:place], body[place] ^ 1, *body[place + 1 :]])
        database.execute("UPDATE bundle SET body = ? WHERE n = 0", (changed,))
    database.close()
    output = shell("log", "verify", code=1)
    assert "faults 0" not in output
    assert any(name in output for name in ("root", "bundle", "leaf", "tile", "chain"))


def test_one_changed_byte_of_the_file_is_found(shell: Shell) -> None:
    path = shell.home / "log.db"
    content = bytearray(path.read_bytes())
    place = content.rindex(b"published")
    content[place] ^= 1
    path.write_bytes(content)
    assert "faults 0" not in shell("log", "verify", code=1)


def test_without_a_checkpoint_there_is_nothing_to_print(empty: Shell) -> None:
    assert "shouze up" in empty("log", "checkpoint", code=2)
    assert "checkpoint" in empty("log", "verify", code=1)
