"""Verifies an evidence pack that came with an answer, by the key of the operator's own log (Art. 19).

A pack travels as a ZIP file of its folder. What it unfolds to is bounded, and nothing of it is kept unfolded.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile, ZipInfo

import msgspec

from shouze.errors import ShouzeError
from shouze.language import Text
from shouze.ledger.note import Verifier
from shouze.registers.acting import Attached
from shouze.verifier.pack import CONTENTS, verify_pack

MOST_FILES, LARGEST = 20_000, 512 * 1024 * 1024
_SHOWN = 20
_READ = 1 << 20
FOREIGN = Text("不能展开，或者超过限度", "It cannot be unfolded, or exceeds the limits")
UNKNOWN = Text("没有该经营者日志的公钥", "The key of that operator's log is not known here")


class Pack(msgspec.Struct, frozen=True):
    """What a pack is worth: its name, how many files hold, how many records verify, each fault by place and words."""

    name: str
    files: int = 0
    records: int = 0
    faults: tuple[tuple[str, str, str], ...] = ()

    @property
    def holds(self) -> bool:
        """Tell whether nothing was found against it."""
        return not self.faults


def packs_of(files: Iterable[Attached], vkey: str) -> list[Pack]:
    """Verify every pack among the files of a dispatch; what is no pack is left out."""
    return [_examined(each, vkey) for each in files if _is_pack(each)]


def _is_pack(file: Attached) -> bool:
    return file.name.lower().endswith(".zip")


def _examined(file: Attached, vkey: str) -> Pack:
    try:
        verifier = Verifier.from_vkey(vkey)
    except ShouzeError:
        return _faulty(file.name, "", UNKNOWN)
    with TemporaryDirectory(prefix="shouze-pack-") as folder:
        try:
            root = _unfolded(file.content, Path(folder))
        except (BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
            return _faulty(file.name, "", FOREIGN)
        found = verify_pack(root, [verifier])
    faults = [*found.faults, *(found.records.faults if found.records else ())]
    told = tuple((each.where, each.text.zh, each.text.en) for each in faults[:_SHOWN])
    return Pack(file.name, found.files, found.records.records if found.records else 0, told)


def _faulty(name: str, where: str, words: Text) -> Pack:
    return Pack(name, faults=((where, words.zh, words.en),))


def _unfolded(content: bytes, folder: Path) -> Path:
    """Unfold a ZIP file; return the folder that has the list of contents. ValueError for what exceeds the limits."""
    with ZipFile(BytesIO(content)) as archive:
        members = [each for each in archive.infolist() if not each.is_dir()]
        if len(members) > MOST_FILES or sum(each.file_size for each in members) > LARGEST:
            raise ValueError(len(members))
        for member in members:
            _write(archive, member, folder)
    roots = sorted(folder.rglob(CONTENTS), key=lambda path: len(path.parts))
    return roots[0].parent if roots else folder


def _write(archive: ZipFile, member: ZipInfo, folder: Path) -> None:
    path = PurePosixPath(member.filename)
    # Invariant: nothing is written outside the folder, and no link is made.
    if path.is_absolute() or ".." in path.parts or stat.S_ISLNK(member.external_attr >> 16):
        raise ValueError(member.filename)
    target = folder.joinpath(*path.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with archive.open(member) as source, target.open("xb") as out:
        while part := source.read(min(_READ, left + 1)):
            left -= len(part)
            if left < 0:
                raise ValueError(os.fspath(path))
            out.write(part)
