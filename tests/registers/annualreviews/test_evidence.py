"""Evidence packs that come with an answer: what is hostile or foreign is told of, and never unfolded elsewhere."""

from __future__ import annotations

import stat
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from shouze.ledger.note import Verifier
from shouze.registers.acting import Attached
from shouze.registers.annualreviews import evidence
from shouze.registers.annualreviews.evidence import FOREIGN, UNKNOWN, packs_of

VKEY = "log.example/shouze+4b5d6c1a+AUQd5X0KTyAxkbcDaqHDqNVZ7LEO8TRuYNoNmVVTNAFV"


def file(content: bytes, name: str = "pack.zip") -> Attached:
    return Attached(name, "application/zip", content)


def zipped(*members: tuple[str | ZipInfo, bytes]) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return held.getvalue()


def link() -> ZipInfo:
    found = ZipInfo("records")
    found.create_system, found.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return found


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Verifier, "from_vkey", lambda vkey: vkey)


@pytest.mark.parametrize(
    "content",
    [
        b"no archive",
        zipped(("../outside", b"x")),
        zipped(("/tmp/outside", b"x")),
        zipped((link(), b"/etc")),
        zipped(("a", b"x"), ("a/b", b"x")),
        zipped(("a", b"x"))[:-30],
    ],
    ids=["foreign", "above", "absolute", "link", "under a file", "truncated"],
)
def test_what_cannot_be_unfolded_is_a_fault(content: bytes) -> None:
    [pack] = packs_of([file(content)], VKEY)
    assert not pack.holds
    assert pack.faults == (("", FOREIGN.zh, FOREIGN.en),)


def test_what_exceeds_the_limits_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "LARGEST", 1000)
    assert packs_of([file(zipped(("zeros", bytes(1001))))], VKEY)[0].faults[0][1] == FOREIGN.zh
    monkeypatch.setattr(evidence, "MOST_FILES", 1)
    assert packs_of([file(zipped(("a", b""), ("b", b"")))], VKEY)[0].faults[0][1] == FOREIGN.zh


def test_an_archive_that_is_no_pack_lacks_its_list_of_contents() -> None:
    [pack] = packs_of([file(zipped(("readme.txt", b"nothing")))], VKEY)
    assert [where for where, *_ in pack.faults] == ["contents.json"]


def test_other_files_are_not_looked_at_and_a_log_without_key_verifies_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert packs_of([file(b"{}", "duties.json")], VKEY) == []
    monkeypatch.undo()
    assert packs_of([file(zipped(("a", b"")))], "")[0].faults == (("", UNKNOWN.zh, UNKNOWN.en),)
