"""The shapes of the penalties' rows: what fines, what makes lighter, clocks, from when on the police are told."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from shouze.language import Text
from shouze.rules.catalogue_rows import Article, Fine, Flags, Name, Period, SanctionClass, Shape

Effect = Literal["lighter", "none", "may-be-none"]
Count = Annotated[int, msgspec.Meta(ge=1)]


class Persons(Shape, frozen=True):
    """The band in yuan for the persons in charge; their fine is a decision of its own."""

    at_least: int
    up_to: int


class Penalty(Shape, frozen=True):
    """What one article of an instrument lets an act be fined, with the measures that it names.

    ``articles`` are the Order's articles whose breach may break it too. ``refused``: only after an order to correct was
    not obeyed; ``grave``: only in grave circumstances. ``times_gains``: of the illegal gains, where there are any.
    ``sanction``: the class of the Order whose band it is. In force from ``effective`` to ``until``, both included.
    """

    id: Name
    instrument: Name
    article: Article
    articles: tuple[Article, ...]
    measures: tuple[Name, ...]
    flags: Flags
    sanction: SanctionClass | None = None
    fine: Fine | None = None
    refused: bool = False
    grave: bool = False
    times_gains: tuple[int, int] | None = None
    turnover_percent: int | None = None
    persons: Persons | None = None
    effective: date = date(2013, 9, 1)
    until: date | None = None


class Ground(Shape, frozen=True):
    """Why a penalty is lighter or mitigated (Penalty Law 32), or why there is or may be none (33)."""

    id: Name
    article: Article
    effect: Effect
    text: Text
    flags: Flags


class Term(Shape, frozen=True):
    """A clock of the procedure: how long, in which days; ``rolls``: a last day that is a holiday moves on."""

    id: Name
    length: Period
    law: Name
    article: Article
    text: Text
    flags: Flags
    unit: Literal["calendar", "working"] = "calendar"
    rolls: bool = False


class Threshold(Shape, frozen=True):
    """From how many pieces of information, or yuan, on it is serious (interpretation of 2017, Article 5)."""

    id: Name
    count: Count
    text: Text
    flags: Flags


class Hearing(Shape, frozen=True):
    """What lets a party ask for a hearing (Penalty Law 63): from how many yuan on, and which measures."""

    natural: Count
    legal: Count
    measures: tuple[Name, ...]
    flags: Flags
