"""The shape of a duty: who owes what to whom, when, with which proof.

* A duty must be done; a power may be used, as may what the State only encourages; a definition says what applies;
  a liability says what follows a breach.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec

from shouze.language import Text
from shouze.rules.catalogue_rows import Article, DutyId, Flags, Name, Period, SanctionClass, Shape, Words


class Clock(Shape, frozen=True):
    """A deadline as the text states it: exactly one of ``days``, ``every``, ``immediately``, ``promptly``.

    ``counting`` says how days or years are counted where the text leaves it open, ``counted_from`` the event.
    """

    days: Annotated[int, msgspec.Meta(ge=1, le=366)] | None = None
    every: Period | None = None
    immediately: bool = False
    promptly: bool = False
    counting: Literal["calendar", "working", "calendar-year"] | None = None
    counted_from: Name | None = msgspec.field(default=None, name="from")

    @property
    def measures(self) -> int:
        """Return how many of the four ways of stating a deadline are used."""
        return sum((self.days is not None, self.every is not None, self.immediately, self.promptly))


class Evidence(Shape, frozen=True):
    """What shows that a duty was met: a machine name and the words for it."""

    kind: Name
    words: Text


class Breach(Shape, frozen=True):
    """What a breach of the row leads to.

    ``neglect``: no sanction of its own, but the authority's staff answer under Article 24 when they neglect it;
    ``through``: no sanction of its own, but reached through these articles.
    """

    under: SanctionClass = msgspec.field(name="class")
    neglect: bool = False
    through: tuple[Article, ...] = ()


class Beside(Shape, frozen=True):
    """A matter that the row's text does not name, modelled because another instrument names it."""

    matter: Name
    instrument: Name
    article: Article


class Duty(Shape, frozen=True):
    """One row of the Order: who owes what to whom, when, what shows it, what follows a breach.

    For a power ``owed_by`` is who holds it, for a liability who imposes it and ``owed_to`` who bears it. ``door``
    marks what the gateway enforces at the moment of a use. ``enumerates`` are the matters that the text lists,
    ``open`` when it lists them without closing the list (等), ``besides`` those that other instruments add.
    ``note`` tells where text, draft and commentary differ, ``reading`` what this software makes of what the text leaves
    open: it is told apart from what the Order says.
    """

    id: DutyId
    article: Article
    kind: Literal["duty", "power", "definition", "liability"]
    term: Words
    text: Text
    sanction: Breach
    flags: Flags
    edition: Words
    owed_by: tuple[Name, ...] = ()
    owed_to: tuple[Name, ...] = ()
    trigger: Text | None = None
    clock: Clock | None = None
    evidence: Evidence | None = None
    threshold: Name | None = None
    enumerates: tuple[Name, ...] = ()
    open: bool = False
    besides: tuple[Beside, ...] = ()
    note: Text | None = None
    reading: Text | None = None
    door: bool = False

    @property
    def paragraph(self) -> int | None:
        """Return the number in brackets of the article, or None: 3 for ``9(3)``."""
        found = re.search(r"\((\d+)\)", self.article)
        return int(found[1]) if found else None

    def to_row(self) -> dict[str, object]:
        """Return the row for JSON; texts are ``{"zh", "en"}``, what does not apply is null."""
        plain = msgspec.to_builtins((self.clock, self.sanction))
        evidence = self.evidence and {"kind": self.evidence.kind, "words": self.evidence.words._asdict()}
        return {
            "id": self.id,
            "article": self.article,
            "kind": self.kind,
            "owed_by": list(self.owed_by),
            "owed_to": list(self.owed_to),
            "term": self.term,
            "text": self.text._asdict(),
            "trigger": self.trigger and self.trigger._asdict(),
            "clock": plain[0],
            "evidence": evidence,
            "sanction": plain[1],
            "flags": list(self.flags),
            "edition": self.edition,
            "door": self.door,
            "note": self.note and self.note._asdict(),
            "reading": self.reading and self.reading._asdict(),
        }
