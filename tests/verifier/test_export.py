"""An export that somebody hands over: what holds is told, and whatever was changed is named."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shouze.verifier.export import Asked, Examined, claims, proof_path, verify_export
from tests.ledger.building import ORIGIN, OTHER, SIGNER
from tests.sequencer.exports import SOME, exporter

KEYS = [SIGNER.verifier()]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with exports: with entries, without, of one user."""
    folder = tmp_path_factory.mktemp("exports")
    asyncio.run(_make(folder))
    return folder


async def _make(folder: Path) -> None:
    async with exporter(folder / "store") as export:
        await export(folder / "whole", fields=("query",), entries=True)
        await export(folder / "hashes", fields=("query", "subject"))
        await export(folder / "one", Asked(subject=True), entries=True)


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "whole", tmp_path / "copy"))


def codes(examined: Examined) -> set[str]:
    return {fault.code for fault in examined.faults}


def test_with_entries_it_is_told_that_none_is_missing(made: Path) -> None:
    examined = verify_export(made / "whole", KEYS)
    assert (examined.faults, examined.complete, examined.records, examined.openings) == ((), True, 250, 250)
    said = " ".join(text.en for text in claims(examined))
    assert all(
        words in said for words in (f"log {ORIGIN} of size 300", "claims 250 records, 250 found", "none is missing")
    )


@pytest.mark.parametrize(("name", "openings"), [("hashes", 500), ("one", 0)])
def test_without_them_or_of_one_user_it_is_said_that_nobody_can_tell(made: Path, name: str, openings: int) -> None:
    examined = verify_export(made / name, KEYS)
    assert (examined.faults, examined.complete, examined.openings) == ((), None, openings)
    assert "cannot be told" in " ".join(text.en for text in claims(examined))


def test_it_is_another_logs_with_another_key(made: Path) -> None:
    examined = verify_export(made / "whole", [OTHER.verifier()])
    assert codes(examined) == {"checkpoint"}
    assert claims(examined) == []


def _lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "records.jsonl").read_text().splitlines()]


def _write(folder: Path, lines: list[dict[str, Any]]) -> None:
    text = "".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n" for line in lines)
    (folder / "records.jsonl").write_text(text)


def _edit_line(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Path], object]:
    def edited(folder: Path) -> None:
        lines = _lines(folder)
        change(lines)
        _write(folder, lines)

    return edited


def _edit_manifest(name: str, value: object) -> Callable[[Path], object]:
    def edited(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps({**manifest, name: value}))

    return edited


def _forged(folder: Path) -> None:
    path = folder / proof_path(50)
    path.write_text(path.read_text().replace("index 50", "index 51"))


CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "nothing": (lambda folder: _write(folder, _lines(folder)), set()),
    "a record left out": (_edit_line(lambda lines: lines.pop(9)), {"count", "missing"}),
    "and not counted": (
        lambda folder: (_edit_line(lambda lines: lines.pop())(folder), _edit_manifest("records", 249)(folder)),
        {"missing"},
    ),
    "a record twice": (_edit_line(lambda lines: lines.insert(9, lines[9])), {"count", "record"}),
    "two in another order": (
        _edit_line(lambda lines: lines.__setitem__(slice(8, 10), lines[9:7:-1])), {"record", "missing"},
    ),
    "a record edited": (
        _edit_line(lambda lines: lines[9]["record"]["where"].__setitem__("site", "SH-03")), {"proof"},
    ),
    "a record of another place": (
        _edit_line(lambda lines: lines[9].__setitem__("record", lines[8]["record"])), {"proof"},
    ),
    "no record": (_edit_line(lambda lines: lines[9].__setitem__("record", {})), {"record", "missing"}),
    "no line": (lambda folder: (folder / "records.jsonl").write_text("x\n"), {"record", "count", "missing"}),
    "no lines": (lambda folder: (folder / "records.jsonl").unlink(), {"count", "missing"}),
    "an opening edited": (
        _edit_line(lambda lines: lines[9]["openings"].__setitem__(0, lines[9]["openings"][0][::-1])), {"opening"},
    ),
    "an opening twice": (_edit_line(lambda lines: lines[9]["openings"].append(lines[9]["openings"][0])), {"opening"}),
    "a field that is not named": (_edit_manifest("fields", ["subject"]), {"opening"}),
    "a proof edited": (_forged, {"proof"}),
    "a proof lost": (lambda folder: (folder / proof_path(50)).unlink(), {"proof"}),
    "another period claimed": (_edit_manifest("asked", {"since": "2026-11-23T11:30:00.050000Z"}), {"asked", "missing"}),
    "another size claimed": (_edit_manifest("size", 299), {"manifest"}),
    "another key claimed": (_edit_manifest("vkey", OTHER.verifier().vkey), {"manifest"}),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), {"manifest"}),
    "a tile lost": (lambda folder: (folder / "log/tile/0/000").unlink(), {"tile"}),
    "entries lost": (lambda folder: shutil.rmtree(folder / "log/tile/entries"), {"bundle"}),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_was_changed_is_named(change: str, copy: Path) -> None:
    act, expected = CHANGES[change]
    act(copy)
    assert codes(verify_export(copy, KEYS)) == expected


def test_a_changed_tile_is_named_without_entries_too(made: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(made / "hashes", tmp_path / "copy"))
    for path in sorted((copy / "log" / "tile").rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            path.write_bytes(body[:-1] + bytes((body[-1] ^ 1,)))
            assert codes(verify_export(copy, KEYS)) & {"tile", "root"}, path
            path.write_bytes(body)


def test_what_was_asked_is_fitted_by_what_a_leaf_says() -> None:
    assert not SOME.subject
    assert Asked() == Asked(None, None, None, None, False)
