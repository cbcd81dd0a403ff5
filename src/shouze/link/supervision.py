"""What dispatches of supervision say: visits on the spot, complaints about inspections, matters between authorities."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from shouze.link.bodies import Body, Digest, Line, Long, Moment, Party, Short

Ground = Literal["fee", "obstruction", "conduct", "record"]
"""What an inspection is complained about for: a fee, hindering, how officers behaved, that no record was made."""
Grounds = Annotated[tuple[Ground, ...], Meta(min_length=1, max_length=4)]


class Officer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An officer of a visit, by name and the number of the identification that was shown."""

    name: Line
    identification: Line


class Taken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What was taken away in a visit: a carrier by its words, a copy by its digest besides."""

    what: Line
    sha256: Digest | None = None


class VisitRecord(Body, frozen=True, kw_only=True):
    """The record of a visit on the spot (Art. 17(3)), for the operator to attest or contest; two officers at least.

    ``notice`` is the SHA-256 of the notice's signed text; where there was none, ``unannounced`` says why.
    """

    number: Line
    basis: Line
    place: Line
    notice: Digest | None = None
    unannounced: Short = ""
    arrived_at: Moment
    left_at: Moment
    officers: Annotated[tuple[Officer, ...], Meta(min_length=2, max_length=20)]
    seen: Long
    taken: Annotated[tuple[Taken, ...], Meta(max_length=200)] = ()
    no_fee: bool
    not_hindered: bool
    due: Moment


class VisitAnswer(Body, frozen=True, kw_only=True):
    """What the operator says to a visit's record (the SHA-256 of its signed text), and which person of it says so."""

    record: Digest
    no_fee: bool
    not_hindered: bool
    comment: Long = ""
    signed_by: Line


class Grievance(Body, frozen=True, kw_only=True):
    """An operator's complaint about an inspection, to the next higher authority; ``authority`` is complained about.

    ``number`` is the operator's, ``inspection`` the authority's, where it is known.
    """

    number: Line
    authority: Party
    inspection: Short = ""
    grounds: Grounds
    happened_at: Moment
    story: Annotated[str, Meta(min_length=1, max_length=20_000)]


class GrievanceReceived(Body, frozen=True, kw_only=True):
    """The complaint has its number at the higher authority, which decides by ``due``."""

    number: Line
    grievance: Line
    due: Moment


class GrievanceQuestion(Body, frozen=True, kw_only=True):
    """The higher authority asks the one complained about; what the operator wrote stays with who asks."""

    number: Line
    operator: Line
    inspection: Short = ""
    grounds: Grounds
    happened_at: Moment
    text: Long
    due: Moment


class GrievanceStatement(Body, frozen=True, kw_only=True):
    """What the authority that was complained about says to it."""

    number: Line
    text: Long


class GrievanceDecided(Body, frozen=True, kw_only=True):
    """The higher authority's decision, to both: which grounds it upholds and which it dismisses, why, what is done."""

    number: Line
    grievance: Short = ""
    authority: Party
    operator: Party | None = None
    inspection: Short = ""
    upheld: tuple[Ground, ...] = ()
    dismissed: tuple[Ground, ...] = ()
    reasons: Long
    measures: Long = ""


class Figured(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One figure of a year: under which heading, what was counted, how many."""

    heading: Line
    label: Line
    value: Annotated[float, Meta(ge=0)]


class Referral(Body, frozen=True, kw_only=True):
    """A matter between authorities (Arts. 3, 14(2)): escalated, transferred, handled jointly, or a year's figures.

    It discloses what stands in it, and nothing else of its sender's registers.
    """

    number: Line
    purpose: Literal["escalation", "transfer", "joint", "figures"]
    title: Line
    facts: Long
    asked: Long = ""
    operator: Short = ""
    licence: Short = ""
    due: Moment | None = None
    year: Annotated[int, Meta(ge=2013, le=9999)] | None = None
    figures: Annotated[tuple[Figured, ...], Meta(max_length=500)] = ()


class ReferralAnswer(Body, frozen=True, kw_only=True):
    """What became of a referral where it went: taken up, declined with the reason, or answered."""

    number: Line
    outcome: Literal["accepted", "declined", "answered"]
    number_there: Short = ""
    words: Long = ""
