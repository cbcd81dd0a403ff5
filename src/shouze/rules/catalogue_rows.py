"""The shapes of the statutes' rows: item, type of app, instrument …

* Ids are those of the published catalogue; articles are written ``9(3)``.
* Flags say how sure a row is: T its text was read, Q read as quoted elsewhere, S its substance was read in
  commentary, M from memory. Words of rows without T or Q are restated, never shown as quotations.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Annotated, Literal

import msgspec

from shouze.language import Text

Name = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=64)]
"""An id: lower-case letters, digits and hyphens."""
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
DutyId = Annotated[str, msgspec.Meta(pattern=r"\AA[0-2][0-9](-[a-z0-9/]+)*\Z", max_length=64)]
Article = Annotated[str, msgspec.Meta(pattern=r"\A[1-9][0-9]{0,2}(\([1-9][0-9]?\))?\Z")]
Period = Annotated[str, msgspec.Meta(pattern=r"\AP[1-9][0-9]{0,2}[DMY]\Z")]
"""An ISO 8601 duration in days, months or years, for example ``P1Y``."""
Flag = Literal["T", "Q", "S", "M"]
Flags = Annotated[tuple[Flag, ...], msgspec.Meta(min_length=1)]
SanctionClass = Literal["22", "23", "24", "none"]
Level = Literal[
    "law", "administrative-regulation", "department-rule", "judicial-interpretation", "normative-document", "standard"
]


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What is read strictly: no field unknown, none missing."""


class Heading(Shape, frozen=True):
    """What stands above the rows of a file: edition, day it takes effect, source, the words that its rows use."""

    edition: Words
    effective: date
    source: Text
    instrument: Name | None = None
    words: dict[Name, Text] = {}


class Fine(Shape, frozen=True):
    """A band in yuan: more than ``over`` or no less than ``at_least``, and no more than ``up_to``."""

    up_to: Annotated[int, msgspec.Meta(ge=1)]
    over: Annotated[int, msgspec.Meta(ge=0)] | None = None
    at_least: Annotated[int, msgspec.Meta(ge=1)] | None = None
    optional: bool = False

    @property
    def bounded(self) -> bool:
        """Tell whether the band has exactly one lower bound, below the upper one."""
        lower = [bound for bound in (self.over, self.at_least) if bound is not None]
        return len(lower) == 1 and lower[0] < self.up_to

    def allows(self, yuan: int) -> bool:
        """Tell whether a fine of so many yuan is within the band."""
        above = yuan > self.over if self.over is not None else yuan >= (self.at_least or 0)
        return above and yuan <= self.up_to


class Sanction(Shape, frozen=True):
    """A class of sanction: the measures that come together, the fine that may be added, what else follows."""

    id: SanctionClass
    text: Text
    liability: DutyId | None = None
    borne_by: tuple[Name, ...] = ()
    measures: tuple[Name, ...] = ()
    fine: Fine | None = None
    announcement: bool = False
    credit_entry: bool = False
    criminal_referral: bool = False


class Item(Shape, frozen=True):
    """A kind of personal information.

    ``category`` is Article 4's (who the user is, or how the service is used); ``kind`` one of four; ``grade`` 5 is
    the most demanding; ``identifier``: at one time bound to one subject only, or possibly shared by several.
    """

    id: Name
    text: Text
    category: Literal["identity", "usage"]
    kind: Literal["identity", "authentication", "log", "content"]
    grade: Annotated[int, msgspec.Meta(ge=1, le=5)]
    form: Name
    sensitive: bool
    flags: Flags
    identifier: Literal["exclusive", "shared"] | None = None


class Necessity(Shape, frozen=True):
    """Items that the basic function cannot do without; with ``when``, only where one of these sub-functions is used."""

    items: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)]
    when: tuple[Name, ...] = ()


class AppType(Shape, frozen=True):
    """One of the published types of app: its basic function and what is necessary for it."""

    number: Annotated[int, msgspec.Meta(ge=1, le=99)]
    id: Name
    text: Text
    basic: Text
    sub_functions: dict[Name, Text] = {}
    necessary: tuple[Necessity, ...] = ()

    def necessary_items(self, sub_functions: Collection[str] | None = None) -> frozenset[str]:
        """Return the necessary items where these sub-functions are used; None means all of them are."""
        return frozenset(
            item
            for each in self.necessary
            if not each.when or sub_functions is None or not set(sub_functions).isdisjoint(each.when)
            for item in each.items
        )


class Floor(Shape, frozen=True):
    """How long an instrument has something kept at the least."""

    of: Name
    at_least: Period
    article: Article


class Instrument(Shape, frozen=True):
    """A law, regulation, rule, interpretation, document or standard beside the Order, or the Order itself."""

    id: Name
    name: Text
    level: Level
    flags: Flags
    adds: Text
    number: Words | None = None
    edition: Words | None = None
    effective: date | None = None
    floors: tuple[Floor, ...] = ()

    @property
    def may_except(self) -> bool:
        """Tell whether it can except from Article 9(1) to (4): only laws and administrative regulations can (9(5))."""
        return self.level in ("law", "administrative-regulation")


class Parallel(Shape, frozen=True):
    """Where another instrument asks for what some rows of the Order ask for: the same evidence answers both."""

    id: Name
    instrument: Name
    article: Article
    text: Text
    duties: Annotated[tuple[DutyId, ...], msgspec.Meta(min_length=1)]
    flags: Flags
