"""Subject keys come and go with the epochs of the ring."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shouze.errors import SealedError, TamperedError
from shouze.vault.keys import KeyRing, WrappedKey, fresh_subject_key, rewrap_subject_key, unwrap_subject_key
from shouze.vault.suites import AES256GCM_SHA256, SUITES, Suite
from tests.vault.rings import NOW, counted_ring, ring_in

both_suites = pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)


def fresh(ring: KeyRing) -> tuple[bytes, WrappedKey]:
    return fresh_subject_key(ring, "subject-1", "consent", os.urandom)


@both_suites
def test_a_subject_key_comes_back_from_its_wrapping(tmp_path: Path, suite: Suite) -> None:
    ring = ring_in(tmp_path, suite)
    key, wrapped = fresh(ring)
    assert len(key) == suite.key_bytes
    assert (wrapped.epoch, wrapped.suite) == (1, suite.number)
    assert key not in wrapped.blob
    assert len(wrapped.blob) <= 128
    assert unwrap_subject_key(ring, wrapped, "subject-1", "consent") == key


WRAPPED = {
    "aes256gcm-sha256": "05050505050505050505050508abe83c6bbb3a8e7c137195c89afc8369f0192468bc7c622ea76b1a0f10c984"
                        "b6645a41374694a6935c19f2f70b4440",
    "sm4gcm-sm3": "0505050505050505050505057d131ed479a2fabe92d940f26b4ae44c889be6ae9d78cd8eccdae1de2df954fd",
}  # fmt: skip


@both_suites
def test_what_was_wrapped_once_is_unwrapped_ever_after(tmp_path: Path, suite: Suite) -> None:
    wrapped = WrappedKey(1, suite.number, bytes.fromhex(WRAPPED[suite.name]))
    ring = counted_ring(tmp_path, suite)
    assert unwrap_subject_key(ring, wrapped, "subject-1", "consent") == bytes([9]) * suite.key_bytes


def test_no_two_keys_are_alike(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    made = [fresh(ring) for _ in range(50)]
    assert len({key for key, _ in made}) == len({wrapped.blob for _, wrapped in made}) == 50


@pytest.mark.parametrize(
    ("subject", "ground"), [("subject-2", "consent"), ("subject-1", "law"), ("subject-1c", "onsent"), ("", "")]
)
@both_suites
def test_a_wrapped_key_moved_to_another_subject_or_ground_is_refused(
    tmp_path: Path, suite: Suite, subject: str, ground: str
) -> None:
    ring = ring_in(tmp_path, suite)
    with pytest.raises(TamperedError):
        unwrap_subject_key(ring, fresh(ring)[1], subject, ground)


@both_suites
def test_an_altered_wrapped_key_is_refused(tmp_path: Path, suite: Suite) -> None:
    ring = ring_in(tmp_path, suite)
    wrapped = fresh(ring)[1]
    ring.add_epoch(NOW)
    changed = [wrapped._replace(epoch=2), wrapped._replace(suite=3 - wrapped.suite), wrapped._replace(blob=b"")]
    for bit in range(len(wrapped.blob) * 8):
        blob = bytearray(wrapped.blob)
        blob[bit // 8] ^= 1 << bit % 8
        changed.append(wrapped._replace(blob=bytes(blob)))
    for other in changed:
        with pytest.raises(TamperedError):
            unwrap_subject_key(ring, other, "subject-1", "consent")


@both_suites
def test_rotation_keeps_old_keys_openable_and_wraps_new_ones_under_the_new_epoch(tmp_path: Path, suite: Suite) -> None:
    ring = ring_in(tmp_path, suite)
    key, old = fresh(ring)
    assert ring.add_epoch(NOW) == 2
    assert unwrap_subject_key(ring, old, "subject-1", "consent") == key
    assert fresh(ring)[1].epoch == 2


def test_destroying_an_epoch_leaves_rewrapped_keys_and_no_others(tmp_path: Path) -> None:
    ring = ring_in(tmp_path, AES256GCM_SHA256)
    key, living = fresh(ring)
    _, erased = fresh(ring)
    ring.add_epoch(NOW)
    rewrapped = rewrap_subject_key(ring, living, "subject-1", "consent")
    ring.destroy_epochs_before(2)
    assert rewrapped.epoch == 2
    assert unwrap_subject_key(ring, rewrapped, "subject-1", "consent") == key
    for copy in (living, erased):
        with pytest.raises(SealedError):
            unwrap_subject_key(ring, copy, "subject-1", "consent")
        with pytest.raises(SealedError):
            rewrap_subject_key(ring, copy, "subject-1", "consent")
