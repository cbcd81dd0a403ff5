"""The proof file that anybody can keep."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError, TamperedError
from shouze.ledger.checkpoint import Checkpoint, sign_checkpoint
from shouze.ledger.portable import PortableProof, check
from shouze.ledger.tree import inclusion_path, leaf_hash, root_of
from tests.ledger.building import ORIGIN, OTHER, SIGNER, leaves

ENTRIES = leaves(5)
HASHES = [leaf_hash(entry) for entry in ENTRIES]
NOTE = sign_checkpoint(Checkpoint(ORIGIN, 5, root_of(HASHES)), SIGNER)
PROOF = PortableProof(2, tuple(inclusion_path(2, HASHES)), NOTE)
KEYS = [SIGNER.verifier()]


def test_a_proof_file_has_the_published_form() -> None:
    first, second, *hashes = PROOF.text().split("\n\n")[0].split("\n")
    assert (first, second, len(hashes)) == ("c2sp.org/tlog-proof@v1", "index 2", 3)
    assert PROOF.text().split("\n\n", 1)[1] == NOTE


@pytest.mark.parametrize("extra", [None, b"", b"where from"])
def test_a_proof_file_reads_back(extra: bytes | None) -> None:
    proof = replace(PROOF, extra=extra)
    assert PortableProof.parse(proof.text().encode()) == proof


def test_the_record_is_proved_under_the_logs_key() -> None:
    assert check(PROOF, ENTRIES[2], KEYS).size == 5
    only = PortableProof(0, (), sign_checkpoint(Checkpoint(ORIGIN, 1, HASHES[0]), SIGNER))
    assert check(PortableProof.parse(only.text().encode()), ENTRIES[0], KEYS).size == 1


@pytest.mark.parametrize(
    ("proof", "entry"),
    [(PROOF, ENTRIES[1]), (replace(PROOF, index=1), ENTRIES[2]), (replace(PROOF, hashes=PROOF.hashes[:-1]), ENTRIES[2]),
     (replace(PROOF, hashes=PROOF.hashes[::-1]), ENTRIES[2]), (replace(PROOF, index=5), ENTRIES[2]),
     (replace(PROOF, checkpoint=sign_checkpoint(Checkpoint(ORIGIN, 5, root_of(HASHES)), OTHER)), ENTRIES[2]),
     (replace(PROOF, checkpoint=NOTE.replace("\n5\n", "\n6\n")), ENTRIES[2])],
)  # fmt: skip
def test_an_altered_proof_or_another_record_is_refused(proof: PortableProof, entry: bytes) -> None:
    with pytest.raises(TamperedError):
        check(proof, entry, KEYS)


TEXT = PROOF.text()


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", TEXT.replace("@v1", "@v2"), TEXT.replace("index 2", "index 02"), TEXT.replace("index 2\n", ""),
     TEXT.replace("index 2", "extra !\nindex 2"), TEXT.replace("=\n", "\n", 1), TEXT.replace("\n", "\r\n"),
     TEXT.replace("index 2", "index 2\nAAAA"), "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nindex 1\n",
     TEXT.replace("\n\n", "\n" + f"{'A' * 43}=\n" * 64 + "\n", 1)],
)  # fmt: skip
def test_what_is_not_a_proof_file_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        PortableProof.parse(text.encode())


@given(st.binary(max_size=120) | st.integers(0, len(TEXT)).map(lambda at: TEXT[:at].encode()))
def test_reading_nonsense_raises_nothing_unexpected(raw: bytes) -> None:
    try:
        assert PortableProof.parse(raw).text().encode() == raw
    except InvalidError:
        return
