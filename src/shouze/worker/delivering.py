"""Delivers what is waiting to go out, by mail or webhook; what fails is tried again, ever more rarely, for three days.

# Invariant: once a message was taken, or given up, its text is gone from the table: it may hold a link that signs in.

Webhooks follow Standard Webhooks: ``webhook-id``, ``webhook-timestamp``, ``webhook-signature`` (``v1,`` and base64 of
HMAC-SHA256 over id, timestamp and body, joined by full stops).
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

import httpx

from shouze.registers.mailing import MailServer
from shouze.registers.rows import Delivery

PAGE = 100
MOST_TRIES = 14
FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=12)
SECONDS = 10.0


@dataclass(frozen=True)
class Ways:
    """Where messages go: the mail server's URL and sender, the webhook's URL and secret."""

    smtp_url: str = field(repr=False)
    mail_from: str
    webhook_url: str
    webhook_secret: str = field(repr=False)


_CLEARED = {"to": "", "subject": "", "body": ""}
"""What was said to whom is nobody's business once it is said."""


def deliver(now: datetime, ways: Ways) -> int:
    """Send what is due; return how many were taken."""
    taken = 0
    for delivery in Delivery.objects.filter(done_at=None, next_at__lte=now).order_by("id")[:PAGE]:
        try:
            _SENDING[delivery.kind](delivery, ways, now)
        except (OSError, ValueError, httpx.HTTPError) as problem:
            _put_off(delivery, now, type(problem).__name__)
        else:
            Delivery.objects.filter(pk=delivery.pk).update(done_at=now, problem="", **_CLEARED)
            taken += 1
    return taken


def _put_off(delivery: Delivery, now: datetime, problem: str) -> None:
    tries = delivery.tries + 1
    wait = min(FIRST * 2**tries, LONGEST)
    over = {"done_at": now, **_CLEARED} if tries >= MOST_TRIES else {}
    Delivery.objects.filter(pk=delivery.pk).update(tries=tries, next_at=now + wait, problem=problem, **over)


def _mail(delivery: Delivery, ways: Ways, _now: datetime) -> None:
    server = MailServer(ways.smtp_url, ways.mail_from)
    server.send(delivery.to, delivery.subject, delivery.body, f"delivery-{delivery.pk}")


def _webhook(delivery: Delivery, ways: Ways, now: datetime) -> None:
    headers = signed(ways.webhook_secret, f"msg_{delivery.pk}", now, delivery.body)
    answer = httpx.post(
        ways.webhook_url, content=delivery.body.encode(), headers=headers, timeout=SECONDS, trust_env=False
    )
    answer.raise_for_status()


def signed(secret: str, number: str, now: datetime, body: str) -> dict[str, str]:
    """Return the headers of a webhook."""
    at = str(int(now.timestamp()))
    return {
        "content-type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{signature(secret, number, at, body)}",
    }


def signature(secret: str, number: str, at: str, body: str) -> str:
    """Return the signature of a webhook, base64, under a secret as ``whsec_…``."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.digest(key, f"{number}.{at}.{body}".encode(), sha256)).decode()


_SENDING: dict[str, Callable[[Delivery, Ways, datetime], None]] = {"mail": _mail, "webhook": _webhook}
