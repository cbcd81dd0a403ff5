"""Ending a user's service for them: they get the link to what becomes of it, as whoever leaves at the portal does.

It is shown once, to be handed over, and sent to an address that the user had where one is chosen: before the keys end,
for afterwards it opens no more. The portal answers at the link (``desk.office``, decision 58).

# Invariant: of the link's secret only the digest is kept; it is in no row, log line or address of a page.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
import segno
from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from shouze.client import Client, ClientError, HeldOfOwn, Left, Released
from shouze.desk.models import Ended
from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.registers import one_time_codes, vocabulary
from shouze.registers.describing import Choices
from shouze.registers.mailing import mail_server
from shouze.registers.office import EndedService
from shouze.registers.ports import GIVEN

KEPT = timedelta(days=1096)
"""How long a link serves once the last thing in it is gone."""
TOLD_WITHIN = timedelta(days=1)
NOWHERE = "-"
Ask = Callable[[Callable[[Client], Any]], Any]
_SUBJECT = "注销与销毁证明 · What becomes of your information"
_BODY = """\
您要求注销「{zh}」。凭下面的链接查看何时销毁、依法保留什么，并下载签名的销毁证明；不需要登录，请妥善保存：
You asked to leave {en}. The link shows what is destroyed when and what a law keeps, and gives the signed certificate; \
no sign-in is needed, keep it:
{link}
"""
_SHORT = "您要求注销「{zh}」。销毁情况和证明 / What becomes of it: {link}"


class Handed(NamedTuple):
    """What the page shows once: of which service, since when, the link, whether it was sent (None: nobody asked)."""

    service: Text
    at: datetime
    link: str
    sent: bool | None

    @property
    def code(self) -> SafeString:
        """Return the link as a QR code, for a telephone."""
        drawn = segno.make(self.link, error="m", micro=False)
        return mark_safe(drawn.svg_inline(omitsize=True, border=2))  # noqa: S308 - an image made of the link's modules


def ways_to_tell(service: str, purpose: str) -> Choices:
    """Return the items of a purpose that the link can be sent to."""
    ways = one_time_codes.channels()
    return {item: ways[item] for item in vocabulary.declared_items(service, purpose) if item in ways}


def end(request: HttpRequest, ask: Ask, about: dict[str, Any], told_by: str) -> Handed:
    """End a service, in the name of whoever asks the door by ``ask``; errors where the door does not.

    ``about`` is what every question to it says; ``told_by`` the item that the link is sent to, or ``NOWHERE``.
    """
    service, subject, now = about["service"], about["subject"].id, GIVEN.now()
    secret = secrets.token_urlsafe(32)
    link = f"{_portal(request)}/erasure#{secret}"
    Ended.objects.filter(until__lte=now).delete()
    row = Ended.objects.create(
        token=sha256(secret.encode()).hexdigest(), subject=subject, service=service, asked_at=now, until=now + KEPT
    )
    try:
        sent = None if told_by == NOWHERE else _send(ask, about, told_by, link)
        plain = {name: each for name, each in about.items() if name != "purposes"}
        # A09-4-cancel: the service ends at the door with this act
        done: Left = ask(lambda door: door.terminate(**plain, tell=True))
    except BaseException:  # whatever stopped it, nothing ended: a link to it would lead nowhere
        row.delete()
        raise
    _keep(row, done)
    return Handed(vocabulary.service_words(service), now, link, sent)


def by_link(token: str) -> EndedService | None:
    """Return what was ended, for whoever has the link whose digest this is."""
    row = Ended.objects.filter(token=token, until__gt=GIVEN.now()).first()
    return _told(row) if row else None


def of_subject(subject: str) -> Sequence[EndedService]:
    """Return what staff ended of a user's, as far as the portal has not taken it over."""
    return [_told(each) for each in Ended.objects.filter(subject=subject, until__gt=GIVEN.now()).order_by("asked_at")]


def taken_over(token: str) -> None:
    """Forget what the portal keeps from now on."""
    Ended.objects.filter(token=token).delete()


def _told(row: Ended) -> EndedService:
    held = msgspec.convert(row.held, list[HeldOfOwn])
    return EndedService(row.token, row.subject, row.service, row.asked_at, held, row.recipients, row.record)


def _keep(row: Ended, done: Left) -> None:
    row.held = msgspec.to_builtins(done.held)
    row.recipients = None if done.recipients is None else list(done.recipients)
    row.record = None if done.receipt is None else {
        "node": done.receipt.node, "boot": done.receipt.boot, "nseq": done.receipt.nseq,
        "leaf": done.receipt.leaf.hex(),
    }  # fmt: skip
    row.until = max([row.asked_at, *(each.due for each in done.held if each.due)]) + KEPT
    row.save()


def _send(ask: Ask, about: dict[str, Any], item: str, link: str) -> bool:
    """Send the link to the address that is held; tell whether it was taken. The user leaves whether it was or not."""
    try:
        opened: Released = ask(lambda door: door.release(**about, items=[item], action="use"))
        if (address := opened.items.get(item)) is None:
            return False
        _deliver(item, address, vocabulary.service_words(about["service"]), link)
    except (ClientError, UnavailableError, OSError, ValueError):
        return False
    return True


def _deliver(item: str, address: str, service: Text, link: str) -> None:
    server = mail_server()
    if item == "email" and server is not None:
        server.send(address, _SUBJECT, _BODY.format(zh=service.zh, en=service.en, link=link), "erasure")
    elif GIVEN.texts is not None:
        GIVEN.texts.send(address, _SHORT.format(zh=service.zh, link=link), GIVEN.now() + TOLD_WITHIN)
    else:
        raise UnavailableError(field=item)


def _portal(request: HttpRequest) -> str:
    """Return where users reach the portal: under its own name, by the way that this page is reached."""
    _, colon, port = request.get_host().rpartition(":")
    at = f":{port}" if colon and port.isdecimal() else ""
    return f"{request.scheme}://{getattr(settings, 'PORTAL_NAME', '')}{at}"
