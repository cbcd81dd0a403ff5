"""Turning the log from the command line: by its operator, its witness, whoever verifies."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from shouze.ledger.note import Verifier
from tests.cli.conftest import STORY
from tests.cli.shell import PATIENCE, Shell, address, running
from tests.cli.test_witness import NAME, authority, courier

__all__ = ["authority"]


def test_a_turn_goes_on_in_a_log_of_the_year_and_old_places_keep_their_meaning(shell: Shell, tmp_path: Path) -> None:
    shell("log", "prove", "3", "--into", str(tmp_path / "before"))
    first = shell("log", "vkey").strip()
    key = Verifier.from_vkey(shell("log", "turn").splitlines()[-1])
    label = key.name.rpartition("/")[2]
    assert key.name == f"{first.partition('+')[0]}/{label}"
    assert shell("log", "vkey", "--all").split() == [first, key.vkey]
    shell("policy", "apply", str(STORY / "policy.yaml"))
    shell("log", "prove", "3", "--into", str(tmp_path / "after"))
    old, new = (tmp_path / name for name in ("before", "after"))
    assert old.read_bytes().partition(b"\n\n")[0].splitlines()[:3] == new.read_bytes().splitlines()[:3]
    for path in (old, new):
        assert "valid: place 3" in shell("log", "check", str(path))
    assert f"place {label}:1" in shell("log", "prove", f"{label}:1", "--into", str(tmp_path / "later"))
    assert f"valid: place 1 of the log {key.name}" in shell("log", "check", str(tmp_path / "later"))
    shell("log", "prove", f"{label}:0", "--into", str(tmp_path / "begin"))
    assert "the log begins with it: the checkpoint of size" in shell("log", "check", str(tmp_path / "begin"))
    lines = [json.loads(line) for line in shell("log", "show", "--json").splitlines()]
    assert {line.get("log") for line in lines} == {None, label}
    assert f"{label}:1 " in shell("log", "show")
    assert "There are: " in shell("log", "prove", "1999:1", code=2)
    told = shell("log", "verify")
    assert told.count("faults 0") == 2
    assert "follows" in told
    shell("log", "publish", str(tmp_path / "pub"))
    assert (tmp_path / "pub" / label / "checkpoint").exists()
    stranger = Shell(tmp_path / "nowhere")
    told = stranger("log", "verify", "--folder", str(tmp_path / "pub"), "--vkey", first)
    assert told.count("faults 0") == 2
    told = stranger("log", "verify", "--folder", str(tmp_path / "pub"), "--vkey", key.vkey)
    assert told.count("faults 0") == 1
    assert "was not verified" in told


def test_a_new_key_signs_the_next_log_and_a_lost_one_is_replaced(shell: Shell) -> None:
    first = Verifier.from_vkey(shell("log", "vkey").strip())
    second = Verifier.from_vkey(shell("log", "turn", "--new-key").splitlines()[-1])
    assert first.public != second.public
    (shell.home / "log.key").unlink()
    shell("policy", "apply", str(STORY / "policy.yaml"))
    assert not (shell.home / "log.key").exists()
    [path] = shell.home.glob("log.*.key")
    path.rename(shell.home / "lost")
    assert "--lost-key" in shell("log", "turn", code=2)
    third = Verifier.from_vkey(shell("log", "turn", "--lost-key").splitlines()[-1])
    assert third.public not in {first.public, second.public}
    shell("policy", "apply", str(STORY / "policy.yaml"))
    told = shell("log", "verify")
    assert told.count("faults 0") == 3
    assert told.count("not signed the hand-over") == 1


def test_a_courier_brings_the_end_the_hand_over_and_the_beginning(
    shell: Shell, authority: Shell, write: Callable[..., str]
) -> None:
    key = authority("witness", "vkey").strip()
    authority("witness", "follow", shell("log", "vkey").strip())
    shell("log", "cosigned", write("a", courier(shell, authority, write)), "--witness", key)
    assert "log turn" in shell("log", "handover", code=2)
    shell("log", "turn")
    shell("log", "cosigned", write("b", courier(shell, authority, write)), "--witness", key)
    assert "unknown log" in courier(shell, authority, write, code=1)
    authority("witness", "succeed", write("h", shell("log", "handover")))
    shell("log", "cosigned", write("c", courier(shell, authority, write)), "--witness", key)
    assert NAME in shell("log", "checkpoint")
    assert authority("witness", "list").count("shouze.localhost/") == 2
    # the witness takes another key: both sign for a while, then the new one alone
    fresh = authority("witness", "renew").strip()
    assert fresh != key
    assert "witness retire" in authority("witness", "renew", code=2)
    shell("policy", "apply", str(STORY / "policy.yaml"))
    answer = authority("witness", "answer", write("e", shell("log", "submission", "--witness", key)))
    assert answer.count(NAME) == 2
    for each in (key, fresh):
        shell("log", "cosigned", write("d", answer), "--witness", each)
    authority("witness", "retire")
    shell("policy", "apply", str(STORY / "policy.yaml"))
    assert courier(shell, authority, write).count(NAME) == 1
    assert authority("witness", "vkey").strip() == fresh


@pytest.mark.lasting
def test_a_server_that_is_told_to_turn_hands_its_witness_on(shell: Shell, authority: Shell, tmp_path: Path) -> None:
    key = authority("witness", "vkey").strip()
    authority("witness", "follow", shell("log", "vkey").strip())
    with running(authority.home, "witness", "serve", "--port", "0") as witness:
        settings = {"SHOUZE_WITNESS_URL": address(witness), "SHOUZE_WITNESS_VKEY": key}
        settings["SHOUZE_LOG_FOLDER"] = str(tmp_path / "pub")
        with running(shell.home, "up", "--port", "0", **settings) as server:
            url, deadline = address(server), time.monotonic() + PATIENCE
            wait_for(f"{url}/log/checkpoint", NAME, deadline)
            label = Verifier.from_vkey(shell("log", "turn").splitlines()[-1]).name.rpartition("/")[2]
            wait_for(f"{url}/log/{label}/checkpoint", NAME, deadline)
            wait_for((tmp_path / "pub" / label / "checkpoint").as_uri(), NAME, deadline)
            old, shards = read(f"{url}/log/checkpoint"), json.loads(read(f"{url}/log/shards"))["logs"]
    assert NAME in old
    assert [each["path"] for each in shards] == ["/log", f"/log/{label}"]
    assert all(each["witnesses"][0]["name"] == NAME for each in shards)
    told = shell("log", "verify")
    assert told.count("faults 0") == 2
    assert "follows" in told


def test_without_a_witness_whatever_shows_a_proof_says_so(shell: Shell, tmp_path: Path) -> None:
    """At their start, servers say so too (``test_up``, ``test_serve``), and over HTTP ``/log/shards`` does."""
    assert "no witness" in shell("log", "prove", "2", "--into", str(tmp_path / "p"))
    assert "no witness" in shell("log", "check", str(tmp_path / "p"))
    assert "no witness" in shell.result("log", "checkpoint").stderr


def wait_for(url: str, word: str, deadline: float) -> None:
    while word not in read(url):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def read(url: str) -> str:
    try:
        with urllib.request.urlopen(url) as answer:
            return str(answer.read().decode())
    except urllib.error.URLError:
        return ""
