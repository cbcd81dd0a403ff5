"""Texts over a real web server and a real mail server; neither number nor text is told when they fail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from shouze.errors import InvalidError, UnavailableError
from shouze.settings import Settings, changed
from shouze.worker.delivering import signature
from shouze.worker.texting import ByMail, ByWebhook, texts_of
from tests.desk.mailbox import mailbox
from tests.worker.receiving import SECRET, receiver

NUMBER, WORDS = "13812345678", "验证码 042731"
UNTIL = datetime(2026, 11, 28, 12, 10, tzinfo=UTC)


def test_a_webhook_is_signed_and_says_to_whom_what_until_when() -> None:
    with receiver() as (taken, url):
        ByWebhook(url, SECRET).send(NUMBER, WORDS, UNTIL)
    ((headers, body),) = taken
    wanted = signature(SECRET, headers["webhook-id"], headers["webhook-timestamp"], body)
    assert headers["webhook-signature"] == f"v1,{wanted}"
    told = msgspec.json.decode(body)
    assert told["type"] == "text.send"
    assert told["data"] == {"to": NUMBER, "text": WORDS, "until": "2026-11-28T12:10:00Z"}


def test_a_second_try_is_the_same_message() -> None:
    with receiver(503) as (taken, url):
        ByWebhook(url, SECRET).send(NUMBER, WORDS, UNTIL)
    assert len({headers["webhook-id"] for headers, _ in taken}) == 1
    assert len(taken) == 2


@pytest.mark.parametrize(("statuses", "tries"), [((503, 503), 2), ((401,), 1)])
def test_what_is_not_taken_is_said_without_number_or_text(statuses: tuple[int, ...], tries: int) -> None:
    with receiver(*statuses) as (taken, url), pytest.raises(UnavailableError) as caught:
        ByWebhook(url, SECRET).send(NUMBER, WORDS, UNTIL)
    assert len(taken) == tries
    assert NUMBER not in str(caught.value)


def test_a_gateway_that_is_away_is_said() -> None:
    for way in (ByWebhook("http://127.0.0.1:1/", SECRET), ByMail("{number}@text.example", "smtp://127.0.0.1:1")):
        with pytest.raises(UnavailableError):
            way.send(NUMBER, WORDS, UNTIL)


def test_a_mail_becomes_a_text() -> None:
    with mailbox() as box:
        ByMail("{number}@text.example", f"smtp://127.0.0.1:{box.port}", "desk@example.invalid").send(
            NUMBER, WORDS, UNTIL + timedelta(minutes=1)
        )
    (mail,) = box.messages
    assert (mail["to"], mail.get_content().strip()) == (f"{NUMBER}@text.example", WORDS)


def test_the_settings_name_the_way() -> None:
    assert texts_of(Settings()) is None
    assert isinstance(texts_of(Settings(sms_url="https://sms.example/", sms_secret=SECRET)), ByWebhook)
    assert isinstance(texts_of(Settings(sms_mail="{number}@text.example", smtp_url="smtp://127.0.0.1")), ByMail)
    assert texts_of(Settings(sms_mail="{number}@text.example")) is None
    with pytest.raises(InvalidError) as caught:
        changed(Settings(), sms_mail="text.example")
    assert caught.value.field == "sms_mail"


def test_a_secret_is_in_no_representation() -> None:
    assert SECRET not in repr(ByWebhook("https://sms.example/", SECRET))
