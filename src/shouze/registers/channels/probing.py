"""Tries the channels on the web, once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from shouze.registers.acting import Asked, follow
from shouze.registers.channels.models import Channel
from shouze.registers.channels.register import FOUND_BROKEN, FOUND_WORKING, OPEN, REGISTER
from shouze.registers.fetching import fetch

EVERY = timedelta(days=1)
PAGE = 50


def probe(now: datetime) -> int:
    """Try the pages whose turn it is, fifty at the most; return how many were tried."""
    # A09-2-query: a channel that users are told of answers
    due = Channel.objects.filter(state__in=OPEN, kind="web")
    rows = due.filter(Q(tried_at=None) | Q(tried_at__lte=now - EVERY)).order_by("tried_at", "id")[:PAGE]
    for row in list(rows):
        _, problem = fetch(row.address)
        told = "" if problem is None else f"{problem.zh} · {problem.en}"[:200]
        Channel.objects.filter(pk=row.pk).update(tried_at=now, problem=told)
        wanted = "works" if problem is None else "broken"
        if row.state != wanted:
            follow(REGISTER, FOUND_WORKING if problem is None else FOUND_BROKEN, row.pk, None, Asked(reason=told))
    return len(rows)
