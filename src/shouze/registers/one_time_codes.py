"""One-time codes: made, kept as a keyed digest, compared in constant time, sent at once, so many in a while.

# Invariant: neither a code nor the number it goes to is in any row, log line, error or address of a page.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from shouze.errors import TooManyError, UnavailableError
from shouze.language import Text
from shouze.registers.describing import Choices
from shouze.registers.mailing import mail_server
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.rows import CodeSent

LASTS = timedelta(minutes=10)
DIGITS = 6
DAY = timedelta(days=1)
TO_ONE: tuple[tuple[int, timedelta], ...] = ((3, timedelta(minutes=10)), (10, DAY))
"""Codes to one number or address: so many in such a time."""
BY_ONE: tuple[tuple[int, timedelta], ...] = ((30, timedelta(hours=1)),)
"""Codes at the wish of one person."""
_SUBJECT = "验证码 · One-time code"
_BODY = """\
您的验证码是 {code}，{minutes} 分钟内有效。请只告诉正在为您办理的客服人员。
Your one-time code is {code}, for {minutes} minutes. Tell it only to whoever is serving you now.
"""
_SHORT = "验证码 {code}，{minutes} 分钟内有效，请只告诉正在为您办理的人员。Code {code}, {minutes} min."


def channels() -> Choices:
    """Return the items that a code can be sent to, in this installation."""
    mail = {"email": Text("电子邮件", "E-mail")} if mail_server() else {}
    return mail | ({"phone": Text("短信", "Text message")} if GIVEN.texts is not None else {})


def fresh_code() -> str:
    """Return a new code of six digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digest_of(what_for: str, code: str) -> str:
    """Return what is kept of a code: a digest under this installation's secret, for one occasion alone."""
    return salted_hmac(what_for, code, algorithm="sha256").hexdigest()


def fits(what_for: str, code: str, kept: str, until: datetime | None, now: datetime) -> bool:
    """Tell whether it is this occasion's code, in time; whoever asks forgets the digest once it fitted."""
    in_time = until is not None and now < until
    return in_time and bool(kept) and constant_time_compare(kept, digest_of(what_for, code.strip()))


def send(item: str, address: str, code: str, person: Person | None, now: datetime) -> None:
    """Send a code to a user's address at a person's wish, or (None) at the user's own.

    TooManyError beyond what one number or one person needs; UnavailableError where it cannot be sent. Neither tells
    anything of the address.
    """
    server = mail_server()
    if item not in channels():
        remedy = Text("改用核对信息", "Compare an item instead")
        raise UnavailableError(Text("没有可用的发送渠道", "There is no way to send it"), field=item, remedy=remedy)
    _count(item, address, person, now)
    minutes = int(LASTS.total_seconds() // 60)
    if item == "phone" or server is None:
        _text(address, _SHORT.format(code=code, minutes=minutes), now + LASTS)
        return
    try:
        server.send(address, _SUBJECT, _BODY.format(code=code, minutes=minutes), "code")
    except (OSError, ValueError):
        raise _unsent(item) from None


def forget(now: datetime) -> None:
    """Forget, after a day, that codes were sent."""
    CodeSent.objects.filter(at__lt=now - DAY).delete()


def _text(number: str, words: str, until: datetime) -> None:
    if GIVEN.texts is None:
        raise _unsent("phone")
    try:
        GIVEN.texts.send(number, words, until)
    except UnavailableError:
        raise _unsent("phone") from None


def _count(item: str, address: str, person: Person | None, now: datetime) -> None:
    """Count one more; what was not taken counts too, so that nobody rings a dead gateway for ever."""
    tag = salted_hmac("code-to", f"{item}:{address}", algorithm="sha256").hexdigest()
    _within(TO_ONE, {"tag": tag}, now)
    if person is not None:
        _within(BY_ONE, {"person": person}, now)
    CodeSent.objects.create(tag=tag, person=person, at=now)


def _within(limits: tuple[tuple[int, timedelta], ...], whose: dict[str, object], now: datetime) -> None:
    for most, span in limits:
        sent = CodeSent.objects.filter(at__gt=now - span, **whose).order_by("-at").values_list("at", flat=True)[:most]
        if len(moments := list(sent)) >= most:
            wait = moments[-1] + span - now
            raise TooManyError(
                max(1, int(wait.total_seconds()) + 1),
                Text("验证码发送过于频繁", "Codes were sent too often"),
                field="code",
            )


def _unsent(item: str) -> UnavailableError:
    detail = Text("验证码没有发出", "The code could not be sent")
    remedy = Text("改用核对信息，或联系管理员", "Compare an item instead, or speak to the administrator")
    return UnavailableError(detail, field=item, remedy=remedy)
