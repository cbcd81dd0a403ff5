"""Lists a page at a time, rows with their history; nothing personal."""

from __future__ import annotations

from typing import Any

import pytest

from shouze.registers.describing import Act
from shouze.registers.finding import registers
from shouze.registers.roles import Role
from shouze.web.programs.reading import offered
from tests.registers.agents.scene import assessed, proposed
from tests.registers.house import officer, person
from tests.registers.programs.scene import issued
from tests.web.programs.asked import Program, told

pytestmark = pytest.mark.django_db


def reader(**more: Any) -> Program:
    return Program(issued(**({"reads": ["agents"], "acts": []} | more))[1])


def test_pages_follow_one_another_and_skip_nothing_while_rows_are_added() -> None:
    numbers = [proposed(name=f"a{n}").number for n in range(5)]
    asking, seen, cursor = reader(), list[str](), None
    while True:
        page = told(asking.get("/agents", limit=2, **({"cursor": cursor} if cursor else {})))
        seen += [each["number"] for each in page["rows"]]
        cursor = page["next"]
        if cursor is None:
            break
        proposed(name=f"later{len(seen)}")
    assert seen == numbers[::-1]


def test_filters_and_search_are_the_pages_own() -> None:
    proposed(name="one", title="甲营业厅")
    other = assessed()
    asking = reader()
    assert [each["number"] for each in told(asking.get("/agents", state="fit"))["rows"]] == [other.number]
    assert [each["name"] for each in told(asking.get("/agents", q="甲营业"))["rows"]] == ["one"]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"limit": "0"}, "limit"), ({"limit": "x"}, "limit"), ({"cursor": "!"}, "cursor"), ({"cursor": "MTo"}, "cursor"),
     ({"colour": "red"}, "colour"), ({"state": "gone"}, "state")],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_list_does_not_know_is_named(query: dict[str, str], field: str, language: str) -> None:
    _, token = issued(reads=["agents"], acts=[])
    problem = told(Program(token, language).get("/agents", **query), 422)
    assert problem["field"] == field
    assert problem["detail"].isascii() is (language == "en")


def test_a_row_has_its_history_and_the_acts_that_are_open_but_nothing_personal() -> None:
    entry = proposed(contact="13800000000")
    row = told(reader(reads=[], acts=["agents"]).get(f"/agents/{entry.number}"))
    assert (row["state"], row["version"], row["events"][0]["by"]) == ("proposed", 1, "S-0001")
    assert "assess" in row["acts"]
    assert "engage" not in row["acts"], "it is a second person's"
    assert "13800000000" not in str(row)
    assert told(reader().get(f"/agents/{entry.number}"))["acts"] == []
    told(reader().get("/agents/A-1999-0001"), 404)


def test_who_may_only_read_the_register_is_offered_no_act() -> None:
    entry = proposed()
    _, token = issued(person("S-5", Role.AUDITOR), reads=[], acts=["agents"])
    assert told(Program(token).get(f"/agents/{entry.number}"))["acts"] == []


def test_no_register_offers_programs_what_a_second_person_does() -> None:
    found: list[Act[Any]] = [act for each in registers().values() for act in offered((each.creating, *each.acts))]
    assert found
    assert not [act.name for act in found if act.apart_from or act.tells or act.page]


def test_a_list_asks_the_database_a_few_times_however_long(django_assert_max_num_queries: Any) -> None:
    for n in range(30):
        proposed(name=f"a{n}")
    asking = reader()
    assert officer().pk
    with django_assert_max_num_queries(12):
        told(asking.get("/agents", limit=30))
