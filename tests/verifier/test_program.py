"""shouze-verify: what an inspector runs, with a folder or a proof and a key."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from shouze.ledger.checkpoint import Checkpoint, sign_checkpoint
from shouze.ledger.contradiction import Contradiction
from shouze.ledger.note import COSIGNATURE, Signer, attach, read_note
from shouze.ledger.portable import PortableProof
from shouze.ledger.tile import bundle_path, encode_bundle, tile_path
from shouze.ledger.tree import leaf_hash
from shouze.sequencer.finding import prove
from shouze.sequencer.published import PublishedLog
from shouze.sequencer.publishing import publish
from shouze.store.log_reading import LogRows
from shouze.verifier.folder import CHECKPOINT
from shouze.verifier.program import main
from tests.ledger.building import OTHER, SIGNER, WITNESS
from tests.sequencer.places import KeptNote, batches, sqlite_log
from tests.sequencer.turns import checkpoint_after

KEY, COSIGNER = SIGNER.verifier().vkey, WITNESS.verifier(COSIGNATURE).vkey


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a cosigned log of 300 records, its checkpoint at 100, and a proof."""
    folder = tmp_path_factory.mktemp("made")
    asyncio.run(_make(folder))
    return folder


async def _make(folder: Path) -> None:
    async with sqlite_log(folder / "store") as place:
        memory, log = KeptNote(), PublishedLog(LogRows(place.database))
        for batch in batches(100, 200):
            await checkpoint_after(place, [batch], memory)
            await publish(log, SIGNER.verifier(), folder / "log")
            shutil.copy(folder / "log" / CHECKPOINT, folder / f"checkpoint.{(await log.checkpoint()).size}")
        proof = await prove(log, SIGNER.verifier(), 42)
        (folder / "proof").write_text(proof.text())
        path = folder / "log" / CHECKPOINT
        path.write_text(attach(path.read_text(), [WITNESS.cosign(read_note(path.read_bytes())[0], 1_800_000_000)]))


def verdict(capsys: pytest.CaptureFixture[str], *words: object, lang: str = "en") -> tuple[object, str]:
    with pytest.raises(SystemExit) as left:
        main([*map(str, words), "--lang", lang])
    said = capsys.readouterr()
    return left.value.code, said.out + said.err


