"""One-time codes: made, kept as a keyed digest, compared in constant time, sent at once and written down nowhere."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.registers.counter.models import Call
from shouze.registers.mailing import mail_server

LASTS = timedelta(minutes=10)
DIGITS = 6
CHANNELS: dict[str, Text] = {"email": Text("电子邮件", "E-mail")}
"""Items that a code can be sent to, by what sends it; a gateway for short messages adds ``phone``."""
_SUBJECT = "验证码 · One-time code"
_BODY = """\
您的验证码是 {code}，{minutes} 分钟内有效。请只告诉正在为您办理的客服人员。
Your one-time code is {code}, for {minutes} minutes. Tell it only to whoever is serving you now.
"""


def fresh_code() -> str:
    """Return a new code of six digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digest_of(call: Call, code: str) -> str:
    """Return what is kept of a code: a digest under this installation's secret, for this call alone."""
    return salted_hmac(f"counter-{call.number}", code, algorithm="sha256").hexdigest()


def fits(call: Call, code: str, now: datetime) -> bool:
    """Tell whether it is this call's code, in time."""
    in_time = call.code_until is not None and now < call.code_until
    return in_time and bool(call.code) and constant_time_compare(call.code, digest_of(call, code.strip()))


def send(item: str, address: str, code: str) -> None:
    """Send a code to a user's address; UnavailableError where it cannot be sent, which tells nothing of the address.

    # Invariant: neither code nor address waits in a table: the mail server takes it now, or the call goes on without.
    """
    server = mail_server()
    if item not in CHANNELS or server is None:
        remedy = Text("改用核对信息", "Compare an item instead")
        raise UnavailableError(Text("没有可用的发送渠道", "There is no way to send it"), field=item, remedy=remedy)
    body = _BODY.format(code=code, minutes=int(LASTS.total_seconds() // 60))
    try:
        server.send(address, _SUBJECT, body, "code")
    except (OSError, ValueError):
        detail = Text("验证码没有发出", "The code could not be sent")
        remedy = Text("改用核对信息，或联系管理员", "Compare an item instead, or speak to the administrator")
        raise UnavailableError(detail, field=item, remedy=remedy) from None
