"""Tells the answers: one object a duty for programs, and how all stood at an earlier moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from shouze.registers.ports import statutes
from shouze.registers.standings.models import Change, Standing
from shouze.rules.duties.answering import Answer
from shouze.rules.duties.telling import plain


def standings() -> dict[str, Standing]:
    """Return how the duties stand as they were answered last, by duty."""
    return {each.duty: each for each in Standing.objects.all()}


def stood_at(at: datetime) -> Mapping[str, Change]:
    """Return by duty the last change until a moment: how it stood then."""
    latest = Change.objects.filter(at__lte=at).values("duty").annotate(last=Max("id")).values_list("last", flat=True)
    return {each.duty: each for each in Change.objects.filter(pk__in=list(latest))}


def told(answers: Mapping[str, Answer]) -> list[dict[str, Any]]:
    """Return answers for JSON, in the order of the Order, with the time since which each stands so."""
    kept, known = standings(), statutes()
    found = [answers[duty] for duty in known.duties if duty in answers]
    return [plain(each, _stood(kept.get(each.duty), each), known) for each in found]


def _stood(kept: Standing | None, answer: Answer) -> datetime | None:
    return kept.stood_since if kept is not None and kept.state == answer.state else None
