"""Exporting the log from the command line, and verifying what was exported."""

from __future__ import annotations

import io
import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyrage import decrypt, x25519

from shouze.ledger.disclosure import read_disclosure
from shouze.verifier.program import main
from tests.cli.shell import Shell

FOR = ("--for", "通信管理局", "--reason", "检查通知书 7 号")


def verdict(capsys: pytest.CaptureFixture[str], folder: Path, key: str) -> tuple[object, str]:
    with pytest.raises(SystemExit) as left:
        main(["export", str(folder), "--vkey", key, "--lang", "en"])
    said = capsys.readouterr()
    return left.value.code, said.out + said.err


def records(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "records.jsonl").read_text().splitlines()]


def test_an_export_is_recorded_and_verifies(shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, key = tmp_path / "out", shell("log", "vkey").strip()
    assert "6 records" in shell("log", "export", str(folder), *FOR, "--entries")
    code, said = verdict(capsys, folder, key)
    assert (code, "claims 6 records, 6 found" in said, "none is missing" in said) == (0, True, True)
    assert {"openings", "state"} & set().union(*records(folder)) == set()
    # The export's own record is in the log, and says to nobody for whom it was.
    listed = shell("log", "show", "--json")
    (noted,) = [line for line in listed.splitlines() if "export-log" in line]
    assert "通信管理局" not in listed
    assert json.loads(noted)["record"]["verdict"]["article"] == "17(2)"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["recorded"].endswith(f"/{json.loads(noted)['record']['nseq']}")
    assert manifest["fields"] == []


def test_only_named_fields_are_opened(shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell("log", "export", str(tmp_path / "first"), *FOR)
    asked = ("--actor", json.loads(shell("log", "show", "--json").splitlines()[-2])["record"]["who"]["id"])
    shell("log", "export", str(tmp_path / "second"), *FOR, *asked, "--openings", "recipient", "--since", "2026-01-01")
    last = records(tmp_path / "second")[-1]
    assert last["state"] == "opened"
    assert [read_disclosure(text) for text in last["openings"]] == [("recipient", "通信管理局")]
    code, said = verdict(capsys, tmp_path / "second", shell("log", "vkey").strip())
    assert (code, "1 disclosures" in said, "cannot be told" in said) == (0, True, True)


def test_an_export_can_be_sealed_for_its_recipient(shell: Shell, tmp_path: Path) -> None:
    identity = x25519.Identity.generate()
    assert "out.tar.age" in shell("log", "export", str(tmp_path / "out"), *FOR, "--key", str(identity.to_public()))
    assert {path.name for path in tmp_path.iterdir()} == {"home", "out.tar.age"}
    plain = decrypt((tmp_path / "out.tar.age").read_bytes(), [identity])
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        assert "out/manifest.json" in archive.getnames()
    shell("log", "export", str(tmp_path / "out"), *FOR, "--key", str(identity.to_public()), code=2)


def test_the_records_of_one_user_are_found_also_where_nobody_has_asked_for_them(shell: Shell, tmp_path: Path) -> None:
    subject = ("--subject", "a" * 26)
    shell("log", "export", str(tmp_path / "first"), *FOR, *subject)
    shell("log", "export", str(tmp_path / "second"), *FOR, *subject)
    assert [len(records(tmp_path / name)) for name in ("first", "second")] == [0, 1]
    assert records(tmp_path / "second")[0]["record"]["what"]["act"] == "export-log"


def test_several_logs_are_exported_each_with_its_own_key(
    shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, started = shell("log", "vkey").strip(), datetime.now(UTC).isoformat()
    later = shell("log", "turn").splitlines()[-1]
    shell("erase", "--due")
    label = later.partition("+")[0].rpartition("/")[2]
    folder = tmp_path / "out"
    assert shell("log", "export", str(folder), *FOR, "--entries").count("is written") == 2
    assert {path.name for path in folder.iterdir()} == {"first", label}
    # The place of a record is that in its own log: 1 is what show calls 2027:1.
    assert next(line["place"] for line in records(folder / label)) == 1
    for key, rest in ((first, False), (later, True)):
        code, said = verdict(capsys, folder, key)
        assert (code, "none is missing" in said, "follows" in said) == (0, True, rest), said
    assert verdict(capsys, folder / label, first)[0] == 1
    # Of the time before there is one log alone: that is the folder itself.
    assert shell("log", "export", str(tmp_path / "now"), *FOR, "--until", started).count("is written") == 1
    assert verdict(capsys, tmp_path / "now", first)[0] == 0
    assert "already" in shell("log", "export", str(folder), *FOR, code=2)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--key", "age1nothing"), "--key"), (("--since", "yesterday"), "--since"),
        (("--openings", "Subject ID"), "--openings"),
    ],
)  # fmt: skip
def test_what_cannot_be_exported_is_named(shell: Shell, words: tuple[str, ...], named: str, tmp_path: Path) -> None:
    assert named in shell("log", "export", str(tmp_path / "out"), *FOR, *words, code=2)
    assert not list(tmp_path.glob("out*"))


def test_for_whom_and_why_has_to_be_said(shell: Shell, tmp_path: Path) -> None:
    assert "--for" in shell("log", "export", str(tmp_path / "out"), code=2)
    assert "export-log" not in shell("log", "show", "--json")


def test_the_log_verifies_from_a_checkpoint_on_and_with_a_file_to_resume_from(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "old").write_text(shell.result("log", "checkpoint").stdout)
    shell("log", "export", str(tmp_path / "out"), *FOR)
    resume = str(tmp_path / "kept")
    for words in (("--from", str(tmp_path / "old")), ("--resume", resume), ("--resume", resume), ("--jobs", "1")):
        assert "faults 0" in shell("log", "verify", *words)
    other = tmp_path / "other"
    Shell(other)("migrate")
    Shell(other)("erase", "--due")
    assert "another log" in Shell(other)("log", "verify", "--resume", resume, code=2)
    # The checkpoint leads on into the logs that follow; what was kept of each is gone on with.
    shell("log", "turn")
    told = shell("log", "verify", "--from", str(tmp_path / "old"), "--jobs", "2")
    assert (told.count("faults 0"), "not verified" in told) == (2, False)
    (tmp_path / "later").write_text(shell.result("log", "checkpoint").stdout)
    told = shell("log", "verify", "--from", str(tmp_path / "later"))
    assert (told.count("faults 0"), "before the checkpoint that was given: not verified" in told) == (2, True)
    for _ in range(2):
        assert shell("log", "verify", "--resume", resume).count("faults 0") == 2
    shell("log", "publish", str(tmp_path / "pub"))
    for words in (("--resume", str(tmp_path / "of the folder")), ("--from", str(tmp_path / "later"))):
        assert "faults 0" in shell("log", "verify", "--folder", str(tmp_path / "pub"), *words)
    assert "--from" not in Shell(other)("log", "verify", "--from", str(tmp_path / "old"), code=2)
