"""Logs as they grow."""

from __future__ import annotations

from pathlib import Path

from shouze.discovery.following import Followed, follow
from tests.discovery.looking import findings


def _add(log: Path, text: str) -> None:
    with log.open("a", encoding="utf-8") as file:
        file.write(text)


def test_only_new_whole_lines_are_read(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("手机 13812345678\n", encoding="utf-8")
    followed = Followed(log, "a.log")
    assert followed.new() is None
    _add(log, "手机 13912345678\n手机 1371")
    lines = followed.new()
    assert lines is not None
    assert [each.place for each in findings([lines])] == ["a.log:2"]
    _add(log, "2345678\n")
    lines = followed.new()
    assert lines is not None
    assert [each.place for each in findings([lines])] == ["a.log:3"]


def test_a_rotated_log_is_read_from_its_start(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("x\n" * 50, encoding="utf-8")
    followed = Followed(log, "a.log")
    log.rename(tmp_path / "a.log.1")
    assert followed.new() is None
    log.write_text("手机 13812345678\n", encoding="utf-8")
    lines = followed.new()
    assert lines is not None
    assert lines.first == 1


def test_following_pauses_while_nothing_comes_and_ends_when_told(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("", encoding="utf-8")
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        _add(log, "手机 13812345678\n")

    seen = follow([Followed(log, "a.log")], lambda: len(pauses) > 2, pause)
    assert sum(lines.content.count(b"\n") for lines in seen) == 2
