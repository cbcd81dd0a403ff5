"""Deliveries over a real mail server and a real web server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from shouze.registers.rows import Delivery
from shouze.worker.delivering import MOST_TRIES, Ways, deliver, signature
from tests.worker.receiving import SECRET, Taken, receiver

pytestmark = pytest.mark.django_db
NOWHERE = Ways("smtp://127.0.0.1:1", "shouze@example.invalid", "http://127.0.0.1:1/", SECRET)


class Mailbox:
    """What a mail server was given."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's own name
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    port = _free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=30)
    controller.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def hooks() -> Iterator[tuple[list[Taken], str]]:
    with receiver() as (taken, url):
        yield taken, url


def test_a_mail_arrives_as_it_was_written(mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    Delivery.objects.create(kind="mail", to="zhou@example.invalid", subject="守则：1 项", body="一周内到期")
    assert deliver(timezone.now(), Ways(url, "shouze@example.invalid", "", "")) == 1
    (message,) = box.taken
    assert (message["subject"], message["to"]) == ("守则：1 项", "zhou@example.invalid")
    assert message.get_content().strip() == "一周内到期"
    assert Delivery.objects.get().body == ""
    assert deliver(timezone.now(), Ways(url, "shouze@example.invalid", "", "")) == 0
    assert Delivery.objects.values("to", "subject", "body").get() == {"to": "", "subject": "", "body": ""}


def test_a_webhook_is_signed_as_the_standard_says(hooks: tuple[list[Taken], str]) -> None:
    taken, url = hooks
    Delivery.objects.create(kind="webhook", body='{"type":"clock.week"}')
    assert deliver(timezone.now(), Ways("", "", url, SECRET)) == 1
    ((headers, body),) = taken
    wanted = signature(SECRET, headers["webhook-id"], headers["webhook-timestamp"], body)
    assert headers["webhook-signature"] == f"v1,{wanted}"
    assert Delivery.objects.get().body == ""


def test_the_standards_own_example_has_its_signature() -> None:
    body = '{"test": 2432232314}'
    assert signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == (
        "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_what_cannot_be_sent_is_tried_ever_more_rarely_and_then_given_up() -> None:
    delivery = Delivery.objects.create(kind="mail", to="zhou@example.invalid", subject="s", body="b")
    now, waits = timezone.now(), []
    for _ in range(MOST_TRIES):
        assert deliver(now, NOWHERE) == 0
        delivery.refresh_from_db()
        waits.append(delivery.next_at - now)
        now = delivery.next_at
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=12)
    assert (delivery.done_at is not None, delivery.body) == (True, "")
    assert delivery.problem == "ConnectionRefusedError"


def test_an_address_that_is_none_holds_up_no_other_message(mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    Delivery.objects.create(kind="mail", to="zhou\n@example.invalid", subject="s", body="b")
    Delivery.objects.create(kind="mail", to="zhou@example.invalid", subject="s", body="b")
    assert deliver(timezone.now(), Ways(url, "shouze@example.invalid", "", "")) == 1
    assert [each["to"] for each in box.taken] == ["zhou@example.invalid"]
