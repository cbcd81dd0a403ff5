"""Lists: filters, search, saved views; as many queries for a long list as for a short one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.registers.agents.models import Agent
from shouze.registers.bulk.models import Operation
from shouze.registers.campaigns.models import Campaign
from shouze.registers.grants.models import Grant
from shouze.registers.holders.models import Holder
from shouze.registers.media.models import Medium
from shouze.registers.orders.models import Order
from shouze.registers.people.models import Person
from shouze.registers.readings.models import Reading
from shouze.registers.reviews.models import Review
from shouze.registers.rows import Clock, Kept, View
from shouze.registers.tokens.models import Token
from shouze.registers.trainings.models import Training
from shouze.registers.undertakings.models import Undertaking
from shouze.web.pages import listing
from tests.registers.agents.scene import engaged, proposed
from tests.registers.house import officer, signed_in
from tests.registers.parties import Other, joined

pytestmark = pytest.mark.django_db
MOST_QUERIES, ROWS = 12, 120


def test_a_list_is_filtered_by_state_and_searched_by_words() -> None:
    engaged()
    proposed(name="second", title="青山营业厅")
    browser = signed_in(officer())
    assert browser.get("/r/agents/?state=engaged").content.decode().count('<tr role="row">') == 2
    assert "青山营业厅" in browser.get("/r/agents/?q=青山").content.decode()
    assert "青山营业厅" not in browser.get("/r/agents/?q=白云").content.decode()


@pytest.mark.parametrize("at_once", [False, True])
def test_how_long_is_left_stands_beside_the_state_and_what_is_owed_at_once_before_what_is_dated(at_once: bool) -> None:
    agent, now = engaged(), timezone.now()
    running = Clock.objects.filter(register="agents", met=None)
    running.update(due=now + timedelta(days=9))
    due = None if at_once else now - timedelta(days=2, hours=1)
    Clock.objects.filter(pk=running.order_by("id")[0].pk).update(due=due)
    page = signed_in(officer(), "en").get("/r/agents/").content.decode()
    assert re.findall(r'columnheader" scope="col">([^<]+)', page)[:4] == ["Number", "Name", "State", "Due"]
    beside = page.partition(agent.number)[2].partition("</tr>")[0].split("<td")[2]
    assert ("at once" if at_once else "2 days overdue") in beside


def test_each_cell_carries_the_word_of_its_column_for_where_the_head_is_not_seen() -> None:
    agent = engaged()
    page = signed_in(officer(), "en").get("/r/agents/").content.decode()
    assert re.search(rf'data-label="Id"[^>]*>\s*{agent.name}', page)


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


def row(register: str, number: int, who: Person) -> Kept:
    now = timezone.now()
    named: dict[str, Any] = {"number": f"X-{number}", "title": f"某{number}"}
    made: dict[str, Callable[[], Kept]] = {
        "grants": lambda: Grant(
            state="granted", holder=f"person:{who.username}", services=["mobile"], actions=["read"], **named
        ),
        "holders": lambda: Holder(
            state="present", kind="post", name=f"p{number}", key=f"post:p{number}", owner=who, **named
        ),
        "tokens": lambda: Token(state="issued", bearer=f"person:{who.username}", until=now, **named),
        "campaigns": lambda: Campaign(state="running", due=now, reviewer=who, **named),
        "reviews": lambda: Review(state="open", due=now, reviewer=who, holder=f"person:{who.username}", **named),
        "undertakings": lambda: Undertaking(
            state="wanted", person=Person.objects.create(username=f"U-{number}", number=f"U-{number}"), **named
        ),
        "media": lambda: Medium(state="kept", tag=str(number), kind="paper", keeper=who, place="A-1", **named),
        "trainings": lambda: Training(state="assigned", course=f"c{number}", person=who, due=now, **named),
        "readings": lambda: Reading(state="open", procedure=f"HR-{number}", person=who, due=now, **named),
        "orders": lambda: Order(
            state="standing", kind="produce", sender="ca", document=str(number), demand="?", **named
        ),
        "bulk": lambda: Operation(
            state="requested", door_id=str(number), action="export", items=["phone"], volume=9, asked_at=now,
            decide_by=now + timedelta(days=1), **named,
        ),
    }  # fmt: skip
    return made[register]()


LISTED = ["grants", "holders", "tokens", "campaigns", "reviews", "orders", "bulk", "undertakings", "media", "trainings",
          "readings"]  # fmt: skip


@pytest.mark.parametrize("register", LISTED)
def test_a_long_list_takes_as_many_queries_as_a_short_one(register: str, django_assert_max_num_queries: Any) -> None:
    who = officer()
    rows = [row(register, number, who) for number in range(ROWS)]
    type(rows[0])._default_manager.bulk_create(rows)
    browser = signed_in(who)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert "某69" in browser.get(f"/r/{register}/?page=2").content.decode()
    with django_assert_max_num_queries(MOST_QUERIES):
        whole = b"".join(browser.get(f"/r/{register}/export.csv").streaming_content)  # type: ignore[attr-defined]  # it is streamed
        assert whole.count(b"\n") == ROWS + 1


def test_a_name_finds_what_bears_it_and_else_what_contains_it() -> None:
    first, second = proposed(name="stores-1", title="一号店"), proposed(name="stores-12", title="二号店")
    browser = signed_in(officer())

    def found(query: str) -> set[str]:
        page = browser.get("/r/agents/", {"q": query}).content.decode()
        return {each.number for each in (first, second) if f">{each.number}<" in page}

    assert found("stores-1") == {first.number}
    assert found("stores-") == {first.number, second.number}
    assert found(first.number.lower()) == {first.number}
    assert found("号店") == {first.number, second.number}
    assert found("nothing-of-it") == set()


@pytest.mark.parametrize(("most", "said"), [("MOST_COUNTED", ""), ("MOST_FOUND", "?q=店")])
def test_more_rows_than_are_counted_are_told_of_as_more(monkeypatch: pytest.MonkeyPatch, most: str, said: str) -> None:
    for number in range(4):
        proposed(name=f"stores-{number}", title=f"{number} 号店")
    browser = signed_in(officer(), "en")
    assert "4 in all" in browser.get(f"/r/agents/{said}").content.decode()
    monkeypatch.setattr(listing, most, 3)
    assert "More than 3" in browser.get(f"/r/agents/{said}").content.decode()


def test_words_are_looked_for_among_the_newest_until_all_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [proposed(name=f"stores-{number}", title=f"{number} 号店") for number in range(4)]
    monkeypatch.setattr(listing, "MOST_LOOKED", 2)
    browser = signed_in(officer(), "en")

    def found(**asked: str) -> tuple[int, bool]:
        page = browser.get("/r/agents/", asked).content.decode()
        return sum(f">{each.number}<" in page for each in rows), "Only the newest 2 were looked through" in page

    assert found(q="号店") == (2, True)
    assert found(q="号店", all="1") == (4, False)
    assert found(q="stores-0") == (1, False)
    assert found() == (4, False)
    monkeypatch.setattr(listing, "MOST_LOOKED", 4)
    assert found(q="号店") == (4, False)
    assert found(q="nothing-of-it") == (0, False)


def test_an_export_looks_through_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        proposed(name=f"stores-{number}", title=f"{number} 号店")
    monkeypatch.setattr(listing, "MOST_LOOKED", 2)
    export = signed_in(officer()).get("/r/agents/export.csv", {"q": "号店"})
    assert b"".join(export.streaming_content).count(b"\n") == 5  # type: ignore[attr-defined]  # it is streamed


def test_a_list_reads_the_other_side_of_dispatches_with_them(django_assert_max_num_queries: Any) -> None:
    with joined():
        for number in range(30):
            other = Other(party=f"shouze.localhost/{number}")
            other.trusted(number=f"L-{number}")
            other.send()
    browser = signed_in(officer())
    with django_assert_max_num_queries(MOST_QUERIES):
        assert browser.get("/r/dispatches/").content.decode().count("DI-") >= 30
