"""Reads the registers of an installation for a report, in a process without pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from shouze.errors import NotFoundError
from shouze.language import Language, Text
from shouze.reports.report import Report
from shouze.settings import Settings
from shouze.wiring.desk import configure

T = TypeVar("T")
Known = dict[str, tuple[str, Text]]
"""By its name: the register whose rows have the report (empty: it is of no row), and the report's words."""
OSCAL: Final[Mapping[str, Text]] = {
    "oscal": Text("履行情况（OSCAL 评估结果，JSON）", "Standing in the duties (OSCAL assessment results, JSON)"),
    "oscal-catalog": Text("义务目录（OSCAL，JSON）", "The duties (OSCAL catalog, JSON)"),
}
"""Documents in another's form; they are JSON alone."""


def known_reports(home: Path, settings: Settings) -> Known:
    """Return the reports that registers make of their rows; every register has one under its own name besides."""
    configure(home, settings, None, None)
    from shouze.registers.finding import registers  # noqa: PLC0415 - only now is Django configured
    from shouze.registers.standings.report import OF_HOUSE  # noqa: PLC0415 - see above

    found: Known = {}
    for register in registers().values():
        found |= {each.name: (register.name, each.title) for each in register.reports}
        found.setdefault(register.name, (register.name, register.one))
    return found | {name: ("", each.title) for name, each in OF_HOUSE.items()}


def rows_of(home: Path, settings: Settings, name: str, most: int) -> list[tuple[str, str]]:
    """Return number and title of the newest rows that have a report."""

    def listed() -> list[tuple[str, str]]:
        from shouze.registers.finding import registers  # noqa: PLC0415 - see above

        rows = registers()[known_reports(home, settings)[name][0]].rows()
        return list(rows.order_by("-id").values_list("number", "title")[:most])

    return _reading(home, settings, listed)


def make_report(home: Path, settings: Settings, name: str, number: str) -> Report | None:
    """Return the report of a row by its number, or of the house by its year; None where there is no such row.

    NotFoundError where the row has no such report yet, InvalidError where there is no report of such a year.
    """

    def made() -> Report | None:
        from shouze.registers.finding import registers  # noqa: PLC0415 - see above
        from shouze.registers.ports import GIVEN  # noqa: PLC0415 - see above
        from shouze.registers.reporting import ROW, report_of  # noqa: PLC0415 - see above
        from shouze.registers.standings.report import OF_HOUSE, report_of_house  # noqa: PLC0415 - see above

        if name in OF_HOUSE:
            return report_of_house(name, number, GIVEN.now())
        register = registers()[known_reports(home, settings)[name][0]]
        row = register.rows().filter(number=number).first()
        if row is None:
            return None
        return report_of(register, row, ROW if name == register.name else name, GIVEN.now())

    return _reading(home, settings, made)


def make_oscal(home: Path, settings: Settings, name: str, language: Language) -> dict[str, Any]:
    """Return one of the OSCAL documents as plain JSON, by what the registers say this moment."""

    def made() -> dict[str, Any]:
        from shouze.registers.ports import GIVEN, statutes  # noqa: PLC0415 - see above
        from shouze.registers.reporting import operator_name  # noqa: PLC0415 - see above
        from shouze.registers.standings import oscal  # noqa: PLC0415 - see above
        from shouze.registers.standings.keeping import answer_now  # noqa: PLC0415 - see above

        now = GIVEN.now()
        if name == "oscal-catalog":
            return oscal.catalog(statutes(), now, language)
        return oscal.assessment_results(statutes(), answer_now(now), operator_name(), now, language)

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
