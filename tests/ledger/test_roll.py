"""Rolls: one root for many subjects, each provable alone."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError, TamperedError
from shouze.ledger.proof import verify_inclusion
from shouze.ledger.roll import MOST, enrol, read_roll
from shouze.ledger.tree import inclusion_path, leaf_hash
from tests.ledger.building import entropy_from

SUBJECTS = st.lists(st.text("abcdefghij234567", min_size=26, max_size=26), min_size=1, max_size=40)


@given(SUBJECTS)
def test_a_roll_reads_back_in_its_order(subjects: list[str]) -> None:
    roll = enrol(subjects, entropy_from(1))
    assert read_roll(roll.texts, roll.root) == tuple(subjects)


@given(SUBJECTS.filter(lambda subjects: len(subjects) > 1), st.data())
def test_any_change_of_a_roll_is_noticed(subjects: list[str], data: st.DataObject) -> None:
    roll = enrol(subjects, entropy_from(1))
    gone = data.draw(st.integers(0, len(subjects) - 1))
    left = roll.texts[:gone] + roll.texts[gone + 1 :]
    for texts in (left, (*left, roll.texts[gone])) if gone < len(subjects) - 1 else (left,):
        with pytest.raises(TamperedError):
            read_roll(texts, roll.root)


def test_one_subject_is_proven_without_the_others() -> None:
    roll = enrol([f"{number:026}" for number in range(7)], entropy_from(2))
    hashes = [leaf_hash(text.encode()) for text in roll.texts]
    root = base64.b64decode(roll.root)
    assert verify_inclusion(3, 7, hashes[3], inclusion_path(3, hashes), root)
    assert not verify_inclusion(2, 7, hashes[3], inclusion_path(3, hashes), root)


def test_the_same_subject_is_committed_to_differently_each_time() -> None:
    entropy = entropy_from(3)
    assert enrol(["a"], entropy).root != enrol(["a"], entropy).root


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_a_roll_has_between_one_and_a_thousand_subjects(count: int) -> None:
    with pytest.raises(InvalidError) as caught:
        enrol(["a"] * count, entropy_from(1))
    assert caught.value.field == "subjects"
