"""Tests of places where Chinese names may stand."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shouze.discovery.detector import filled
from shouze.discovery.given import ends_of_names
from shouze.discovery.installed import extra
from shouze.discovery.lexicon import lexicon


def ends(text: str) -> list[int]:
    found: list[int] = ends_of_names(np.frombuffer(text.encode(), dtype=np.uint8)).tolist()
    return found


@pytest.mark.parametrize("text", ["张伟", "让张伟给", "、张建国、", "老人张建国不会", "诸葛秋菊"])
def test_likely_characters_between_borders_are_told(text: str) -> None:
    assert ends(text)


@pytest.mark.parametrize("text", ["", "张", "abc", "张 伟", "网络故障", "通张伟网"])
def test_other_characters_are_not(text: str) -> None:
    assert ends(text) == []


def test_a_place_is_told_once_wherever_the_content_is_cut() -> None:
    for filling in range(65_520, 65_540):
        assert ends("x" * filling + "，张建国，") == [filling + 9]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("张伟", True), ("x张伟y", True), ("·张伟", True), ("张伟网", False), ("通张伟", False), ("，张伟网", False),
        ("通张伟，", False), ("让张伟给", True), ("张建国", True), ("通张建国，", True), ("，张建国网", True),
        ("通张建国网", False), ("诸葛伟", True), ("通诸葛伟，", True), ("诸葛建国", True), ("，诸葛建国网", True),
        ("网，张伟，", True), ("网，张建国网", True), ("网张建国，网", True), ("通张建国的网", True),
        ("，诸葛明网", True), ("，诸葛网", False), ("，诸x葛明网", False), ("，葛明网", False),
        ("张x伟", False), ("，张，伟，", False),
    ],
)  # fmt: skip
def test_two_characters_want_a_border_on_either_side_and_three_on_one(text: str, *, told: bool) -> None:
    assert bool(ends(text)) is told


@cache
def patterns() -> tuple[Any, ...]:
    """Return what the detector of names takes for one by itself, as it writes it."""
    written = (
        r"<border>(<given_name>)(?:[^\p{Han}·]|$|<after>)",
        r"<border>(<longer_name>)",
        (r"(<longer_name>)(?:[^\p{Han}·]|$|<after>)"),
    )
    return tuple(extra("re2").compile(filled(each, lexicon().patterns)) for each in written)


def some(characters: frozenset[str], most: int = 30) -> list[str]:
    return sorted(characters)[:: max(len(characters) // most, 1)]


PARTS = st.sampled_from([
    *some(lexicon().surnames), *some(lexicon().compounds), *some(lexicon().given), *some(lexicon().given_alone),
    *some(lexicon().before), *some(lexicon().after), "网", "通", "，", "x", " ", "·", "\n", "1",
])  # fmt: skip


@given(st.lists(PARTS, max_size=12).map("".join))
@example("王诸葛伟")
@example("，诸葛建国，欧阳伟")
@example("，万俟淳网")
@example("通诸葛明，")
def test_every_place_is_told_where_the_pattern_of_names_finds_one(text: str) -> None:
    """What is not told here is not searched at all: this table may tell too much, never too little."""
    told = set(ends(text))
    for pattern in patterns():
        for first in range(len(text)):
            found = pattern.search(text, first)
            if found is None or "\n" in found[0]:
                continue
            name = found[1]
            characters = 3 if name[:2] in lexicon().compounds else 2
            until = found.start(1) + characters
            assert len(text[:until].encode()) in told or _single(name, text, found.start(1), told), (text, name)


def _single(name: str, text: str, start: int, told: set[int]) -> bool:
    """A compound surname's first character may be a surname of its own: either place leads to the line."""
    return name[0] in lexicon().surnames and len(text[: start + 2].encode()) in told
