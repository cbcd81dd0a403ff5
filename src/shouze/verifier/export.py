"""The folder that an inspector is given, and its verification with nothing but public keys.

``manifest.json`` says what the export claims to hold; ``records.jsonl`` holds a record a line, with the disclosures of
the private fields that were opened; ``proofs`` a C2SP tlog-proof of each; ``log`` the published log: checkpoint, tiles
and, where they were asked for, entries. Only with entries can it be told that no record was left out.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from shouze.errors import ShouzeError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.entry import Leaf, parse_leaf, verify_disclosure
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof
from shouze.ledger.proof import verify_inclusion
from shouze.ledger.tile import FULL, decode_bundle
from shouze.ledger.tree import leaf_hash
from shouze.ledger.verify import FAULTS, MAX_FAULTS, Fault
from shouze.verifier.folder import FolderSource, opened
from shouze.verifier.shards import VerifiedLog, origin_of, rests_on
from shouze.verifier.walking import Plan, walk

MANIFEST, RECORDS, PROOFS, LOG = "manifest.json", "records.jsonl", "proofs", "log"
_LONGEST = 16 << 20
"""Bytes of the longest line that is read."""


class Asked(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which records the export holds: all for which all this holds. Moments are UTC; ``until`` is the first one after.

    ``subject`` says that it holds one user's; the log does not tell outsiders whose records are whose.
    """

    actor: str | None = None
    item: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    subject: bool = False

    def fits(self, leaf: Leaf) -> bool:
        """Whether a record is one of those, as far as its leaf says."""
        return (
            self.actor in {None, leaf.who.id}
            and (self.item is None or self.item in leaf.what.items)
            and (self.since is None or leaf.at >= self.since)
            and (self.until is None or leaf.at < self.until)
        )


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an export claims: of which log at which size, what was asked, and how much it holds.

    ``fields`` are the private fields that were opened where they could be; ``recorded`` is the record of the export
    itself (node/boot/number), which a later checkpoint covers.
    """

    form: Literal["shouze-export/1"]
    vkey: str
    size: int
    root: str
    asked: Asked
    fields: tuple[str, ...]
    records: int
    entries: bool
    made: datetime
    recorded: str


class Line(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One record: its place, the leaf as it is, the disclosures opened, and what became of its openings."""

    place: int
    record: msgspec.Raw
    openings: tuple[str, ...] = ()
    state: Literal["opened", "none", "ended", "changed"] | None = None


class Examined(NamedTuple):
    """What was found: the manifest, the checkpoint, records and disclosures that hold, and the faults.

    ``complete`` is None where nobody can tell from the export; ``closed`` counts records whose openings were not to be
    had; ``rests`` says what a log rests on that follows another, where its entries were read.
    """

    faults: tuple[Fault, ...]
    manifest: Manifest | None = None
    records: int = 0
    openings: int = 0
    closed: int = 0
    complete: bool | None = None
    rests: tuple[Text, ...] = ()


EXPORT_FAULTS = {
    "manifest": Text("清单缺失、无法读取或与日志不符", "The manifest is missing, cannot be read or is not of this log"),
    "record": Text("不是规范的操作记录，或次序有误", "It is not a canonical handling record, or out of order"),
    "proof": Text("证明缺失、无效或属于另一检查点", "Its proof is missing, not valid or leads to another checkpoint"),
    "asked": Text("不在清单所说的范围之内", "It is not one of those that the manifest speaks of"),
    "opening": Text("披露串与记录或清单不符", "A disclosure is not the record's, or of a field that was not named"),
    "count": Text("记录数与清单不符", "There are not as many records as the manifest says"),
    "missing": Text("日志中有此记录，导出中没有", "The log has this record, the export has not"),
}


def proof_path(place: int) -> str:
    """Return where the proof of a record lies in the folder, a thousand to a folder."""
    return f"{PROOFS}/{place // 1000:03d}/{place}.tlog-proof"


def export_of(folder: Path, log: Verifier) -> Path:
    """Return where the export of the log of that key stands: the folder itself or, beside those of others, below it."""
    if (folder / MANIFEST).exists():
        return folder
    return next((each.parent for each in sorted(folder.glob(f"*/{LOG}")) if origin_of(each) == log.name), folder)


def verify_export(
    folder: Path,
    verifiers: Sequence[Verifier],
    *,
    jobs: int = 1,
    told: Callable[[int, int], None] = lambda _done, _size: None,
) -> Examined:
    """Verify an export: its log, every record's proof and disclosures, and what it claims to hold.

    ``verifiers`` are the log's key, got by another way than the export, and those of witnesses. Never raises for
    anything in the folder.
    """
    source = FolderSource(folder / LOG)
    try:
        note = source.checkpoint() or b""
        checkpoint, _ = open_checkpoint(note, verifiers)
    except ShouzeError:
        return Examined((Fault("checkpoint", FAULTS["checkpoint"], "log/checkpoint"),))
    manifest = _manifest(folder, verifiers[0], checkpoint)
    if manifest is None:
        return Examined((Fault("manifest", EXPORT_FAULTS["manifest"], MANIFEST),))
    work = _Examination(folder, source, manifest, checkpoint, note.decode())
    plan = Plan(verifiers, jobs=jobs, told=told, entries=manifest.entries)
    report = walk(partial(opened, folder / LOG), plan).report
    work.faults += report.faults
    rests = rests_on(VerifiedLog(verifiers[0], report), alone=True)
    return work.examine()._replace(rests=tuple(rests))


