"""Signed notes: the published example, forgeries and nonsense."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError, TamperedError
from shouze.ledger.note import (
    COSIGNATURE,
    ED25519,
    LATEST,
    MAX_NOTE,
    Cosignature,
    Signature,
    Signer,
    Verifier,
    attach,
    cosigned_text,
    open_note,
    read_note,
    read_signature,
    sign,
)
from tests.ledger.building import ORIGIN, OTHER, SIGNER, WITNESS

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
TEXT = f"{ORIGIN}\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
KEY = SIGNER.verifier()
WITNESS_KEY = WITNESS.verifier(COSIGNATURE)


def test_the_published_example_opens_and_an_altered_one_does_not() -> None:
    key = Verifier.from_vkey(EXAMPLE_KEY)
    assert open_note(EXAMPLE.encode(), [key]).text == "This is an example message.\n"
    assert key.vkey == EXAMPLE_KEY
    with pytest.raises(TamperedError):
        open_note(EXAMPLE.replace("This", "That").encode(), [key])


def test_a_signed_note_opens_under_its_key_only() -> None:
    note = sign(TEXT, [SIGNER]).encode()
    assert open_note(note, [KEY]).verified[0].name == ORIGIN
    with pytest.raises(TamperedError):
        open_note(note, [OTHER.verifier()])
    with pytest.raises(TamperedError):
        open_note(note, [])


def test_unknown_keys_are_passed_over_and_kept_apart() -> None:
    note = open_note(sign(TEXT, [SIGNER, OTHER]).encode(), [KEY])
    assert [signature.key_id for signature in note.verified] == [KEY.key_id]
    assert [signature.key_id for signature in note.unverified] == [OTHER.verifier().key_id]


def test_a_wrong_signature_of_a_known_key_refuses_the_note() -> None:
    forged = Signature(ORIGIN, KEY.key_id, OTHER.sign(TEXT).body)
    for note in (attach(TEXT + "\n", [forged]), attach(sign(TEXT, [SIGNER]), [forged])):
        with pytest.raises(TamperedError):
            open_note(note.encode(), [KEY])


def test_a_signature_given_twice_counts_once() -> None:
    assert len(open_note(sign(TEXT, [SIGNER, SIGNER]).encode(), [KEY]).verified) == 1


def test_sixteen_signatures_are_accepted_and_a_hundred_and_one_are_not() -> None:
    signers = [Signer(f"n{number}", Ed25519PrivateKey.generate()) for number in range(15)]
    assert len(open_note(sign(TEXT, [*signers, SIGNER]).encode(), [KEY]).unverified) == 15
    with pytest.raises(InvalidError):
        open_note(sign(TEXT, [SIGNER] * 101).encode(), [KEY])


def test_a_witness_cosigns_with_its_time() -> None:
    note = attach(sign(TEXT, [SIGNER]), [WITNESS.cosign(TEXT, 1_790_000_000)])
    log, witness = open_note(note.encode(), [KEY, WITNESS_KEY]).verified
    assert isinstance(witness, Cosignature)
    assert (log.name, witness.name, witness.time) == (ORIGIN, WITNESS.name, 1_790_000_000)
    assert cosigned_text("x\n", 7) == "cosignature/v1\ntime 7\nx\n"


@pytest.mark.parametrize("part", [0, 7, 8, 71])
def test_an_altered_time_or_signature_of_a_witness_is_refused(part: int) -> None:
    line = WITNESS.cosign(TEXT, 5)
    body = bytearray(line.body)
    body[part] ^= 1
    with pytest.raises(TamperedError):
        WITNESS_KEY.verify(TEXT, Signature(line.name, line.key_id, bytes(body)))


def test_a_time_beyond_the_range_is_refused_when_made_and_when_read() -> None:
    for time in (-1, LATEST + 1, 1 << 63):
        with pytest.raises(InvalidError):
            WITNESS.cosign(TEXT, time)
    for time in (LATEST + 1, (1 << 63) - 1, 1 << 63):
        body = time.to_bytes(8, "big") + WITNESS.key.sign(cosigned_text(TEXT, time).encode())
        with pytest.raises(TamperedError):
            WITNESS_KEY.verify(TEXT, Signature(WITNESS.name, WITNESS_KEY.key_id, body))


def test_the_latest_time_is_a_date_in_every_zone() -> None:
    latest = WITNESS_KEY.verify(TEXT, WITNESS.cosign(TEXT, LATEST))
    assert isinstance(latest, Cosignature)
    for hours in (-14, 14):
        assert datetime.fromtimestamp(latest.time, timezone(timedelta(hours=hours))).year == 9999


def test_a_cosignature_is_no_log_signature() -> None:
    as_log = Signature(ORIGIN, KEY.key_id, SIGNER.cosign(TEXT, 5).body)
    with pytest.raises(TamperedError):
        KEY.verify(TEXT, as_log)
    assert KEY.key_id != SIGNER.verifier(COSIGNATURE).key_id


@pytest.mark.parametrize("kind", [ED25519, COSIGNATURE])
def test_a_printed_key_reads_back(kind: int) -> None:
    assert Verifier.from_vkey(SIGNER.verifier(kind).vkey) == SIGNER.verifier(kind)


@pytest.mark.parametrize(
    "vkey",
    ["", "a+b", EXAMPLE_KEY + "\n", EXAMPLE_KEY.replace("530d903a", "530d903b"), EXAMPLE_KEY.replace("foo", "fob"),
     EXAMPLE_KEY.replace("530d903a", "530D903A"), EXAMPLE_KEY[:-4],
     "a+00000000+" + base64.b64encode(b"\x06" + b"k" * 32).decode(),
     "a b+00000000+" + base64.b64encode(b"\x01" + b"k" * 32).decode()],
)  # fmt: skip
def test_a_malformed_or_unknown_key_is_refused(vkey: str) -> None:
    with pytest.raises(InvalidError):
        Verifier.from_vkey(vkey)


def test_a_public_key_that_is_no_point_verifies_nothing() -> None:
    key = Verifier(ORIGIN, ED25519, b"\xff" * 32)
    with pytest.raises(TamperedError):
        key.verify(TEXT, SIGNER.sign(TEXT))


@pytest.mark.parametrize("text", ["", "no end", "tab\t\n", "nul\x00\n", "\r\n", "\ud800\n"])
def test_text_that_no_note_can_carry_is_not_signed(text: str) -> None:
    with pytest.raises(InvalidError):
        sign(text, [SIGNER])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u3000b", "a\n", "\x07", "\udc80"])
def test_a_name_that_no_key_can_bear_is_refused(name: str) -> None:
    with pytest.raises(InvalidError):
        Signer(name, SIGNER.key)
    with pytest.raises(InvalidError):
        Verifier(name, ED25519, b"k" * 32)


NOTE = sign(TEXT, [SIGNER])


@pytest.mark.parametrize(
    "note",
    [b"", b"\n\n", TEXT.encode(), NOTE[:-1].encode(), NOTE.encode() + b"\n", NOTE.replace("\n", "\r\n").encode(),
     NOTE.replace("—", "-").encode(), NOTE.encode() + b"\xff", NOTE.replace("— ", "—  ").encode(),
     NOTE.replace("=\n", "\n").encode(), (TEXT + "\n").encode(), NOTE.replace("\n\n", "\n").encode(),
     b"a" * (MAX_NOTE + 1)],
)  # fmt: skip
def test_what_is_not_a_note_is_refused(note: bytes) -> None:
    with pytest.raises(InvalidError):
        open_note(note, [KEY])


@pytest.mark.parametrize("text", ["tab\t\n", "nul\x00\n", "\r\n", "bell\x07\n"])
def test_a_text_that_no_note_can_carry_is_no_note_though_it_is_signed(text: str) -> None:
    signed = f"{text}\n{SIGNER.sign(text).line()}".encode()
    with pytest.raises(InvalidError) as caught:
        open_note(signed, [SIGNER.verifier()])
    assert caught.value.field == "note"


def test_the_last_empty_line_ends_the_text() -> None:
    text = "one\n\ntwo\n"
    assert open_note(sign(text, [SIGNER]).encode(), [KEY]).text == text


@pytest.mark.parametrize("line", ["", "— a", "— a QQ==", "— a QUJDRA==", "— a b c", "— a+b QUJDREU=", "— a QUJDREV="])
def test_a_malformed_signature_line_is_refused(line: str) -> None:
    with pytest.raises(InvalidError):
        read_signature(line)


def test_two_keys_with_one_id_are_refused() -> None:
    class Twin(Verifier):
        @property
        def key_id(self) -> bytes:
            return KEY.key_id

    with pytest.raises(InvalidError):
        open_note(NOTE.encode(), [KEY, Twin(ORIGIN, ED25519, b"k" * 32)])


@given(st.binary(max_size=200) | st.text(alphabet="— a=Q\n+", max_size=60).map(str.encode))
def test_reading_nonsense_raises_nothing_unexpected(raw: bytes) -> None:
    try:
        text, signatures = read_note(raw)
    except InvalidError:
        return
    assert attach(text + "\n", signatures).encode() == raw


@given(st.data())
def test_a_note_with_any_byte_changed_never_opens_with_other_text(data: st.DataObject) -> None:
    raw = bytearray(NOTE.encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises((InvalidError, TamperedError)):
        open_note(bytes(raw), [KEY])
