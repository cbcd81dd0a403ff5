"""Takes in what a scan found: new places become rows, judgements are remembered, what is gone is said to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db.models import Count

from shouze.registers import acting, vocabulary
from shouze.registers.enrolling import enrol_many
from shouze.registers.finding import registers
from shouze.registers.findings.learning import Judged, name_of, outgrown, score, tallied
from shouze.registers.findings.models import Finding
from shouze.registers.findings.reading import Found, Read

BATCH = 500
GONE, NEW = "gone", "new"
_KEPT = ("count", "confidence", "score", "reason_zh", "reason_en", "sample", "verdict", "last_at",
         "known", "known_margin", "known_of")  # fmt: skip


class Taken(NamedTuple):
    """How many places are new, were known, asked for judgement again, are gone."""

    fresh: int
    known: int
    again: int
    gone: int


def take_in(read: Read, now: datetime) -> Taken:
    """Take in a scan's result; the caller keeps it in one transaction."""
    taught, declared = _Taught(), _declared_items()
    fresh, known, again = 0, 0, 0
    for part in _parts(read.found):
        there = {each.mark: each for each in Finding.objects.filter(mark__in=[each.mark for each in part])}
        made = [_row(each, taught, declared, now) for each in part if each.mark not in there]
        enrol_many(registers()["findings"], made)
        updated = [_updated(there[each.mark], each, taught, declared, now) for each in part if each.mark in there]
        Finding.objects.bulk_update(updated, _KEPT, BATCH)
        fresh, known = fresh + len(made), known + len(updated)
        again += sum(_asked_again(each) for each in updated)
    gone = _gone(read) if read.whole else 0
    return Taken(fresh, known, again, gone)


def rescore(row: Finding) -> None:
    """Bring the scores of everything that a judgement teaches in step with it."""
    rows = list(Finding.objects.filter(kind=row.kind, where=row.where))
    judged = _Taught().of(row.kind, row.where)
    for each in rows:
        each.score = round(score(each.confidence, judged), 2)
    Finding.objects.bulk_update(rows, ["score"], BATCH)
    row.score = round(score(row.confidence, judged), 2)


class _Taught:
    """What was judged of each kind in columns or files of a name, asked for once each."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Judged] = {}

    def of(self, kind: str, where: str) -> Judged:
        """Return the tally."""
        if (kind, where) not in self._known:
            rows = Finding.objects.filter(kind=kind, where=where).exclude(judgement="").order_by()
            counts = {each["judgement"]: each["n"] for each in rows.values("judgement").annotate(n=Count("pk"))}
            self._known[kind, where] = tallied(counts)
        return self._known[kind, where]


def _row(each: Found, taught: _Taught, declared: frozenset[str], now: datetime) -> Finding:
    row = Finding(
        mark=each.mark, source=each.source[:300], place=each.location[:500], where=name_of(each.location),
        item=each.item[:128], kind=each.kind[:64], about=each.about[:16], title=each.location[:200], state=NEW,
    )  # fmt: skip
    return _updated(row, each, taught, declared, now)


def _updated(row: Finding, each: Found, taught: _Taught, declared: frozenset[str], now: datetime) -> Finding:
    row.count, row.confidence, row.last_at = each.count, each.confidence, now
    row.reason_zh, row.reason_en, row.sample = each.words.zh[:500], each.words.en[:500], each.sample[:200]
    if each.known is not None:  # a scan that matched nothing takes nothing away
        row.known, row.known_margin, row.known_of = each.known.subjects, each.known.margin, each.known.compared
    row.verdict = each.verdict or _verdict(each, declared)
    row.score = round(score(each.confidence, taught.of(row.kind, row.where)), 2)
    return row


def _verdict(each: Found, declared: frozenset[str]) -> str:
    """Compare with what is declared, where the scan did not."""
    if each.about != "person":
        return "organisation"
    return "undeclared-place" if each.item in declared else "undeclared-item"


def _declared_items() -> frozenset[str]:
    # A09-2-scope: what no service declares was told to nobody
    rules = vocabulary.policy().get("services", {}).values()
    return frozenset(name for each in rules for name in each.get("items", {}))


def _asked_again(row: Finding) -> bool:
    """Bring back what was gone, and ask anew about what outgrew its judgement."""
    asks = bool(row.judgement) and outgrown(row.judged_count, row.count)
    if row.state != GONE and not (asks and row.state != NEW):
        return False
    row.state = NEW if asks or not row.judgement else row.judgement
    acting.moved_on(registers()["findings"], row)
    return row.state == NEW


def _gone(read: Read) -> int:
    marks, sources = {each.mark for each in read.found}, {each.source for each in read.found}
    rows = Finding.objects.filter(source__in=sources).exclude(state=GONE)
    over = [each for each in rows.iterator() if each.mark not in marks]
    for each in over:
        each.state = GONE
        acting.moved_on(registers()["findings"], each)
    return len(over)


def _parts(found: Iterable[Found]) -> Iterator[Sequence[Found]]:
    left = iter(found)
    while part := list(islice(left, BATCH)):
        yield part
