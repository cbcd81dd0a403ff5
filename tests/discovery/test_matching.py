"""One pass over the bytes, then lines: where values begin and end, and patterns that mean harm."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.discovery.detector import Detector, Spoken
from shouze.discovery.installed import extra
from shouze.discovery.matching import Matcher, shapes_of
from shouze.errors import InvalidError
from tests.discovery.looking import TODAY, scanner

VALUES = (
    "13812345678",
    "11010519491231002X",
    "a.b@example.cn",
    "京A12345",
    "6222021234567894",
    "姓名：王小明，",
    "手机",
    " ",
    "\n",
    "x",
    "，",
)


def own(pattern: str, trigger: str | None = None) -> Detector:
    """Return a detector with this pattern."""
    words = Spoken("词", "word")
    return Detector(id="own", item="account", title=words, why=words, pattern=pattern, alone=0.9,
                    trigger=trigger)  # fmt: skip


@given(st.lists(st.sampled_from(VALUES), max_size=30))
def test_the_same_lines_give_the_same_hits_however_they_are_cut(parts: list[str]) -> None:
    matcher, text = scanner().matcher, "".join(parts)
    whole = _told(matcher, text.encode(), 0)
    apart, place = set(), 0
    for line in text.encode().splitlines(keepends=True):
        apart |= _told(matcher, line, place)
        place += len(line)
    assert whole == apart


@given(
    st.lists(st.sampled_from((*VALUES, "王小明", "女", "汉族", "1990-01-01", "Li Ming", "12", "ab12cd")), max_size=4)
)
def test_shapes_told_in_one_go_are_those_that_each_pattern_tells(parts: list[str]) -> None:
    detectors = [own(r"\d{11}"), own(r"(?i)[a-z]{1,5}|女"), own(r"[\p{Han}]{2,4}"), own(r".*\d.*"), own("")]
    shapes = [replace(each, cell=each.pattern) for each in detectors]
    cell = "".join(parts)
    alone = [place for place, each in enumerate(shapes) if extra("re2").compile(each.cell or "").fullmatch(cell)]
    assert sorted(shapes_of(shapes).Match(cell) or ()) == alone


def test_a_shape_of_another_syntax_is_refused_by_its_name() -> None:
    with pytest.raises(InvalidError) as told:
        shapes_of([replace(own("x"), cell="(?=x)")])
    assert told.value.field == "own.cell"


@given(st.binary(max_size=200))
def test_whatever_the_text_hits_lie_within_it(content: bytes) -> None:
    sound = content.decode("utf-8", "replace").encode()
    hits = scanner().matcher.hits(sound)
    assert ((hits.starts >= 0) & (hits.starts < hits.ends) & (hits.ends <= len(sound))).all()


def test_values_glued_to_letters_or_digits_are_none() -> None:
    matcher = scanner().matcher
    for text in ("x13812345678", "13812345678y", "0.13812345678", "138123456789", "_13812345678", "13812345678.25"):
        assert not _told(matcher, text.encode(), 0), text
    for text in ("：13812345678。", "13812345678.", "(13812345678)", "=13812345678&", "手机13812345678号"):
        assert _told(matcher, text.encode(), 0), text


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(?:x+x+)+y", r"(.*a){20}z", r"(?:a|aa)+b", r"([a-z]+)*1"])
def test_hostile_patterns_run_in_linear_time(pattern: str) -> None:
    """Each of these takes a backtracking matcher longer than the universe lasts on 100 kB."""
    matcher = Matcher([own(pattern, trigger="[ax]")], TODAY)
    begun = time.process_time()
    matcher.hits(b"a" * 50_000 + b"x" * 50_000)
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", "(?<!a)b", "[", "(?P<n>a"])
def test_a_pattern_of_another_syntax_is_refused_by_its_name(pattern: str) -> None:
    with pytest.raises(InvalidError, match=r"own\.pattern"):
        Matcher([own(pattern), own(pattern, trigger="a")], TODAY)


@pytest.mark.parametrize("text", ["、张建国、", "退款给诸葛明了", "，诸葛明网", "张建国"])
def test_a_name_between_borders_is_found_though_no_word_beside_it_leads_there(text: str) -> None:
    matcher = scanner().matcher
    [(number, start, end)] = _told(matcher, text.encode(), 0)
    assert matcher.detectors[number].item == "name"
    assert text.encode()[start:end].decode() in {"张建国", "诸葛明"}


def test_where_nobody_looks_for_names_none_are_told() -> None:
    assert not _told(Matcher([own(r"[0-9]{4}")], TODAY), "、张建国、".encode(), 0)


def test_a_long_line_is_searched_around_its_triggers() -> None:
    text = "x" * 9_000 + " 密码：Abc12345! " + "y" * 9_000
    assert _told(scanner().matcher, text.encode(), 0)


def _told(matcher: Matcher, content: bytes, place: int) -> set[tuple[int, int, int]]:
    hits = matcher.hits(content)
    triples = zip(hits.detectors.tolist(), hits.starts.tolist(), hits.ends.tolist(), strict=True)
    return {(number, start + place, end + place) for number, start, end in triples}
