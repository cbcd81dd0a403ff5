"""``shouze scan`` from the command line."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.cli.shell import Shell, running
from tests.discovery.looking import PEOPLE
from tests.discovery.test_detector import FAMILY, OWN


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a folder of an old system."""
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "p.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "a.log").write_text("手机 13812345678\n订单号 13812345678\n", encoding="utf-8")
    (folder / "b.rar").write_bytes(b"Rar!\x1a\x07\x00" + bytes(50))
    return folder


def scan(tmp_path: Path, *words: str, code: int = 1, language: str = "en") -> str:
    """Scan in this process."""
    return Shell(tmp_path / "home", language)("scan", "--jobs", "0", *words, code=code)


def test_findings_are_listed_with_reasons_and_what_was_not_read(tmp_path: Path, old: Path) -> None:
    output = scan(tmp_path, str(old))
    assert "citizen's identity number" in output
    assert "138****5678" in output
    assert "the column's name or comment says so, too" in output
    assert "Not read: b.rar" in output
    assert "13812345678" not in output


def test_it_speaks_chinese(tmp_path: Path, old: Path) -> None:
    assert "公民身份号码" in scan(tmp_path, str(old), language="zh")


def test_findings_are_written_one_a_line(tmp_path: Path, old: Path) -> None:
    scan(tmp_path, str(old), "--jsonl", str(tmp_path / "f.jsonl"))
    rows = [json.loads(line) for line in (tmp_path / "f.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {"source", "place", "item", "kind", "count", "confidence", "reason", "sample"} <= rows[0].keys()
    (line,) = [row for row in rows if row["place"] == "a.log:1"]
    assert line["spans"] == [{"start": 3, "end": 14}]


def test_findings_go_to_standard_output_alone_when_asked(tmp_path: Path, old: Path) -> None:
    output = scan(tmp_path, str(old), "--jsonl", "-")
    assert all(json.loads(line)["source"] for line in output.splitlines())


def test_reports_are_written(tmp_path: Path, old: Path) -> None:
    scan(tmp_path, str(old), "--html", str(tmp_path / "r.html"), "--sarif", str(tmp_path / "r.sarif"))
    assert "What was found" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "r.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]


def test_an_inventory_tells_what_changed_and_serves_as_baseline(tmp_path: Path, old: Path) -> None:
    inventory = str(tmp_path / "i.json")
    scan(tmp_path, str(old), "--inventory", inventory)
    assert "Nothing changed" in scan(tmp_path, str(old), "--inventory", inventory, "--baseline", inventory, code=0)
    (old / "new.log").write_text("身份证 11010519491231002X\n", encoding="utf-8")
    output = scan(tmp_path, str(old), "--inventory", inventory, "--baseline", inventory)
    assert "new.log" in output.partition("Since the last scan")[2]


def test_nothing_found_leaves_with_0(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("nothing here\n")
    scan(tmp_path, str(tmp_path / "a.txt"), code=0)


def test_a_scan_goes_on_where_it_was(tmp_path: Path, old: Path) -> None:
    first = scan(tmp_path, str(old), "--resume", str(tmp_path / "j"))
    again = scan(tmp_path, str(old), "--resume", str(tmp_path / "j"))
    assert first.splitlines()[0] == again.splitlines()[0]
    assert "0 files or tables" in again


def test_detectors_of_ones_own_are_used_and_checked(tmp_path: Path, old: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(FAMILY + OWN, encoding="utf-8")
    (old / "staff.txt").write_text("EMP004711\n")
    assert "staff.txt" in scan(tmp_path, str(old), "--detectors", str(own))
    own.write_text(own.read_text(encoding="utf-8").replace("EMP", "(?=EMP)"), encoding="utf-8")
    assert "staff-no.pattern" in scan(tmp_path, str(old), "--detectors", str(own), code=2)


def test_findings_are_compared_with_what_is_declared(tmp_path: Path, old: Path) -> None:
    Shell(tmp_path / "home")("migrate")
    assert "undeclared item" in scan(tmp_path, str(old))
    assert "undeclared item" not in scan(tmp_path, str(old), "--no-compare")


def test_comparing_without_an_installation_says_so(tmp_path: Path, old: Path) -> None:
    assert "no installation" in scan(tmp_path, str(old), "--compare", code=2)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    assert "no such file" in scan(tmp_path, "/none", code=2)


def test_logs_are_followed_until_told_to_stop(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("手机 13712345678\n", encoding="utf-8")
    with running(tmp_path / "home", "scan", "--follow", str(log)) as program:
        assert program.stderr is not None
        assert program.stdout is not None
        assert "Following" in program.stderr.readline()
        with log.open("a", encoding="utf-8") as file:
            file.write("手机 13812345678\n")
        row = json.loads(program.stdout.readline())
        assert row["place"] == "a.log:2"
        program.send_signal(signal.SIGINT)
        program.wait(60)
        assert program.returncode == 0
