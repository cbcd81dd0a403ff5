"""Commitments: bound to their field and value, telling nothing without their salt."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.ledger.disclosure import (
    COUNT,
    SALT_SIZE,
    Value,
    commit,
    digest_of,
    digests,
    disclose,
    disclose_texts,
    read_disclosure,
)
from tests.ledger.building import entropy_from

FIELDS = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = TEXTS | st.integers(1 - (1 << 53), (1 << 53) - 1) | st.booleans() | st.lists(TEXTS, max_size=3)


@given(st.dictionaries(FIELDS, VALUES, max_size=6))
def test_a_disclosure_reads_back_and_has_the_form_of_rfc_9901(private: dict[str, Value]) -> None:
    made = commit(private, entropy_from(1))
    assert dict(read_disclosure(one.text) for one in made) == private
    for one in made:
        salt, field, value = json.loads(base64.urlsafe_b64decode(one.text + "=" * (-len(one.text) % 4)))
        assert (len(base64.urlsafe_b64decode(salt + "=")), field, value) == (32, one.field, private[one.field])
        digest = base64.urlsafe_b64encode(hashlib.sha256(one.text.encode("ascii")).digest()).rstrip(b"=").decode()
        assert one.digest == digest == digest_of(one.text)


def test_the_example_of_rfc_9901_has_its_digest() -> None:
    text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert digest_of(text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    assert read_disclosure(text) == ("family_name", "Möbius")


def test_the_same_value_twice_has_two_digests() -> None:
    entropy = entropy_from(1)
    assert commit({"phone": "x"}, entropy)[0].digest != commit({"phone": "x"}, entropy)[0].digest


@pytest.mark.parametrize(("count", "expected"), [(0, 8), (1, 8), (7, 8), (8, 8), (9, 16), (17, 24)])
def test_the_number_of_digests_tells_nothing_but_its_multiple(count: int, expected: int) -> None:
    entropy = entropy_from(1)
    made = commit({f"f{number}": number for number in range(count)}, entropy)
    leaf_digests = digests(made, entropy)
    assert len(leaf_digests) == expected
    assert expected % COUNT == 0
    assert {one.digest for one in made} <= set(leaf_digests)
    assert list(leaf_digests) == sorted(leaf_digests)


def test_a_decoy_looks_like_a_digest() -> None:
    assert {len(base64.urlsafe_b64decode(digest + "=")) for digest in digests((), entropy_from(3))} == {32}


def test_randomness_that_repeats_or_runs_short_is_refused() -> None:
    with pytest.raises(InvalidError):
        digests((), lambda length: b"\0" * length)
    with pytest.raises(InvalidError):
        commit({"a": 1}, lambda length: b"\0" * (length - 1))


@pytest.mark.parametrize("name", ["", "A", "_sd", "...", "a b", "9", "名", "a" * 65, "a\n"])
def test_a_field_name_outside_the_alphabet_is_refused(name: str) -> None:
    with pytest.raises(InvalidError):
        commit({name: "x"}, entropy_from(1))


BAD_VALUES = [1.5, math.nan, None, {"a": 1}, [1], b"raw", "\ud800", 1 << 53, 1 << 70, ("a",), object()]


@pytest.mark.parametrize("value", BAD_VALUES)
def test_a_value_that_would_not_read_back_is_refused_without_repeating_it(value: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        commit({"phone": value}, entropy_from(1))
    assert caught.value.field == "phone"
    assert repr(value) not in str(caught.value)


@given(st.lists(st.text(max_size=30), max_size=9))
def test_texts_together_are_disclosed_as_each_alone_would_be(values: list[str]) -> None:
    salts = entropy_from(4)(SALT_SIZE * len(values))
    alone = [disclose("subject", each, salts[n * SALT_SIZE :][:SALT_SIZE]) for n, each in enumerate(values)]
    assert disclose_texts("subject", values, salts) == alone


@pytest.mark.parametrize(
    ("name", "value", "missing", "field"),
    [("subject", "\ud800", 0, "subject"), ("名", "a", 0, "private"), ("subject", "a", 1, "entropy")],
)
def test_texts_together_are_refused_as_each_alone_would_be(name: str, value: str, missing: int, field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        disclose_texts(name, ["b", value], entropy_from(1)(2 * SALT_SIZE - missing))
    assert caught.value.field == field


def test_what_is_printed_of_a_disclosure_does_not_open_it() -> None:
    (made,) = commit({"phone": "x"}, entropy_from(1))
    assert made.text not in repr(made)


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b'["s","a",1]', b'["' + b"s" * 22 + b'","a"]', b'["' + b"s" * 22 + b'","a",1.5]', b"[" * 5000,
     b'["' + b"s" * 22 + b'","A",1]', b'["' + b"s" * 22 + b'","a",1,2]', b"\xff"],
)  # fmt: skip
def test_a_malformed_disclosure_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidError):
        read_disclosure(base64.urlsafe_b64encode(raw).rstrip(b"=").decode())


@given(st.text(max_size=60))
def test_reading_nonsense_raises_nothing_unexpected(text: str) -> None:
    with pytest.raises(InvalidError):
        read_disclosure(text)


@pytest.mark.parametrize("change", [lambda text: text + "=", lambda text: text + "\n", lambda text: " " + text])
def test_another_spelling_of_a_disclosure_is_refused(change: Any) -> None:
    (made,) = commit({"phone": "x"}, entropy_from(1))
    with pytest.raises(InvalidError):
        read_disclosure(change(made.text))


def test_a_digest_is_of_ascii_only() -> None:
    with pytest.raises(InvalidError):
        digest_of("é")


def test_decoys_are_spelt_like_digests() -> None:
    for digest in digests((), entropy_from(7)):
        assert base64.urlsafe_b64encode(base64.urlsafe_b64decode(digest + "=")) == digest.encode() + b"="
