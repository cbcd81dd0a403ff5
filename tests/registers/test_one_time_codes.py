"""Codes: so many to one number and by one person, kept as digests, forgotten after a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.errors import TooManyError, UnavailableError
from shouze.registers import one_time_codes as codes
from shouze.registers.mailing import MailServer
from shouze.registers.ports import GIVEN
from shouze.registers.rows import CodeSent
from tests.registers.house import kept, officer

pytestmark = pytest.mark.django_db
NOW = timezone.now()


class Phone:
    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []

    def send(self, number: str, words: str, until: object) -> None:
        self.got.append((number, words))


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Phone:
    made = Phone()
    monkeypatch.setattr(GIVEN, "texts", made)
    return made


def test_there_is_no_way_but_those_that_the_settings_name(settings: Any) -> None:
    assert codes.channels() == {}
    settings.MAIL_SERVER = MailServer("smtp://127.0.0.1:1", "shouze@example.invalid")
    assert set(codes.channels()) == {"email"}
    with pytest.raises(UnavailableError):
        codes.send("phone", "13812345678", "042731", None, NOW)


def test_one_number_gets_three_in_ten_minutes_and_ten_a_day(phone: Phone) -> None:
    at, refused = NOW, 0
    for _ in range(200):
        try:
            codes.send("phone", "13812345678", "042731", None, at)
        except TooManyError as problem:
            refused += 1
            at += timedelta(seconds=problem.seconds)
        if at >= NOW + timedelta(hours=23):
            break
    assert len(phone.got) == 10
    assert refused == 4, "after three, six, nine and ten"
    codes.send("phone", "13987654321", "042731", None, NOW)


def test_one_person_has_thirty_an_hour_sent(phone: Phone) -> None:
    for n in range(30):
        codes.send("phone", f"138{n:08}", "042731", officer(), NOW)
    with pytest.raises(TooManyError) as caught:
        codes.send("phone", "13999999999", "042731", officer(), NOW)
    assert 3590 <= caught.value.seconds <= 3601
    codes.send("phone", "13999999999", "042731", None, NOW)


def test_what_is_kept_of_it_is_forgotten_after_a_day_and_is_no_number(phone: Phone) -> None:
    codes.send("phone", "13812345678", "042731", officer(), NOW - timedelta(days=2))
    assert "13812345678" not in str(CodeSent.objects.values().get())
    kept()
    assert not CodeSent.objects.exists()


def test_a_code_fits_one_occasion_in_time() -> None:
    digest = codes.digest_of("portal-1", "042731")
    until = NOW + codes.LASTS
    assert codes.fits("portal-1", " 042731 ", digest, until, NOW)
    assert not codes.fits("portal-2", "042731", digest, until, NOW)
    assert not codes.fits("portal-1", "042731", digest, until, until)
    assert not codes.fits("portal-1", "042731", "", until, NOW)
    assert not codes.fits("portal-1", "042731", digest, None, NOW)
