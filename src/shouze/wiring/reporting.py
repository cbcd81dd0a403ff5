"""Reads the registers of an installation for a report, in a process without pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from shouze.errors import NotFoundError
from shouze.language import Text
from shouze.reports.report import Report
from shouze.settings import Settings
from shouze.wiring.desk import configure

T = TypeVar("T")
Known = dict[str, tuple[str, Text]]
"""By its name: the register whose rows have the report, and the report's words."""


def known_reports(home: Path, settings: Settings) -> Known:
    """Return the reports that registers make of their rows; every register has one under its own name besides."""
    configure(home, settings, None, None)
    from shouze.registers.finding import registers  # noqa: PLC0415 - only now is Django configured

    found: Known = {}
    for register in registers().values():
        found |= {each.name: (register.name, each.title) for each in register.reports}
        found.setdefault(register.name, (register.name, register.one))
    return found


def rows_of(home: Path, settings: Settings, name: str, most: int) -> list[tuple[str, str]]:
    """Return number and title of the newest rows that have a report."""

    def listed() -> list[tuple[str, str]]:
        from shouze.registers.finding import registers  # noqa: PLC0415 - see above

        rows = registers()[known_reports(home, settings)[name][0]].rows()
        return list(rows.order_by("-id").values_list("number", "title")[:most])

    return _reading(home, settings, listed)


def make_report(home: Path, settings: Settings, name: str, number: str) -> Report | None:
    """Return the report of a row by its number; None where there is no such row.

    NotFoundError where the row has no such report yet.
    """

    def made() -> Report | None:
        from shouze.registers.finding import registers  # noqa: PLC0415 - see above
        from shouze.registers.ports import GIVEN  # noqa: PLC0415 - see above
        from shouze.registers.reporting import ROW, report_of  # noqa: PLC0415 - see above

        register = registers()[known_reports(home, settings)[name][0]]
        row = register.rows().filter(number=number).first()
        if row is None:
            return None
        return report_of(register, row, ROW if name == register.name else name, GIVEN.now())

    return _reading(home, settings, made)


def documents_of(home: Path, settings: Settings, digests: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the documents of these SHA-256 in hex, one at a time."""
    for digest in digests:
        yield digest, _reading(home, settings, partial(_document, digest))


def _document(digest: str) -> bytes:
    from shouze.registers.rows import Document  # noqa: PLC0415 - see above

    return bytes(Document.objects.filter(sha256=digest).values_list("content", flat=True)[0])


def _reading(home: Path, settings: Settings, read: Callable[[], T]) -> T:
    configure(home, settings, None, None)
    from django.db import DatabaseError, connection  # noqa: PLC0415 - see above

    try:
        return read()
    except DatabaseError:
        remedy = Text("先运行 shouze up，登记后再来", "Run shouze up, and come back once something is registered")
        raise NotFoundError(Text("这里还没有登记簿", "There are no registers here yet"), field=str(home),
                            remedy=remedy) from None  # fmt: skip
    finally:
        connection.close()
