"""Sends short texts at once, by the operator's own gateway: a signed webhook, or a mail that becomes a text.

# Invariant: neither text nor number is kept, logged, or told in an error.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import msgspec

from shouze.errors import UnavailableError
from shouze.registers.mailing import MailServer
from shouze.registers.ports import Texts
from shouze.settings import Settings
from shouze.worker.delivering import signed

SECONDS = 5.0
TRIES = 2
PLACE = "{number}"


@dataclass(frozen=True)
class ByWebhook:
    """Posts ``text.send`` to a gateway (Standard Webhooks); a second try has the first one's ``webhook-id``."""

    url: str
    secret: str = field(repr=False)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def send(self, number: str, words: str, until: datetime) -> None:
        """Have a text sent, which is worth nothing after ``until``; UnavailableError where it was not taken."""
        told = {"type": "text.send", "timestamp": self.now(), "data": {"to": number, "text": words, "until": until}}
        body, name = msgspec.json.encode(told).decode(), f"msg_{secrets.token_hex(12)}"
        for _ in range(TRIES):
            headers = signed(self.secret, name, self.now(), body)
            try:
                answer = httpx.post(self.url, content=body.encode(), headers=headers, timeout=SECONDS, trust_env=False)
            except httpx.HTTPError:
                continue
            if answer.is_success:
                return
            if answer.is_client_error:
                break
        raise UnavailableError


@dataclass(frozen=True)
class ByMail:
    """Mails a text to an address made of the number, such as ``{number}@text.example``."""

    address: str
    smtp_url: str = field(repr=False)
    mail_from: str = ""

    def send(self, number: str, words: str, until: datetime) -> None:  # noqa: ARG002 - the port has it
        """Have a text sent; UnavailableError where the mail server did not take it."""
        server = MailServer(self.smtp_url, self.mail_from)
        try:
            server.send(self.address.replace(PLACE, number), " ", words, "text")
        except (OSError, ValueError):
            raise UnavailableError from None


def texts_of(settings: Settings) -> Texts | None:
    """Return the way that the settings name; None where they name none."""
    if settings.sms_url:
        return ByWebhook(settings.sms_url, settings.sms_secret)
    if settings.sms_mail and settings.smtp_url:
        return ByMail(settings.sms_mail, settings.smtp_url, settings.mail_from)
    return None
