"""Lists: filters, search, saved views; as many queries for a long list as for a short one."""

from __future__ import annotations

from typing import Any

import pytest

from shouze.registers.agents.models import Agent
from shouze.registers.rows import View
from tests.registers.agents.scene import engaged, proposed
from tests.registers.house import officer, signed_in

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def test_a_list_is_filtered_by_state_and_searched_by_words() -> None:
    engaged()
    proposed(name="second", title="青山营业厅")
    browser = signed_in(officer())
    assert browser.get("/r/agents/?state=engaged").content.decode().count("<tr>") == 2
    assert "青山营业厅" in browser.get("/r/agents/?q=青山").content.decode()
    assert "青山营业厅" not in browser.get("/r/agents/?q=白云").content.decode()


def test_a_list_of_any_length_takes_a_dozen_queries(django_assert_max_num_queries: Any) -> None:
    seed = proposed()
    rows = [
        Agent(number=f"A-{n}", name=f"n{n}", title="某", state="proposed", title_en="x", contract="c", tasks="t",
              contract_since=seed.contract_since, contract_until=seed.contract_until)
        for n in range(300)
    ]  # fmt: skip
    Agent.objects.bulk_create(rows)
    browser = signed_in(officer())
    with django_assert_max_num_queries(MOST_QUERIES):
        assert browser.get("/r/agents/?page=2").status_code == 200


def test_a_view_is_kept_under_its_name_and_forgotten() -> None:
    browser, who = signed_in(officer()), officer()
    browser.post("/r/agents/views", {"name": "委托中", "query": "state=engaged"})
    assert 'href="/r/agents/?state=engaged"' in browser.get("/r/agents/").content.decode()
    browser.post("/r/agents/views", {"name": "委托中", "forget": "1"})
    assert not View.objects.filter(person=who).exists()
