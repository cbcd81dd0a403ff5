"""Choosing people: by post and by agent, else all of the operator's own."""

from __future__ import annotations

import pytest

from shouze.registers.people.choosing import chosen
from shouze.registers.roles import Role
from tests.registers.house import person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("posts", "agents", "expected"),
    [([], [], {"S-1", "S-2"}), (["shop"], [], {"S-1"}), ([], ["baiyun"], {"B-1"}),
     (["shop"], ["baiyun"], {"S-1", "B-1"}), ([], [""], set()), (["nowhere"], [], set())],
)  # fmt: skip
def test_people_are_chosen_by_post_and_agent(posts: list[str], agents: list[str], expected: set[str]) -> None:
    person("S-1", Role.SERVICE, post="shop")
    person("S-2", Role.OFFICER)
    person("S-3", Role.SERVICE, post="shop", is_active=False)
    person("B-1", Role.AGENT, agent="baiyun")
    assert set(chosen(posts, agents).values_list("username", flat=True)) == expected
