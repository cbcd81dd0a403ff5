"""Puts what was read from a notice into the register: once, mapped to articles, linked to its operator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.db import transaction

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.batches.models import Batch
from shouze.registers.notices.models import NamedApp
from shouze.registers.notices.problems import Vocabulary
from shouze.registers.notices.reading import Named, Read
from shouze.registers.supervised.models import Supervised

_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})")


class Imported(NamedTuple):
    """How many were entered, were there before, have an operator here; words without an article, and how often."""

    entered: int
    known: int
    linked: int
    unmapped: Mapping[str, int]


def enter(read: Read, given: Mapping[str, str], vocabulary: Vocabulary) -> Imported:
    """Enter all that was read, or nothing; ``given`` says what the file does not: notice, authority, date."""
    entered = known = linked = 0
    unmapped: dict[str, int] = {}
    with transaction.atomic():
        for named in read.named:
            row = row_of(named, given, vocabulary)
            if is_there(row):
                known += 1
                continue
            acting.entered("notices", row, "take-in")
            entered, linked = entered + 1, linked + bool(row.operator)
            for word in row.unmapped:
                unmapped[word] = unmapped.get(word, 0) + 1
    return Imported(entered, known, linked, unmapped)


def is_there(row: NamedApp) -> bool:
    """Tell whether the notice has this app already."""
    same = {name: getattr(row, name) for name in ("notice", "title", "developer", "source", "app_version")}
    return NamedApp.objects.filter(**same).exists()


def row_of(named: Named, given: Mapping[str, str], vocabulary: Vocabulary) -> NamedApp:
    """Return the row of an app as a notice names it, of its batch here where the notice is one's own."""
    told = {name: getattr(named, name) or given.get(name, "") for name in ("notice", "authority", "date")}
    if not told["notice"]:
        remedy = Text("用 --notice 写明通报的标题", "Give the notice's title with --notice")
        raise InvalidError(Text("文件没有通报的标题", "The file has no title of the notice"), field="notice",
                           remedy=remedy)  # fmt: skip
    problems = vocabulary.split(named.problems)
    batch = Batch.objects.filter(title=told["notice"][:200]).first()
    return NamedApp(
        title=named.app_name[:200], notice=told["notice"][:200], authority=told["authority"][:200],
        dated=_date(told["date"]), seq=named.seq[:16], filing_no=named.filing_no[:60], developer=named.developer[:200],
        source=named.source[:200], app_version=named.version[:120], region=named.region[:60], problems=problems,
        articles=vocabulary.articles(problems), unmapped=vocabulary.unknown(problems), operator=_operator(named),
        batch=batch.number if batch else "",
    )  # fmt: skip


def _date(text: str) -> date | None:
    found = _DATE.search(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _operator(named: Named) -> str:
    """Return the operator's number here: by its filing (an app's is the operator's with a suffix), else by its name."""
    rows = Supervised.objects.filter(state="supervised")
    filing = re.sub(r"-\d+A$", "", named.filing_no)
    found = rows.filter(filing=filing).first() if filing else None
    found = found or (rows.filter(title=named.developer).first() if named.developer else None)
    return found.number if found else ""
