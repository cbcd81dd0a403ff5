"""Registers are found by their folders, and each is told from the others by its numbers."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from typing import get_args

from shouze.registers.finding import folders, registers
from shouze.registers.roles import House


def test_every_folder_with_a_register_is_found_in_its_house() -> None:
    kept = {folder: import_module(f"shouze.registers.{folder}.register").REGISTER for folder in folders()}
    assert all(each.houses <= set(get_args(House)) and each.houses for each in kept.values())
    assert set(registers()) == {each.name for each in kept.values() if "operator" in each.houses}


def test_a_number_tells_which_register_it_is_of() -> None:
    kept = [import_module(f"shouze.registers.{folder}.register").REGISTER for folder in folders()]
    prefixes = Counter(each.prefix for each in kept)
    assert [prefix for prefix, several in prefixes.items() if several > 1] == []


def test_every_column_and_filter_of_a_list_is_a_field_that_the_register_tells_of() -> None:
    kept = [import_module(f"shouze.registers.{folder}.register").REGISTER for folder in folders()]
    told = {each.name: {*each.columns, *each.filters} - {field.name for field in each.fields} for each in kept}
    assert {name: missing for name, missing in told.items() if missing} == {}


def test_a_reports_name_tells_which_register_it_is_of() -> None:
    """``shouze report NAME NUMBER`` finds the row by it."""
    kept = [import_module(f"shouze.registers.{folder}.register").REGISTER for folder in folders()]
    names = Counter((house, report.name) for each in kept for report in each.reports for house in each.houses)
    own = {(house, each.name) for each in kept for house in each.houses}
    assert [name for name, several in names.items() if several > 1 or name in own] == []
