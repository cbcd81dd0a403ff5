"""Pages: health, readiness, metrics, the catalogue of errors; for anybody, about nobody."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from shouze.errors import TamperedError, UnavailableError
from shouze.settings import Settings
from tests.api.gate import Gate, Prepared, open_gate
from tests.conftest import ROOT


async def test_health_asks_for_nothing(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate.opened.door, "room", None)
    assert (await gate.client.get("/healthz")).json() == {"status": "alive"}


async def test_ready_when_store_and_policy_answer(gate: Gate) -> None:
    answer = await gate.client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "checks": {"policy": "ok", "store": "ok"}})


async def test_not_ready_says_which_part_and_not_what_it_said(prepared: Prepared, tmp_path: Path) -> None:
    async def tampered() -> None:
        raise TamperedError

    async def hangs() -> None:
        await asyncio.sleep(60)

    async def breaks() -> None:
        raise ValueError("13812345678")

    async def away() -> None:
        raise UnavailableError

    checks = {"journal": tampered, "keys": hangs, "ring": breaks, "log": away}
    async with open_gate(prepared, tmp_path, Settings(patience=0.05), checks=checks) as gate:
        answer = await gate.client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert answer.json()["checks"] == {
        "policy": "ok", "store": "ok", "journal": "tampered", "keys": "unavailable", "ring": "unavailable",
        "log": "unavailable",
    }  # fmt: skip


async def test_the_catalogue_lists_every_code_in_both_languages(gate: Gate) -> None:
    rows = (await gate.client.get("/v1/errors")).json()["errors"]
    codes = [row["code"] for row in rows]
    assert codes == sorted(codes)
    assert {"no-consent", "malformed", "invalid", "busy", "record-unavailable"} <= set(codes)
    assert all(row[part][language] for row in rows for part in ("title", "remedy") for language in ("zh", "en"))


@pytest.mark.parametrize("host", ["evil.example/<script>", "a b", "x" * 300, ""])
async def test_the_metadata_repeats_no_host_that_is_none(gate: Gate, host: str) -> None:
    answer = await gate.client.get("/.well-known/authzen-configuration", headers={"host": host})
    assert answer.json()["access_evaluation_endpoint"] == "/access/v1/evaluation"


def test_the_document_of_errors_is_up_to_date() -> None:
    command = [sys.executable, "tools/errors.py"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
