"""A sealed value opens for its own place only."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError, SealedError, TamperedError
from shouze.vault.seal import (
    header,
    key_version_of,
    open_opening,
    open_usage,
    open_value,
    seal_opening,
    seal_usage,
    seal_value,
)
from shouze.vault.suites import AES256GCM_SHA256, SM4GCM_SM3, SUITES, Suite
from tests.vault.rings import EveryVersion

NONCE = bytes(range(12))
LEAF = bytes(range(32))
names = st.text(max_size=12)
versions = st.integers(0, 2**64 - 1)


class Place(NamedTuple):
    subject: str
    ground: str
    item: str
    version: int


places = st.builds(Place, names, names, names, versions)
HOME = Place("subject-1", "consent", "phone", 7)
both_suites = pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)


def key_for(suite: Suite, fill: int = 5) -> bytes:
    return bytes([fill]) * suite.key_bytes


def sealed_at(
    place: Place, suite: Suite = AES256GCM_SHA256, plaintext: bytes = b"value", key_version: int = 1
) -> bytes:
    return seal_value(suite, key_for(suite), key_version, *place, plaintext, NONCE)


@given(st.sampled_from(SUITES), places, st.binary(max_size=300), st.integers(0, 2**32 - 1))
def test_a_value_opens_again_and_says_its_suite_and_key(
    suite: Suite, place: Place, plaintext: bytes, key_version: int
) -> None:
    sealed = sealed_at(place, suite, plaintext, key_version)
    assert header(sealed) == (suite, key_version)
    assert open_value({key_version: key_for(suite)}, sealed, *place) == plaintext


@given(st.sampled_from(SUITES), places, places)
def test_a_value_moved_to_another_place_is_refused(suite: Suite, home: Place, other: Place) -> None:
    sealed = sealed_at(home, suite)
    if home == other:
        assert open_value({1: key_for(suite)}, sealed, *other) == b"value"
        return
    with pytest.raises(TamperedError):
        open_value({1: key_for(suite)}, sealed, *other)


@pytest.mark.parametrize(
    "other",
    [
        HOME._replace(subject="subject-2"),
        HOME._replace(ground="law"),
        HOME._replace(item="email"),
        HOME._replace(version=8),
        Place("subject-1consent", "", "phone", 7),
        Place("subject-", "1consent", "phone", 7),
        Place("subject-1", "consentp", "hone", 7),
        Place("consent", "subject-1", "phone", 7),
    ],
)
@both_suites
def test_every_part_of_the_place_counts_and_no_boundary_moves(suite: Suite, other: Place) -> None:
    with pytest.raises(TamperedError):
        open_value({1: key_for(suite)}, sealed_at(HOME, suite), *other)


@both_suites
def test_any_flipped_bit_is_refused(suite: Suite) -> None:
    sealed = sealed_at(HOME, suite)
    keys = EveryVersion(key_for(suite))
    assert open_value(keys, sealed, *HOME) == b"value"
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(TamperedError):
            open_value(keys, bytes(changed), *HOME)


@both_suites
def test_any_cut_or_longer_value_is_refused(suite: Suite) -> None:
    sealed = sealed_at(HOME, suite)
    for changed in [sealed[:length] for length in range(len(sealed))] + [sealed + b"\0", b"\0" + sealed]:
        with pytest.raises(TamperedError):
            open_value(EveryVersion(key_for(suite)), changed, *HOME)


@given(st.binary(max_size=80))
def test_bytes_from_elsewhere_are_refused(sealed: bytes) -> None:
    with pytest.raises(TamperedError):
        open_value(EveryVersion(key_for(AES256GCM_SHA256)), sealed, *HOME)


@both_suites
def test_another_key_is_refused(suite: Suite) -> None:
    with pytest.raises(TamperedError):
        open_value({1: key_for(suite, fill=6)}, sealed_at(HOME, suite), *HOME)


def test_a_value_whose_key_is_gone_is_sealed() -> None:
    for keys in ({}, {2: key_for(AES256GCM_SHA256)}):
        with pytest.raises(SealedError):
            open_value(keys, sealed_at(HOME), *HOME)


def test_two_suites_live_in_one_store() -> None:
    keys = {1: key_for(AES256GCM_SHA256), 2: key_for(SM4GCM_SM3)}
    store = [sealed_at(HOME, AES256GCM_SHA256, b"old", 1), sealed_at(HOME, SM4GCM_SM3, b"new", 2)]
    assert [open_value(keys, sealed, *HOME) for sealed in store] == [b"old", b"new"]
    swapped = bytes([store[0][0], SM4GCM_SM3.number]) + store[0][2:]
    with pytest.raises(TamperedError):
        open_value(keys, swapped, *HOME)


@pytest.mark.parametrize("key_version", [-1, 2**32])
def test_a_key_version_that_does_not_fit_is_refused(key_version: int) -> None:
    with pytest.raises(InvalidError):
        sealed_at(HOME, key_version=key_version)


def test_the_layout_is_the_documented_one() -> None:
    sealed = sealed_at(HOME, key_version=258)
    assert sealed[:6].hex() == "010100000102"
    assert sealed[6:18] == NONCE
    assert len(sealed) == 18 + len(b"value") + 16


KEPT = {
    AES256GCM_SHA256.name: (
        "010100000102000102030405060708090a0baccfeadc2b90edd255832e9ca5917b49acf5eba5c0",
        "010100000102000102030405060708090a0baccfeadc2b061db9ef8c422cfebf465a3c88febd1c",
        "010100000102000102030405060708090a0baccfeadc2bd4712bb8e637ba8cee4bcd0acb0be192",
    ),
    SM4GCM_SM3.name: (
        "010200000102000102030405060708090a0b021bf2f79f531d6a6ad4678fe5ff902eaba02b0c72",
        "010200000102000102030405060708090a0b021bf2f79f6a3b60411a8d339618c8606a0b9f9481",
        "010200000102000102030405060708090a0b021bf2f79f0ba6f3e8b25d98673acf07e494ae85cf",
    ),
}
USED: tuple[str, str, str, int, bytes] = ("subject-1", "mobile/billing", "calls", 20_780, b"batch")


@both_suites
def test_what_was_sealed_once_opens_ever_after(suite: Suite) -> None:
    """What custody holds was written by earlier versions: another label or order of parts would close all of it."""
    value, opening, used = map(bytes.fromhex, KEPT[suite.name])
    keys = {258: key_for(suite)}
    assert open_value(keys, value, *HOME) == open_opening(keys, opening, LEAF, 4) == b"value"
    assert open_usage(keys, used, USED) == b"value"


@both_suites
@pytest.mark.parametrize(
    "other",
    [("subject-2", *USED[1:]), ("subject-1", "mobile/other", *USED[2:]), (*USED[:2], "data", *USED[3:]),
     (*USED[:3], 20_781, b"batch"), (*USED[:4], b"other")],
)  # fmt: skip
def test_records_of_use_open_for_their_own_subject_item_day_and_batch_only(
    suite: Suite, other: tuple[str, str, str, int, bytes]
) -> None:
    keys = {1: key_for(suite)}
    sealed = seal_usage(suite, keys[1], 1, USED, b"value", NONCE)
    assert open_usage(keys, sealed, USED) == b"value"
    with pytest.raises(TamperedError):
        open_usage(keys, sealed, other)


def test_a_value_of_another_format_is_none_of_ours_whatever_its_suite_and_key() -> None:
    other = b"\x02" + sealed_at(HOME)[1:]
    for read in (header, key_version_of):
        with pytest.raises(TamperedError):
            read(other)


@both_suites
def test_an_opening_opens_for_its_own_record_and_field_only(suite: Suite) -> None:
    keys = {3: key_for(suite)}
    sealed = seal_opening(suite, key_for(suite), 3, LEAF, 4, b"salt and field", NONCE)
    assert open_opening(keys, sealed, LEAF, 4) == b"salt and field"
    for leaf_hash, field_no in ((LEAF, 5), (LEAF[::-1], 4), (LEAF[:-1], 4)):
        with pytest.raises(TamperedError):
            open_opening(keys, sealed, leaf_hash, field_no)


def test_a_value_is_no_opening_and_an_opening_is_no_value() -> None:
    keys = {1: key_for(AES256GCM_SHA256)}
    opening = seal_opening(AES256GCM_SHA256, keys[1], 1, HOME.subject.encode(), HOME.version, b"value", NONCE)
    with pytest.raises(TamperedError):
        open_value(keys, opening, HOME.subject, "", "", HOME.version)
    with pytest.raises(TamperedError):
        open_opening(keys, sealed_at(HOME), HOME.subject.encode(), HOME.version)
