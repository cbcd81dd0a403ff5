"""The planes as processes of their own."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from shouze import wiring
from shouze.settings import Settings
from tests.cli.conftest import STORY
from tests.cli.shell import PATIENCE, Shell, address, running
from tests.cli.test_up import COLLECT, RELEASE, post
from tests.wiring.planes import login


@pytest.mark.parametrize("plane", ["gateway", "sequencer"])
def test_files_are_served_by_one_process(shell: Shell, plane: str) -> None:
    assert "shouze up" in shell("serve", plane, code=2)


def test_a_gateway_without_a_ring_is_sent_to_the_owners_and_not_to_make_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUZE_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    said = Shell(tmp_path / "gateway")("serve", "gateway", code=2)
    assert "keyring.json" in said
    assert "migrate" not in said


def test_a_sequencer_without_a_key_is_sent_to_the_owners_and_not_to_make_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUZE_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    said = Shell(tmp_path / "sequencer")("serve", "sequencer", code=2)
    assert "log.key" in said
    assert "migrate" not in said


def test_a_program_without_postgresqls_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUZE_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "Install shouze[postgres]" in Shell(tmp_path)("migrate", code=2)


def test_a_login_of_another_plane_is_told_as_such(
    tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUZE_DATABASE", postgres_dsn)
    owner = Shell(tmp_path / "owner")
    owner("migrate")
    asyncio.run(wiring.grant_roles(Settings(database=postgres_dsn)))
    monkeypatch.setenv("SHOUZE_DATABASE", login(postgres_dsn, "shouze_gateway"))
    for words in (["policy", "apply", str(STORY / "policy.yaml")], ["serve", "sequencer"]):
        said = owner(*words, code=3)
        assert "may not do this" in said
        assert "SHOUZE_DATABASE" in said


def test_what_is_no_key_of_a_witness_witnesses_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUZE_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("SHOUZE_WITNESS_VKEY", "abc")
    assert "witness_vkey" in shell("serve", "sequencer", code=2)


def test_gateway_and_sequencer_run_apart_each_with_its_own_key(
    tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUZE_DATABASE", postgres_dsn)
    whole, signing = Shell(tmp_path / "gateway"), tmp_path / "sequencer"
    whole("migrate")
    whole("declare", str(STORY / "declaration.yaml"))
    whole("policy", "apply", str(STORY / "policy.yaml"))
    token = whole.result("token", "issue", "--kind", "service", "--actor", "crm", "--days", "1").stdout.strip()
    signing.mkdir(mode=0o700)
    for name in ("log.key", "log.key.vkey"):
        (whole.home / name).rename(signing / name)
    with (
        running(signing, "serve", "sequencer") as sequencer,
        running(whole.home, "serve", "gateway", "--port", "0") as gateway,
    ):
        url = address(gateway)
        assert post(f"{url}/v1/collect", token, COLLECT).status_code == 200
        assert post(f"{url}/v1/release", token, RELEASE).status_code == 200
        assert post(f"{url}/v1/tokens", token, {}).status_code == 404
        said = list[str]()
        for started in (gateway, sequencer):
            started.send_signal(signal.SIGTERM)
            output, error = started.communicate(timeout=PATIENCE)
            assert started.returncode == 0, error
            said.append(output)
    assert "no witness of the log" in said[1]
    assert "faults 0" in Shell(signing)("log", "verify")
