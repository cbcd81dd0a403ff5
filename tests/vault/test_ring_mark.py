"""The mark of a ring is its own, and stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.vault.blind_index import subject_tag
from shouze.vault.key_file import FileKeyRing
from shouze.vault.ring_mark import ring_mark
from shouze.vault.suites import AES256GCM_SHA256, SM4GCM_SM3, Suite
from tests.vault.rings import NOW, ring_in


@pytest.mark.parametrize("suite", [AES256GCM_SHA256, SM4GCM_SM3])
def test_it_outlives_every_key_that_is_replaced(tmp_path: Path, suite: Suite) -> None:
    ring = ring_in(tmp_path, suite)
    mark = ring_mark(ring)
    ring.add_epoch(NOW)
    ring.destroy_epochs_before(2)
    ring.switch_index_key(ring.prepare_index_key(NOW))
    ring.destroy_index_keys_before(2)
    ring.destroy_days_before("2026-12-24")
    assert ring_mark(FileKeyRing.open(tmp_path / "keyring.json")) == mark
    assert len(bytes.fromhex(mark)) == 16


def test_two_rings_have_two_marks_and_no_mark_is_a_subjects_tag(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = ring_in(tmp_path / "one"), ring_in(tmp_path / "two")
    assert ring_mark(one) != ring_mark(two)
    assert not subject_tag(one, "").hex().startswith(ring_mark(one))


def test_nothing_of_it_stands_in_the_file(tmp_path: Path) -> None:
    """A release that knows of no marks reads the file, and refuses words that it does not know."""
    mark = ring_mark(ring_in(tmp_path))
    assert mark not in (tmp_path / "keyring.json").read_text()
    assert "mark" not in (tmp_path / "keyring.json").read_text()
