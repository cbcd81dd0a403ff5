"""Who answers for what, as a page and as a file."""

from __future__ import annotations

import csv
import io

import pytest

from shouze.registers.roles import Role
from tests.registers.house import officer, person, signed_in
from tests.registers.staffed import all_duties, clerk, post

pytestmark = pytest.mark.django_db


def test_the_gaps_stand_in_front() -> None:
    post()
    page = signed_in(officer(), "en").get("/responsibilities").content.decode()
    assert page.index("nobody</span>") < page.index('aria-hidden="true">●')
    assert f'<span class="big">{len(all_duties()) - 2}</span>' in page


@pytest.mark.duty("A13-1-roles")
def test_a_house_without_gaps_says_so() -> None:
    post(duties=all_duties())
    clerk()
    assert "None: somebody answers" in signed_in(officer(), "en").get("/responsibilities").content.decode()


def test_the_whole_matrix_is_kept_as_csv() -> None:
    post()
    answer = signed_in(officer(), "en").get("/responsibilities.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Article", "Duty", "Sales", "Shop"]
    assert len(rows) == len(all_duties()) + 1
    assert [row[2:] for row in rows if row[0] == "13(1)"] == [["●", ""]]


@pytest.mark.parametrize("path", ["/responsibilities", "/responsibilities.csv"])
def test_agents_staff_do_not_see_it(path: str) -> None:
    assert signed_in(person("B-1", Role.AGENT, agent="baiyun")).get(path).status_code == 403
