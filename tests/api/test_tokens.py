"""Tokens: made, read, compared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.api.tokens import Presented, make_token, parse_token, stands
from shouze.rules.entries import Caller
from tests.api.gate import entropy

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@given(st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z"), st.binary(min_size=32, max_size=32))
def test_what_is_made_is_read_back(caller: str, secret: bytes) -> None:
    token, hashed = make_token(caller, lambda size: secret)
    assert parse_token(token) == Presented(caller, hashed)
    assert hashed == sha256(token[-43:].encode()).hexdigest()


@given(st.text())
def test_nothing_else_is_read_as_a_token(text: str) -> None:
    assert parse_token(text) is None
    assert parse_token(f"szt_{text}") is None or len(text) >= 45


@pytest.mark.parametrize(
    "text", ["szt_a_" + "A" * 42, "szt_a_" + "A" * 43 + "\n", "szt__" + "A" * 43, "szt_甲_" + "A" * 43]
)
def test_a_token_has_an_id_and_a_secret_of_43_letters(text: str) -> None:
    assert parse_token(text) is None


def test_a_token_asks_for_32_random_bytes() -> None:
    asked: list[int] = []

    def entropy(size: int) -> bytes:
        asked.append(size)
        return bytes(size)

    make_token("a", entropy)
    assert asked == [32]


@pytest.mark.parametrize(
    ("other", "expected"),
    [({}, True), ({"revoked": True}, False), ({"until": NOW}, False), ({"secret_sha256": "0" * 64}, False)],
)
def test_a_token_stands_until_it_is_revoked_or_over(other: dict[str, Any], expected: bool) -> None:
    token, hashed = make_token("a", entropy("a"))
    usual = {"id": "a", "secret_sha256": hashed, "kind": "service", "actor": "crm", "until": NOW + timedelta(days=1)}
    presented = parse_token(token)
    assert presented is not None
    assert stands(Caller(**{**usual, **other}), presented, NOW) is expected
    assert not stands(None, presented, NOW)
