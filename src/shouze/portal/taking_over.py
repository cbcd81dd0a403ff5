"""Partings that staff carried out at the desk: the portal takes them over when the user comes, by link or signed in.

# Invariant: the desk forgets a parting only once it stands here; wrong and unknown links are asked for alike.
"""

from __future__ import annotations

import contextlib
from datetime import datetime

from django.http import Http404

from shouze.client import HeldOfOwn
from shouze.errors import UnavailableError
from shouze.portal import certifying
from shouze.portal.models import Parting
from shouze.portal.ports import GIVEN
from shouze.portal.words import Words, law
from shouze.registers.office import EndedService


def found(secret: str) -> Parting | None:
    """Return the parting of a link's secret while it works, the desk's too; None for every reason alike."""
    known = certifying.found(secret)
    if known is not None or GIVEN.office is None:
        return known
    told = GIVEN.office.ended(certifying.digest(secret.strip()))
    return None if told is None else _take_over(told)


def all_of(subject: str) -> None:
    """Take over what staff ended of a user's; while the desk is away it waits."""
    with contextlib.suppress(UnavailableError):
        for told in GIVEN.office.endings(subject) if GIVEN.office else ():
            _take_over(told)


def renewed(subject: str, service: str) -> tuple[str, Parting]:
    """Return the secret of another link to a parting, and the row; the link before serves no more, Http404 for none."""
    all_of(subject)
    made = certifying.renewed(subject, service)
    if made is None:
        raise Http404
    return made


def _take_over(told: EndedService) -> Parting:
    words = Words.read()
    plan = [_line(each, told.asked_at, words) for each in told.held]
    row = certifying.note(
        told.token, told.subject, told.service, told.asked_at, told.asked_at, plan, told.recipients, told.record
    )
    if GIVEN.office is not None:
        GIVEN.office.taken_over(told.token)
    return row


def _line(each: HeldOfOwn, asked_at: datetime, words: Words) -> certifying.Line:
    rests = law(words.rule(each.service, each.purpose)) if each.law else None
    named = (rests.zh, rests.en) if rests else (each.law, each.law) if each.law else None
    by = max(each.due or asked_at, asked_at)
    return certifying.Line(item=each.item, purpose=each.purpose, usage=each.usage, by=by, law=named)
