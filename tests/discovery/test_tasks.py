"""Tasks: every part in one of them, and what comes back of one is what a scan says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from shouze.cli.scan_running import making
from shouze.discovery.finding import Finding
from shouze.discovery.places import Part, parts_of
from shouze.discovery.reading.database import Manners
from shouze.discovery.reading.piece import Unread
from shouze.discovery.tasks import LARGE, MANY, SMALL, Work, _Packed, scan_task, tasks_of, told_of
from shouze.discovery.workers import Done, here
from shouze.language import Text
from tests.discovery.looking import PEOPLE, TODAY


def _part(place: str, size: int = 1) -> Part:
    return Part("lake", place, place, "file", size)


@given(st.lists(st.integers(0, LARGE * 2), max_size=300), st.integers(1, 5))
def test_every_part_is_in_one_task_of_bounded_size(sizes: list[int], cores: int) -> None:
    parts = [_part(str(number), size) for number, size in enumerate(sizes)]
    tasks = list(tasks_of(iter(parts), cores))
    assert [part for task in tasks for part in task] == parts
    for task in tasks:
        assert len(task) <= MANY
        assert len(task) == 1 or sum(part.size for part in task[:-1]) + task[-1].size // 2 <= LARGE


@given(st.integers(1, 250), st.integers(2, 8))
def test_what_is_known_to_be_left_is_divided_evenly_among_the_cores(files: int, cores: int) -> None:
    parts = [_part(str(number), 1_000_000) for number in range(files)]
    sizes = [sum(part.size for part in task) for task in tasks_of(iter(parts), cores)]
    assert len(sizes) % cores == 0 or min(sizes) >= SMALL - 1_000_000 or len(sizes) == 1
    assert max(sizes) - min(sizes) <= 2_000_000


def test_parts_are_listed_no_further_ahead_than_the_cores_are_busy() -> None:
    listed = []

    def listing() -> Iterator[Part]:
        for number in range(10_000):
            listed.append(number)
            yield _part(str(number), LARGE // 4)

    next(tasks_of(listing(), 2))
    assert len(listed) == 16


def test_what_comes_back_of_a_task_is_what_a_scan_says(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "a.log").write_text("手机 13812345678\n" * 5, encoding="utf-8")
    (tmp_path / "b.rar").write_bytes(b"Rar!\x1a\x07\x00" + bytes(50))
    parts = tuple(parts_of(str(tmp_path), Manners()))
    make = making((), 0.5, TODAY)
    there = [each for chunk in scan_task(Work.of(make, Manners()), parts) for each in told_of(parts, chunk)]
    ours = list(here(parts, make, Manners()))
    kinds = (Finding, Unread, Done)
    assert [each for each in there if isinstance(each[1], kinds)] == [
        each for each in ours if isinstance(each[1], kinds)
    ]
    assert sum(isinstance(outcome, Finding) for _, outcome in there) == 8


def test_a_file_with_more_findings_than_a_task_carries_back_is_told_and_the_next_one_is_whole() -> None:
    parts = (_part("huge.log"), _part("small.log"))
    packed = _Packed({part: number for number, part in enumerate(parts)}, most=1_000)
    found = Finding(source="lake", place="x", item="phone", kind="mobile", count=1, confidence=0.9,
                    reason=Text("是", "it is"), sample="***")  # fmt: skip
    chunks: list[bytes] = []
    for part, count in zip(parts, (100_000, 10), strict=True):
        for _ in range(count):
            chunks += packed.take(part, found)
        chunks += packed.take(part, Done(part))
    told = [each for chunk in (*chunks, *packed.end()) for each in told_of(parts, chunk)]
    unread = [(part.place, outcome.place) for part, outcome in told if isinstance(outcome, Unread)]
    assert unread == [("huge.log", "huge.log")]
    assert sum(isinstance(outcome, Finding) for part, outcome in told if part.place == "huge.log") < 20_000
    assert sum(isinstance(outcome, Finding) for part, outcome in told if part.place == "small.log") == 10
    assert [outcome.part for _, outcome in told if isinstance(outcome, Done)] == list(parts)
