"""Who may make plans of inspections, and who sees them."""

from __future__ import annotations

import pytest

from shouze.registers.plans.register import REGISTER
from shouze.registers.roles import Role
from tests.registers.house import person, signed_in
from tests.registers.plans.test_planning import operators, planned
from tests.registers.reports.scene import head

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
BY = {"plan": {"head"}, "assign": {"head"}, "note": {"inspector", "head"}, "excuse": {"head"}, "finish": {"head"}}


def test_each_act_is_some_roles_and_no_others() -> None:
    assert {each.name: {*map(str, each.by)} for each in (REGISTER.creating, *REGISTER.acts)} == BY


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_the_pages_that_are_its_own(role: Role) -> None:
    operators(1)
    row, browser = planned(count=1), signed_in(person("C-0020", role))
    for path in ("/r/plans/", f"/r/plans/{row.number}/", "/r/plans/export.csv", f"/plans/{row.number}/drawn.csv"):
        assert (browser.get(path).status_code == 200) is (role in REGISTER.seen_by), path
    for act in ("assign", "note", "excuse", "finish"):
        assert (browser.get(f"/r/plans/{row.number}/{act}").status_code == 200) is (str(role) in BY[act]), act
    assert (browser.get("/r/plans/new").status_code == 200) is (role == Role.HEAD)


def test_a_plan_says_how_it_was_drawn_in_both_languages() -> None:
    operators(2)
    row = planned(count=1)
    page = signed_in(head(), "en").get(f"/r/plans/{row.number}/").content.decode()
    assert "SHA-256(seed:number)" in page
    assert "At random" in page
    assert "随机" in signed_in(head(), "zh").get(f"/r/plans/{row.number}/").content.decode()
