"""The page of a row, and its acts, as they are asked for over HTTP."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shouze.registers.roles import Role
from shouze.registers.rows import Document
from tests.registers.agents.scene import engaged, proposed
from tests.registers.house import do, officer, person, signed_in

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_sign_in() -> None:
    agent = proposed()
    answer = signed_in(officer()).get("/")
    assert answer.status_code == 200
    from django.test import Client

    answer = Client().get(reverse("row", args=["agents", agent.number]))
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (302, "/account/login/")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICER, 200), (Role.SECURITY, 200), (Role.SERVICE, 200), (Role.APPROVER, 200), (Role.AUDITOR, 200),
        (Role.ADMINISTRATOR, 200), (Role.AGENT, 403),
    ],
)  # fmt: skip
def test_a_row_is_shown_to_the_roles_that_may_see_it(role: Role, status: int) -> None:
    agent = proposed()
    assert signed_in(person("S-7", role)).get(reverse("row", args=["agents", agent.number])).status_code == status


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_row_shows_what_may_be_done_in_the_readers_language(language: str) -> None:
    agent = engaged()
    page = signed_in(officer(), language).get(reverse("row", args=["agents", agent.number])).content.decode()
    assert ("认定不符合要求" if language == "zh" else "Find unfit") in page


def test_an_auditor_is_offered_no_act_and_refused_one() -> None:
    agent = engaged()
    browser = signed_in(person("S-8", Role.AUDITOR))
    assert "认定不符合要求" not in browser.get(reverse("row", args=["agents", agent.number])).content.decode()
    assert browser.post(reverse("act", args=["agents", agent.number, "unfit"]), {"why": "?"}).status_code == 403
    agent.refresh_from_db()
    assert agent.state == "engaged"


def test_an_act_by_form_changes_the_row_and_keeps_the_document() -> None:
    agent = proposed()
    given = {"verdict": "unfit", "unfit_because": "没有制度", "version": agent.version}
    proof = SimpleUploadedFile("评估.pdf", b"%PDF", "application/pdf")
    address = reverse("act", args=["agents", agent.number, "assess"])
    answer = signed_in(officer()).post(address, {**given, "documents": [proof]})
    assert answer.status_code == 302
    agent.refresh_from_db()
    assert agent.state == "unfit"
    assert Document.objects.get().name == "评估.pdf"


def test_a_form_that_is_wrong_says_where_and_changes_nothing() -> None:
    agent = proposed()
    address = reverse("act", args=["agents", agent.number, "assess"])
    answer = signed_in(officer(), "en").post(address, {"verdict": "fit"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    agent.refresh_from_db()
    assert agent.state == "proposed"


def test_a_document_is_given_as_a_file_and_never_as_a_page() -> None:
    agent = do(proposed(), "assess", officer(), {"verdict": "unfit", "unfit_because": "没有制度"})
    document = Document.objects.get()
    answer = signed_in(officer()).get(reverse("document", args=["agents", agent.number, document.pk]))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_an_unknown_row_register_or_act_is_not_found() -> None:
    browser, agent = signed_in(officer()), proposed()
    for address in ("/r/nothing/", "/r/agents/A-1-1/", f"/r/agents/{agent.number}/nothing"):
        assert browser.get(address).status_code == 404
