"""Compares the copies on the web with the rules that they should show, once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from shouze.language import Text
from shouze.registers.acting import Asked, follow
from shouze.registers.declarations.content import declaration_of
from shouze.registers.declarations.register import version_of
from shouze.registers.fetching import fetch
from shouze.registers.publications.matching import missing
from shouze.registers.publications.models import Publication
from shouze.registers.publications.register import FOUND_RIGHT, FOUND_WRONG, REGISTER, SHOWING

EVERY = timedelta(days=1)
PAGE = 50
_LACKS = Text("缺少 {n} 句，例如：{first}", "{n} sentences are missing, for example: {first}")
_UNKNOWN = Text("不知应为哪一版", "It is not known which version it should be")


def probe(now: datetime) -> int:
    """Fetch and compare the web copies whose turn it is, fifty at the most; return how many were looked at."""
    # A08-publish: what stands on the web is what was published
    due = Publication.objects.filter(state__in=SHOWING).exclude(url="")
    rows = due.filter(Q(probed_at=None) | Q(probed_at__lte=now - EVERY)).order_by("probed_at", "id")[:PAGE]
    for row in list(rows):
        problem = problem_of(row)
        told = "" if problem is None else f"{problem.zh} · {problem.en}"[:200]
        Publication.objects.filter(pk=row.pk).update(probed_at=now, problem=told)
        if (problem is not None) != (row.state == "wrong"):
            act = FOUND_RIGHT if problem is None else FOUND_WRONG
            follow(REGISTER, act, row.pk, None, Asked(reason=told))
    return len(rows)


def problem_of(row: Publication) -> Text | None:
    """Return in what the copy differs from the version that it is registered to show; None where it matches."""
    rules = version_of(row.service, row.shown_version or 0)
    if rules is None:
        return _UNKNOWN
    page, problem = fetch(row.url)
    if problem is not None:
        return problem
    lacking = missing(declaration_of(rules), page)
    return _LACKS.fill(n=len(lacking), first=lacking[0][:60]) if lacking else None
