"""One search over the registers that a person may see."""

from __future__ import annotations

import pytest

from shouze.desk import searching
from shouze.registers.roles import Role
from shouze.web.pages import listing
from tests.registers.agents.scene import proposed
from tests.registers.house import officer, person, signed_in

pytestmark = pytest.mark.django_db


def test_entries_are_found_by_number_name_and_other_words() -> None:
    agent = proposed()
    browser = signed_in(officer())
    for words in (agent.number, "白云", "Baiyun", "HT-2026"):
        assert agent.number in browser.post("/search", {"q": words}).content.decode()


def test_personal_fields_are_not_searched() -> None:
    agent = proposed(contact="13800000000")
    assert agent.number not in signed_in(officer()).post("/search", {"q": "13800000000"}).content.decode()


def test_what_a_role_may_not_see_is_not_found() -> None:
    agent = proposed()
    assert agent.number not in signed_in(person("B-1", Role.AGENT)).post("/search", {"q": "白云"}).content.decode()


def test_registers_of_which_only_the_newest_were_looked_through_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    agents = [proposed(name=f"stores-{number}", title=f"{number} 号店") for number in range(3)]
    for module in (listing, searching):
        monkeypatch.setattr(module, "MOST_LOOKED", 1)
    page = signed_in(officer()).post("/search", {"q": "号店"}).content.decode()
    assert [each.number in page for each in agents] == [False, False, True]
    assert "只查找了最新的 1 条" in page
    assert 'href="/r/agents/"' in page[page.index("只查找了") :]
