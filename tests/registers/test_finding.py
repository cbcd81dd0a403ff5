"""Registers are found by their folders, and each is told from the others by its numbers."""

from __future__ import annotations

from collections import Counter

from shouze.registers.finding import folders, registers


def test_every_folder_with_a_register_is_found() -> None:
    assert len(registers()) == len(folders())


def test_a_number_tells_which_register_it_is_of() -> None:
    prefixes = Counter(each.prefix for each in registers().values())
    assert [prefix for prefix, several in prefixes.items() if several > 1] == []
