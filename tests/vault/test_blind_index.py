"""Tags find a value without opening anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.errors import SealedError
from shouze.vault.blind_index import compare, subject_tag, tag
from shouze.vault.key_file import FileKeyRing
from shouze.vault.suites import AES256GCM_SHA256, SUITES, Suite
from tests.vault.rings import NOW, ring_in


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
