"""Posts: what each answers for, in which department, and who holds it."""

from __future__ import annotations

import pytest

from shouze.errors import InvalidError
from shouze.registers.posts.register import holding
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.grants.scene import post as holder
from tests.registers.house import do, make, officer, person, signed_in
from tests.registers.staffed import clerk, post

pytestmark = pytest.mark.django_db


def kinds(entry: int) -> list[str]:
    return list(Clock.objects.filter(register="posts", entry=entry).values_list("kind", flat=True))


@pytest.mark.duty("A13-1-roles")
def test_a_post_is_one_that_grants_are_held_by_and_has_its_names() -> None:
    row = post()
    assert (row.title, row.title_en) == ("门店", "Shop")
    with pytest.raises(InvalidError) as caught:
        make("posts", officer(), {"name": "nowhere", "department": "sales", "duties": [], "words": ""})
    assert caught.value.field == "name"


def test_a_post_is_registered_once() -> None:
    post()
    with pytest.raises(InvalidError) as caught:
        post()
    assert caught.value.field == "name"


@pytest.mark.duty("A13-1-roles")
def test_a_post_without_responsibility_owes_it_at_once_and_confirms_it_yearly_then() -> None:
    row = post(duties=[])
    assert kinds(row.pk) == ["fix"]
    do(row, "change", officer(), {"duties": ["A13-4-media"]})
    assert kinds(row.pk) == ["confirm"]


def test_a_post_that_somebody_holds_is_not_closed() -> None:
    row, somebody = post(), clerk()
    assert holding(row) == [somebody]
    with pytest.raises(Exception, match="not possible now"):
        do(row, "close", officer())


def test_the_page_shows_who_holds_it_and_whether_they_signed() -> None:
    row = post()
    clerk(), clerk("S-0101")
    page = signed_in(officer(), "en").get(f"/r/posts/{row.number}/").content.decode()
    assert page.count("Not signed") == 2
    assert f"/r/holders/{holder().number}/" in page


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.AGENT])
def test_roles_that_may_not_fix_a_responsibility(role: Role) -> None:
    assert signed_in(person("S-9", role)).get("/r/posts/new").status_code == 403
