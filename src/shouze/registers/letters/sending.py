"""Sends letters by mail; that the server took one is the proof of delivery, which the act ``accepted`` tells."""

from __future__ import annotations

import re
import smtplib
from datetime import datetime, timedelta
from email.message import EmailMessage

from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.letters.models import Letter
from shouze.registers.letters.register import ACCEPTED, FAILED, REGISTER
from shouze.registers.letters.sealing import Content, enclosed, read
from shouze.registers.mailing import MailServer
from shouze.registers.ports import GIVEN

PAGE = 50
MOST_TRIES = 14
FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=6)
NO_SERVER = "no-mail-server"
_MEDIA = re.compile(r"(?:application|image|audio|video|text)/[a-z0-9.+-]{1,80}")
_BY_ITSELF = frozenset({"receipt", "probe"})


def send_letters(now: datetime) -> int:
    """Send what is waiting; return how many were taken by the mail server."""
    taken = 0
    for letter in Letter.objects.filter(state="waiting", next_at__lte=now).select_related("key").order_by("id")[:PAGE]:
        if not (GIVEN.post.smtp_url and GIVEN.post.mail_from):
            Letter.objects.filter(pk=letter.pk).update(problem=NO_SERVER, next_at=now + FIRST)
            continue
        try:
            MailServer(GIVEN.post.smtp_url, GIVEN.post.mail_from).pass_on(_message(letter, read(letter)))
        except smtplib.SMTPRecipientsRefused:
            _give_up(letter, "recipient-refused")
        except (OSError, smtplib.SMTPException, ValueError) as problem:
            _put_off(letter, now, type(problem).__name__)
        else:
            acting.follow(REGISTER, ACCEPTED, letter.pk, None)
            taken += 1
    return taken


def _put_off(letter: Letter, now: datetime, problem: str) -> None:
    tries = letter.tries + 1
    if tries >= MOST_TRIES:
        _give_up(letter, problem)
        return
    wait = min(FIRST * 2**tries, LONGEST)
    Letter.objects.filter(pk=letter.pk).update(tries=tries, next_at=now + wait, problem=problem[:64])


def _give_up(letter: Letter, problem: str) -> None:
    acting.follow(REGISTER, FAILED, letter.pk, None, Asked({"problem": problem}))


def _message(letter: Letter, content: Content) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = GIVEN.post.mail_from, content.to
    message["Subject"] = f"[{letter.about}] {content.subject}" if letter.about else content.subject
    message["Message-ID"] = content.message_id
    if content.answers:
        message["In-Reply-To"] = message["References"] = content.answers
    if letter.kind in _BY_ITSELF:
        message["Auto-Submitted"] = "auto-replied"  # RFC 3834: whatever answers by itself leaves it unanswered
    message.set_content(content.text)
    for (name, media), each in zip(content.names, letter.enclosures.order_by("place"), strict=False):
        kind, _, sort = (media if _MEDIA.fullmatch(media) else "application/octet-stream").partition("/")
        message.add_attachment(enclosed(each), maintype=kind, subtype=sort, filename=name)
    return message