def claims(examined: Examined) -> list[Text]:
    """Say what the export claims to hold, and how far that can be told from it."""
    manifest = examined.manifest
    if manifest is None:
        return []
    asked = {name: value for name, value in msgspec.to_builtins(manifest.asked).items() if name != "subject"}
    name = manifest.vkey.partition("+")[0]
    # What stands in a manifest may be an opponent's: a terminal is only to show it.
    conditions = repr(asked) if asked else "—"
    complete = {
        True: Text("日志全部条目已查：没有遗漏", "every entry of the log was read: none is missing"),
        False: Text("有遗漏的记录", "records are missing"),
        None: Text("是否遗漏，仅凭此导出无法判断", "whether any is missing cannot be told from this export alone"),
    }[examined.complete]
    whose = Text("，限一个用户", ", one user's") if manifest.asked.subject else Text("", "")
    return [
        Text(
            f"日志 {name}，大小 {manifest.size}；条件 {conditions}{whose.zh}",
            f"log {name} of size {manifest.size}; asked {conditions}{whose.en}",
        ),
        *examined.rests,
        Text(
            f"声明 {manifest.records} 条记录，找到 {examined.records} 条；{complete.zh}",
            f"claims {manifest.records} records, {examined.records} found; {complete.en}",
        ),
        Text(
            f"开启的字段 {list(manifest.fields)}：披露 {examined.openings} 项，{examined.closed} 条记录无法开启",
            f"opened fields {list(manifest.fields)}: {examined.openings} disclosures, "
            f"{examined.closed} records could not be opened",
        ),
    ]


def _manifest(folder: Path, log: Verifier, checkpoint: Checkpoint) -> Manifest | None:
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        return None
    head = (log.vkey, checkpoint.size, checkpoint.root.hex())
    return manifest if (manifest.vkey, manifest.size, manifest.root) == head else None


@dataclass(slots=True)
class _Examination:
    """One pass over an export; ``records``, ``openings`` and ``closed`` count what was met."""

    folder: Path
    source: FolderSource
    manifest: Manifest
    checkpoint: Checkpoint
    note: str
    faults: list[Fault] = field(default_factory=list)
    records: int = 0
    openings: int = 0
    closed: int = 0
    missing: int = 0

    def examine(self) -> Examined:
        """Examine every record and, where that can be told, look for those that ought to be there."""
        told = self.manifest.entries and not self.manifest.asked.subject
        there = self.places()
        if told:
            self.look_for(there)
        deque(there, maxlen=0)
        if self.records != self.manifest.records:
            self.fault("count", RECORDS)
        complete = self.missing == 0 if told else None
        return Examined(
            tuple(self.faults[:MAX_FAULTS]), self.manifest, self.records, self.openings, self.closed, complete
        )

    def places(self) -> Iterator[int]:
        """Yield the place of each record, ascending, once it was examined."""
        last = -1
        try:
            with (self.folder / RECORDS).open("rb") as stream:
                for number, raw in enumerate(iter(partial(stream.readline, _LONGEST), b""), 1):
                    line = self.examined(raw, last)
                    self.records += 1
                    if line is None:
                        self.fault("record", f"{RECORDS}:{number}")
                        continue
                    last = line.place
                    yield last
        except OSError:
            self.fault("count", RECORDS)

    def examined(self, raw: bytes, last: int) -> Line | None:
        """Return a record that stands in its order, whatever else is wrong with it; None for what is none."""
        try:
            line = msgspec.json.decode(raw, type=Line)
            leaf = parse_leaf(bytes(line.record))
        except (msgspec.MsgspecError, ShouzeError):
            return None
        if line.place <= last:
            return None
        if not self.proven(line):
            self.fault("proof", f"leaf {line.place}")
        if not self.manifest.asked.fits(leaf):
            self.fault("asked", f"leaf {line.place}")
        if not self.disclosed(line, leaf):
            self.fault("opening", f"leaf {line.place}")
        return line

    def proven(self, line: Line) -> bool:
        try:
            proof = PortableProof.parse((self.folder / proof_path(line.place)).read_bytes())
        except (OSError, ShouzeError):
            return False
        entry = bytes(line.record)
        if (proof.index, proof.extra, proof.checkpoint) != (line.place, entry, self.note):
            return False
        size, root = self.checkpoint.size, self.checkpoint.root
        return verify_inclusion(line.place, size, leaf_hash(entry), proof.hashes, root)

    def disclosed(self, line: Line, leaf: Leaf) -> bool:
        self.closed += line.state in {"ended", "changed"}
        try:
            names = [verify_disclosure(leaf, text)[0] for text in line.openings]
        except ShouzeError:
            return False
        self.openings += len(names)
        return set(names) <= set(self.manifest.fields) and len(set(line.openings)) == len(names)

    def look_for(self, there: Iterator[int]) -> None:
        """Read every entry of the log and name those that ought to be there and are not."""
        present = next(there, None)
        for place in self.expected():
            while present is not None and present < place:
                present = next(there, None)
            if present != place:
                self.missing += 1
                self.fault("missing", f"leaf {place}")

    def expected(self) -> Iterator[int]:
        size = self.checkpoint.size
        for n in range(-(-size // FULL)):
            width = min(FULL, size - n * FULL)
            try:
                entries = decode_bundle(self.source.bundle(n, width), width)
            except ShouzeError:
                continue
            for place, entry in enumerate(entries, n * FULL):
                with contextlib.suppress(ShouzeError):
                    if self.manifest.asked.fits(parse_leaf(entry)):
                        yield place

    def fault(self, code: str, where: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(code, EXPORT_FAULTS[code], where))
