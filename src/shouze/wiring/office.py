"""Joins the portal with the office and with what is public of the registers, here or at a desk of its own.

Messages (``desk.office``) are the one way, so that a portal apart gets what one beside the desk gets, and no more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shouze.desk import office
from shouze.desk.office import ForAll, OfOne
from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.registers.describing import Attached
from shouze.registers.office import EndedService, Figures, Filed, Wish
from shouze.registers.publicly import Entrusted, Rules
from shouze.rules.declaration import Operator

Ask = Callable[[str, ForAll | OfOne], Any]
"""From whose it is (``office.EVERYBODY``: nobody's) and a message to the answer."""
FRESH_SECONDS = 5.0


def here(subject: str, asked: ForAll | OfOne) -> Any:
    """Have a message answered by the registers of this process."""
    return asked.answer() if isinstance(asked, ForAll) else asked.answer(subject)


class Office:
    """The office for complaints and corrections (``portal.ports.OfficePort``), over whatever carries its messages."""

    def __init__(self, ask: Ask = here) -> None:
        self._ask = ask

    def matters(self) -> Mapping[str, Text]:
        """Return what one can complain about."""
        found: Mapping[str, Text] = self._ask(office.EVERYBODY, office.Matters())
        return found

    def file(self, subject: str, matter: str, service: str, story: str, enclosures: Sequence[Attached]) -> Filed:
        """File a complaint."""
        found: Filed = self._ask(subject, office.File(matter, service, story, list(enclosures)))
        return found

    def mine(self, subject: str) -> Sequence[Filed]:
        """Return a user's complaints."""
        found: Sequence[Filed] = self._ask(subject, office.Mine())
        return found

    def look(self, subject: str, number: str) -> Filed:
        """Return one complaint with what was written."""
        found: Filed = self._ask(subject, office.Look(number))
        return found

    def reopen(self, subject: str, number: str, story: str) -> Filed:
        """Begin a complaint anew."""
        found: Filed = self._ask(subject, office.Reopen(number, story))
        return found

    def withdraw(self, subject: str, number: str) -> Filed:
        """Withdraw a complaint."""
        found: Filed = self._ask(subject, office.Withdraw(number))
        return found

    def ask_correction(
        self, subject: str, service: str, purpose: str, item: str, value: str, enclosures: Sequence[Attached]
    ) -> Wish:
        """Ask for a correction that a person looks at."""
        found: Wish = self._ask(subject, office.AskCorrection(service, purpose, item, value, list(enclosures)))
        return found

    def corrections(self, subject: str) -> Sequence[Wish]:
        """Return what a user asked to have corrected."""
        found: Sequence[Wish] = self._ask(subject, office.Corrections())
        return found

    def endings(self, subject: str) -> Sequence[EndedService]:
        """Return what staff ended of a user's."""
        found: Sequence[EndedService] = self._ask(subject, office.Endings())
        return found

    def ended(self, token: str) -> EndedService | None:
        """Return what staff ended, by the digest of its link's secret."""
        found: EndedService | None = self._ask(office.EVERYBODY, office.Ended(token))
        return found

    def taken_over(self, token: str) -> None:
        """Say that the portal keeps it from now on."""
        self._ask(office.EVERYBODY, office.TakenOver(token))

    def figures(self, since: datetime, until: datetime) -> Figures:
        """Count answers over a period."""
        found: Figures = self._ask(office.EVERYBODY, office.Speed(since, until))
        return found


class PublicApart:
    """What is public of a desk's registers (``portal.ports.PublicPort``), asked again after five seconds.

    While the desk is away, what it said last is shown: the rules stay readable.
    """

    def __init__(self, ask: Ask, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._monotonic = ask, monotonic
        self._kept: dict[ForAll, tuple[float, Any]] = {}

    def in_force(self) -> Sequence[Rules]:
        """Return the rules of each service in the version in force."""
        found: Sequence[Rules] = self._told(office.InForce())
        return found

    def versions(self, service: str) -> Sequence[Rules]:
        """Return every published version of a service's rules, newest first."""
        if service not in {each.service for each in self.in_force()}:
            return []  # nothing that somebody makes up is asked for, or kept
        found: Sequence[Rules] = self._told(office.Versions(service))
        return found

    def operator(self) -> Operator | None:
        """Return the operator."""
        found: Operator | None = self._told(office.Operators())
        return found

    def agents(self) -> Sequence[Entrusted]:
        """Return the agents that are entrusted now."""
        found: Sequence[Entrusted] = self._told(office.Agents())
        return found

    def holders(self) -> Mapping[str, Text]:
        """Return what posts, accounts and agents are called."""
        found: Mapping[str, Text] = self._told(office.Holders())
        return found

    def _told(self, asked: ForAll) -> Any:
        at, found = self._kept.get(asked, (-FRESH_SECONDS, None))
        if asked in self._kept and self._monotonic() - at < FRESH_SECONDS:
            return found
        try:
            found = self._ask(office.EVERYBODY, asked)
        except UnavailableError:
            if asked not in self._kept:
                raise
            return found
        self._kept[asked] = (self._monotonic(), found)
        return found
