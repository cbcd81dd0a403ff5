"""Reports of rows, as they are asked for over HTTP."""

from __future__ import annotations

import msgspec
import pytest
from django.urls import reverse

from shouze.registers.roles import Role
from tests.registers.agents.scene import engaged
from tests.registers.house import officer, person, signed_in

pytestmark = pytest.mark.django_db


def test_a_row_is_given_as_a_pdf_and_as_data_in_the_language_asked_for() -> None:
    agent, browser = engaged(), signed_in(officer())
    printed = browser.get(reverse("report", args=["agents", agent.number, "agent", "pdf"]))
    assert (printed.headers["content-type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    told = browser.get(reverse("report", args=["agents", agent.number, "agent", "json"]) + "?lang=en")
    said = msgspec.json.decode(told.content)
    assert said["language"] == "en"
    assert "Art. 11" in said["basis"]


def test_every_row_has_a_report_of_all_that_is_kept_but_for_personal_fields() -> None:
    agent = engaged()
    answer = signed_in(officer()).get(reverse("report", args=["agents", agent.number, "row", "json"]))
    assert agent.contract in answer.content.decode()
    assert agent.contact
    assert agent.contact not in answer.content.decode()


def test_a_report_is_as_closed_as_its_register_and_unknown_ones_are_missing() -> None:
    agent = engaged()
    address = reverse("report", args=["agents", agent.number, "row", "pdf"])
    assert signed_in(person("S-7", Role.AGENT)).get(address).status_code == 403
    browser = signed_in(officer())
    assert browser.get(reverse("report", args=["agents", agent.number, "none", "pdf"])).status_code == 404
    assert browser.get(reverse("report", args=["agents", agent.number, "row", "exe"])).status_code == 404
