"""Standings are stored briefly, read back as they were, and in the form of version 0.1.0 while that is written."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import TamperedError
from shouze.rules.standing import Agreement, Consent, Held, Standing
from shouze.store.standing_form import read_standing, write_standing

AT = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)
ITEMS = ("name", "phone", "id-number", "sex", "birth-date", "address", "occupation", "contact-phone")
CONSENT = Consent(1, frozenset(ITEMS), AT, "contract", "shop")
COMMON = Standing(
    {"mobile": None}, {"mobile/service": CONSENT}, (), {"mobile/service": dict.fromkeys(ITEMS, Held(1, AT))}
)

names = st.sampled_from(ITEMS)
items = st.frozensets(names, max_size=4)
grounds = st.sampled_from(["mobile/service", "mobile/bill", "mobile/bill#usage"])
moments = st.integers(-(2**49), 2**52).map(lambda micros: AT + timedelta(microseconds=micros))
versions = st.integers(1, 2**40)
maybe = st.none() | moments
consents = st.builds(Consent, versions, items, moments, names, names, items, maybe, maybe)
agreements = st.builds(Agreement, names, names, items, items, items, maybe)
held = st.dictionaries(names, st.builds(Held, versions, moments, maybe))
standings = st.builds(
    Standing, st.dictionaries(names, maybe), st.dictionaries(grounds, consents),
    st.lists(agreements, max_size=2).map(tuple), st.dictionaries(grounds, held), st.none() | st.text(), maybe,
)  # fmt: skip


@given(standings)
def test_every_standing_is_read_back_from_both_forms(standing: Standing) -> None:
    for writes in (1, 2):
        assert read_standing(write_standing(standing, writes)) == standing


@given(standings)
def test_the_form_does_not_depend_on_the_order_in_which_a_standing_came_to_be(standing: Standing) -> None:
    turned = msgspec.structs.replace(
        standing,
        services=dict(reversed(standing.services.items())),
        held={ground: dict(reversed(each.items())) for ground, each in reversed(standing.held.items())},
    )
    assert write_standing(turned, 2) == write_standing(standing, 2)


def test_the_first_form_is_what_version_0_1_0_decodes() -> None:
    assert msgspec.json.decode(write_standing(COMMON, 1), type=Standing) == COMMON


def test_items_agreed_to_and_held_together_are_spelled_once() -> None:
    written = write_standing(COMMON, 2)
    assert [written.count(msgspec.msgpack.encode(item)) for item in ITEMS] == [1] * len(ITEMS)
    assert len(written) * 2.5 < len(write_standing(COMMON, 1))


def test_a_moment_with_another_offset_stays_the_same_moment() -> None:
    consent = msgspec.structs.replace(CONSENT, until=AT.astimezone(timezone(timedelta(hours=8))))
    standing = Standing(consents={"mobile/service": consent})
    assert read_standing(write_standing(standing, 2)) == standing


def test_what_one_reads_another_cannot_change() -> None:
    one, other = read_standing(write_standing(COMMON, 2)), read_standing(write_standing(COMMON, 2))
    one.held["mobile/service"].clear()
    assert other == COMMON


@pytest.mark.parametrize("number", [-1, 1, 2**40])
def test_a_set_that_is_not_there_is_tampering(number: int) -> None:
    stored = msgspec.msgpack.decode(write_standing(COMMON, 2))
    stored[2]["mobile/service"][0][1] = number
    with pytest.raises(TamperedError):
        read_standing(msgspec.msgpack.encode(stored))


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b"\x90", b"\xc1", b"\x96\x80\xa1x\x80\x90\xc0\xc0"])
def test_what_is_in_neither_form_is_tampering(broken: bytes) -> None:
    with pytest.raises(TamperedError):
        read_standing(broken)
    with pytest.raises(TamperedError):
        read_standing(write_standing(COMMON, 2)[:-1])


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_damaged_standing_is_tampering_or_another_one(place: int, change: int) -> None:
    written = bytearray(write_standing(COMMON, 2))
    written[place % len(written)] ^= change
    with contextlib.suppress(TamperedError):
        assert isinstance(read_standing(bytes(written)), Standing)
