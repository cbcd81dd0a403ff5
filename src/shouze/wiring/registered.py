"""What commands ask of the registers of this process; Django is set up before (``configured`` gives it)."""

from __future__ import annotations

from typing import Any

from shouze.language import Language, Text
from shouze.registers.finding import registers
from shouze.registers.ports import GIVEN, statutes
from shouze.registers.reporting import ROW, operator_name, report_of
from shouze.registers.rows import Document
from shouze.registers.scans.models import Scan
from shouze.registers.scans.register import taken_in
from shouze.registers.standings import oscal
from shouze.registers.standings.keeping import answer_now
from shouze.registers.standings.report import OF_HOUSE, report_of_house
from shouze.registers.standings.telling import told
from shouze.reports.report import Report

Known = dict[str, tuple[str, Text]]
"""By its name: the register whose rows have the report (empty: it is of no row), and the report's words."""


def known() -> Known:
    """Return the reports that registers make of their rows; every register has one under its own name besides."""
    found: Known = {}
    for register in registers().values():
        found |= {each.name: (register.name, each.title) for each in register.reports}
        found.setdefault(register.name, (register.name, register.one))
    return found | {name: ("", each.title) for name, each in OF_HOUSE.items() if GIVEN.house in each.houses}


class Registered:
    """The registers; each answer is of this moment."""

    def reports(self) -> Known:
        """Return the reports by name."""
        return known()

    def rows(self, name: str, most: int) -> list[tuple[str, str]]:
        """Return number and title of the newest rows that have a report."""
        rows = registers()[known()[name][0]].rows()
        return list(rows.order_by("-id").values_list("number", "title")[:most])

    def report(self, name: str, number: str) -> Report | None:
        """Return the report of a row, or of the house by its year; None where there is no such row."""
        if name in OF_HOUSE:
            return report_of_house(name, number, GIVEN.now())
        register = registers()[known()[name][0]]
        row = register.rows().filter(number=number).first()
        if row is None:
            return None
        return report_of(register, row, ROW if name == register.name else name, GIVEN.now())

    def oscal(self, name: str, language: Language) -> dict[str, Any]:
        """Return one of the OSCAL documents as plain JSON."""
        now = GIVEN.now()
        if name == "oscal-catalog":
            return oscal.catalog(statutes(), now, language)
        return oscal.assessment_results(statutes(), answer_now(now), operator_name(), now, language)

    def document(self, digest: str) -> bytes:
        """Return the document of a SHA-256 in hex."""
        return bytes(Document.objects.filter(sha256=digest).values_list("content", flat=True)[0])

    def take_in(self, name: str, content: bytes) -> Scan:
        """Take a scan's findings in, under the scan's name."""
        return taken_in(name, content, None)

    def answers(self) -> list[dict[str, Any]]:
        """Return every answer to the duties, for JSON."""
        return told(answer_now(GIVEN.now()))
