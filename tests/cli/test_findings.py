"""``shouze findings``: what is no result of a scan is told; taking one in is part of the systems' journey."""

from __future__ import annotations

from pathlib import Path

from tests.cli.shell import Shell


def test_another_file_is_told_by_its_line_and_makes_no_tables(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "home")
    shell("migrate")
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    assert "line 1, file: It is no result of a scan" in shell("findings", str(tmp_path / "x.json"), code=2)
    assert not (tmp_path / "home" / "desk.db").exists()


def test_there_has_to_be_an_installation(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    assert "There is no installation" in Shell(tmp_path / "home")("findings", str(tmp_path / "x.json"), code=2)
