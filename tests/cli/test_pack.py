"""Evidence packs from the command line: made, verified, and told of whatever was changed since."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from shouze.registers.acting import Attached
from shouze.registers.annualreviews.evidence import packs_of
from shouze.verifier.program import main
from tests.cli.shell import PATIENCE, Shell, program

FOR = ("--for", "通信管理局", "--reason", "检查通知书 7 号")


@pytest.fixture(scope="module")
def packed(published: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shell, Path]:
    """Return an installation and a pack that it made."""
    folder = tmp_path_factory.mktemp("pack")
    shell = Shell(Path(shutil.copytree(published, folder / "home")))
    assert "is written" in shell("pack", "make", str(folder / "pack"), *FOR, "--entries")
    return shell, folder / "pack"


@pytest.fixture
def copy(packed: tuple[Shell, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(packed[1], tmp_path / "copy"))


def test_a_pack_verifies_here_and_with_nothing_but_the_key(
    packed: tuple[Shell, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    shell, folder = packed
    said = shell("pack", "verify", str(folder))
    assert "faults: 0" in said
    assert "none is missing" in said
    with pytest.raises(SystemExit) as left:
        main(["pack", str(folder), "--vkey", shell("log", "vkey").strip(), "--lang", "en"])
    assert left.value.code == 0, capsys.readouterr().out


@pytest.mark.duty("A19-annual")
def test_an_authority_verifies_a_pack_that_comes_as_an_archive(packed: tuple[Shell, Path], copy: Path) -> None:
    shell, folder = packed
    vkey = shell("log", "vkey").strip()
    [fine] = packs_of([_archived(folder)], vkey)
    assert fine.holds
    assert (fine.files > 5, fine.records > 0) == (True, True)
    (copy / "records/README.md").write_text("nothing")
    [changed] = packs_of([_archived(copy)], vkey)
    assert [where for where, *_ in changed.faults] == ["records/README.md"]


def _archived(folder: Path) -> Attached:
    content = Path(shutil.make_archive(f"{folder}-archive", "zip", folder.parent, folder.name)).read_bytes()
    return Attached("pack.zip", "application/zip", content)


def _relist(pack: Path) -> None:
    contents = json.loads((pack / "contents.json").read_text())
    contents["made"] = "2020-01-01T00:00:00Z"
    (pack / "contents.json").write_text(json.dumps(contents))


def _link(pack: Path) -> None:
    (pack / "records/README.md").rename(pack.parent / "elsewhere")
    (pack / "records/README.md").symlink_to(pack.parent / "elsewhere")


Change = Callable[[Path], object]
CHANGES: dict[str, tuple[Change, str]] = {
    "a paper changed": (lambda pack: (pack / "records/README.md").write_text("nothing"), "not what the list"),
    "a paper taken away": (lambda pack: (pack / "records/README.md").unlink(), "it is not there"),
    "a paper put in": (lambda pack: (pack / "papers.pdf").write_bytes(b"%PDF"), "does not name it"),
    "the list rewritten": (_relist, "does not vouch"),
    "the list taken away": (lambda pack: (pack / "contents.json").unlink(), "missing or cannot be read"),
    "the opening taken away": (lambda pack: (pack / "contents.opening").unlink(), "does not vouch"),
    "a link for a paper": (_link, "a link and no file"),
}


def test_the_pack_is_recorded_and_the_log_tells_nobody_for_whom(packed: tuple[Shell, Path]) -> None:
    shell, _ = packed
    listed = shell("log", "show", "--json")
    assert [json.loads(line)["record"]["what"]["act"] for line in listed.splitlines()].count("pack") == 1
    assert "通信管理局" not in listed


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_is_changed_is_named(packed: tuple[Shell, Path], copy: Path, name: str) -> None:
    change, words = CHANGES[name]
    change(copy)
    assert words in packed[0]("pack", "verify", str(copy), code=1)


def test_what_vouches_for_one_pack_vouches_for_no_other(packed: tuple[Shell, Path], copy: Path, tmp_path: Path) -> None:
    """The proof and the opening of a pack that the same log made, beside a list that it never saw."""
    shell, folder = packed
    shell("pack", "make", str(other := tmp_path / "other"), *FOR)
    assert "faults: 0" in shell("pack", "verify", str(other))
    for names in (["contents.opening"], ["contents.tlog-proof"], ["contents.opening", "contents.tlog-proof"]):
        for name in ("contents.opening", "contents.tlog-proof"):
            shutil.copy((other if name in names else folder) / name, copy / name)
        assert "does not vouch" in shell("pack", "verify", str(copy), code=1), names


def test_only_the_lists_own_field_vouches_for_it(packed: tuple[Shell, Path], copy: Path, tmp_path: Path) -> None:
    """Whoever asks for a pack may write the digest of a forged list as its reason: the log then holds it, elsewhere."""
    shell, _ = packed
    _relist(copy)
    forged = hashlib.sha256((copy / "contents.json").read_bytes()).hexdigest()
    shell("pack", "make", str(other := tmp_path / "other"), "--for", "某局", "--reason", forged)
    shell("log", "export", str(export := tmp_path / "export"), *FOR, "--openings", "reason")
    lines = [json.loads(each) for each in (export / "records.jsonl").read_text().splitlines()]
    opened = [each for line in lines for each in line.get("openings", ())]
    named = [each for each in opened if json.loads(base64.urlsafe_b64decode(each + "=="))[1:] == ["reason", forged]]
    assert len(named) == 2, "the pack's own record, and the export's in it"
    shutil.copy(other / "contents.tlog-proof", copy / "contents.tlog-proof")
    for each in named:
        (copy / "contents.opening").write_text(each)
        assert "does not vouch" in shell("pack", "verify", str(copy), code=1)


def test_a_pack_of_another_log_is_not_vouched_for(packed: tuple[Shell, Path], tmp_path: Path) -> None:
    other = Shell(tmp_path / "other")
    other("migrate")
    assert "does not vouch" in other("pack", "verify", str(packed[1]), code=1)


def test_a_folder_that_is_there_and_a_row_that_is_not_are_refused(packed: tuple[Shell, Path], tmp_path: Path) -> None:
    shell, folder = packed
    assert "there already" in shell("pack", "make", str(folder), *FOR, code=2)
    command = program("--lang", "en", "--home", str(shell.home), "pack", "make", str(tmp_path / "new"), *FOR)
    command += ["--report", "incident:I-1"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, "no registers here yet" in done.stderr) == (2, True), done.stderr
    assert not list(tmp_path.glob("new*")), "nothing is left half-done"
