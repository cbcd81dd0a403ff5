"""Evidence packs: papers, records and proofs in one folder, which the log itself vouches for.

``contents.json`` names every file with its SHA-256. The record of the pack in the log commits to that file's digest:
``contents.tlog-proof`` proves the record, ``contents.opening`` opens the commitment. So whoever has the log's public
key can tell that nothing was changed, taken away or put in since. ``records`` is an export (see ``verifier.export``).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from shouze.errors import ShouzeError
from shouze.language import Text
from shouze.ledger.entry import parse_leaf, verify_disclosure
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof, check
from shouze.ledger.verify import MAX_FAULTS, Fault
from shouze.verifier.export import Examined, claims, export_of, verify_export

CONTENTS, PROOF, OPENING = "contents.json", "contents.tlog-proof", "contents.opening"
OWN = frozenset({CONTENTS, PROOF, OPENING})
RECORDS, PAPERS = "records", "papers"
FIELD = "contents"
"""The private field of the pack's record that holds the SHA-256 of ``contents.json``, in hex."""
_READ = 1 << 20
_LONGEST = 64 << 20
"""Bytes of the longest list of contents that is read."""
PACK_FAULTS = {
    "contents": Text("清单缺失或无法读取", "The list of contents is missing or cannot be read"),
    "vouched": Text("日志不为此清单作证", "The log does not vouch for this list of contents"),
    "changed": Text("内容与清单不符", "It is not what the list of contents says"),
    "missing": Text("清单中有，包内没有", "The list of contents names it; it is not there"),
    "added": Text("清单中没有", "The list of contents does not name it"),
    "link": Text("是链接，不是文件", "It is a link and no file"),
}


class Contents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a pack holds: SHA-256 in hex by path, in order of the paths; for whom, when, of which log."""

    form: Literal["shouze-pack/1"]
    vkey: str
    made: datetime
    files: dict[str, str]


class PackExamined(NamedTuple):
    """What was found: the faults of the pack, how many files hold, and what its records' export is worth."""

    faults: tuple[Fault, ...]
    files: int = 0
    made: datetime | None = None
    records: Examined | None = None


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 in hex of every file of a pack but its own three, by path, in order."""
    return {path: _digest(folder / path) for path in sorted(_walk(folder)) if path not in OWN}


def verify_pack(folder: Path, verifiers: Sequence[Verifier], *, jobs: int = 1) -> PackExamined:
    """Verify a pack with the log's key (first) and witnesses'. Never raises for anything in the folder."""
    try:
        with (folder / CONTENTS).open("rb") as stream:
            listed = stream.read(_LONGEST)
        contents = msgspec.json.decode(listed, type=Contents)
    except (OSError, msgspec.MsgspecError):
        return PackExamined((Fault("contents", PACK_FAULTS["contents"], CONTENTS),))
    faults = [] if _vouched(folder, listed, verifiers) else [Fault("vouched", PACK_FAULTS["vouched"], CONTENTS)]
    compared = list(_compared(folder, contents))
    faults += compared
    records = folder / RECORDS
    examined = verify_export(export_of(records, verifiers[0]), verifiers, jobs=jobs) if records.is_dir() else None
    held = len(contents.files) - sum(each.code in {"changed", "missing"} for each in compared)
    return PackExamined(tuple(faults[:MAX_FAULTS]), held, contents.made, examined)


def told(examined: PackExamined) -> list[Text]:
    """Say what a pack holds, as far as it was found to hold."""
    if examined.made is None:
        return []
    at = f"{examined.made:%Y-%m-%d %H:%M} UTC"
    lines = [Text(f"证据包制作于 {at}，{examined.files} 个文件与清单相符",
                  f"pack made at {at}, {examined.files} files are as listed")]  # fmt: skip
    return [*lines, *(claims(examined.records) if examined.records else ())]


def _vouched(folder: Path, listed: bytes, verifiers: Sequence[Verifier]) -> bool:
    """Tell whether a record under a signed checkpoint commits to this very list."""
    try:
        proof = PortableProof.parse((folder / PROOF).read_bytes())
        if proof.extra is None:
            return False
        check(proof, proof.extra, verifiers)
        opening = (folder / OPENING).read_text(encoding="utf-8").strip()
        name, value = verify_disclosure(parse_leaf(proof.extra), opening)
    except (OSError, UnicodeDecodeError, ShouzeError):
        return False
    return (name, value) == (FIELD, hashlib.sha256(listed).hexdigest())


def _compared(folder: Path, contents: Contents) -> Iterator[Fault]:
    there = set(_walk(folder)) - OWN
    for path, digest in contents.files.items():
        if path not in there:
            yield Fault("missing", PACK_FAULTS["missing"], path)
        elif (folder / path).is_symlink():
            yield Fault("link", PACK_FAULTS["link"], path)
        elif _digest(folder / path) != digest:
            yield Fault("changed", PACK_FAULTS["changed"], path)
    for path in sorted(there - contents.files.keys()):
        yield Fault("added", PACK_FAULTS["added"], path)


def _walk(folder: Path) -> Iterator[str]:
    for where, _, names in os.walk(folder, followlinks=False):
        for name in names:
            yield Path(where, name).relative_to(folder).as_posix()


def _digest(path: Path) -> str:
    hashed = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while part := stream.read(_READ):
                hashed.update(part)
    except OSError:
        return ""
    return hashed.hexdigest()
