"""Verifying the log from the command line."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

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
    checkpoint, _ = open_checkpoint(shell.result("log", "checkpoint").stdout.encode(), [verifier])
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


def test_a_published_folder_verifies_with_the_key_alone(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "pub"
    assert "6 records, 2 files" in shell("log", "publish", str(folder))
    assert "6 records, 0 files" in shell("log", "publish", str(folder))
    key = shell("log", "vkey").strip()
    stranger = Shell(tmp_path / "nowhere")
    assert "faults 0" in stranger("log", "verify", "--folder", str(folder), "--vkey", key)
    bundle = next(folder.rglob("entries/*.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b"published", b"publishes"))
    assert "faults 0" not in stranger("log", "verify", "--folder", str(folder), "--vkey", key, code=1)


def test_hashes_can_be_published_without_the_entries(shell: Shell, tmp_path: Path) -> None:
    shell("log", "publish", str(tmp_path / "pub"), "--without-entries")
    assert not list((tmp_path / "pub").rglob("entries"))


def test_records_are_listed_by_who_acted_and_from_when(shell: Shell) -> None:
    every = shell("log", "show")
    assert "6 records" in every
    assert "declare" in every
    actor = next(word for word in every.split() if word.startswith("cli:"))
    assert "2 records" in shell("log", "show", "--actor", actor)
    assert "0 records" in shell("log", "show", "--actor", actor, "--item", "phone")
    assert "0 records" in shell("log", "show", "--since", "2999-01-01")
    assert "0 records" in shell("log", "show", "--subject", "a" * 26)
    lines = shell("log", "show", "--json", "--actor", actor).splitlines()
    assert [json.loads(line)["record"]["who"]["id"] for line in lines] == [actor, actor]
    assert "There are more" in shell("log", "show", "--most", "2")
    assert "--since" in shell("log", "show", "--since", "yesterday", code=2)


def test_a_record_is_proved_by_its_place_or_its_number_and_checked_by_a_stranger(shell: Shell, tmp_path: Path) -> None:
    record = json.loads(shell("log", "show", "--json").splitlines()[3])["record"]
    number = f"{record['node']}/{record['boot']}/{record['nseq']}"
    shell("log", "prove", "3", "--into", str(tmp_path / "a"))
    shell("log", "prove", number, "--into", str(tmp_path / "b"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    key, stranger = shell("log", "vkey").strip(), Shell(tmp_path / "nowhere")
    told = stranger("log", "check", str(tmp_path / "a"), "--vkey", key)
    assert "valid: place 3" in told
    assert record["what"]["act"] in told
    assert "no witness" in told
    (tmp_path / "c").write_bytes((tmp_path / "a").read_bytes().replace(b"index 3", b"index 2"))
    assert "not valid" in stranger("log", "check", str(tmp_path / "c"), "--vkey", key, code=1)
    other = Verifier("other.example/log", 1, bytes(32)).vkey
    assert "not valid" in stranger("log", "check", str(tmp_path / "a"), "--vkey", other, code=1)


@pytest.mark.parametrize("record", ["99", "x", "1/none/1", "-1", "1/2"])
def test_a_record_that_is_not_there_is_named(shell: Shell, record: str, tmp_path: Path) -> None:
    assert "record" in shell("log", "prove", "--into", str(tmp_path / "p"), "--", record, code=2)
    assert not (tmp_path / "p").exists()


def test_a_proof_is_not_written_over(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "p").write_text("kept")
    assert "--into" in shell("log", "prove", "0", "--into", str(tmp_path / "p"), code=2)
    assert (tmp_path / "p").read_text() == "kept"


@pytest.mark.parametrize("command", [("show",), ("export", "somewhere", "--for", "x", "--reason", "y")])
def test_a_telephone_is_not_taken_for_a_users_id(shell: Shell, command: tuple[str, ...]) -> None:
    said = shell("log", *command, "--subject", "13812345678", code=2)
    assert "26" in said
    assert "138" not in said
