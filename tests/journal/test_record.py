"""Records: private fields need a key, and a key is never shown."""

from __future__ import annotations

import pytest

from shouze.errors import InvalidError
from shouze.journal.record import Record, RecordKey
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.vault.suites import AES256GCM_SHA256


def _draft(**private: str) -> Draft:
    return Draft(Who("staff", "wang"), Where(), What("read", (), (), 0), Verdict("done"), private)


def test_private_fields_without_a_key_are_refused() -> None:
    assert Record(_draft()).key is None
    with pytest.raises(InvalidError) as caught:
        Record(_draft(subject="13800138000"))
    assert caught.value.field == "key"
    assert "1380" not in str(caught.value)


def test_neither_key_nor_private_fields_are_shown() -> None:
    record = Record(_draft(subject="13800138000"), RecordKey(AES256GCM_SHA256, 1, b"SECRET-KEY"))
    assert "SECRET" not in repr(record)
    assert "1380" not in repr(record)
