"""The file that says how far a verification got."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.errors import InvalidError, TamperedError, UnavailableError
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.joining import Standing
from shouze.ledger.stretch import Mark
from shouze.verifier.resuming import ResumeFile
from tests.ledger.building import ORIGIN, OTHER, SIGNER, WITNESS

KEY = SIGNER.verifier()
HEAD = Checkpoint(ORIGIN, 70_000, b"\x07" * 32)
STANDING = Standing(
    1, 0, [[b"\x01" * 32]], {(1, "boot"): (9, b"\x02" * 32)}, [("leaf", "leaf 3")], [5], 2, HEAD, KEY.vkey
)


def test_it_is_read_as_it_was_kept_by_its_owner_alone(tmp_path: Path) -> None:
    file = ResumeFile(tmp_path / "kept", SIGNER.verifier())
    assert file.read(KEY) is None
    file.keep(KEY, HEAD, STANDING)
    file.keep(KEY, HEAD, STANDING)
    assert file.read(KEY) == (STANDING, Mark(HEAD.size, HEAD.root))
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_each_log_that_was_read_is_kept_by_its_own_key(tmp_path: Path) -> None:
    file, next_key = ResumeFile(tmp_path / "kept", KEY), OTHER.verifier()
    file.keep(KEY, HEAD, STANDING)
    file.keep(next_key, HEAD, Standing())
    again = ResumeFile(tmp_path / "kept", KEY)
    assert again.read(KEY) == (STANDING, Mark(HEAD.size, HEAD.root))
    assert again.read(next_key) == (Standing(), Mark(HEAD.size, HEAD.root))
    assert again.read(WITNESS.verifier()) is None


def test_that_of_another_log_a_changed_one_and_any_other_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    ResumeFile(path, SIGNER.verifier()).keep(KEY, HEAD, STANDING)
    with pytest.raises(InvalidError, match="another log"):
        ResumeFile(path, OTHER.verifier()).read(KEY)
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"\x01" * 32, b"\x03" * 32))
    with pytest.raises(TamperedError):
        ResumeFile(path, SIGNER.verifier()).read(KEY)
    for content in (b"", b"nonsense", raw[:50]):
        path.write_bytes(content)
        with pytest.raises(InvalidError):
            ResumeFile(path, SIGNER.verifier()).read(KEY)
    with pytest.raises(InvalidError):
        ResumeFile(tmp_path, SIGNER.verifier()).read(KEY)
    with pytest.raises(UnavailableError):
        ResumeFile(tmp_path / "nowhere" / "kept", SIGNER.verifier()).keep(KEY, HEAD, STANDING)
