"""Submissions to a witness: one spelling, and judged by what was cosigned last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.ledger.checkpoint import Checkpoint, sign_checkpoint
from shouze.ledger.proof import prove_consistency
from shouze.ledger.tree import EMPTY_ROOT, leaf_hash
from shouze.ledger.witnessing import Submission, judge
from tests.ledger.building import ORIGIN, OTHER, SIGNER, naive_consistency, naive_root

HASHES = [leaf_hash(b"%d" % number) for number in range(40)]
KEY = SIGNER.verifier()


def head(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, naive_root(HASHES[:size]))


def submitted(old: int, size: int) -> Submission:
    proof = naive_consistency(old, HASHES[:size]) if 0 < old < size else []
    return Submission(old, tuple(proof), sign_checkpoint(head(size), SIGNER))


@given(old=st.integers(0, 40), more=st.integers(0, 40))
def test_what_extends_is_consistent_and_is_spelled_in_one_way(old: int, more: int) -> None:
    asked = submitted(old, min(40, old + more))
    assert Submission.parse(asked.text().encode()) == asked
    assert judge(asked, KEY, head(old)) == ("consistent", head(min(40, old + more)))


@given(
    old=st.integers(1, 39), more=st.integers(1, 39), drop=st.integers(0, 6), flip=st.binary(min_size=32, max_size=32)
)
def test_a_proof_of_anything_else_is_not_consistent(old: int, more: int, drop: int, flip: bytes) -> None:
    size = min(40, old + more)
    asked = submitted(old, size)
    for proof in (asked.proof[:drop] + asked.proof[drop + 1 :], (*asked.proof, flip), (flip, *asked.proof[1:])):
        if proof != asked.proof:
            assert judge(asked._replace(proof=proof), KEY, head(old)).ruling == "inconsistent"


def test_another_root_for_the_size_that_was_cosigned_is_a_contradiction_whatever_is_claimed() -> None:
    held = Checkpoint(ORIGIN, 7, b"\1" * 32)
    for old in (0, 7, 9):
        assert judge(submitted(7, 7)._replace(old=old), KEY, held) == ("inconsistent", head(7))


def test_a_wrong_old_size_is_behind_and_one_that_is_too_large_malformed() -> None:
    assert judge(submitted(3, 9), KEY, head(5)).ruling == "behind"
    assert judge(submitted(9, 9)._replace(old=12), KEY, head(5)).ruling == "malformed"


def test_an_empty_log_is_begun_with_its_own_root_and_without_a_proof() -> None:
    nothing = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert judge(submitted(0, 0), KEY, nothing).ruling == "consistent"
    assert judge(submitted(0, 5)._replace(proof=(b"\0" * 32,)), KEY, nothing).ruling == "inconsistent"
    other = Submission(0, (), sign_checkpoint(Checkpoint(ORIGIN, 0, b"\0" * 32), SIGNER))
    assert judge(other, KEY, nothing).ruling == "inconsistent"


def test_what_the_log_has_not_signed_is_unsigned() -> None:
    for note in (sign_checkpoint(head(5), OTHER), "no note\n", ""):
        assert judge(Submission(0, (), note), KEY, Checkpoint(ORIGIN, 0, EMPTY_ROOT)).ruling == "unsigned"
    changed = submitted(0, 5)
    changed = changed._replace(note=changed.note.replace("\n5\n", "\n6\n"))
    assert judge(changed, KEY, Checkpoint(ORIGIN, 0, EMPTY_ROOT)).ruling == "unsigned"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"old 0", b"old 0\n", b"old -1\n\nx\n", b"old 01\n\nx\n", b"new 0\n\nx\n", b"old 0\nAAAA\n\nx\n", b"\xff",
        submitted(3, 9).text().encode().replace(b"old 3", b"old  3"),
        b"old 1\n" + b"KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + b"\nx\n",
    ],
)  # fmt: skip
def test_what_is_no_submission_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidError):
        Submission.parse(raw)


def test_the_proofs_of_our_own_prover_are_accepted() -> None:
    class Reader:
        def hash_at(self, level: int, index: int) -> bytes:
            return naive_root(HASHES[index << level : (index + 1) << level])

    asked = submitted(5, 33)._replace(proof=tuple(prove_consistency(5, 33, Reader())))
    assert judge(asked, KEY, head(5)).ruling == "consistent"
