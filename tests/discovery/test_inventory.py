"""What lies where, and what changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shouze.discovery.inventory import Collecting, Inventory, changes, fresh, read_inventory, write_inventory
from shouze.discovery.reading.piece import Unread
from shouze.errors import InvalidError
from shouze.language import Text
from tests.discovery.looking import PEOPLE, found_in

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def inventory(content: str, name: str = "p.csv") -> Inventory:
    """Return the inventory of one file."""
    collected = Collecting()
    for each in found_in(content, name):
        collected.add(each)
    return collected.inventory(NOW)


def test_an_inventory_is_read_as_it_was_written() -> None:
    collected = Collecting()
    for each in found_in(PEOPLE, "p.csv"):
        collected.add(each)
    collected.miss("source", Unread("x.rar", Text("不能读取", "cannot be read")))
    found = collected.inventory(NOW)
    assert read_inventory(write_inventory(found), "i.json") == found


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"format": "other/1", "at": "2026-11-01T00:00:00Z"}'])
def test_what_is_no_inventory_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidError, match="not an inventory"):
        read_inventory(content, "i.json")


def test_lines_of_a_file_are_one_entry() -> None:
    found = inventory("电话 13812345678\n" * 500, "a.log")
    assert [(each.place, each.count, each.findings) for each in found.entries] == [("a.log", 500, 500)]


def test_changes_are_told() -> None:
    less = PEOPLE.replace("sfzh", "x").replace("11010519491231002X", "").replace("440308199901010012", "")
    more = PEOPLE + PEOPLE.partition("\n")[2]
    assert [each.kind for each in changes(inventory(PEOPLE), inventory(less))] == ["gone"]
    assert [each.kind for each in changes(inventory(less), inventory(PEOPLE))] == ["new"]
    assert {each.kind for each in changes(inventory(PEOPLE), inventory(more))} == {"more"}
    assert {each.kind for each in changes(inventory(more), inventory(PEOPLE))} == {"fewer"}
    assert changes(inventory(PEOPLE), inventory(PEOPLE)) == []


def test_what_a_baseline_holds_is_not_new() -> None:
    found = inventory(PEOPLE)
    assert fresh(found.entries, found) == []
    assert fresh(found.entries, None) == list(found.entries)
