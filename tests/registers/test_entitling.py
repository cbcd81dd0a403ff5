"""Who may: what is put before one person is theirs, with a role in the desk or without."""

from __future__ import annotations

import pytest

from shouze.registers.entitling import may_see, seen_rows, sees_all
from shouze.registers.finding import registers
from shouze.registers.roles import EVERYBODY, VISITING, Role, roles_in
from tests.registers.house import officer, person
from tests.registers.staffed import clerk
from tests.registers.trainings.scene import of, taught

pytestmark = pytest.mark.django_db


def test_a_person_without_a_role_sees_what_is_put_before_them_and_nothing_else() -> None:
    nobody = person("S-0600")
    assert {name for name, each in registers().items() if may_see(each, nobody)} == {"readings", "trainings"}


def test_whoever_has_left_sees_nothing() -> None:
    gone = person("S-0600", Role.OFFICER, is_active=False)
    assert not any(may_see(each, gone) for each in registers().values())


def test_a_register_that_narrows_shows_each_their_own_rows() -> None:
    somebody = clerk()
    clerk("S-0101")
    taught(posts=["shop"])
    register = registers()["trainings"]
    assert list(seen_rows(register, somebody)) == [of(somebody)]
    assert seen_rows(register, officer()).count() == 2
    assert [sees_all(register, each) for each in (somebody, officer())] == [False, True]


@pytest.mark.parametrize("role", sorted(VISITING))
def test_who_is_of_another_body_sees_what_names_them_and_what_is_put_before_them(role: Role) -> None:
    visitor = person("V-0001", role)
    seen = {name for name, each in registers().items() if may_see(each, visitor)}
    assert seen == {name for name, each in registers().items() if role in each.seen_by or each.narrows is not None}
    assert not seen & {"people", "declarations", "complaints", "incidents", "cases", "records", "grants"}


def test_what_is_open_to_everybody_of_a_house_is_open_to_nobody_of_another_body() -> None:
    assert not EVERYBODY & VISITING
    assert set(roles_in("authority")) >= VISITING
    assert not VISITING & set(roles_in("operator"))
