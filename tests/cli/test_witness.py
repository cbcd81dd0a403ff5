"""An operator and an authority: cosigning by courier and over HTTP, as people do it."""

from __future__ import annotations

import shutil
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import STORY
from tests.cli.shell import PATIENCE, Shell, address, running
from tests.cli.test_backup import places, words

__all__ = ["places"]

NAME = "authority.example/witness"


@pytest.fixture
def authority(made: Path, tmp_path: Path) -> Shell:
    """Another installation, with a witness's key."""
    shell = Shell(tmp_path / "authority")
    shell("migrate")
    shell("witness", "create", NAME)
    return shell


def courier(shell: Shell, authority: Shell, write: Callable[..., str], code: int = 0) -> str:
    """Carry a submission to the witness; return its answer."""
    key = authority("witness", "vkey").strip()
    return authority("witness", "answer", write("submission", shell("log", "submission", "--witness", key)), code=code)


def test_a_courier_brings_the_cosignature_and_the_proof_shows_it(
    shell: Shell, authority: Shell, write: Callable[..., str], tmp_path: Path
) -> None:
    key = authority("witness", "vkey").strip()
    assert "unknown log" in courier(shell, authority, write, code=1)
    authority("witness", "follow", shell("log", "vkey").strip())
    answer = courier(shell, authority, write)
    assert f"the cosignature of {NAME} is kept" in shell("log", "cosigned", write("answer", answer), "--witness", key)
    assert answer in shell("log", "checkpoint")
    shell("log", "prove", "2", "--into", str(tmp_path / "p"))
    told = shell("log", "check", str(tmp_path / "p"), "--witness", key)
    assert f"cosigned by {NAME}" in told
    assert "no witness that is known here" in shell("log", "check", str(tmp_path / "p"))
    assert "  6  " in authority("witness", "list")
    shell("policy", "apply", str(STORY / "policy.yaml"))
    assert NAME in courier(shell, authority, write)
    shell("log", "cosigned", write("old", answer), "--witness", key, code=2)


def test_a_log_that_contradicts_what_was_cosigned_is_refused_and_kept_as_evidence(
    shell: Shell, authority: Shell, write: Callable[..., str], tmp_path: Path
) -> None:
    authority("witness", "follow", shell("log", "vkey").strip())
    courier(shell, authority, write)
    key = authority("witness", "vkey").strip()
    shell("policy", "apply", str(STORY / "policy.yaml"))
    lines = shell("log", "submission", "--witness", key, "--old", "6").splitlines(keepends=True)
    forged = write("forged", "".join([lines[0], *lines[2:]]))
    authority("witness", "answer", forged, code=1)
    assert "1 pieces" in authority("witness", "evidence", str(tmp_path / "evidence"))
    [kept] = (tmp_path / "evidence").glob("*.submission")
    assert kept.read_bytes() == Path(forged).read_bytes()


@pytest.mark.lasting
def test_a_server_has_its_checkpoints_cosigned_and_published(shell: Shell, authority: Shell, tmp_path: Path) -> None:
    key = authority("witness", "vkey").strip()
    authority("witness", "follow", shell("log", "vkey").strip())
    with running(authority.home, "witness", "serve", "--port", "0") as witness:
        settings = {"SHOUZE_WITNESS_URL": address(witness), "SHOUZE_WITNESS_VKEY": key}
        settings["SHOUZE_LOG_FOLDER"] = str(tmp_path / "pub")
        with running(shell.home, "up", "--port", "0", **settings) as server:
            url, deadline = address(server), time.monotonic() + PATIENCE
            while NAME not in _text(f"{url}/log/checkpoint"):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            while NAME not in _published(tmp_path / "pub"):
                assert time.monotonic() < deadline
                time.sleep(0.1)
    assert "faults 0" in shell("log", "verify", "--folder", str(tmp_path / "pub"))


@pytest.mark.lasting
def test_a_folder_that_was_put_back_as_a_whole_is_known_by_the_witness(
    shell: Shell, authority: Shell, tmp_path: Path
) -> None:
    """The memory beside the key was put back too; only the witness knows better."""
    key = authority("witness", "vkey").strip()
    authority("witness", "follow", shell("log", "vkey").strip())
    shutil.copytree(shell.home, tmp_path / "old")
    shell("policy", "apply", str(STORY / "policy.yaml"))  # what is cosigned first is newer than the copy
    with running(authority.home, "witness", "serve", "--port", "0") as witness:
        settings = {"SHOUZE_WITNESS_URL": address(witness), "SHOUZE_WITNESS_VKEY": key}
        with running(shell.home, "up", "--port", "0", **settings) as server:
            url, deadline = address(server), time.monotonic() + PATIENCE
            while NAME not in _text(f"{url}/log/checkpoint"):
                assert time.monotonic() < deadline
                time.sleep(0.1)
        with running(tmp_path / "old", "up", "--port", "0", **settings) as server:
            assert server.wait(PATIENCE) != 0
            assert server.stderr is not None
            assert "log.size" in server.stderr.read()
    older = Shell(tmp_path / "old")("log", "checkpoint")
    assert NAME not in older


@pytest.mark.lasting
def test_a_witness_that_is_away_stops_nothing(shell: Shell) -> None:
    key = "authority.example/witness+1319cdef+BGO4bCtql8EOXglzBFcUmdqwqwvbR+dXoll1hJFulYBT"
    settings = {"SHOUZE_WITNESS_URL": "http://127.0.0.1:9", "SHOUZE_WITNESS_VKEY": key}
    with running(shell.home, "up", "--port", "0", **settings) as server:
        assert "shouze.localhost/" in _text(f"{address(server)}/log/checkpoint")


def test_without_a_key_there_is_no_witness(empty: Shell) -> None:
    said = empty("witness", "vkey", code=2)
    assert "witness.key" in said
    assert "shouze witness create" in said


def test_a_witness_without_its_key_is_told_of_before_anything_is_served(shell: Shell) -> None:
    with running(shell.home, "up", "--port", "0", SHOUZE_WITNESS_URL="http://127.0.0.1:9") as server:
        assert server.wait(PATIENCE) != 0
        assert server.stderr is not None
        assert "witness_vkey" in server.stderr.read()


def _text(url: str) -> str:
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        text: str = answer.read().decode()
    return text


def _published(folder: Path) -> str:
    try:
        return (folder / "checkpoint").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def test_a_restored_log_bears_no_cosignature_of_the_former_and_gets_its_own(
    shell: Shell, authority: Shell, write: Callable[..., str], tmp_path: Path, places: tuple[str, str]
) -> None:
    key = authority("witness", "vkey").strip()
    authority("witness", "follow", shell("log", "vkey").strip())
    shell("log", "cosigned", write("answer", courier(shell, authority, write)), "--witness", key)
    assert NAME in shell("log", "checkpoint")
    shell("backup", *words(shell, tmp_path, places))
    identities = ["--identity", str(tmp_path / "values.key"), "--identity", str(tmp_path / "keys.key")]
    restored = Shell(tmp_path / "new")
    restored("restore", "--from", places[0], "--keys", places[1], *identities)
    assert NAME not in restored("log", "checkpoint")
    authority("witness", "follow", restored("log", "vkey").strip())
    answer = courier(restored, authority, write)
    restored("log", "cosigned", write("answer", answer), "--witness", key)
    assert answer in restored("log", "checkpoint")
