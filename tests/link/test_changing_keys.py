"""A change of key holds only with the word of both keys."""

from __future__ import annotations

import pytest

from shouze.errors import ShouzeError
from shouze.link.changing_keys import accepted, change
from shouze.link.kinds import KeyChange
from tests.link.written import AUTHORITY, KEY, NEXT, OPERATOR, THEIRS


def test_the_next_key_is_the_one_that_both_have_signed() -> None:
    assert accepted(change(OPERATOR, KEY.public, NEXT), OPERATOR, KEY.public) == NEXT.public


@pytest.mark.parametrize(
    "body",
    [
        change(AUTHORITY, KEY.public, NEXT),
        change(OPERATOR, THEIRS.public, NEXT),
        change(OPERATOR, KEY.public, KEY),
        KeyChange(key=THEIRS.public.text, possession=change(OPERATOR, KEY.public, NEXT).possession),
        KeyChange(key=NEXT.public.text, possession="x"),
        KeyChange(key="A" * 42 + "B", possession="x"),
    ],
    ids=["another party's", "after another key", "the same", "one that nobody holds", "unsigned", "no key"],
)
def test_no_other_change_is_accepted(body: KeyChange) -> None:
    with pytest.raises(ShouzeError):
        accepted(body, OPERATOR, KEY.public)
