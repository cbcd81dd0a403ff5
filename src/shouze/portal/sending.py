"""How codes leave the house: into the worker's outbox, which sends them; the page does not wait."""

from __future__ import annotations

from shouze.portal.ports import GIVEN
from shouze.registers.rows import Delivery

_SUBJECT = "验证码 · One-time code"
_BODY = """\
您的登录验证码是 {code}，10 分钟内有效。请勿告诉任何人，包括我们的工作人员。
Your code to sign in is {code}, for ten minutes. Tell it to nobody, our staff included.
"""


def by_mail(address: str, code: str) -> None:
    """Put the code into the outbox as mail."""
    Delivery.objects.create(kind="mail", to=address, subject=_SUBJECT, body=_BODY.format(code=code))


def by_message(address: str, code: str) -> None:
    """Put the code into the outbox as a short message."""
    Delivery.objects.create(kind="sms", to=address, subject=_SUBJECT, body=_BODY.format(code=code))


def to_nobody() -> None:
    """Write what is written for somebody, and is sent to nobody: it is done already."""
    Delivery.objects.create(kind="mail", body="", done_at=GIVEN.now())
