"""The published rules: for everybody, in both languages, every version for ever."""

from __future__ import annotations

from hashlib import sha256

import pytest

from shouze.registers.agents.models import Agent
from shouze.registers.declarations.models import DeclarationRow
from tests.portal.house import browser, text
from tests.registers.agents.scene import engaged
from tests.registers.declarations.scene import in_force, wider
from tests.registers.house import do, officer

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A08-publish")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_rules_are_shown_to_whoever_comes_in_their_language(language: str) -> None:
    row = in_force()
    assert row.title in text(browser("zh").get("/"))
    shown = text(browser(language).get("/rules/cloud-drive"))
    assert ("为何收集" if language == "zh" else "Why we collect") in shown
    assert row.digest in shown


@pytest.mark.duty("A08-publish")
def test_the_rules_name_the_agents_that_are_entrusted_with_the_service_now() -> None:
    in_force()
    assert "No agent is entrusted" in text(browser("en").get("/rules/cloud-drive"))
    agent = engaged()
    Agent.objects.filter(pk=agent.pk).update(services=["cloud-drive"], actions=["read"], purposes=[])
    shown = text(browser("en").get("/rules/cloud-drive"))
    assert f"<strong>{agent.title_en}</strong> — Read" in shown
    assert agent.title in text(browser("zh").get("/rules/cloud-drive"))
    Agent.objects.filter(pk=agent.pk).update(state="unfit")
    assert agent.title_en not in text(browser("en").get("/rules/cloud-drive"))


@pytest.mark.duty("A12-contact")
@pytest.mark.parametrize("path", ["/", "/rules/cloud-drive", "/rules/cloud-drive/lists"])
def test_how_to_complain_stands_on_every_page_of_them(path: str) -> None:
    in_force()
    shown = text(browser().get(path))
    assert "Call 10099" in shown
    assert "fifteen days" in shown


def test_an_earlier_version_keeps_its_address_and_the_later_says_what_changed() -> None:
    first = in_force()
    DeclarationRow.objects.filter(pk=first.pk).update(state="superseded")
    in_force(2, **wider())
    earlier = text(browser().get("/rules/cloud-drive/1"))
    assert "This is an earlier version" in earlier
    later = text(browser().get("/rules/cloud-drive"))
    assert "Compared with version 1" in later
    assert "Widened" in later
    assert "Consent is asked anew for: Providing the drive" in later


def test_the_digest_is_that_of_the_bytes_which_anybody_may_fetch() -> None:
    row = in_force()
    answer = browser().get("/rules/cloud-drive/1.json")
    assert sha256(answer.content).hexdigest() == row.digest


def test_two_lists_say_what_is_collected_and_what_is_shared() -> None:
    in_force()
    shown = text(browser().get("/rules/cloud-drive/lists"))
    assert "What is collected" in shown
    assert "Nothing is shared with anybody" in shown


@pytest.mark.parametrize(
    "path", ["/rules/none", "/rules/cloud-drive/7", "/rules/cloud-drive/7.json", "/rules/none/lists"]
)
def test_rules_that_were_never_published_are_not_there(path: str) -> None:
    in_force()
    assert browser().get(path).status_code == 404


def test_a_draft_is_shown_to_nobody() -> None:
    row = in_force()
    do(row, "revise", officer()) if row.state == "never" else None
    DeclarationRow.objects.filter(pk=row.pk).update(state="draft", published_version=None)
    assert row.title not in text(browser("zh").get("/"))
    assert browser().get("/rules/cloud-drive").status_code == 404


def test_the_desks_pages_are_not_at_the_portals_host() -> None:
    for path in ("/begin", "/r/people/", "/counter", "/account/login/"):
        assert browser().get(path).status_code == 404
