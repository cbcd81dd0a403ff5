"""Hands a message to the mail server that the settings name, by its URL."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

SECONDS = 10.0


def send(message: EmailMessage, smtp_url: str) -> None:
    """Send a message by smtps://…, or smtp://… with STARTTLS where it is offered; OSError or SMTPException else."""
    url = urlsplit(smtp_url)
    host, secured = url.hostname or "localhost", url.scheme == "smtps"
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, url.port or 465, timeout=SECONDS, context=context)
        if secured
        else smtplib.SMTP(host, url.port or 25, timeout=SECONDS)
    ) as server:
        if not secured and server.has_extn("starttls"):
            server.starttls(context=context)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
