"""Reads the registers of an installation for a report, in a process without pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shouze.errors import NotFoundError
from shouze.language import Language, Text
from shouze.reports.report import Report
from shouze.settings import Settings
from shouze.wiring.desk import configure

if TYPE_CHECKING:
    from shouze.wiring.registered import Known, Registered

OSCAL: Final[Mapping[str, Text]] = {
    "oscal": Text("履行情况（OSCAL 评估结果，JSON）", "Standing in the duties (OSCAL assessment results, JSON)"),
    "oscal-catalog": Text("义务目录（OSCAL，JSON）", "The duties (OSCAL catalog, JSON)"),
}
"""Documents in another's form; they are JSON alone."""


def known_reports(home: Path, settings: Settings) -> Known:
    """Return the reports that registers make of their rows; every register has one under its own name besides."""
    return configure(home, settings, None, None).registered.reports()


def rows_of(home: Path, settings: Settings, name: str, most: int) -> list[tuple[str, str]]:
    """Return number and title of the newest rows that have a report."""
    with _reading(home, settings) as registered:
        return registered.rows(name, most)


def make_report(home: Path, settings: Settings, name: str, number: str) -> Report | None:
    """Return the report of a row by its number, or of the house by its year; None where there is no such row.

    NotFoundError where the row has no such report yet, InvalidError where there is no report of such a year.
    """
    with _reading(home, settings) as registered:
        return registered.report(name, number)


def make_oscal(home: Path, settings: Settings, name: str, language: Language) -> dict[str, Any]:
    """Return one of the OSCAL documents as plain JSON, by what the registers say this moment."""
    with _reading(home, settings) as registered:
        return registered.oscal(name, language)


def documents_of(home: Path, settings: Settings, digests: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the documents of these SHA-256 in hex, one at a time."""
    for digest in digests:
        with _reading(home, settings) as registered:
            document = registered.document(digest)
        yield digest, document


@contextmanager
def _reading(home: Path, settings: Settings) -> Iterator[Registered]:
    configured = configure(home, settings, None, None)
    remedy = Text("先运行 shouze up，登记后再来", "Run shouze up, and come back once something is registered")
    absent = NotFoundError(Text("这里还没有登记簿", "There are no registers here yet"), field=str(home), remedy=remedy)
    with configured.reading(absent):
        yield configured.registered
