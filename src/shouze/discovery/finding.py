"""A finding: what the scanner believes is personal information, where, how sure and why.

# Invariant: a finding holds no value, only its masked view, and no secret of the source's address.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Literal

import msgspec

from shouze.discovery.ages import Ages
from shouze.discovery.detector import Detector
from shouze.errors import InvalidError
from shouze.language import Language, Text
from shouze.rules.forms import mask, normalise
from shouze.rules.forms.masking import ends

Verdict = Literal[
    "declared",
    "undeclared-item",
    "undeclared-place",
    "copy-outside-custody",
    "beyond-necessity",
    "past-retention",
    "plain-text",
    "outside",
    "organisation",
]


class Known(msgspec.Struct, frozen=True):
    """About how many users hold one of the ``compared`` different values of a place, to within ``margin``."""

    compared: int
    subjects: int
    margin: int

    @property
    def telling(self) -> bool:
        """Tell whether that is more than chance alone says where there are none."""
        return self.subjects > self.margin


class Span(msgspec.Struct, frozen=True, gc=False):
    """Where in its line a value stands, in characters; ``end`` is after its last."""

    start: int
    end: int


class Row(msgspec.Struct, omit_defaults=True, gc=False):
    """A finding as it is told: what is not known of it is left out."""

    source: str
    place: str
    item: str
    kind: str
    count: int
    confidence: float
    reason: str
    sample: str
    about: str
    mark: str
    of: int | None = None
    spans: tuple[Span, ...] = ()
    verdict: Verdict | None = None
    known: Known | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One column, or one line of text, with what was found there."""

    source: str
    place: str
    item: str
    kind: str
    count: int
    confidence: float
    reason: Text
    sample: str
    about: str = "person"
    of: int | None = None
    """Cells that were looked at, for columns."""
    spans: tuple[Span, ...] = ()
    verdict: Verdict | None = None
    known: Known | None = None
    ages: Ages | None = None
    """How old the rows of its table are, where columns of dates tell."""

    @property
    def location(self) -> str:
        """Return the place without the number of a line."""
        return self.place.rpartition(":")[0] if self.spans else self.place

    @property
    def mark(self) -> str:
        """Return what a finding is known by from scan to scan: source, location and kind, digested."""
        return _digest(self.source, self.location, self.kind, self.item)

    def row(self, language: Language) -> Row:
        """Return the finding as one line of JSON says it, its reason in the reader's language."""
        return Row(self.source, self.place, self.item, self.kind, self.count, self.confidence, self.reason.to(language),
                   self.sample, self.about, self.mark, self.of, self.spans, self.verdict, self.known)  # fmt: skip


@lru_cache(maxsize=1024)  # lines of one file, one after the other, have few
def _digest(*said: str) -> str:
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:24]


def told(known: Known) -> Text:
    """Return in words how many users are among the values of a place."""
    subjects, margin, compared = f"{known.subjects:,}", known.margin, f"{known.compared:,}"
    if not known.telling:
        return Text(f"{compared} 个值中没有看出本单位用户", f"none of our users was seen among {compared} values")
    return Text(f"{compared} 个值中约有本单位用户 {subjects} 名（±{margin}）",
                f"about {subjects} (±{margin}) of our users are among {compared} values")  # fmt: skip


def masked(detector: Detector, value: str) -> str:
    """Return the customary masked view of a value; hidden where the form cannot read it."""
    if detector.form == "secret":
        return "***"
    try:
        return mask(detector.form, normalise(detector.form, value))
    except InvalidError:
        return ends(2, 2)(value) if value.isascii() else value[:1] + "*" * min(len(value) - 1, 5)


def raised(score: float, part: float) -> float:
    """Return a score nearer to certainty by a part of what is missing."""
    return score + (1 - score) * part
