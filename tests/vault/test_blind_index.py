"""Tags find a value without opening anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.errors import SealedError
from shouze.vault.blind_index import chance_of, compare, subject_tag, tag
from shouze.vault.key_file import FileKeyRing
from shouze.vault.suites import AES256GCM_SHA256, SUITES, Suite
from tests.vault.rings import NOW, counted_ring, ring_in


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_equal_values_of_one_item_have_equal_tags_and_others_do_not(tmp_path: Path, suite: Suite) -> None:
    ring = ring_in(tmp_path, suite)
    again = FileKeyRing.open(tmp_path / "keyring.json")
    known = tag(ring, "phone", "+8613800138000")
    assert len(known) == 32
    assert compare(known, tag(again, "phone", "+8613800138000"))
    others = [("phone", "+8613800138001"), ("contact", "+8613800138000"), ("phone+", "8613800138000"), ("", "")]
    assert not any(compare(known, tag(ring, *other)) for other in others)


def test_another_ring_makes_other_tags(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    ring, other = ring_in(tmp_path), ring_in(tmp_path / "other")
    assert tag(ring, "phone", "1") != tag(other, "phone", "1")
    assert subject_tag(ring, "1") != subject_tag(other, "1")


def test_index_keys_are_replaced_and_forgotten(tmp_path: Path) -> None:
    ring = ring_in(tmp_path, AES256GCM_SHA256)
    old = tag(ring, "phone", "1")
    assert ring.prepare_index_key(NOW) == ring.prepare_index_key(NOW) == 2
    assert (ring.index_version(), ring.index_versions()) == (1, (1, 2))
    assert tag(ring, "phone", "1") == old != tag(ring, "phone", "1", version=2)
    ring.switch_index_key(2)
    assert tag(ring, "phone", "1", version=1) == old != tag(ring, "phone", "1")
    ring.destroy_index_keys_before(2)
    assert (ring.index_version(), ring.index_versions()) == (2, (2,))
    with pytest.raises(SealedError):
        tag(ring, "phone", "1", version=1)


def test_a_subject_is_found_by_the_same_tag_after_every_rotation(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    before = subject_tag(ring, "subject-1")
    ring.add_epoch(NOW)
    ring.switch_index_key(ring.prepare_index_key(NOW))
    assert subject_tag(ring, "subject-1") == before != subject_tag(ring, "subject-2")
    assert before != tag(ring, "subject-1", "")


KEPT = {
    "aes256gcm-sha256": (
        "d0d8215a1588160c257bc9c9511da194da8a0628d36e867b34e6741dfc865ade",
        "d177b7ce39133dfa3ddce7e980ace2b7c999d16bdfd365ad75343480affb67e6",
        "abb2843bd4d6bc081ebeb53569d520245da47aa591a5e9c9e4d1874b0c74f691",
    ),
    "sm4gcm-sm3": (
        "6cf541efc5dd0b82d2b9112c65ea4cccd653ee0012b903c7b41d8785914cfb68",
        "dcad8c9726da463326cc49b65e8ad52485756749196c1ff181061a6760e5bd8f",
        "93876315b46cd7121be8730bb2d46b0e9a5328d7e105b86f0f3df16977473e18",
    ),
}


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_whoever_was_found_by_a_tag_once_is_found_ever_after(tmp_path: Path, suite: Suite) -> None:
    """Tags stand in custody as earlier versions made them: another label or order of parts would find nobody."""
    ring = counted_ring(tmp_path, suite)
    made = tag(ring, "phone", "+8613800138000"), subject_tag(ring, "subject-1"), subject_tag(ring, "subject-1", "D-1")
    assert tuple(map(bytes.hex, made)) == KEPT[suite.name]


def test_chance_hangs_on_which_values_are_asked_and_how_many_are_found_and_on_no_order(tmp_path: Path) -> None:
    ring, one, two = ring_in(tmp_path), bytes(32), bytes([1]) * 32
    chance = chance_of(ring, [one, two], 1)
    assert chance == chance_of(ring, [two, one], 1)
    assert len({chance, chance_of(ring, [one, two], 2), chance_of(ring, [one], 1), chance_of(ring, [], 1)}) == 4
