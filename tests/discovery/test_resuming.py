"""A scan that was stopped goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.discovery.places import Part
from shouze.discovery.resuming import Journal
from shouze.errors import InvalidError
from tests.discovery.looking import PEOPLE, found_in

PARTS = [Part("s", name, name, "file", 1, 1) for name in ("a", "b", "c")]


def test_what_is_done_is_told_again_and_not_read_again(tmp_path: Path) -> None:
    found = found_in(PEOPLE, "a.csv")
    first = Journal(tmp_path / "j")
    for each in found:
        first.note(PARTS[0], each)
    first.note(PARTS[0], None)
    first.note(PARTS[1], found[0])  # the run is cut off here
    first.close()
    second = Journal(tmp_path / "j")
    assert list(second.left(PARTS)) == PARTS[1:]
    assert list(second.done()) == found
    second.close()


def test_a_last_line_that_was_cut_off_is_passed_over(tmp_path: Path) -> None:
    first = Journal(tmp_path / "j")
    first.note(PARTS[0], None)
    first.close()
    with (tmp_path / "j").open("ab") as file:
        file.write(b'{"part": "fi')
    second = Journal(tmp_path / "j")
    assert list(second.left(PARTS)) == PARTS[1:]
    second.close()


def test_a_part_that_changed_is_read_again(tmp_path: Path) -> None:
    first = Journal(tmp_path / "j")
    first.note(PARTS[0], None)
    changed = Part("s", "a", "a", "file", 2, 9)
    assert list(first.left([changed])) == [changed]
    first.close()


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "j").write_text("hello\nworld\n")
    with pytest.raises(InvalidError, match="no record of a scan"):
        Journal(tmp_path / "j")
