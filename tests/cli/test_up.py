"""The whole in one process, as a program of its own."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from shouze.cli.serving import listen
from shouze.cli.story.people import person
from tests.cli.conftest import STORY
from tests.cli.shell import PATIENCE, Shell, address, running

PHONE = {"identifiers": {"phone": person(0).phone}}
CONSENT = {
    "purpose": "customer-service", "version": 1, "items": ["name", "phone"], "act": "ticked", "channel": "app",
}  # fmt: skip
COLLECT = {
    "service": "mobile", "purposes": ["customer-service"], "consents": [CONSENT],
    "values": {"name": person(0).name, "phone": person(0).phone},
}  # fmt: skip
RELEASE = {"service": "mobile", "subject": PHONE, "purposes": ["customer-service"], "items": ["name"]}


def post(url: str, token: str, body: dict[str, Any]) -> httpx.Response:
    return httpx.post(url, json=body, headers={"authorization": f"Bearer {token}"}, timeout=PATIENCE, trust_env=False)


def stop(started: subprocess.Popen[str], name: signal.Signals = signal.SIGTERM) -> tuple[str, str]:
    started.send_signal(name)
    out, error = started.communicate(timeout=PATIENCE)
    return out, error


@pytest.mark.parametrize("name", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.lasting)])
def test_it_creates_serves_and_ends_with_everything_in_the_log(tmp_path: Path, name: signal.Signals) -> None:
    shell = Shell(tmp_path / "home")
    with running(shell.home, "up", "--port", "0") as started:
        url = address(started)
        shell("declare", str(STORY / "declaration.yaml"))
        shell("policy", "apply", str(STORY / "policy.yaml"))
        token = shell.result("token", "issue", "--kind", "service", "--actor", "crm", "--days", "1").stdout.strip()
        ready = httpx.get(f"{url}/readyz", trust_env=False, timeout=30).json()
        assert ready["checks"] == dict.fromkeys(("store", "policy", "journal", "clock", "sequencer"), "ok")
        assert post(f"{url}/v1/collect", token, COLLECT).status_code == 200
        released = post(f"{url}/v1/release", token, RELEASE)
        assert released.json()["items"] == {"name": person(0).name}
        out, error = stop(started, name)
    assert started.returncode == 0, error
    assert "last checkpoint" in out
    assert person(0).phone not in out + error
    output = shell("log", "verify")
    assert "faults 0" in output
    assert _waiting(shell.home) == 0


@pytest.mark.lasting
def test_a_log_changed_under_it_stops_it_with_a_clear_word(shell: Shell) -> None:
    with running(shell.home, "up", "--port", "0") as started:
        address(started)
        with sqlite3.connect(shell.home / "log.db", timeout=PATIENCE) as database:
            database.execute("UPDATE log_state SET root = zeroblob(32)")
        database.close()
        shell.result("token", "issue", "--kind", "service", "--actor", "crm", "--days", "1")
        _, error = started.communicate(timeout=PATIENCE)
    assert started.returncode == 1
    assert "log" in error
    assert "Traceback" not in error
    assert "state" in shell("log", "verify", code=1)


def test_what_to_do_next_is_said_in_a_new_installation(tmp_path: Path) -> None:
    with running(tmp_path / "home", "up", "--port", "0") as started:
        assert started.stdout is not None
        said = [started.stdout.readline() for _ in range(12)]
        stop(started)
    told = "".join(said)
    rooms = ("rooms, not walls", "no witness of the log")
    for words in ("created keyring.json", *rooms, "shouze declare", "policy apply", "token issue"):
        assert words in told


def test_a_port_in_use_ends_it_before_anything_is_made(tmp_path: Path) -> None:
    with closing(listen("127.0.0.1", 0)) as taken:
        output = Shell(tmp_path / "home")("up", "--port", str(taken.getsockname()[1]), code=3)
    assert "--port" in output
    assert not (tmp_path / "home").exists()


def test_other_machines_are_kept_out_unless_said_otherwise(tmp_path: Path) -> None:
    assert "--public" in Shell(tmp_path / "home")("up", "--host", "0.0.0.0", code=2)


@pytest.mark.lasting
def test_commands_beside_it_are_in_force_at_once(shell: Shell, write: Callable[..., str]) -> None:
    issued = shell.result("token", "issue", "--kind", "service", "--actor", "crm", "--days", "1").stdout.strip()
    with running(shell.home, "up", "--port", "0") as started:
        url = address(started)
        assert post(f"{url}/v1/collect", issued, COLLECT).status_code == 200
        assert post(f"{url}/v1/release", issued, RELEASE).status_code == 200
        assert "faults 0" in shell("log", "verify")
        shell("token", "revoke", issued.split("_")[1])
        assert post(f"{url}/v1/release", issued, RELEASE).status_code == 401
        stop(started)
    assert "faults 0" in shell("log", "verify")


def _waiting(home: Path) -> int:
    with closing(sqlite3.connect(home / "log.db")) as database:
        return int(database.execute("SELECT count(*) FROM staging WHERE sequenced IS NULL").fetchone()[0])
