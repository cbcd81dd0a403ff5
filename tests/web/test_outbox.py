"""What Django's parts send waits in the deliveries, one for each who gets it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.mail import EmailMessage

from shouze.errors import UnavailableError
from shouze.registers.mailing import MailServer
from shouze.registers.rows import Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = "shouze.web.outbox.Outbox"  # the test runner of Django's puts one of its own there


def test_a_message_waits_once_for_each_recipient(outbox: None, settings: Any) -> None:
    settings.MAIL_SERVER = MailServer("smtp://127.0.0.1:1", "shouze@example.invalid")
    EmailMessage("题", "文", to=["a@example.invalid"], cc=["b@example.invalid"]).send()
    waiting = Delivery.objects.order_by("to").values_list("kind", "to", "subject", "body", "done_at")
    assert list(waiting) == [
        ("mail", "a@example.invalid", "题", "文", None), ("mail", "b@example.invalid", "题", "文", None),
    ]  # fmt: skip


def test_without_a_mail_server_nothing_waits_that_nobody_would_send(outbox: None) -> None:
    with pytest.raises(UnavailableError):
        EmailMessage("题", "文", to=["a@example.invalid"]).send()
    assert not Delivery.objects.exists()
