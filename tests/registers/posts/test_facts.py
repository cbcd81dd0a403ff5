"""What posts and departments tell of Articles 12 and 13(1), driven from nothing to a breach and back."""

from __future__ import annotations

import pytest

from tests.registers.house import do, officer
from tests.registers.staffed import post
from tests.registers.standings.driving import fact_of, states_of

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A13-1-roles")
def test_a_post_has_its_responsibility_fixed_at_once_and_confirmed_yearly() -> None:
    assert states_of("posts.responsibilities", always=True) == ["not-evidenced"]
    row = post(duties=[])
    assert states_of("posts.responsibilities", 2, always=True) == ["due", "breached"]
    do(row, "change", officer(), {"duties": ["A13-4-media"]})
    assert states_of("posts.responsibilities", 364, 367, always=True) == ["due", "due", "not-evidenced"]


@pytest.mark.duty("A12-mechanism")
def test_some_post_answers_for_complaints() -> None:
    assert states_of("posts.complaints", always=True) == ["not-evidenced"]
    row = post(duties=["A13-4-media"])
    assert fact_of("posts.complaints").shown == 0
    do(row, "change", officer(), {"duties": ["A12-mechanism", "A12-15d"]})
    assert (states_of("posts.complaints", always=True), fact_of("posts.complaints").shown) == (["met"], 1)
