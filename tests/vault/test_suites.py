"""The suites answer as the published vectors say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError, TamperedError
from shouze.vault.suites import AES256GCM_SHA256, SM4GCM_SM3, SUITES, Suite, suite_named, suite_numbered

any_suite = st.sampled_from(SUITES)


def published(vectors: Path, name: str, **shape: int) -> list[dict[str, Any]]:
    """Return the cases of a Wycheproof file whose group has the given shape."""
    groups = json.loads((vectors / "wycheproof" / f"{name}_test.json").read_text())["testGroups"]
    return [case for group in groups if shape.items() <= group.items() for case in group["tests"]]


@pytest.mark.parametrize(("suite", "name", "least"), [(AES256GCM_SHA256, "aes_gcm", 66), (SM4GCM_SM3, "sm4_gcm", 65)])
def test_sealing_and_opening_agree_with_wycheproof(vectors: Path, suite: Suite, name: str, least: int) -> None:
    cases = published(vectors, name, ivSize=96, keySize=suite.key_bytes * 8, tagSize=128)
    assert len(cases) >= least
    assert {case["result"] for case in cases} == {"valid", "invalid"}
    for case in cases:
        key, nonce, associated = (bytes.fromhex(case[part]) for part in ("key", "iv", "aad"))
        plaintext, sealed = bytes.fromhex(case["msg"]), bytes.fromhex(case["ct"] + case["tag"])
        if case["result"] == "valid":
            assert suite.seal(key, nonce, plaintext, associated) == sealed, case["tcId"]
            assert suite.open(key, nonce, sealed, associated) == plaintext, case["tcId"]
        else:
            with pytest.raises(TamperedError):
                suite.open(key, nonce, sealed, associated)


@pytest.mark.parametrize(("suite", "name"), [(AES256GCM_SHA256, "aes_gcm"), (SM4GCM_SM3, "sm4_gcm")])
def test_nonces_of_another_size_are_refused_though_the_mode_would_take_them(
    vectors: Path, suite: Suite, name: str
) -> None:
    cases = published(vectors, name, ivSize=128, keySize=suite.key_bytes * 8)
    assert len(cases) >= 19
    for case in cases:
        key, nonce, sealed = (bytes.fromhex(text) for text in (case["key"], case["iv"], case["ct"] + case["tag"]))
        with pytest.raises(InvalidError):
            suite.seal(key, nonce, b"", b"")
        for opening in (partial(suite.open, key), suite.begun(key).open):
            with pytest.raises(TamperedError):
                opening(nonce, sealed, bytes.fromhex(case["aad"]))


@pytest.mark.parametrize(("suite", "name"), [(AES256GCM_SHA256, "hmac_sha256"), (SM4GCM_SM3, "hmac_sm3")])
def test_macs_agree_with_wycheproof(vectors: Path, suite: Suite, name: str) -> None:
    cases = published(vectors, name, tagSize=256)
    assert len(cases) >= 87
    assert {case["result"] for case in cases} == {"valid", "invalid"}
    for case in cases:
        code = suite.mac(bytes.fromhex(case["key"]), bytes.fromhex(case["msg"]))
        assert (code == bytes.fromhex(case["tag"])) == (case["result"] == "valid"), case["tcId"]


def test_derived_keys_agree_with_wycheproof(vectors: Path) -> None:
    cases = [case for case in published(vectors, "hkdf_sha256") if not case["salt"]]
    assert len(cases) >= 23
    for case in cases:
        derived = AES256GCM_SHA256.derive(bytes.fromhex(case["ikm"]), bytes.fromhex(case["info"]), case["size"])
        assert derived == bytes.fromhex(case["okm"]), case["tcId"]


@given(key=st.binary(min_size=1, max_size=64), label=st.binary(max_size=40), blocks=st.integers(1, 4))
def test_derived_keys_of_both_suites_are_made_as_rfc_5869_says(key: bytes, label: bytes, blocks: int) -> None:
    for suite in SUITES:
        pseudorandom = suite.mac(bytes(32), key)
        made = block = b""
        for number in range(1, blocks + 1):
            block = suite.mac(pseudorandom, block + label + bytes([number]))
            made += block
        assert suite.derive(key, label, blocks * 32) == made
        assert suite.derive(key, label, blocks * 32 - 5) == made[:-5]


@pytest.mark.parametrize("length", [0, -1, 8161])
def test_a_derived_length_out_of_range_is_refused(length: int) -> None:
    for suite in SUITES:
        with pytest.raises(InvalidError):
            suite.derive(b"key", b"label", length)


def test_sm4_gcm_agrees_with_rfc_8998(vectors: Path) -> None:
    (case,) = sections(vectors / "sm" / "rfc8998.txt")
    key, nonce, associated, plaintext = (bytes.fromhex(case[part]) for part in ("KEY", "IV", "AAD", "PLAINTEXT"))
    sealed = bytes.fromhex(case["CIPHERTEXT"] + case["TAG"])
    assert SM4GCM_SM3.seal(key, nonce, plaintext, associated) == sealed
    assert SM4GCM_SM3.open(key, nonce, sealed, associated) == plaintext


def test_sm3_agrees_with_the_published_standard(vectors: Path) -> None:
    cases = list(sections(vectors / "sm" / "oscca.txt"))
    assert len(cases) >= 6
    for case in cases:
        message = bytes.fromhex(case["Msg"])[: int(case["Len"]) // 8]
        assert SM4GCM_SM3.digest(message).hex() == case["MD"]


def test_sha_256_agrees_with_its_standard() -> None:
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4, example "abc"
    assert AES256GCM_SHA256.digest(b"abc").hex() == expected


@given(any_suite, st.binary(max_size=200), st.binary(max_size=60), st.data())
def test_what_is_sealed_opens_again(suite: Suite, plaintext: bytes, associated: bytes, data: st.DataObject) -> None:
    key = data.draw(st.binary(min_size=suite.key_bytes, max_size=suite.key_bytes))
    nonce = data.draw(st.binary(min_size=12, max_size=12))
    sealed = suite.seal(key, nonce, plaintext, associated)
    assert len(sealed) == len(plaintext) + 16
    assert suite.open(key, nonce, sealed, associated) == plaintext


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_keys_of_another_size_neither_seal_nor_open(suite: Suite) -> None:
    sealed = suite.seal(bytes(suite.key_bytes), bytes(12), b"value", b"")
    for size in (0, 16, 24, 32, 64):
        if size == suite.key_bytes:
            continue
        with pytest.raises(InvalidError):
            suite.seal(bytes(size), bytes(12), b"value", b"")
        with pytest.raises(TamperedError):
            suite.open(bytes(size), bytes(12), sealed, b"")


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
@pytest.mark.parametrize("length", range(16))
def test_what_is_shorter_than_a_tag_is_refused(suite: Suite, length: int) -> None:
    with pytest.raises(TamperedError):
        suite.open(bytes(suite.key_bytes), bytes(12), bytes(length), b"")


def test_suites_are_found_by_name_and_number_and_differ() -> None:
    assert [suite_named(suite.name) for suite in SUITES] == list(SUITES)
    assert [suite_numbered(suite.number) for suite in SUITES] == list(SUITES)
    assert [(suite.name, suite.number) for suite in SUITES] == [("aes256gcm-sha256", 1), ("sm4gcm-sm3", 2)]


def test_an_unknown_name_is_invalid_and_an_unknown_number_is_tampering() -> None:
    with pytest.raises(InvalidError) as wrong:
        suite_named("rot13")
    assert wrong.value.field == "suite"
    assert "sm4gcm-sm3" in wrong.value.remedy.en
    with pytest.raises(TamperedError):
        suite_numbered(0)


def sections(path: Path) -> Iterator[dict[str, str]]:
    """Yield the cases of a file of ``name = value`` lines; blank lines part the cases."""
    for block in path.read_text().split("\n\n"):
        lines = [line.split(" = ", 1) for line in block.splitlines() if " = " in line]
        if len(lines) > 1:
            yield dict(lines)


@given(any_suite, st.binary(max_size=200), st.binary(max_size=60), st.binary(min_size=12, max_size=12), st.data())
def test_a_cipher_begun_once_does_what_its_suite_does_under_that_key(
    suite: Suite, plaintext: bytes, associated: bytes, nonce: bytes, data: st.DataObject
) -> None:
    key = data.draw(st.binary(min_size=suite.key_bytes, max_size=suite.key_bytes))
    cipher = suite.begun(key)
    for message in (plaintext, plaintext + b"another"):
        sealed = suite.seal(key, nonce, message, associated)
        assert cipher.seal(nonce, message, associated) == sealed
        assert cipher.open(nonce, sealed, associated) == message
        with pytest.raises(TamperedError):
            cipher.open(nonce, sealed, associated + b"moved")


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_a_cipher_is_as_strict_about_lengths_and_shows_no_key(suite: Suite) -> None:
    with pytest.raises(InvalidError):
        suite.begun(bytes(suite.key_bytes + 1))
    cipher = suite.begun(b"k" * suite.key_bytes)
    sealed = cipher.seal(bytes(12), b"value", b"")
    with pytest.raises(InvalidError):
        cipher.seal(bytes(16), b"value", b"")
    for nonce, ciphertext in ((bytes(16), sealed), (bytes(12), sealed[:15])):
        with pytest.raises(TamperedError):
            cipher.open(nonce, ciphertext, b"")
    assert repr(cipher) == "Cipher()"
