"""Matters are named by who speaks of them, and have their words."""

from __future__ import annotations

from shouze.rules.duties.matters import MATTERS


def test_a_matter_is_named_by_its_source_and_what_it_is() -> None:
    assert all(name.count(".") == 1 and name == name.lower() for name in MATTERS)
    elsewhere = {name: each.register for name, each in MATTERS.items() if each.register != name.partition(".")[0]}
    assert elsewhere == {"door.obeys": "house", "log.kept": "watching"}


def test_a_matter_has_words_of_its_own_in_both_languages() -> None:
    for language in ("zh", "en"):
        words = [getattr(each.words, language) for each in MATTERS.values()]
        assert len(set(words)) == len(words)
