"""Keys and their fingerprints, as people read them out."""

from __future__ import annotations

import re

import pytest

from shouze.errors import InvalidError
from shouze.link.keys import PartyKey, PublicKey, same_fingerprint
from tests.link.written import KEY, THEIRS


def test_a_key_is_read_as_it_was_written_and_is_not_shown() -> None:
    assert PartyKey.read(KEY.text).public == KEY.public
    assert PublicKey.read(KEY.public.text) == KEY.public
    assert KEY.text not in repr(KEY)


def test_a_fingerprint_is_compared_whatever_spaces_and_capitals() -> None:
    told = KEY.public.fingerprint
    assert re.fullmatch(r"([0-9a-f]{4} ){9}[0-9a-f]{4}", told)
    assert same_fingerprint(told.upper().replace(" ", ""), KEY.public)
    assert not same_fingerprint(told, THEIRS.public)
    assert not same_fingerprint(told[:-1], KEY.public)
    assert not same_fingerprint("", KEY.public)


@pytest.mark.parametrize("text", ["", "A" * 42, "A" * 44, "A" * 42 + "B", "=" * 43, "é" * 43])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        PublicKey.read(text)
