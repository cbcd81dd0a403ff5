"""Our log, verified by programs that nobody here wrote, in Python, Go and JavaScript; each rejects a changed one."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shouze.ledger.note import COSIGNATURE, Signer, attach, read_note
from shouze.ledger.portable import PortableProof
from shouze.ledger.tile import bundle_path, partial_width, tile_path
from shouze.sequencer.finding import prove
from shouze.sequencer.published import PublishedLog
from shouze.sequencer.publishing import publish
from shouze.store.log_reading import LogRows
from shouze.verifier.folder import CHECKPOINT
from tests.ledger.building import OTHER, SIGNER, WITNESS
from tests.sequencer.places import KeptNote, batches, sqlite_log
from tests.sequencer.turns import checkpoint_after, drained

pytestmark = pytest.mark.systems

HERE = Path(__file__).parent / "verifiers"
KEY = SIGNER.verifier()
SIZES = (0, 1, 255, 256, 257, 65_535, 65_536, 65_537)
WIDEST = 512


def indices(size: int) -> list[int]:
    """Return the first, the last and those around the borders of bundles and tiles."""
    return sorted({at for at in (0, 1, 127, 254, 255, 256, 511, 32_768, 65_279, 65_280, size - 1) if 0 <= at < size})


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one published folder for each size, and the proofs made at it, of one growing log."""
    folder = tmp_path_factory.mktemp("logs")
    asyncio.run(_grow(folder))
    return folder


async def _grow(folder: Path) -> None:
    steps = [min(WIDEST, end - at) for start, end in pairwise(SIZES) for at in range(start, end, WIDEST)]
    staged, memory = iter(batches(*steps)), KeptNote()
    async with sqlite_log(folder / "store") as place:
        await drained(place, memory)
        log, reached = PublishedLog(LogRows(place.database)), 0
        for size in SIZES:
            while reached < size:
                batch = next(staged)
                await place.stage(batch)
                reached += len(batch.leaves)
            signed = await checkpoint_after(place, [], memory)
            assert signed.size == size
            await publish(log, KEY, folder / str(size))
            proofs = [await prove(log, KEY, at) for at in indices(size)]
            (folder / f"{size}.json").write_text(json.dumps([_for_node(each) for each in proofs]))


def _for_node(proof: PortableProof) -> dict[str, object]:
    assert proof.extra is not None
    key = SIGNER.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "checkpoint": proof.checkpoint, "name": KEY.name, "key": _text(key), "id": _text(KEY.key_id),
        "index": proof.index, "hashes": [_text(each) for each in proof.hashes], "entry": _text(proof.extra),
    }  # fmt: skip


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


Verify = Callable[[Path, int], bool]


class Aics:
    """The PyPI package aics-tlog, installed in a folder, with the log's key in a file beside it."""

    def __init__(self, place: Path) -> None:
        options = ("--no-deps", "--ignore-requires-python", "--require-hashes", "--quiet")
        _run(sys.executable, "-m", "pip", "install", *options, "--target", place, "-r", HERE / "aics.txt")
        self._place, self._key = place, place / "key"
        self._key.write_text(KEY.vkey)

    def says(self, *words: object) -> bool:
        command = (sys.executable, "-m", "aics_tlog", *words, "--vkey-file", self._key)
        return _answer(*command, more={"PYTHONPATH": str(self._place)}).returncode == 0

    def __call__(self, folder: Path, size: int) -> bool:
        """Return what it says of a published folder."""
        older = [folder.parent / str(old) / CHECKPOINT for old in SIZES if 0 < old < size]
        return (
            self.says("verify-checkpoint", "--tiles", folder)
            and all(self.says("verify-inclusion", "--tiles", folder, "--index", at) for at in indices(size))
            and all(self.says("verify-consistency", "--tiles", folder, "--old-checkpoint", old) for old in older)
        )


@pytest.fixture(scope="module")
def aics(tmp_path_factory: pytest.TempPathFactory) -> Aics:
    return Aics(tmp_path_factory.mktemp("aics"))


@pytest.fixture(scope="module")
def golang(tmp_path_factory: pytest.TempPathFactory) -> Verify:
    """Return what Go's package for its checksum database says of a published folder."""
    program = tmp_path_factory.mktemp("go") / "verify"
    settings = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(program.parent / "cache")}
    _run("go", "build", "-o", program, HERE / "verify.go", more=settings)

    def verify(folder: Path, size: int) -> bool:
        older = [str(folder.parent / str(old) / CHECKPOINT) for old in SIZES if 0 < old < size] or ["-"]
        return all(_answer(program, folder, KEY.vkey, old, *indices(size)).returncode == 0 for old in older)

    return verify


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, object]], bool]:
    """Return what sigstore's package for JavaScript says of one proof."""
    place = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, place)
    _run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=place)

    def verify(proof: dict[str, object]) -> bool:
        answer = _answer("node", HERE / "inclusion.cjs", given=json.dumps(proof), more={"VERIFIERS": str(place)})
        return answer.returncode == 0

    return verify


