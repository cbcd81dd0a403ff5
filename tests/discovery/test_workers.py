"""Processes: the same findings as in one, and parts that crash or hang."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from shouze.cli.scan_running import new_scanner
from shouze.discovery.finding import Finding
from shouze.discovery.places import Part, parts_of
from shouze.discovery.reading.database import Manners
from shouze.discovery.reading.piece import Piece, Unread
from shouze.discovery.scanning import Outcome, Scanner
from shouze.discovery.workers import Done, apart, here
from tests.discovery.looking import PEOPLE, TODAY


class Bad(Scanner):
    """Crashes on one file and hangs on another."""

    def __init__(self) -> None:
        """Compile nothing."""

    def scan(self, source: str, pieces: Iterable[Piece]) -> Iterator[Outcome]:
        for piece in pieces:
            if "crash" in piece.place:
                os.abort()
            if "hang" in piece.place:
                time.sleep(600)
        yield from ()


def test_two_processes_find_what_one_finds(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.csv").write_text(PEOPLE, encoding="utf-8")
    make = partial(new_scanner, (), 0.5, TODAY)
    alone = [each for _, each in here(parts_of(str(tmp_path), Manners()), make, Manners()) if isinstance(each, Finding)]
    both = [
        each for _, each in apart(parts_of(str(tmp_path), Manners()), make, Manners(), 2) if isinstance(each, Finding)
    ]
    assert sorted(alone, key=str) == sorted(both, key=str)
    assert len(alone) == 18


def test_a_part_that_crashes_or_hangs_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    for name in ("a", "crash", "hang", "z"):
        (tmp_path / f"{name}.txt").write_text("x\n")
    told = list(apart(parts_of(str(tmp_path), Manners()), Bad, Manners(), 1, patience=4.0))
    unread = {part.place: each.reason.en for part, each in told if isinstance(each, Unread)}
    assert unread.keys() == {"crash.txt", "hang.txt"}
    assert "crashed" in unread["crash.txt"]
    assert "too long" in unread["hang.txt"]
    assert [part.place for part, each in told if isinstance(each, Done)] == ["a.txt", "crash.txt", "hang.txt", "z.txt"]


def test_parts_say_whether_they_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (before,) = parts_of(str(tmp_path / "a"), Manners())
    (tmp_path / "a").write_text("xy")
    (after,) = parts_of(str(tmp_path / "a"), Manners())
    assert isinstance(before, Part)
    assert before.key != after.key
