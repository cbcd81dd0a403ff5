"""Complaints at several stages, a post that is somewhere, and the time that a test says it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shouze.registers.complaints.models import Complaint
from shouze.registers.letters.models import Letter
from shouze.registers.letters.ports import Post
from shouze.registers.letters.sending import send_letters
from shouze.registers.ports import GIVEN
from tests.desk.mailbox import Mailbox, mailbox
from tests.registers.house import do, make, officer

SUBJECT = "a" * 26
BOX = "privacy@operator.invalid"
REACHED = {"subject": "", "reach_name": "李四", "reach_email": "lisi@example.invalid", "reach_phone": "13900000000"}
STORY = "他们把我的号码给了别人，我叫张三"
WRITTEN: dict[str, Any] = {
    "source": "phone", "matter": "unasked", "service": "", "records_told": "17 18", "story": STORY, "subject": SUBJECT,
}  # fmt: skip


def filed(**changed: Any) -> Complaint:
    """Enter a complaint as somebody of the house does."""
    complaint: Complaint = make("complaints", officer(), WRITTEN | {"received_at": GIVEN.now()} | changed)
    return complaint


def answered(complaint: Complaint, **changed: Any) -> Complaint:
    values = {"way": "phone", "text": "已停止提供并删除", "posted_number": "", "given_at": None, "purpose": ""}
    done: Complaint = do(complaint, "answer", officer(), values | changed)
    return done


def letters(complaint: Any, kind: str) -> list[Letter]:
    return list(Letter.objects.filter(about=complaint.number, kind=kind).order_by("id"))


@contextmanager
def posted() -> Iterator[Mailbox]:
    """Run a mail server that letters go through; they come from ``BOX``."""
    with mailbox() as box, pytest.MonkeyPatch.context() as patch:
        patch.setattr(GIVEN, "post", Post(smtp_url=f"smtp://127.0.0.1:{box.port}", mail_from=BOX))
        yield box


def sent(box: Mailbox) -> list[Any]:
    """Send what is waiting, and return what the mail server got of it."""
    before = len(box.messages)
    send_letters(GIVEN.now())
    return box.messages[before:]


class At:
    """The time by which acts are done; it moves when a test says so."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> datetime:
        self.moment += timedelta(**by)
        return self.moment


def noon(day: str) -> datetime:
    """Return noon in Shanghai of a day."""
    return datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC)
