"""Spells lists that a statement is given as a table, for PostgreSQL."""

from __future__ import annotations


def given(name: str, /, **columns: str) -> str:
    """Return the text of a table ``name`` whose columns are lists; each column is ``parameter type``.

    PostgreSQL looks into the lists it is given: it plans every time anew (0.3 to 0.5 ms, as long as the reading of one
    user takes), and where a hundred rows are asked for, it rather reads the whole table. Behind OFFSET 0 it cannot
    look, keeps its plan, and goes by the index. Where rows are locked (``FOR UPDATE``), put it into a materialized
    step of its own: each row locked carries what it is joined from, here all lists.
    """
    parameters = dict(each.split() for each in columns.values())
    lists = ", ".join(f"CAST(:{parameter} AS {kind}[]) AS {parameter}" for parameter, kind in parameters.items())
    named, spread = ", ".join(columns), ", ".join(f"given.{parameter}" for parameter in parameters)
    rows = f"(SELECT {lists} OFFSET 0) AS given, unnest({spread}) AS each ({named})"
    return f"(SELECT each.* FROM {rows}) AS {name} ({named})"  # noqa: S608 - made of constants
