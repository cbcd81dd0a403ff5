"""What is written one after another is read alike, whichever commas and spaces stand between."""

from __future__ import annotations

from shouze.registers.commas import phrases_in, words_in


def test_words_stand_between_commas_of_either_language_and_spaces() -> None:
    assert words_in(" mobile、billing,home；mobile\nname ") == ("mobile", "billing", "home", "name")
    assert words_in("  ") == ()


def test_phrases_keep_their_spaces() -> None:
    assert phrases_in("移动 电话业务、 cloud storage ;\n移动 电话业务") == ["移动 电话业务", "cloud storage"]
