"""A change of key holds only with the word of both keys."""

from __future__ import annotations

import pytest

from shouze.errors import ShouzeError
from shouze.link.changing_keys import accepted, change
from shouze.link.kinds import KeyChange
from shouze.link.signing import encode, sign
from tests.link.written import AUTHORITY, KEY, NEXT, OPERATOR, THEIRS

CLAIM = encode({"after": NEXT.public.text, "before": KEY.public.text, "party": OPERATOR})


def test_the_next_key_is_the_one_that_both_have_signed() -> None:
    assert accepted(change(OPERATOR, KEY.public, NEXT), OPERATOR, KEY.public) == NEXT.public


@pytest.mark.parametrize(
    "body",
    [
        change(AUTHORITY, KEY.public, NEXT),
        change(OPERATOR, THEIRS.public, NEXT),
        change(OPERATOR, KEY.public, KEY),
        KeyChange(key=THEIRS.public.text, possession=change(OPERATOR, KEY.public, NEXT).possession),
        KeyChange(key=NEXT.public.text, possession=sign(CLAIM, NEXT, "shouze-dispatch+jws")),
        KeyChange(key=NEXT.public.text, possession="x"),
        KeyChange(key="A" * 42 + "B", possession="x"),
    ],
    ids=[
        "another party's",
        "after another key",
        "the same",
        "one that nobody holds",
        "signed as something else",
        "unsigned",
        "no key",
    ],
)
def test_no_other_change_is_accepted(body: KeyChange) -> None:
    with pytest.raises(ShouzeError):
        accepted(body, OPERATOR, KEY.public)
