"""The mail server that the house's mail goes through; it keeps nothing of what passes."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import unquote, urlsplit

from django.conf import settings

SECONDS = 10.0


@dataclass(frozen=True)
class MailServer:
    """A mail server by its URL (``smtp://`` or ``smtps://``, with name and password where it wants them), and a sender.

    # Invariant: a name and password are said over TLS alone, and a server that offers TLS is spoken to over TLS.
    """

    url: str = field(repr=False)
    sender: str

    def send(self, to: str, subject: str, body: str, number: str) -> None:
        """Send one message, ``number`` naming it; OSError where it was not taken, ValueError for no address."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Message-ID"] = make_msgid(number, "shouze.invalid")
        message.set_content(body)
        self.pass_on(message)

    def pass_on(self, message: EmailMessage) -> None:
        """Send a message as it is; errors as in ``send``."""
        with self._reached() as server:
            server.send_message(message)

    def _reached(self) -> smtplib.SMTP:
        url, context = urlsplit(self.url), ssl.create_default_context()
        host = url.hostname or "localhost"
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, url.port or 25, timeout=SECONDS)
        try:
            _introduced(
                server, context, url.scheme == "smtps", (unquote(url.username or ""), unquote(url.password or ""))
            )
        except BaseException:  # however it ended: no connection stays open
            server.close()
            raise
        return server


def mail_server() -> MailServer | None:
    """Return the mail server of this installation; None where none is set."""
    found: MailServer | None = getattr(settings, "MAIL_SERVER", None)
    return found


def _introduced(server: smtplib.SMTP, context: ssl.SSLContext, secured: bool, login: tuple[str, str]) -> None:
    server.ehlo()  # what it offers is known only after this
    if not secured and server.has_extn("starttls"):
        server.starttls(context=context)
        secured = True
    if login[0] and not secured:
        raise smtplib.SMTPNotSupportedError("no TLS to say a password over")
    if login[0]:
        server.login(*login)
