"""A standing is stored in few bytes, read back as it was, and written as every program beside can read it."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import TamperedError
from shouze.rules.standing import Agreement, Consent, Held, Standing
from shouze.store.standing_form import read_standing, write_standing

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 27, 8, 30, 0, 123456, tzinfo=UTC)
ITEMS = ("name", "phone", "id-number", "sex", "birth-date", "address", "occupation", "contact-phone")
GROUND = "mobile/customer-service"

moments = st.integers(0, 250_000_000_000).map(
    lambda seconds: EPOCH + timedelta(seconds=seconds, microseconds=seconds % 10**6)
)
words = st.text(max_size=8)
items = st.frozensets(st.sampled_from(ITEMS))
grounds = st.sampled_from([GROUND, "mobile/offers", "mobile/offers#usage", "drive/share"])
consents = st.builds(
    Consent, st.integers(1, 9), items, moments, words, words, st.frozensets(words, max_size=2), st.none() | moments,
    st.none() | moments,
)  # fmt: skip
held = st.builds(Held, st.integers(1, 3), st.sampled_from([NOW, NOW + timedelta(days=1)]), st.none() | st.just(NOW))
standings = st.builds(
    Standing,
    services=st.dictionaries(words, st.none() | moments, max_size=3),
    consents=st.dictionaries(grounds, consents),
    agreements=st.lists(st.builds(Agreement, words, words, items=items, until=st.none() | moments), max_size=2).map(
        tuple
    ),
    held=st.dictionaries(grounds, st.dictionaries(st.sampled_from(ITEMS), held)),
    frozen_by=st.none() | words,
    erased_at=st.none() | moments,
)


@given(standings, st.sampled_from([1, 2]))
def test_what_is_written_reads_back_in_either_form(standing: Standing, writes: int) -> None:
    assert read_standing(write_standing(standing, writes)) == standing


@given(standings)
def test_form_1_is_what_version_0_1_0_reads(standing: Standing) -> None:
    assert msgspec.json.decode(write_standing(standing, 1), type=Standing) == standing


def subscriber() -> Standing:
    consent = Consent(1, frozenset(ITEMS), NOW, "contract", "shop")
    return Standing({"mobile": None}, {GROUND: consent}, (), {GROUND: dict.fromkeys(ITEMS, Held(1, NOW))})


def test_what_was_agreed_to_and_is_held_is_named_once() -> None:
    written = write_standing(subscriber(), 2)
    assert all(written.count(item.encode()) == 1 for item in ("id-number", "birth-date", "occupation"))
    assert len(written) < 210 < len(write_standing(subscriber(), 1)) / 3


@given(st.integers(0, 198), st.integers(1, 255))
def test_a_damaged_standing_is_tampered_or_another_one(place: int, change: int) -> None:
    written = bytearray(write_standing(subscriber(), 2))
    written[place % len(written)] ^= change
    with contextlib.suppress(TamperedError):
        assert isinstance(read_standing(bytes(written)), Standing)


@pytest.mark.parametrize(
    "written", [b"", b"{", b"[]", b"\x90", b"\x96\x80\x80\x90\x81\xa1g\x91\x94\x01\xd6\xff\0\0\0\0\xc0\xc0\xc0\xc0"]
)
def test_what_is_no_standing_is_tampered(written: bytes) -> None:
    with pytest.raises(TamperedError):
        read_standing(written)
