"""Exports: what is in the folder, and that a run that was cut off is gone on with."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shouze.errors import ConflictError, UnavailableError
from shouze.ledger.portable import PortableProof, check
from shouze.sequencer import exporting
from shouze.verifier.export import Asked, verify_export
from tests.ledger.building import SIGNER
from tests.sequencer.exports import Exporter, exporter

KEYS = [SIGNER.verifier()]


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Exporter]:
    async with exporter(tmp_path / "store") as found:
        yield found


async def test_an_export_holds_what_was_asked_each_with_its_proof(made: Exporter, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    manifest = await made(folder)
    lines = [json.loads(line) for line in (folder / "records.jsonl").read_text().splitlines()]
    assert [line["place"] for line in lines] == list(range(40, 290))
    assert manifest.records == 250
    proof = PortableProof.parse((folder / "proofs" / "000" / "77.tlog-proof").read_bytes())
    assert check(proof, proof.extra or b"", KEYS).size == 300
    assert made.opened == 0
    assert not (tmp_path / "out.part").exists()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert not list(folder.rglob("entries"))
    readme = (folder / "README.md").read_text()
    assert "verifying/bin/shouze-verify export . --vkey" in readme
    assert verify_export(folder, KEYS).faults == ()


async def test_a_run_that_was_cut_off_goes_on_where_it_was(
    made: Exporter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 64)
    made.failing = 150
    with pytest.raises(KeyboardInterrupt):
        await made(tmp_path / "out", fields=("query",))
    assert not (tmp_path / "out").exists()
    await made(tmp_path / "out", fields=("query",))
    # The last page but one was durable: of the 149 records that were opened 21 were opened again.
    assert made.opened == 150 + 250 - 128
    examined = verify_export(tmp_path / "out", KEYS)
    assert (examined.faults, examined.records, examined.openings) == ((), 250, 250)


async def test_what_was_begun_for_something_else_is_not_gone_on_with(made: Exporter, tmp_path: Path) -> None:
    made.failing = 1
    with pytest.raises(KeyboardInterrupt):
        await made(tmp_path / "out", fields=("query",))
    with pytest.raises(ConflictError, match="begun"):
        await made(tmp_path / "out", fields=("subject",))
    with pytest.raises(ConflictError, match="begun"):
        await made(tmp_path / "out", Asked(), fields=("query",))


async def test_nothing_is_written_over(made: Exporter, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(ConflictError):
        await made(tmp_path / "out")
    with pytest.raises(UnavailableError):
        await made(tmp_path / "nowhere" / "out")


async def test_an_export_may_hold_nothing(made: Exporter, tmp_path: Path) -> None:
    manifest = await made(tmp_path / "out", Asked(actor="nobody"), entries=True)
    assert manifest.records == 0
    examined = verify_export(tmp_path / "out", KEYS)
    assert (examined.faults, examined.complete) == ((), True)
