"""The two ways to Hyperscan's matches give the same rows, and nothing is written where there is no room."""

from __future__ import annotations

import ctypes
import importlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.discovery import native
from shouze.discovery.detector import Detector, Spoken
from shouze.discovery.matching import Matcher
from shouze.discovery.native import InBulk
from shouze.discovery.passes import SOM_LEFTMOST, UTF8, ByCalls, Pass, Wanted, quickest
from shouze.errors import InvalidError
from tests.discovery.looking import TODAY, scanner
from tests.discovery.test_expressions import PIECES

WANTED = (
    Wanted(rb"\d{3,4}", 0, SOM_LEFTMOST), Wanted(rb"[a-z]+@", 7, SOM_LEFTMOST), Wanted("王|李".encode(), 9, UTF8),
    Wanted(rb"a", 0, 0),
)  # fmt: skip


def in_bulk(room: int = native.ROOM) -> InBulk:
    """The pass of the distribution's library, with room for so many rows at first."""
    found = native.reached()
    assert found is not None, "tools/setup.sh vectorscan, and the requirements for development"
    return InBulk(*found, room=room)


def of(search: Pass) -> Pass:
    """Return it with two databases."""
    search.add(WANTED[:2])
    search.add(WANTED[2:])
    return search


@cache
def matchers() -> tuple[Matcher, Matcher]:
    """All detectors, each way."""
    detectors = scanner().matcher.detectors
    return Matcher(detectors, TODAY, ByCalls), Matcher(detectors, TODAY, in_bulk)


def rows(search: Pass, content: bytes) -> list[tuple[int, ...]]:
    return sorted(map(tuple, search.rows(content).tolist()))


def test_matches_are_written_in_bulk_where_that_can_be_had() -> None:
    assert isinstance(quickest(), InBulk)


@given(st.lists(st.sampled_from((*PIECES, "6222021234567894", "王小明", "11010519491231002X")), max_size=12))
def test_both_ways_find_the_same_values(parts: list[str]) -> None:
    content = "".join(parts).encode()
    calls, bulk = matchers()
    assert rows(calls._pass, content) == rows(bulk._pass, content)
    assert [each.tolist() for each in calls.hits(content)] == [each.tolist() for each in bulk.hits(content)]


@given(st.text("12345a@b王李\n", max_size=60), st.integers(1, 5))
def test_however_little_room_there_is_at_first_every_match_is_told_once(text: str, room: int) -> None:
    assert rows(of(in_bulk(room)), text.encode()) == rows(of(ByCalls()), text.encode())


def test_a_pass_begins_anew_with_each_content() -> None:
    search = of(in_bulk(2))
    assert rows(search, b"12345 a@" * 100) == rows(of(ByCalls()), b"12345 a@" * 100)
    assert rows(search, b"12345 a@") == rows(of(ByCalls()), b"12345 a@")
    assert rows(search, b"") == []
    assert search.rows(b"").shape == (0, 3)


def test_what_was_told_stays_when_the_room_is_used_again() -> None:
    search = of(in_bulk())
    first = search.rows(b"123")
    before = first.tolist()
    search.rows(b"a@ 4567")
    assert first.tolist() == before


def test_nothing_is_written_where_there_is_no_room() -> None:
    found = native.reached()
    assert found is not None
    table = np.full((4, 2), -1, np.int64)  # a column of two for each of three, and what must stay as it is
    asked = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint, ctypes.c_ulonglong, ctypes.c_ulonglong, ctypes.c_uint,
                             ctypes.c_void_p)(found[1])  # fmt: skip
    place = native._Rows(2, 0, table.ctypes.data)
    large = 2**32 + 5
    assert [asked(number, large, large + 1, 0, ctypes.addressof(place)) for number in (2**32 - 1, 3, 4, 4)] == [
        0,
        0,
        1,
        1,
    ]
    assert place.count == 2
    assert table.tolist() == [[2**32 - 1, 3], [large, large], [large + 1, large + 1], [-1, -1]]


def test_threads_take_turns() -> None:
    search = of(in_bulk(1))
    contents = [b"12345 a@ " * number for number in range(1, 60)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda each: rows(search, each), contents)) == [
            rows(of(ByCalls()), each) for each in contents
        ]


@pytest.mark.parametrize("make", [ByCalls, in_bulk])
def test_an_expression_that_is_none_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        make().add([Wanted(b"a(", 0, 0)])
    words = Spoken("词", "word")
    wrong = Detector(id="own", item="account", title=words, why=words, pattern=r"a(?=b)", alone=0.9)
    with pytest.raises(InvalidError) as problem:
        Matcher([wrong], TODAY, make)
    assert problem.value.field == "own.pattern"


@pytest.mark.parametrize(("name", "value"), [("LIBRARY", "libhs-of-nobody.so.5"), ("LEAST", (99,))])
def test_without_a_library_that_is_new_enough_python_is_called(
    name: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, name, value)
    assert native.reached() is None


def test_where_the_system_lets_nothing_new_run_python_is_called() -> None:
    lines = (
        "import ctypes",
        "refused = ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)  # PR_SET_MDWE, of Linux 6.3 and later",
        "from shouze.discovery.passes import quickest",
        "from shouze.discovery.native import InBulk",
        "found = quickest()",
        "found.add([(b'b+', 1, 256)])",
        "print(refused, found.rows(b'abc').tolist(), isinstance(found, InBulk))",
    )
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    if done.stdout.startswith("-1"):
        pytest.skip("this Linux cannot be told to")
    assert (done.stdout.strip(), done.returncode) == ("0 [[1, 1, 2]] False", 0)


def test_without_llvmlite_python_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(native, "import_module", missing)
    native._written.cache_clear()
    assert native.reached() is None
    monkeypatch.setattr(native, "import_module", importlib.import_module)
    native._written.cache_clear()
    assert native.reached() is not None
