"""Checkpoints: one spelling, signed by the log itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError, TamperedError
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shouze.ledger.note import COSIGNATURE, Signer, attach, sign
from tests.ledger.building import ORIGIN, OTHER, SIGNER, WITNESS

ROOT = b"r" * 32
CHECKPOINT = Checkpoint(ORIGIN, 70_000, ROOT)
TEXT = CHECKPOINT.text()


def test_the_text_is_origin_size_and_root() -> None:
    assert f"{ORIGIN}\n70000\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n" == TEXT
    assert Checkpoint.parse(TEXT) == CHECKPOINT


def test_extension_lines_are_kept() -> None:
    assert Checkpoint.parse(TEXT + "more\n").extensions == ("more",)
    assert Checkpoint.parse(TEXT + "more\n").text() == TEXT + "more\n"


@pytest.mark.parametrize(
    "text",
    ["", "\n", TEXT[:-1], TEXT + "more",
     "\n" + TEXT, TEXT.replace("70000", "070000"), TEXT.replace("70000", "-1"), TEXT + "\n",
     TEXT.replace("70000", ""), TEXT.replace("=", ""), TEXT.replace("cnJy", "", 1), TEXT.replace("telco", "tel co"),
     TEXT.replace("telco", "tel+co"), TEXT.replace("70000", str(1 << 63)), TEXT.replace("\n", "\r\n")],
)  # fmt: skip
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        Checkpoint.parse(text)


@given(st.text(max_size=120) | st.builds(lambda a, b, c: f"{a}\n{b}\n{c}\n", st.text(), st.text(), st.text()))
def test_reading_nonsense_raises_nothing_unexpected(text: str) -> None:
    try:
        assert Checkpoint.parse(text).text() == text
    except InvalidError:
        return


@pytest.mark.parametrize("size", [-1, 1 << 63])
def test_a_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(InvalidError):
        Checkpoint(ORIGIN, size, ROOT)


@pytest.mark.parametrize("extensions", [("",), ("a\nb",)])
def test_an_extension_that_is_not_one_line_is_refused(extensions: tuple[str, ...]) -> None:
    with pytest.raises(InvalidError):
        Checkpoint(ORIGIN, 1, ROOT, extensions)


def test_a_root_of_another_length_is_refused() -> None:
    with pytest.raises(InvalidError):
        Checkpoint(ORIGIN, 1, b"r")


def test_a_signed_checkpoint_opens_with_the_witnesses_known() -> None:
    note = attach(sign_checkpoint(CHECKPOINT, SIGNER), [WITNESS.cosign(TEXT, 9)])
    checkpoint, opened = open_checkpoint(note.encode(), [SIGNER.verifier(), WITNESS.verifier(COSIGNATURE)])
    assert checkpoint == CHECKPOINT
    assert [signature.name for signature in opened.verified] == [ORIGIN, WITNESS.name]


def test_a_checkpoint_that_only_a_witness_signed_is_refused() -> None:
    note = attach(TEXT + "\n", [WITNESS.cosign(TEXT, 9)])
    with pytest.raises(TamperedError):
        open_checkpoint(note.encode(), [SIGNER.verifier(), WITNESS.verifier(COSIGNATURE)])


def test_a_cosignature_under_the_origins_name_does_not_stand_for_the_log() -> None:
    note = attach(TEXT + "\n", [SIGNER.cosign(TEXT, 9)])
    with pytest.raises(TamperedError):
        open_checkpoint(note.encode(), [SIGNER.verifier(COSIGNATURE), SIGNER.verifier()])


def test_a_checkpoint_of_another_log_is_refused_though_a_known_key_signed_it() -> None:
    note = sign(Checkpoint("other.example/log", 1, ROOT).text(), [SIGNER])
    with pytest.raises(TamperedError):
        open_checkpoint(note.encode(), [SIGNER.verifier()])


def test_a_forged_checkpoint_is_refused() -> None:
    with pytest.raises(TamperedError):
        open_checkpoint(sign_checkpoint(CHECKPOINT, OTHER).encode(), [SIGNER.verifier()])


def test_nobody_signs_under_another_origin() -> None:
    with pytest.raises(InvalidError):
        sign_checkpoint(CHECKPOINT, Signer("other.example/log", SIGNER.key))
