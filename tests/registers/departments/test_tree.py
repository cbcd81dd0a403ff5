"""The tree of departments: each behind the one above, whatever order they came in."""

from __future__ import annotations

import pytest

from shouze.registers.departments.tree import ancestors, departments, duties, owed, tree
from tests.registers.staffed import department

pytestmark = pytest.mark.django_db


def test_each_department_stands_behind_the_one_above_with_the_way_down_to_it() -> None:
    department("east", title="华东分公司", title_en="East", kind="branch")
    department("shops", title="门店部", title_en="Shops", parent="east")
    department("legal", title="法务部", title_en="Legal")
    assert [(each.depth, each.department.name) for each in tree()] == [(0, "east"), (1, "shops"), (0, "legal")]
    assert departments()["shops"].en == "East / Shops"
    assert list(ancestors("shops")) == ["shops", "east"]


def test_what_departments_answer_for_is_what_operators_and_their_staff_owe() -> None:
    assert {"A10-staff-secrecy", "A13-1-roles", "A12-15d"} <= owed().keys()
    assert not {"A17-1-inspect", "A22", "A04-def-identity"} & owed().keys()
    assert duties()["A13-4-media"].en.startswith("Art. 13(4): ")
