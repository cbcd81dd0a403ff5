"""Sums what other authorities have told of a year (Art. 3): the newest from each, and who has told nothing yet.

What one of them did not tell is missing from a sum, and the sum says of how many it is; it is never taken for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse

from shouze.language import Text
from shouze.registers.peers.models import Peer
from shouze.registers.peers.trusted import trusted
from shouze.registers.referrals.models import Referral
from shouze.reports.report import Figure, Figures, Prose, Section

MOST = 100
_SUM = Text("{n} 个机关报送的合计（共 {all} 个）", "sum of {n} authorities of {all}")
_OTHERS = Text("其他机关报送的数字", "Told by other authorities")
_OF_OTHERS = Text("其他机关报送：{of}", "Told by other authorities: {of}")
_MISSING = Text("尚未报送：{names}", "Have not told yet: {names}")


class Line(NamedTuple):
    """One figure: its words, what each authority told in their order (None: nothing), the sum, of how many."""

    label: Text
    values: list[float | None]
    total: float
    of: int


@dataclass(frozen=True)
class Joint:
    """Who told of the year, who did not, and the figures under their headings."""

    told: list[tuple[Text, Referral]]
    missing: list[Text]
    sections: list[tuple[Text, list[Line]]]

    def how(self, line: Line) -> Text:
        """Return how a figure came about, in words: the sum of how many authorities, of how many."""
        return _SUM.fill(n=line.of, all=len(self.told) + len(self.missing))

    @property
    def width(self) -> int:
        """Return how many columns a table of it has."""
        return len(self.told) + 3


def joint(year: int, words: Iterable[Text]) -> Joint:
    """Return what other authorities told of a year; ``words`` translate what travels in Chinese."""
    newest: dict[int | None, Referral] = {}
    rows = Referral.objects.filter(direction="in", purpose="figures", year=year).exclude(state="declined")
    for row in rows.select_related("peer").order_by("-pk")[: MOST * 4]:
        newest.setdefault(row.peer_id, row)
    told = sorted(newest.values(), key=lambda row: (row.peer.province, row.peer.title) if row.peer else ("", ""))[:MOST]
    known = {each.zh: each for each in words}
    return Joint(
        [(_name(row.peer), row) for row in told],
        [_name(peer) for peer in _waited_for(newest)],
        _sections([row.figures for row in told], known),
    )


def told_by_others(year: int, now: datetime, words: Iterable[Text]) -> list[Section]:
    """Return the same as parts of a report; none where nobody told anything and nobody is waited for."""
    found = joint(year, words)
    address = f"{reverse('overview')}?year={year}"
    missing = [Section(_OTHERS, [Prose(_MISSING.fill(names=Text.listed(found.missing)))])] if found.missing else []
    return missing + [
        Section(_OF_OTHERS.fill(of=heading), [Figures([
            Figure(each.label, each.total if isinstance(each.total, int) else f"{each.total:,}", found.how(each), now,
                   address)
            for each in lines
        ])])
        for heading, lines in found.sections
    ]  # fmt: skip


def _waited_for(newest: Mapping[int | None, Referral]) -> list[Peer]:
    """Return whose figures are missing: nobody's where there is a next higher authority, which they go to."""
    known = trusted("authority")
    if not newest and known.filter(standing="ministry").exists():
        return []
    there = [each for each in newest if each is not None]
    return list(known.exclude(standing="ministry").exclude(pk__in=there).order_by("province", "title")[:MOST])


def _name(peer: Peer | None) -> Text:
    return Text("—", "—") if peer is None else peer.called


def _sections(told: list[list[Any]], known: dict[str, Text]) -> list[tuple[Text, list[Line]]]:
    found: dict[str, dict[str, list[float | None]]] = {}
    for place, figures in enumerate(told):
        for heading, label, value in figures:
            line = found.setdefault(heading, {}).setdefault(label, [None] * len(told))
            # Two figures of one name in one heading are one: nothing of them is lost.
            line[place] = _whole((line[place] or 0) + value)
    return [
        (known.get(heading, Text(heading, heading)), [_line(known.get(name, Text(name, name)), values)
                                                      for name, values in lines.items()])
        for heading, lines in found.items()
    ]  # fmt: skip


def _line(label: Text, values: list[float | None]) -> Line:
    there = [each for each in values if each is not None]
    return Line(label, values, _whole(sum(there)), len(there))


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else value
