"""Tests of places where Chinese names may stand."""

from __future__ import annotations

import numpy as np
import pytest

from shouze.discovery.given import ends_of_names


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
