"""Who looked at what: by officer, matter, purpose and time, here and through the door; for heads and the Ministry."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.registers.appeals.doing import look as look_at_appeal
from shouze.registers.misconduct.taking import look as look_at_report
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from tests.installation import CLERK, PERSON, ask, subscribe
from tests.registers.house import Opened, make, opened_door, person, signed_in
from tests.registers.instructions.scene import operator
from tests.registers.misconduct.scene import head, inspector, ministry, reported
from tests.registers.parties import joined

pytestmark = pytest.mark.urls("shouze.authority.urls")
WHY = {"reason": "季度监督", "officer": "", "number": "", "purpose": "", "since": "", "until": ""}


def appeal() -> Any:
    return make("appeals", inspector(), {"operator": operator().number, "operator_name": "", "matter": "late",
                "channel": "letter", "received_at": GIVEN.now(), "story": "没有答复", "agreed": False})  # fmt: skip


def page(by: Any, language: str = "en", **more: str) -> str:
    answer = signed_in(by, language).post("/looks", WHY | more)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["cache-control"]
    return str(answer.content.decode())


@pytest.mark.django_db
@pytest.mark.duty("A18-auth-secrecy", "A24")
def test_what_was_opened_here_names_officer_and_matter() -> None:
    row, other = appeal(), appeal()
    look_at_appeal(row, inspector())
    look_at_appeal(other, head())
    tomorrow = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    for asked, found in (
        ({}, (True, True)), ({"officer": str(inspector().pk)}, (True, False)), ({"since": tomorrow}, (False, False)),
        ({"number": other.number.lower()}, (False, True)), ({"until": tomorrow}, (True, True)),
    ):  # fmt: skip
        told = page(head(), **asked)
        assert tuple(f">{each.number}</a>" in told for each in (row, other)) == found, asked


@pytest.mark.django_db
def test_of_a_report_about_themselves_nobody_learns_who_looked() -> None:
    ministry()
    row = reported(named=head().name)
    look_at_report(row, ministry())
    assert row.number not in page(head())
    assert row.number in page(ministry())


@pytest.mark.django_db
def test_the_door_is_told_apart_where_it_does_not_answer_and_a_reason_is_asked_for() -> None:
    appeal()
    assert "The door refused" in page(head())
    assert signed_in(head()).post("/looks", WHY | {"reason": ""}).status_code == 422


@pytest.mark.django_db
def test_only_heads_and_the_ministry_read_it() -> None:
    for role in Role:
        browser = signed_in(person(f"X-{role[:5]}", role))
        wanted = 200 if role in {Role.HEAD, Role.MINISTRY} else 403
        assert (browser.get("/looks").status_code, browser.post("/looks", WHY).status_code) == (wanted, wanted), role
        assert ('href="/looks"' in browser.get("/calendar").content.decode()) is (wanted == 200)


@pytest.mark.django_db(transaction=True)
@pytest.mark.duty("A18-auth-secrecy")
def test_what_went_through_the_door_names_officer_purpose_and_items(tmp_path: Any) -> None:
    with opened_door(tmp_path / "home") as opened, joined("authority"):
        _looked(opened)
        supervisor = person("C-0001", Role.HEAD, post="security-officer", site="HQ")
        clerk = person("S-0042", Role.INSPECTOR)
        told = page(supervisor)
        assert (clerk.name in told, "Read" in told) == (True, True)
        assert page(supervisor, officer=str(supervisor.pk)).count('<td class="number">') == 0
        assert page(supervisor, officer=str(clerk.pk), purpose="customer-service").count('<td class="number">') == 1
        assert page(supervisor, purpose="open-account").count('<td class="number">') == 0
        table = signed_in(supervisor, "en").post("/looks", WHY | {"file": "csv"}).content.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(table)))
        assert [line[0] for line in lines] == ["Where", "Through the door"]
        refused = page(person("C-0003", Role.HEAD, post="marketing"))
        assert "(Art. 13(3))" in refused


def _looked(opened: Opened) -> None:
    subject = str(opened.run(subscribe(opened.installation, PERSON)).subject)
    opened.run(opened.installation.door.release(CLERK, ask(subject, "name", "phone")))
    opened.run(opened.installation.sequencer.step())
