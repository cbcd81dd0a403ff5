"""What Hyperscan is asked for over bytes finds what the patterns themselves would find in the text."""

from __future__ import annotations

from functools import cache

import hyperscan
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.discovery.carried import detectors
from shouze.discovery.detector import alternatives, filled
from shouze.discovery.expressions import expressions_of, over_bytes
from shouze.discovery.lexicon import lexicon
from shouze.discovery.matching import Matcher
from tests.discovery.looking import scanner

PIECES = (
    "京", "沪A12345", "粤B·D12345", "AD12345", "A1234挂", "中京A12345", "·A12345", "a", "_", ".", "-x", "@", "b.cn",
    "@b.com.cn", "+a@c.de", "é@x.yz", "x" * 31, "y" * 600, "13812345678", " ", "，", "\n", "是王", "客人是李",
    "负责人为", "张", "先生", "1", "4111", "0755-2345678", "（0755）23456789", "113.12345，22.12345", "经度",
    "🙂", "々人是王", "𤺬", "𤺬A12345",
)  # fmt: skip


def matcher() -> Matcher:
    return scanner().matcher


@cache
def as_written() -> hyperscan.Database:
    """Every pattern or trigger as it is written, over characters."""
    listed = [
        (part.encode(), number, hyperscan.HS_FLAG_UTF8 * (each.unicode or not part.isascii())
         | hyperscan.HS_FLAG_SOM_LEFTMOST * (not each.by_line))
        for number, each in enumerate(matcher().detectors) if each.pattern
        for part in alternatives(filled(each.trigger or each.pattern, lexicon().patterns))
    ]  # fmt: skip
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    expressions, ids, flags = map(list, zip(*listed, strict=True))
    database.compile(expressions=expressions, ids=ids, elements=len(ids), flags=flags)
    return database


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_the_first_pass_finds_what_the_patterns_find(text: str) -> None:
    content = text.encode()
    expected: set[tuple[int, int, int]] = set()

    def on_match(number: int, start: int, end: int, _flags: int, _context: object) -> None:
        expected.add((number, start, end))

    as_written().scan(content, match_event_handler=on_match)
    found = set(map(tuple, matcher().candidates(content).tolist()))
    values = {number for number, each in enumerate(matcher().detectors) if not each.by_line}
    assert expected <= found
    assert {each for each in found if each[0] in values} == {each for each in expected if each[0] in values}


@pytest.mark.parametrize(
    "pattern",
    ["护照.", r"[^\n]京", "[一-龥]京", r"\p{Han}京", r"\W京", "(?i:é)", r"[\p{Han}]京", "[[:alpha:]京]", "[京^]"],
)
def test_a_pattern_that_needs_characters_is_left_as_it_is(pattern: str) -> None:
    assert over_bytes(pattern, trigger=False) is None


@pytest.mark.parametrize(
    ("pattern", "written"),
    [("号?", "(?:号)?"), ("[收寄A-C]件", "(?:收|寄|[A-C])(?:件)"), (r"\b护\x27", r"\b(?:护)\x27")],
)
def test_characters_become_alternatives_of_bytes(pattern: str, written: str) -> None:
    assert over_bytes(pattern, trigger=False) == written


@pytest.mark.parametrize(
    "pattern", [r"\b[A-Za-z0-9._-]+@.+\b", r"\b[A-Za-z0-9._-]+@[!-~]+", r"\b[a-z]+@x", r"\b[A-Za-z0-9_@]+@x"]
)
def test_no_beginning_is_looked_up_where_it_would_not_be_the_only_one(pattern: str) -> None:
    detector = next(each for each in detectors() if each.id == "email")
    changed = msgspec.structs.replace(detector, pattern=pattern)
    assert [each.edge for each in expressions_of(0, changed, {})] == [None]


def test_a_rare_character_whose_last_bytes_are_a_province_s_begins_no_plate() -> None:
    plate = next(number for number, each in enumerate(matcher().detectors) if each.id == "plate")
    assert "𤺬".encode()[-2:] == "京".encode()[-2:]
    assert plate not in matcher().candidates("𤺬A12345 ".encode())[:, 0]
    assert plate in matcher().candidates("京A12345 ".encode())[:, 0]


def test_a_trigger_of_one_class_is_searched_as_it_is() -> None:
    detector = next(each for each in detectors() if each.id == "ethnicity")
    changed = msgspec.structs.replace(detector, trigger="[甲乙丙丁戊己庚辛]")
    assert [each.edge for each in expressions_of(0, changed, {})] == [None]
