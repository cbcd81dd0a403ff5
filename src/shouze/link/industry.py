"""What an association and its members say to one another (Arts. 7, 21); ``kinds`` has the table of all kinds."""

from __future__ import annotations

from typing import Literal

import msgspec

from shouze.link.bodies import Body, Count, Digest, Line, Long, Moment, Short, Word, Year


class CodeInForce(Body, frozen=True, kw_only=True):
    """A version of a code of self-discipline is in force; its member is asked to pledge itself (Art. 21).

    ``digest`` is the SHA-256 of the published text, which is attached, and stands at ``link``. A later one of the same
    matter asks again.
    """

    code: Word
    issue: Count
    title: Line
    title_en: Short = ""
    digest: Digest
    in_force_from: Moment
    due: Moment
    link: Short = ""


class Pledge(Body, frozen=True, kw_only=True):
    """What a member says to a version of a code, named by its digest: who signed for it, in which post."""

    code: Word
    issue: Count
    digest: Digest
    says: Literal["pledged", "declined", "ended"]
    signed_by: Short = ""
    post: Short = ""
    reason: Short = ""


class FiguresRequest(Body, frozen=True, kw_only=True):
    """The association asks its members for figures of a year; nothing goes back where fewer than ``least`` answer."""

    year: Year
    due: Moment
    measures: tuple[Word, ...]
    least: Count


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One figure: a share or a number of days, in hundredths (of a per cent, of a day)."""

    measure: Word
    value: Count


class Figures(Body, frozen=True, kw_only=True):
    """A member's figures of a year; what there is nothing to measure by is left out."""

    year: Year
    figures: tuple[Figure, ...]


class Compared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A figure among those of others: how many told it, their quartiles, one's own, and its place (1 is the best)."""

    measure: Word
    members: Count
    lower: Count
    median: Count
    upper: Count
    own: Count | None = None
    place: Count | None = None


class Comparison(Body, frozen=True, kw_only=True):
    """What the figures of a year come to, without a name; a measure that fewer than ``least`` told is not in it."""

    year: Year
    members: Count
    least: Count
    compared: tuple[Compared, ...] = ()


class PeerReview(Body, frozen=True, kw_only=True):
    """A member reviews another under a code, or is reviewed: each is told its part and the other's name."""

    review: Line
    part: Literal["reviewer", "reviewed"]
    other: Line
    code: Word
    issue: Count
    title: Line
    digest: Digest
    due: Moment


class PeerFinding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What was found under one clause of the code, by its number."""

    clause: Count
    kept: Literal["kept", "partly", "not-kept"]
    words: Long = ""


class PeerFindings(Body, frozen=True, kw_only=True):
    """What the reviewer found, clause by clause; the association passes it on to the member reviewed, and to nobody."""

    review: Line
    findings: tuple[PeerFinding, ...]


class PeerReply(Body, frozen=True, kw_only=True):
    """What the member reviewed answers; ``may_share``: it agrees that the supervising authority sees the review."""

    review: Line
    text: Long
    may_share: bool = False


class PeerClosed(Body, frozen=True, kw_only=True):
    """What became of a review: the follow-up, after which it is closed."""

    review: Line
    text: Long
