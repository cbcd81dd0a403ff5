"""How codes leave the house: into the worker's outbox, which sends them; the page does not wait."""

from __future__ import annotations

import contextlib
import threading
import time
from datetime import datetime, timedelta
from typing import Protocol

from shouze.errors import ShouzeError
from shouze.portal.ports import GIVEN, Sending
from shouze.registers.mailing import MailServer
from shouze.registers.rows import Delivery

_SUBJECT = "验证码 · One-time code"
_BODY = """\
您的登录验证码是 {code}，10 分钟内有效。请勿告诉任何人，包括我们的工作人员。
Your code to sign in is {code}, for ten minutes. Tell it to nobody, our staff included.
"""

_TEXT = "登录验证码 {code}，10 分钟内有效，请勿告诉任何人。Code to sign in: {code}"
LASTS = timedelta(minutes=10)


class Texts(Protocol):
    """Where short texts are sent to telephone numbers."""

    def send(self, number: str, words: str, until: datetime) -> None:
        """Send one now, which is worth nothing after ``until``."""
        ...


def by_mail(address: str, code: str) -> None:
    """Put the code into the outbox as mail."""
    Delivery.objects.create(kind="mail", to=address, subject=_SUBJECT, body=_BODY.format(code=code))


def by_mail_at_once(server: MailServer) -> Sending:
    """Return what mails the code beside the page, where there is no outbox: the desk's worker never sees it."""

    def send(address: str, code: str) -> None:
        threading.Thread(target=_mailed, args=(server, address, _BODY.format(code=code)), daemon=True).start()

    return send


def by_text(texts: Texts) -> Sending:
    """Return what sends the code as a short text, beside the page: nobody sees by the time whether one was sent."""

    def send(address: str, code: str) -> None:
        words, until = _TEXT.format(code=code), GIVEN.now() + LASTS
        threading.Thread(target=_sent, args=(texts, address, words, until), daemon=True).start()

    return send


def _sent(texts: Texts, address: str, words: str, until: datetime) -> None:
    # Whether it was taken is between the operator and its gateway; the user asks for another.
    with contextlib.suppress(ShouzeError):
        texts.send(address, words, until)


def _mailed(server: MailServer, address: str, words: str) -> None:
    # As with a text: the user asks for another.
    with contextlib.suppress(OSError, ValueError):
        server.send(address, _SUBJECT, words, "code")


def to_nobody() -> None:
    """Do what is done for somebody, and send it to nobody: in the outbox it is done already."""
    if GIVEN.outbox:
        Delivery.objects.create(kind="mail", body="", done_at=GIVEN.now())
    else:
        threading.Thread(target=time.sleep, args=(0,), daemon=True).start()