@pytest.mark.parametrize("size", SIZES)
def test_a_complete_client_verifies_the_log(logs: Path, aics: Verify, size: int) -> None:
    assert aics(logs / str(size), size)


@pytest.mark.parametrize("size", SIZES)
def test_the_code_of_gos_checksum_database_verifies_the_log(logs: Path, golang: Verify, size: int) -> None:
    assert golang(logs / str(size), size)


@pytest.mark.parametrize("size", SIZES[1:])
def test_the_code_of_sigstore_verifies_its_proofs(
    logs: Path, node: Callable[[dict[str, object]], bool], size: int
) -> None:
    proofs = json.loads((logs / f"{size}.json").read_text())
    assert [proof["index"] for proof in proofs] == indices(size)
    assert all(node(proof) for proof in proofs)


def _flip(path: Path, at: int = 40) -> None:
    raw = bytearray(path.read_bytes())
    raw[at % len(raw)] ^= 1
    path.write_bytes(raw)


CHANGES: dict[str, Callable[[Path, int], None]] = {
    "an entry": lambda folder, size: _flip(folder / bundle_path(0, min(256, size))),
    "a hash": lambda folder, size: _flip(folder / tile_path(0, 0, min(256, size))),
    "the signed size": lambda folder, size: _respell(folder, f"\n{size}\n", f"\n{size + 1}\n"),
    "the last tile": lambda folder, size: _flip(folder / tile_path(0, size // 256, partial_width(0, size)), 0),
}


def _respell(folder: Path, old: str, new: str) -> None:
    path = folder / CHECKPOINT
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("change", CHANGES)
def test_both_reject_a_folder_in_which_one_thing_was_changed(
    logs: Path, aics: Verify, golang: Verify, tmp_path: Path, change: str
) -> None:
    size = 257
    for old in SIZES[:5]:
        shutil.copytree(logs / str(old), tmp_path / str(old))
    CHANGES[change](tmp_path / str(size), size)
    assert not aics(tmp_path / str(size), size)
    assert not golang(tmp_path / str(size), size)


def test_a_complete_client_sees_who_cosigned(logs: Path, aics: Aics, tmp_path: Path) -> None:
    shutil.copytree(logs / "257", tmp_path / "257")
    path = tmp_path / "257" / CHECKPOINT
    text = read_note(path.read_bytes())[0]
    path.write_text(attach(path.read_text(), [WITNESS.cosign(text, int(time.time()))]))
    quorum = ("--tiles", tmp_path / "257", "--quorum", 1, "--witness-key")
    assert aics.says("verify-checkpoint", *quorum, WITNESS.verifier(COSIGNATURE).vkey)
    stranger = Signer(WITNESS.name, OTHER.key).verifier(COSIGNATURE)
    assert not aics.says("verify-checkpoint", *quorum, stranger.vkey)
    assert not aics.says("verify-checkpoint", "--tiles", logs / "257", *quorum[2:], WITNESS.verifier(COSIGNATURE).vkey)


def test_sigstore_rejects_a_changed_proof(logs: Path, node: Callable[[dict[str, object]], bool]) -> None:
    proof = json.loads((logs / "257.json").read_text())[3]
    entry = base64.b64decode(proof["entry"])
    assert node(proof)
    for changed in (
        {"entry": _text(entry.replace(b"S-004711", b"S-004712"))},
        {"index": proof["index"] + 1},
        {"hashes": proof["hashes"][::-1]},
        {"hashes": proof["hashes"][1:]},
        {"checkpoint": proof["checkpoint"].replace("\n257\n", "\n258\n")},
    ):
        assert not node({**proof, **changed})


def _run(*command: object, cwd: Path | None = None, more: Mapping[str, str] | None = None) -> None:
    answer = _answer(*command, cwd=cwd, more=more)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def _answer(
    *command: object, given: str = "", cwd: Path | None = None, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    words: Sequence[str] = [str(word) for word in command]
    kept = {**os.environ, **(more or {})}
    return subprocess.run(words, input=given, capture_output=True, text=True, check=False, env=kept, cwd=cwd)
