"""Joins the portal with the registers of what users write, where they are installed (``portal.ports.OfficePort``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any

from shouze.language import Text
from shouze.registers.acting import Attached


class Office:
    """The registers' own functions for their users, under the names that the portal knows."""

    def __init__(self) -> None:
        self._filing: Any = import_module("shouze.registers.complaints.filing")
        self._asking: Any = import_module("shouze.registers.requests.filing")
        self._figures: Any = import_module("shouze.registers.complaints.figures")

    def matters(self) -> Mapping[str, Text]:
        """Return what one can complain about."""
        matters: Mapping[str, Text] = self._filing.MATTERS
        return {name: text for name, text in matters.items() if name != "unsorted"}

    def file(self, subject: str, matter: str, service: str, story: str, enclosures: Sequence[Attached]) -> Any:
        """File a complaint."""
        return self._filing.file(subject, matter, service, story, enclosures)

    def mine(self, subject: str) -> Sequence[Any]:
        """Return a user's complaints."""
        found: Sequence[Any] = self._filing.mine(subject)
        return found

    def look(self, subject: str, number: str) -> Any:
        """Return one complaint with what was written."""
        return self._filing.look(subject, number)

    def reopen(self, subject: str, number: str, story: str) -> Any:
        """Begin a complaint anew."""
        return self._filing.reopen(subject, number, story)

    def withdraw(self, subject: str, number: str) -> Any:
        """Withdraw a complaint."""
        return self._filing.withdraw(subject, number)

    def ask_correction(
        self, subject: str, service: str, purpose: str, item: str, value: str, enclosures: Sequence[Attached]
    ) -> Any:
        """Ask for a correction that a person looks at."""
        return self._asking.ask_correction(subject, service, purpose, item, value, enclosures)

    def corrections(self, subject: str) -> Sequence[Any]:
        """Return what a user asked to have corrected."""
        found: Sequence[Any] = self._asking.corrections(subject)
        return found

    def figures(self, since: datetime, until: datetime) -> Any:
        """Count answers over a period."""
        return self._figures.figures(since, until, until)
