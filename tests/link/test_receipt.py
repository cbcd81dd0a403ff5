"""Receipts: only the receiver's own signature over this very dispatch is one."""

from __future__ import annotations

import pytest

from shouze.link.dispatch import digest_of
from shouze.link.keys import PartyKey
from shouze.link.receipt import Receipt, check, give
from shouze.link.refusing import RejectedError
from tests.link.written import AUTHORITY, KEY, NOW, THEIRS, sealed

SIGNED = sealed()
RECEIPT = Receipt(v=1, dispatch="5" * 32, sha256=digest_of(SIGNED), taker=AUTHORITY, time=NOW)


def test_the_receivers_receipt_is_read() -> None:
    assert check(give(RECEIPT, THEIRS), (KEY.public, THEIRS.public), "5" * 32, digest_of(SIGNED)) == RECEIPT


@pytest.mark.parametrize(
    ("signed", "dispatch", "digest"),
    [
        (give(RECEIPT, PartyKey.fresh()), "5" * 32, RECEIPT.sha256),
        (give(RECEIPT, THEIRS), "6" * 32, RECEIPT.sha256),
        (give(RECEIPT, THEIRS), "5" * 32, "0" * 64),
        (give(RECEIPT, THEIRS)[:-4] + "AAAA", "5" * 32, RECEIPT.sha256),
        (SIGNED, "5" * 32, RECEIPT.sha256),
        ("", "5" * 32, RECEIPT.sha256),
    ],
    ids=["another's", "of another dispatch", "of another text", "altered", "a dispatch", "nothing"],
)
def test_anything_else_is_no_receipt(signed: str, dispatch: str, digest: str) -> None:
    with pytest.raises(RejectedError):
        check(signed, (THEIRS.public,), dispatch, digest)
