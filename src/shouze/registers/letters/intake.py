"""Takes an e-mail in: known again, filed with what it answers, or left for a person; machines' mail is never answered.

# Invariant: taking the same message in twice changes nothing; what is filed with a row by itself came from somebody
# who has a letter about it (its Message-ID cannot be guessed) or from an address that the row knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from django.db import transaction

from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.finding import registers
from shouze.registers.letters.models import Letter, Party
from shouze.registers.letters.parsing import Mail, parse
from shouze.registers.letters.register import BOUNCED, CAME, REGISTER
from shouze.registers.letters.sealing import Content, digest_of, sender_of
from shouze.registers.letters.writing import About, keep
from shouze.registers.ports import GIVEN

SPAM = "spam?"
_TAKING = ("complaints", "requests")


class _Placed(NamedTuple):
    state: str
    about: About | None = None
    suggested: str = ""


def take_in(raw: bytes, arrived_at: datetime | None = None) -> Letter | None:
    """Keep an e-mail as a letter; None where it was taken in before."""
    mail = parse(raw)
    message = digest_of(mail.message_id) if mail.message_id else sha256(raw).hexdigest()
    if (known := Letter.objects.filter(message=message).first()) is not None:
        if known.kind == "probe" and known.read_at is None:
            acting.follow(REGISTER, CAME, known.pk, None)
        return None
    with transaction.atomic():
        original = _original(mail.references)
        placed = _place(mail, original)
        letter = keep(
            _content(mail), enclosures=[Attached(each.name, each.media, each.content) for each in mail.enclosures],
            direction="in", channel="e-mail", kind="matter", state=placed.state, about=placed.about,
            suggested=placed.suggested, message=message, sender=sender_of(mail.sender), arrived_at=arrived_at,
        )  # fmt: skip
        if mail.bounce and original is not None and original.state in ("waiting", "sent"):
            acting.follow(REGISTER, BOUNCED, original.pk, None, Asked({"problem": "bounced"}))
    return letter


def _place(mail: Mail, original: Letter | None) -> _Placed:
    about = About(original.register, original.entry or 0, original.about) if original and original.register else None
    ours = sender_of(mail.sender) == sender_of(GIVEN.post.mail_from.strip("<> ")) and bool(mail.sender)
    if mail.bounce:
        return _Placed("bounce", about)
    if mail.automatic or ours:
        return _Placed("automatic", about)
    if mail.spam:
        return _Placed("new", None, SPAM)
    if about is not None:
        return _Placed("filed", about)
    named = _named(mail.numbers)
    if named is None:
        return _Placed("new")
    known = Party.objects.filter(register=named.register, entry=named.entry, sender=sender_of(mail.sender))
    return _Placed("filed", named) if mail.sender and known.exists() else _Placed("new", None, named.number)


def is_unasked(letter: Letter) -> bool:
    """Tell whether a letter begins something new: it answers and names nothing, and no filter called it spam."""
    return letter.state == "new" and not letter.suggested


def _original(references: Sequence[str]) -> Letter | None:
    digests = [digest_of(each) for each in references]
    return Letter.objects.filter(message__in=digests, direction="out").order_by("-id").first() if digests else None


def _named(numbers: Sequence[str]) -> About | None:
    for number in numbers:
        for name in _TAKING:
            row = registers()[name].rows().filter(number=number).first()
            if row is not None:
                return About.of(name, row)
    return None


def _content(mail: Mail) -> Content:
    problems = "".join(f"\n[{each.zh} · {each.en}]" for each in mail.problems)
    names = tuple((each.name, each.media) for each in mail.enclosures)
    return Content(mail.text + problems, mail.subject, mail.sender, "", names, mail.message_id)
