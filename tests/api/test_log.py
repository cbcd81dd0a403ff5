"""The published log over HTTP: C2SP's paths, bytes and caching; entries only where the operator opens them."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.note import Verifier
from shouze.ledger.tile import decode_bundle, decode_tile
from shouze.ledger.tree import leaf_hash, root_of
from shouze.sequencer.turning import planned, year_of
from shouze.settings import Settings
from shouze.store.log_shards import StoredShards
from tests.api.gate import Gate, Prepared, open_gate

OPEN = Settings(log_entries="open")


async def signed(gate: Gate) -> int:
    while await gate.opened.sequencer.step() is not None:
        pass
    checkpoint = gate.opened.sequencer.standing.signed
    assert checkpoint is not None
    return checkpoint.size


async def test_anybody_reads_the_checkpoint_and_the_tiles_that_lead_to_it(prepared: Prepared, tmp_path: Path) -> None:
    async with open_gate(prepared, tmp_path, OPEN) as gate:
        size = await signed(gate)
        answer = await gate.client.get("/log/checkpoint")
        checkpoint, _ = open_checkpoint(answer.content, [gate.opened.signer.verifier()])
        bundle = await gate.client.get(f"/log/tile/entries/000.p/{size}")
        tile = await gate.client.get(f"/log/tile/0/000.p/{size}")
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "text/plain; charset=utf-8", "public, max-age=1",
    )  # fmt: skip
    hashes = [leaf_hash(entry) for entry in decode_bundle(bundle.content, size)]
    assert (checkpoint.size, checkpoint.root) == (size, root_of(hashes))
    assert decode_tile(tile.content, size) == hashes
    for each in (bundle, tile):
        assert each.headers["content-type"] == "application/octet-stream"
        assert each.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert each.headers.get_list("cache-control") == [each.headers["cache-control"]]


async def test_entries_are_closed_unless_they_are_opened_and_hashes_tell_of_nobody(gate: Gate) -> None:
    size = await signed(gate)
    closed = await gate.client.get(f"/log/tile/entries/000.p/{size}", headers={"accept-language": "en"})
    assert closed.status_code == 404
    assert "publish" in closed.json()["remedy"]
    assert (await gate.client.get(f"/log/tile/0/000.p/{size}")).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["0/000.p/99", "0/001", "0/000.p/0", "0/0", "entries/x", "64/000", "0/000.p/256", "%2e%2e/a", ""],
)
async def test_what_is_no_part_of_the_log_is_not_there(prepared: Prepared, tmp_path: Path, path: str) -> None:
    async with open_gate(prepared, tmp_path, OPEN) as gate:
        await signed(gate)
        answer = await gate.client.get(f"/log/tile/{path}")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


async def test_before_anything_is_signed_there_is_no_checkpoint(gate: Gate) -> None:
    await gate.opened.stores.databases["log"].execute("DELETE FROM log.checkpoint")
    assert (await gate.client.get("/log/checkpoint")).status_code == 404


async def test_the_log_is_read_and_never_written(gate: Gate) -> None:
    await signed(gate)
    for method in ("POST", "PUT", "DELETE"):
        assert (await gate.client.request(method, "/log/checkpoint")).status_code == 405
    head = await gate.client.head("/log/checkpoint")
    assert (head.status_code, head.content) == (200, b"")


async def test_each_later_log_is_served_below_its_label_and_the_first_where_it_was(
    prepared: Prepared, tmp_path: Path
) -> None:
    async with open_gate(prepared, tmp_path, OPEN) as gate:
        size, database = await signed(gate), gate.opened.stores.databases["log"]
        before = (await gate.client.get(f"/log/tile/entries/000.p/{size}")).content
        assert (await gate.client.get("/log/2026/checkpoint")).status_code == 404
        first = (await StoredShards(database).all())[0]
        await StoredShards(database).add(planned([first], first, first.begun or 0))
        await gate.opened.sequencer.step()
        [old, new] = (await gate.client.get("/log/shards")).json()["logs"]
        assert [each["path"] for each in (old, new)] == ["/log", f"/log/{year_of(first.begun or 0)}"]
        for each in (old, new):
            note = (await gate.client.get(f"{each['path']}/checkpoint")).content
            checkpoint, _ = open_checkpoint(note, [Verifier.from_vkey(each["vkey"])])
            assert checkpoint.origin == each["origin"]
            assert (each["witnesses"], each["deleted"]) == ([], False)
            assert each["witnessed"] == {"zh": "没有见证人签名", "en": "No witness has cosigned it."}
        assert (await gate.client.get(f"/log/tile/entries/000.p/{size}")).content == before
        bundle = await gate.client.get(f"{new['path']}/tile/entries/000.p/1")
        [entry] = decode_bundle(bundle.content, 1)
        assert entry == (await gate.client.get("/log/checkpoint")).content
        assert (await gate.client.get(f"{new['path']}/tile/0/000.p/1")).content == leaf_hash(entry)
