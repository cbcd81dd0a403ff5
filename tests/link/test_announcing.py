"""What is announced of a packet: only a confirmed sender's own word for this receiver opens the way."""

from __future__ import annotations

import pytest

from shouze.link.announcing import LONGEST, TYPE, announce, expected
from shouze.link.dispatch import Known
from shouze.link.keys import PartyKey
from shouze.link.refusing import Reason, RejectedError
from shouze.link.signing import sign

KEY, OTHER_KEY = PartyKey.fresh(), PartyKey.fresh()
HERE, THERE = "shouze.localhost/here", "shouze.localhost/there"


def known(party: str) -> Known | None:
    return Known("operator", (KEY.public,), (OTHER_KEY.public,)) if party == THERE else None


def refused(signed: str, me: str = HERE) -> Reason:
    with pytest.raises(RejectedError) as problem:
        expected(signed, known, me)
    return problem.value.reason


def test_a_confirmed_senders_word_is_taken() -> None:
    said = expected(announce(b"packet", THERE, HERE, KEY), known, HERE)
    assert (said.sender, said.size) == (THERE, 6)


def test_nobody_elses_word_is_taken_nor_one_that_was_changed() -> None:
    assert refused(announce(b"x", "shouze.localhost/stranger", HERE, KEY)) == Reason.UNKNOWN_SENDER
    assert refused(announce(b"x", THERE, HERE, PartyKey.fresh())) == Reason.ALTERED
    assert refused(announce(b"x", THERE, HERE, OTHER_KEY)) == Reason.ALTERED
    assert refused(announce(b"x", THERE, HERE, KEY), "shouze.localhost/third") == Reason.WRONG_AUDIENCE
    signed = announce(b"x", THERE, HERE, KEY)
    assert refused(signed[:-2] + ("AA" if not signed.endswith("AA") else "AQ")) in (Reason.ALTERED, Reason.MALFORMED)


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "x" * (LONGEST + 1)])
def test_what_is_none_is_refused(text: str) -> None:
    assert refused(text) in (Reason.MALFORMED, Reason.OVERSIZED)


@pytest.mark.parametrize("payload", [b"{}", b"[" * 500, b'{"v":1}'])
def test_a_signed_text_that_says_something_else_is_refused(payload: bytes) -> None:
    assert refused(sign(payload, KEY, TYPE)) == Reason.MALFORMED
