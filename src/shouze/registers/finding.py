"""Finds the registers by their folders, and the numbers of their rows."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shouze.registers.describing import Register
from shouze.registers.ports import GIVEN
from shouze.registers.roles import House

if TYPE_CHECKING:
    from shouze.registers.rows import Event


def folders() -> list[str]:
    """Return the names of the folders that hold a register, without importing them."""
    here = Path(__file__).parent
    return [each.name for each in pkgutil.iter_modules([str(here)]) if (here / each.name / "register.py").exists()]


def registers() -> dict[str, Register[Any]]:
    """Return the registers of this house by name, in the order of the menu."""
    return _registers_of(GIVEN.house)


def numbers_of(events: Sequence[Event]) -> dict[tuple[str, int], str]:
    """Return the numbers of the rows that events are about, by register and id; one query for each register."""
    found: dict[tuple[str, int], str] = {}
    for name in {each.register for each in events}:
        ids = [each.entry for each in events if each.register == name]
        rows = registers()[name].rows().filter(pk__in=ids)
        found |= {(name, pk): number for pk, number in rows.values_list("pk", "number")}
    return found


@cache
def _registers_of(house: House) -> dict[str, Register[Any]]:
    found = [import_module(f"shouze.registers.{folder}.register").REGISTER for folder in folders()]
    found = [each for each in found if house in each.houses]
    return {each.name: each for each in sorted(found, key=lambda each: (each.order, each.name))}
