"""Openings of drawn records: sealed for one inspection; what a record does not commit to is none of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from shouze.errors import InvalidError, SealedError
from shouze.ledger.disclosure import commit, digests
from shouze.ledger.entry import Leaf, Who
from shouze.link.inspecting import Fault, Found
from shouze.link.opening import KEPT, Opening, compared, fresh_identity, sealed, unsealed, words
from tests.ledger.building import entropy_from
from tests.link.test_inspecting import used

PRIVATE = commit({"subject": "a subject", "reason": "核查 42"}, entropy_from(5))
LEAF: Leaf = replace(used(), sd=digests(PRIVATE, entropy_from(6)))
TEXTS = {each.field: each.text for each in PRIVATE}
FIELDS = ("reason", "subject")


def found(*texts: str, state: str = "opened", leaf: Leaf = LEAF, later: timedelta = timedelta(0)) -> list[Found]:
    told = Opening(state, texts)  # type: ignore[arg-type]  # what the test says
    return compared({7: leaf}, {7: told}, FIELDS, leaf.at + later)


def test_what_the_record_commits_to_holds() -> None:
    assert found(TEXTS["reason"], TEXTS["subject"]) == []
    assert found() == [], "fields that the record does not have"


def test_an_opening_of_another_record_or_with_another_word_is_found() -> None:
    forged = commit({"reason": "另一理由"}, entropy_from(9))[0].text
    assert found(forged) == [Found(Fault.OPENING_ALTERED, 7)]
    assert found("x") == [Found(Fault.OPENING_ALTERED, 7)]


def test_what_was_not_asked_for_is_no_opening() -> None:
    assert compared({7: LEAF}, {7: Opening("opened", (TEXTS["subject"],))}, ("reason",), LEAF.at) == [
        Found(Fault.OPENING_ALTERED, 7)
    ]


@pytest.mark.parametrize("state", ["none", "changed", "ended"])
def test_openings_that_are_kept_back_are_found(state: str) -> None:
    assert found(state=state) == [Found(Fault.UNOPENED, 7)]
    assert compared({7: LEAF}, {}, FIELDS, LEAF.at) == [Found(Fault.UNOPENED, 7)]


def test_what_has_ended_with_its_retention_or_never_was_is_not_kept_back() -> None:
    assert found(state="ended", later=KEPT + timedelta(days=1)) == []
    assert found(state="none", leaf=replace(LEAF, who=Who("system"))) == []


def test_only_the_inspections_own_key_opens_them() -> None:
    (identity, recipient), (other, _) = fresh_identity(), fresh_identity()
    told = {7: Opening("opened", tuple(TEXTS.values())), 9: Opening("ended")}
    raw = sealed(told, recipient)
    assert TEXTS["reason"].encode() not in raw
    assert unsealed(raw, identity) == told
    assert words(told) == "7 · subject: a subject\n7 · reason: 核查 42"
    with pytest.raises(SealedError):
        unsealed(raw, other)
    with pytest.raises(InvalidError):
        sealed(told, "age1nothing")


def test_what_is_no_such_file_is_refused() -> None:
    identity, recipient = fresh_identity()
    from pyrage import encrypt, x25519

    for plain in (b"[]", b'{"x":{"state":"opened"}}', b'{"7":{"state":"lost"}}', b"\xff"):
        with pytest.raises(InvalidError):
            unsealed(encrypt(plain, [x25519.Recipient.from_str(recipient)]), identity)
    with pytest.raises(SealedError):
        unsealed(b"x", identity)
