"""A source, its rows, and the text of their cells."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from importlib import import_module
from typing import Any, NamedTuple, Protocol

from shouze.errors import InvalidError
from shouze.language import Text

Cell = str | None
CUT_OFF = "\udcff#"
"""Stands for a number too long for the sheet to have kept all its digits; no text holds a lone surrogate."""
_EXACT = 2**53


class Row(NamedTuple):
    """One row: its number as the source's own reader would count, and its cells; ``broken`` is the reason's code."""

    number: int
    cells: Sequence[Cell]
    broken: str | None = None


class Source(Protocol):
    """Users in another system's shape; a context manager."""

    @property
    def name(self) -> str:
        """What it is called on the terminal; no secret of its address."""
        ...

    @property
    def identity(self) -> str:
        """Content or address, digested: the same source has the same identity."""
        ...

    @property
    def header(self) -> Sequence[str]:
        """The names of the columns."""
        ...

    @property
    def notes(self) -> Sequence[Text]:
        """What was found out about it while it was opened."""
        ...

    def rows(self) -> Iterator[Row]:
        """Yield the rows in the same order every time, holding a bounded number of them."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


def text_of(value: object) -> Cell:
    """Return a typed cell as people write it; None when it is empty."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() and not value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value)


def _number(value: float | Decimal) -> Cell:
    if value != value or value in {float("inf"), float("-inf")}:
        return None
    if isinstance(value, float) and abs(value) >= _EXACT:
        return CUT_OFF
    return str(int(value)) if value == int(value) else str(value)


def extra(module: str) -> Any:
    """Import a library of the extra ``files``; InvalidError says how to get it."""
    try:
        return import_module(module)
    except ImportError:
        raise InvalidError(
            Text("读取这种文件需要另装组件", "Reading this kind of file needs a component that is not installed"),
            field=module.partition(".")[0],
            remedy=Text("执行 pip install shouze[files]", "Run pip install shouze[files]"),
        ) from None
