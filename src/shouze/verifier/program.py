"""``shouze-verify``: checks a published log or proofs, on a machine that has nothing else of Shouze.

Exit code 0: all holds; 1: something does not; 2: it could not be asked so.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from shouze.errors import InvalidError, ShouzeError, TamperedError
from shouze.language import Language, Text, preferred
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.contradiction import WORDS, Contradiction, shown_by
from shouze.ledger.entry import parse_leaf
from shouze.ledger.note import COSIGNATURE, ED25519, Cosignature, Verifier, open_note
from shouze.ledger.portable import PortableProof, check
from shouze.ledger.proof import TileHashes, prove_inclusion, verify_inclusion
from shouze.ledger.sampling import draw, needed
from shouze.ledger.shard import read_beginning
from shouze.ledger.tile import FULL, decode_bundle
from shouze.ledger.tree import leaf_hash
from shouze.ledger.verify import Fault
from shouze.verifier.asking import WRONG, read
from shouze.verifier.export import LOG, claims, export_of, verify_export
from shouze.verifier.folder import FolderSource
from shouze.verifier.meter import Meter
from shouze.verifier.pack import told, verify_pack
from shouze.verifier.resuming import ResumeFile
from shouze.verifier.shards import VerifiedLog, folder_of, rests_on, verify_folders
from shouze.verifier.walking import Plan

SHOWN = 20
FAILED, STOPPED = 1, 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(given)
    asked = read(given, language)
    try:
        log = _key(asked.vkey, ED25519, "--vkey")
        witnesses = [_key(each, COSIGNATURE, "--witness") for each in asked.witness]
        if asked.what == "folder":
            fine = _folder(asked, log, witnesses, language)
        elif asked.what == "export":
            fine = _export(asked, log, witnesses, language)
        elif asked.what == "pack":
            fine = _pack(asked, log, witnesses, language)
        elif asked.what == "contradiction":
            fine = _contradiction(asked, log, language)
        elif asked.what == "sample":
            fine = _sample(asked, log, witnesses, language)
        else:
            fine = {_proof(path, log, witnesses, language) for path in asked.files} == {True}
    except ShouzeError as problem:
        print(problem.say(language), file=sys.stderr)  # noqa: T201 - it speaks to whoever sits there
        sys.exit(WRONG)
    except KeyboardInterrupt:
        words = Text("已停止；用 --resume 可继续", "stopped; with --resume it can go on")
        print(words.to(language), file=sys.stderr)  # noqa: T201 - it speaks to whoever sits there
        sys.exit(STOPPED)
    sys.exit(0 if fine else FAILED)


def _folder(asked: argparse.Namespace, log: Verifier, witnesses: list[Verifier], language: Language) -> bool:
    meter = Meter(language, Text("已核验", "verified"))
    plan = Plan(
        [log, *witnesses],
        older=_opened(asked.older, log) if asked.older else None,
        since=_opened(asked.since, log) if asked.since else None,
        jobs=_jobs(asked.jobs),
        resume=ResumeFile(asked.resume, log) if asked.resume else None,
        told=meter,
    )
    try:
        verified = verify_folders(asked.folder, plan)
    finally:
        meter.end()
    fine = []
    for number, each in enumerate(verified):
        if len(verified) > 1:
            _say(language, f"日志 {each.log.name}", f"log {each.log.name}")
        _tell(each, language, alone=number == 0)
        note = FolderSource(each.folder or asked.folder).checkpoint() or b""
        fine.append(each.report.ok and _cosigned(note, each.log, witnesses, language))
    return all(fine)


def _tell(verified: VerifiedLog, language: Language, *, alone: bool) -> None:
    report = verified.report
    _say(language, f"记录数 {report.size}", f"size {report.size}")
    _say(language, f"根哈希 {report.root.hex() or '—'}", f"root {report.root.hex() or '—'}")
    _tell_faults(report.faults, language)
    for words in rests_on(verified, alone=alone):
        _say(language, *words)


def _export(asked: argparse.Namespace, log: Verifier, witnesses: list[Verifier], language: Language) -> bool:
    meter, folder = Meter(language, Text("已核验", "verified")), export_of(asked.folder, log)
    try:
        examined = verify_export(folder, [log, *witnesses], jobs=_jobs(asked.jobs), told=meter)
    finally:
        meter.end()
    for text in claims(examined):
        _say(language, *text)
    _tell_faults(examined.faults, language)
    note = FolderSource(folder / LOG).checkpoint() or b""
    return not examined.faults and _cosigned(note, log, witnesses, language)


def _pack(asked: argparse.Namespace, log: Verifier, witnesses: list[Verifier], language: Language) -> bool:
    examined = verify_pack(asked.folder, [log, *witnesses], jobs=_jobs(asked.jobs))
    for text in told(examined):
        _say(language, *text)
    faults = [*examined.faults, *(examined.records.faults if examined.records else ())]
    _tell_faults(faults, language)
    return not faults


def _tell_faults(faults: Sequence[Fault], language: Language) -> None:
    _say(language, f"问题数 {len(faults)}", f"faults {len(faults)}")
    for fault in faults[:SHOWN]:
        _say(
            language,
            f"  {fault.code}  {fault.where}  {fault.text.zh}",
            f"  {fault.code}  {fault.where}  {fault.text.en}",
        )


def _proof(path: Path, log: Verifier, witnesses: list[Verifier], language: Language) -> bool:
    proof = PortableProof.parse(_read(path))
    if proof.extra is None:
        raise InvalidError(Text("文件中没有记录", "The file holds no record"), field=str(path))
    try:
        checkpoint = check(proof, proof.extra, [log, *witnesses])
        record = _record(proof.extra)
    except TamperedError as problem:
        _say(language, f"{path}：无效，{problem.detail.zh}", f"{path}: not valid, {problem.detail.en}")
        return False
    _say(
        language,
        f"{path}：有效，{checkpoint.origin} 的第 {proof.index} 条，检查点大小 {checkpoint.size}",
        f"{path}: valid, place {proof.index} of {checkpoint.origin}, checkpoint of size {checkpoint.size}",
    )
    print(record)  # noqa: T201 - it speaks to whoever sits there
    return _cosigned(proof.checkpoint.encode(), log, witnesses, language)


def _contradiction(asked: argparse.Namespace, log: Verifier, language: Language) -> bool:
    """Tell whether the file shows by itself that the log contradicts itself: then all holds that it says."""
    try:
        ground = shown_by(Contradiction.read(_read(asked.file)), log, asked.party)
    except TamperedError as problem:
        _say(language, f"不成立：{problem.detail.zh}", f"not shown: {problem.detail.en}")
        return False
    _say(language, f"成立（{ground}）：{WORDS[ground].zh}", f"shown ({ground}): {WORDS[ground].en}")
    return True


def _sample(asked: argparse.Namespace, log: Verifier, witnesses: list[Verifier], language: Language) -> bool:
    """Print the drawn records, each proved to stand in its place under the signed checkpoint."""
    source, nonce = FolderSource(folder_of(asked.folder, log)), _nonce(asked.nonce)
    note = source.checkpoint() or b""
    try:
        checkpoint, _ = open_checkpoint(note, [log, *witnesses])
    except (InvalidError, TamperedError) as problem:
        _say(language, f"检查点：{problem.detail.zh}", f"checkpoint: {problem.detail.en}")
        return False
    size = checkpoint.size
    count = needed(asked.share, asked.certainty) if asked.count is None else asked.count
    fine = True
    for place in draw(nonce, checkpoint.root, size, count):
        n, width = place // FULL, min(FULL, size - place // FULL * FULL)
        try:
            entry = decode_bundle(source.bundle(n, width), width)[place % FULL]
            # A reader keeps its tiles: one for each place keeps memory within a few of them.
            proof = prove_inclusion(place, size, TileHashes(size, lambda tile: source.tile(*tile)))
            record, there = _record(entry), verify_inclusion(place, size, leaf_hash(entry), proof, checkpoint.root)
        except ShouzeError:
            record, there = "", False
        fine = fine and there
        word = "" if there else Text("（与检查点不符）", " (not what was signed)").to(language)
        print(f"{place}{word} {record}")  # noqa: T201 - it speaks to whoever sits there
    return _cosigned(note, log, witnesses, language) and fine


def _record(entry: bytes) -> str:
    """Return a record as text that a terminal only shows: whoever keeps the log may be the inspector's opponent.

    TamperedError for what is no canonical record, nor the checkpoint with which a log begins that follows another.
    """
    if read_beginning(entry) is None:
        parse_leaf(entry)
    text = entry.decode()
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def _jobs(asked: int) -> int:
    if asked < 1:
        remedy = Text("写 1 或更大的数", "Write 1 or more")
        raise InvalidError(Text("进程数过小", "There has to be one process"), field="--jobs", remedy=remedy)
    return asked


def _nonce(written: str) -> bytes:
    try:
        return bytes.fromhex(written)
    except ValueError:
        remedy = Text("写成十六进制", "Write it in hexadecimal")
        raise InvalidError(Text("不是随机数", "It is no nonce"), field="--nonce", remedy=remedy) from None


def _cosigned(note: bytes, log: Verifier, witnesses: list[Verifier], language: Language) -> bool:
    """Say who has cosigned; return whether every witness that was named has."""
    names = set()
    for each in open_note(note, [log, *witnesses]).verified:
        if isinstance(each, Cosignature):
            names.add((each.name, each.key_id))
            moment = datetime.fromtimestamp(each.time, UTC).isoformat()
            _say(language, f"见证人 {each.name} 于 {moment} 签名", f"cosigned by {each.name} at {moment}")
    for witness in witnesses:
        if (witness.name, witness.key_id) not in names:
            _say(language, f"没有见证人 {witness.name} 的签名", f"{witness.name} has not cosigned")
    if not witnesses:
        _say(language, "未指定见证人", "no witness was named")
    return {(each.name, each.key_id) for each in witnesses} <= names


def _opened(path: Path, log: Verifier) -> Checkpoint:
    try:
        return open_checkpoint(_read(path), [log])[0]
    except (InvalidError, TamperedError) as problem:
        raise InvalidError(problem.detail, field=str(path)) from None


def _key(written: str, kind: int, option: str) -> Verifier:
    text = written if "+" in written else _read(Path(written)).decode("utf-8", "replace")
    try:
        verifier = Verifier.from_vkey(text.strip())
    except InvalidError as problem:
        raise InvalidError(problem.detail, field=option) from None
    if verifier.kind != kind:
        words = Text("不是日志的公钥", "It is not a log's key"), Text("不是见证人的公钥", "It is not a witness's key")
        raise InvalidError(words[kind == COSIGNATURE], field=option)
    return verifier


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        remedy = Text("核对文件名和权限", "Check its name and permissions")
        raise InvalidError(Text("无法读取", "It cannot be read"), field=str(path), remedy=remedy) from None


def _language(given: list[str]) -> Language:
    wish = given[given.index("--lang") + 1] if "--lang" in given[:-1] else None
    return preferred(wish or os.environ.get("LC_ALL") or os.environ.get("LANG"))


def _say(language: Language, zh: str, en: str) -> None:
    print(Text(zh, en).to(language))  # noqa: T201 - it speaks to whoever sits there
