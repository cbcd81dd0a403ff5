"""A house with posts and departments, for the tests of what its people owe."""

from __future__ import annotations

from typing import Any

from shouze.registers.departments.models import Department
from shouze.registers.departments.tree import owed
from shouze.registers.people.models import Person
from shouze.registers.posts.models import Post
from shouze.registers.roles import Role
from tests.registers.grants.scene import post as holder
from tests.registers.house import make, officer, person


def clerk(number: str = "S-0100", **more: Any) -> Person:
    """Register somebody in the shop."""
    return person(number, Role.SERVICE, **{"post": "shop", **more})


def department(name: str = "sales", **changed: Any) -> Department:
    values = {
        "kind": "department", "name": name, "title": "销售部", "title_en": "Sales", "parent": "",
        "head": officer(), "duties": ["A13-1-roles"],
    }  # fmt: skip
    made: Department = make("departments", officer(), values | changed)
    return made


def post(name: str = "shop", **changed: Any) -> Post:
    holder(name)
    if not Department.objects.filter(name="sales").exists():
        department()
    values = {"name": name, "department": "sales", "duties": ["A10-op-secrecy"], "words": ""}
    made: Post = make("posts", officer(), values | changed)
    return made


def all_duties() -> list[str]:
    return list(owed())
