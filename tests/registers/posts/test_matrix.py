"""The matrix of responsibilities: the gaps stand in front, whatever the department that is looked at."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from shouze.registers.departments.models import Department
from shouze.registers.posts.matrix import matrix
from tests.registers.house import do, officer
from tests.registers.staffed import all_duties, clerk, department, post

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A13-1-roles")
def test_a_duty_of_nobody_is_a_gap_until_somebody_answers_for_it() -> None:
    row = post()
    unanswered = {each.id for each in matrix().unanswered}
    assert "A12-15d" in unanswered
    assert not {"A13-1-roles", "A10-op-secrecy"} & unanswered
    do(row, "change", officer(), {"duties": all_duties()})
    assert matrix().unanswered == []


def test_places_without_responsibility_and_posts_without_anybody_are_gaps() -> None:
    department("legal", head=None)
    post()
    found = matrix()
    assert [each.row.name for each in found.unfixed] == ["legal"]
    assert [each.row.name for each in found.vacant] == ["shop"]
    clerk()
    assert matrix().vacant == []


def test_a_department_shows_itself_and_what_is_below_it_and_the_gaps_of_the_whole_house() -> None:
    department("east", duties=[])
    department("west")
    post()
    do(Department.objects.get(name="sales"), "change", officer(), {"parent": "east"})
    found = matrix("east")
    assert [each.row.name for each in found.columns] == ["east", "sales", "shop"]
    assert [each.row.name for each in found.unfixed] == ["east"]
    line = next(each for each in found.lines if each.duty.id == "A10-op-secrecy")
    assert list(line.cells) == [False, False, True]


def test_the_matrix_takes_a_handful_of_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(5):
        post(f"shop-{number}")
    with django_assert_max_num_queries(6):
        matrix()
