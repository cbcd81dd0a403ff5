"""Tries channels once a day: pages on the web are fetched, the desk's own mailbox is sent a letter that must arrive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from shouze.registers.acting import Asked, follow
from shouze.registers.channels.models import Channel
from shouze.registers.channels.register import FOUND_BROKEN, FOUND_WORKING, OPEN, REGISTER
from shouze.registers.describing import Doing
from shouze.registers.fetching import fetch
from shouze.registers.letters.models import Letter
from shouze.registers.letters.sealing import Content
from shouze.registers.letters.writing import About, fresh_message_id, keep
from shouze.registers.ports import GIVEN

EVERY = timedelta(days=1)
ARRIVES_WITHIN = timedelta(hours=1)
_NOT_ARRIVED = "试信没有到达邮箱 · The letter sent there did not arrive"
_TEXT = "用于检查本邮箱是否有效，由程序收取。\nThis checks that the mailbox works; a program reads it.\n"
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


def probe_mail(now: datetime) -> int:
    """Send a letter to each mailbox whose turn it is, and say which did not arrive; return how many were sent."""
    # A12-contact: mail to the published address arrives
    _not_arrived(now)
    address = GIVEN.post.mail_from.strip("<> ").lower()
    if not (address and GIVEN.post.smtp_url and GIVEN.post.imap_url):
        return 0
    due = Channel.objects.filter(state__in=OPEN, kind="e-mail", address__iexact=address)
    sent = 0
    for row in list(due.filter(Q(tried_at=None) | Q(tried_at__lte=now - EVERY)).order_by("id")[:PAGE]):
        lately = Letter.objects.filter(kind="probe", register=REGISTER.name, entry=row.pk, arrived_at__gt=now - EVERY)
        if not lately.exists():
            content = Content(_TEXT, "试信 · Probe", to=address, message_id=fresh_message_id())
            keep(content, about=About.of(REGISTER.name, row), direction="out", kind="probe", channel="e-mail",
                 state="waiting", next_at=now)  # fmt: skip
            sent += 1
    return sent


def came(doing: Doing[Any]) -> None:
    """Note that a letter sent to a mailbox arrived in it."""
    row = Channel.objects.filter(pk=doing.entry.entry, state__in=OPEN).first()
    if row is not None:
        Channel.objects.filter(pk=row.pk).update(tried_at=doing.now, problem="")
        if row.state != "works":
            follow(REGISTER, FOUND_WORKING, row.pk, None)


def _not_arrived(now: datetime) -> None:
    letters = Letter.objects.filter(kind="probe", read_at=None, erased_at=None, arrived_at__lte=now - ARRIVES_WITHIN)
    for letter in list(letters.exclude(problem="not-arrived").order_by("id")[:PAGE]):
        Letter.objects.filter(pk=letter.pk).update(problem="not-arrived")
        row = Channel.objects.filter(pk=letter.entry or 0, state__in=OPEN).exclude(state="broken").first()
        if row is not None:
            Channel.objects.filter(pk=row.pk).update(tried_at=now, problem=_NOT_ARRIVED[:200])
            follow(REGISTER, FOUND_BROKEN, row.pk, None, Asked(reason=_NOT_ARRIVED))