def test_a_log_holds_with_its_key_its_witness_and_an_older_checkpoint(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older = ("--older", made / "checkpoint.100")
    code, said = verdict(capsys, "folder", made / "log", "--vkey", KEY, "--witness", COSIGNER, *older)
    assert code == 0
    assert all(words in said for words in ("size 300", "faults 0", "cosigned by witness.example/w1"))
    code, said = verdict(capsys, "folder", made / "log", "--vkey", KEY, lang="zh")
    assert (code, "问题数 0" in said, "未指定见证人" in said) == (0, True, True)


def test_a_key_may_stand_in_a_file(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    assert verdict(capsys, "proof", made / "proof", "--vkey", tmp_path / "key")[0] == 0


def test_one_changed_byte_anywhere_in_the_folder_is_found(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in sorted(path for path in (made / "log").rglob("*") if path.is_file()):
        folder = tmp_path / path.name.replace(".", "_") / str(len(path.parts))
        shutil.copytree(made / "log", folder)
        changed = folder / path.relative_to(made / "log")
        raw = bytearray(changed.read_bytes())
        raw[len(raw) // 2] ^= 1
        changed.write_bytes(raw)
        assert verdict(capsys, "folder", folder, "--vkey", KEY, "--witness", COSIGNER)[0] == 1, path
        shutil.rmtree(folder)


def test_a_proof_tells_its_record_and_a_changed_one_nothing(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = verdict(capsys, "proof", made / "proof", "--vkey", KEY)
    assert (code, "valid, place 42" in said, "S-004711" in said) == (0, True, True)
    (tmp_path / "proof").write_text((made / "proof").read_text().replace("index 42", "index 43"))
    code, said = verdict(capsys, "proof", tmp_path / "proof", made / "proof", "--vkey", KEY)
    assert (code, "not valid" in said, "valid, place 42" in said) == (1, True, True)
    assert verdict(capsys, "proof", made / "proof", "--vkey", OTHER.verifier().vkey)[0] == 1


def test_a_sample_is_drawn_proved_and_drawn_again(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--vkey", KEY, "--nonce", "00" * 16, "--count", 7)
    code, said = verdict(capsys, "sample", made / "log", *asked)
    places = [int(line.split()[0]) for line in said.splitlines() if "S-004711" in line]
    assert (code, len(set(places))) == (0, 7)
    assert verdict(capsys, "sample", made / "log", *asked) == (code, said)
    assert verdict(capsys, "sample", made / "log", "--vkey", KEY, "--nonce", "11" * 16)[1].count("S-004711") == 299
    shutil.copytree(made / "log", tmp_path / "log")
    for path in (tmp_path / "log").rglob("entries/*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"S-004711", b"S-004712"))
    code, said = verdict(capsys, "sample", tmp_path / "log", *asked)
    assert (code, "not what was signed" in said) == (1, True)
    for nonce in ("00", "xyz"):
        assert verdict(capsys, "sample", made / "log", "--vkey", KEY, "--nonce", nonce)[0] == 2
    assert verdict(capsys, "sample", made / "log", *asked[:-1], 0)[0] == 2
    (tmp_path / "log" / CHECKPOINT).write_text("nonsense")
    assert verdict(capsys, "sample", tmp_path / "log", *asked)[0] == 1


def test_a_witness_that_is_named_has_to_have_cosigned(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = verdict(capsys, "proof", made / "proof", "--vkey", KEY, "--witness", COSIGNER)
    assert (code, "has not cosigned" in said) == (1, True)
    stranger = Signer(WITNESS.name, OTHER.key).verifier(COSIGNATURE).vkey
    assert verdict(capsys, "folder", made / "log", "--vkey", KEY, "--witness", stranger)[0] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("folder", "log", "--vkey", COSIGNER), ("folder", "log", "--vkey", KEY, "--witness", KEY),
        ("folder", "log", "--vkey", "nowhere"), ("proof", "nowhere", "--vkey", KEY),
        ("proof", "checkpoint.100", "--vkey", KEY),
        ("folder", "log", "--vkey", KEY, "--older", "proof"), ("folder", "log"), (),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_apart_from_what_does_not_hold(
    made: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    there = ("log", "proof", "checkpoint.100")
    placed = [made / word if word in there and at else word for at, word in enumerate(words)]
    assert verdict(capsys, *placed)[0] == 2


def test_an_older_checkpoint_of_another_history_is_a_fault(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_other(tmp_path))
    code, said = verdict(capsys, "folder", made / "log", "--vkey", KEY, "--older", tmp_path / "log" / CHECKPOINT)
    assert (code, "older" in said) == (1, True)


async def _other(folder: Path) -> None:
    async with sqlite_log(folder / "store") as place:
        await checkpoint_after(place, batches(7, node=9), KeptNote())
        await publish(PublishedLog(LogRows(place.database)), SIGNER.verifier(), folder / "log")


def test_a_log_that_holds_what_is_no_record_is_not_shown_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An operator can sign anything; an inspector's terminal is not to act upon it."""
    hostile = b"\x1b]0;owned\x07\xff"
    root = leaf_hash(hostile)
    note = sign_checkpoint(Checkpoint(SIGNER.name, 1, root), SIGNER)
    (tmp_path / "proof").write_text(PortableProof(0, (), note, hostile).text())
    files = {CHECKPOINT: note.encode(), bundle_path(0, 1): encode_bundle([hostile]), tile_path(0, 0, 1): root}
    for name, body in files.items():
        (tmp_path / "log" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "log" / name).write_bytes(body)
    sample = ("sample", tmp_path / "log", "--nonce", "00" * 16)
    for words in (("proof", tmp_path / "proof"), ("folder", tmp_path / "log"), sample):
        code, said = verdict(capsys, *words, "--vkey", KEY)
        assert code == 1
        assert "\x1b" not in said


def test_a_contradiction_stands_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = [sign_checkpoint(Checkpoint(SIGNER.name, 5, bytes([root]) * 32), SIGNER) for root in (1, 2)]
    for name, pair in (("two", notes), ("one", notes[:1] * 2)):
        told = Contradiction(format="shouze-contradiction/1", log=KEY, first=pair[0], second=pair[1])
        (tmp_path / name).write_bytes(told.encoded())
    code, said = verdict(capsys, "contradiction", tmp_path / "two", "--vkey", KEY)
    assert (code, "one-size" in said) == (0, True)
    assert "同一日志密钥" in verdict(capsys, "contradiction", tmp_path / "two", "--vkey", KEY, lang="zh")[1]
    code, said = verdict(capsys, "contradiction", tmp_path / "one", "--vkey", KEY)
    assert (code, "--party" in said) == (2, True)
    assert verdict(capsys, "contradiction", tmp_path / "two", "--vkey", OTHER.verifier().vkey)[0] == 1
