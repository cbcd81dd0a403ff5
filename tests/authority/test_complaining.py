"""The public form: taken without a sign-in, sealed, with a number at once; nothing of it in an address or a cache."""

from __future__ import annotations

import pytest
from django.test import Client

from shouze.authority.complaining import A_DAY
from shouze.registers.appeals.doing import read
from shouze.registers.appeals.models import Appeal

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
TOLD = {
    "operator_name": "星桥通信", "matter": "late", "story": "已过十五日没有答复", "reach": "010-5555", "name": "",
    "complained_on": "2026-10-01", "operator_number": "CP-1", "agreed": "on",
}  # fmt: skip
PAGE = "/public/complain"


@pytest.mark.duty("A12-accept")
def test_whoever_complains_has_a_number_at_once() -> None:
    answer = Client().post(PAGE, TOLD)
    row = Appeal.objects.get()
    assert row.number in answer.content.decode()
    assert (row.channel, row.state, row.agreed, read(row).reach) == ("page", "received", True, "010-5555")
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_missing_is_told_at_its_field_and_what_was_written_stays() -> None:
    answer = Client(headers={"accept-language": "en"}).post(PAGE, TOLD | {"matter": "", "story": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "星桥通信" in page
    assert page.count("aria-invalid") == 2
    assert not Appeal.objects.exists()


def test_a_form_from_elsewhere_is_refused() -> None:
    assert Client(enforce_csrf_checks=True).post(PAGE, TOLD).status_code == 403


def test_nobody_floods_it() -> None:
    answers = [Client().post(PAGE, TOLD).status_code for _ in range(A_DAY.most + 1)]
    assert answers == [200] * A_DAY.most + [429]
    assert Client(REMOTE_ADDR="192.0.2.7").post(PAGE, TOLD).status_code == 200


def test_values_in_the_address_fill_nothing_in() -> None:
    assert "机密" not in Client().get(f"{PAGE}?story=机密&lang=zh").content.decode().split("<main")[1]
