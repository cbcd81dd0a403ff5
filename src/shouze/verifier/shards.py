"""Verifies published logs that follow one another, from the one whose key is known on.

A log's last leaf names the next log and its key, under the old key's signature: one key, the first, leads to all of
them. Whoever has only a later key verifies from there, and is told on which checkpoint that rests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from shouze.errors import ShouzeError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.note import Verifier
from shouze.ledger.verify import FAULTS, Fault, Report, verify_log
from shouze.verifier.folder import FolderSource


class VerifiedLog(NamedTuple):
    """One of the logs: its key, what was found, its folder, and whether only its last checkpoint is left of it."""

    log: Verifier
    report: Report
    folder: Path | None = None
    deleted: bool = False
    handed_over: bool = False
    """Whether the log before, verified too, names this one's key."""


def verify_folders(
    folder: Path, log: Verifier, witnesses: Sequence[Verifier] = (), *, older: Checkpoint | None = None
) -> list[VerifiedLog]:
    """Verify the log of that key in the folder or below it, then those there that it was handed over to."""
    verified: list[VerifiedLog] = []
    here, key, whole = folder_of(folder, log), log, True
    while True:
        chains = verified[-1].report.chains if verified else None
        known = older if older is not None and (not verified or older.origin == key.name) else None
        report = verify_log(FolderSource(here), [key, *witnesses], older=known, still=False, chains=chains, whole=whole)
        whole = whole and (bool(verified) or report.before is None)
        one = VerifiedLog(key, report, here)
        verified.append(linked(verified[-1], one) if verified else one)
        after, seen = report.after, {each.log.name for each in verified}
        if after is None or after.name in seen or _origin(below := folder_of(folder, after)) != after.name:
            return verified
        here, key = below, after


def folder_of(folder: Path, log: Verifier) -> Path:
    """Return where the log of that key stands: in the folder itself, or below it under the last part of its name."""
    below = folder / log.name.rpartition("/")[2]
    return below if _origin(folder) != log.name and _origin(below) == log.name else folder


def linked(before: VerifiedLog, after: VerifiedLog) -> VerifiedLog:
    """Return what was found of a log, with a fault where it does not begin with the end of the one before."""
    end = Checkpoint(before.log.name, before.report.size, before.report.root) if before.report.root else None
    report = after.report
    if report.root and (end is None or report.before != end):
        report = replace(report, faults=(*report.faults, Fault("link", FAULTS["link"], "leaf 0")))
    return after._replace(report=report, handed_over=before.report.after == after.log)


def rests_on(verified: VerifiedLog, *, alone: bool) -> Text | None:
    """Say what a log rests on that follows another; None for a first one. ``alone``: the one before was not read."""
    before = verified.report.before
    if before is None:
        return None
    words = Text(
        f"接续 {before.origin}（检查点大小 {before.size}）",
        f"follows {before.origin} from its checkpoint of size {before.size}",
    )
    if alone:
        joined = verified.report.joined
        return Text(
            f"{words.zh}；该检查点之前的内容未核验，{joined} 个节点的记录由其接续",
            f"{words.en}; what that covers was not verified, the records of {joined} nodes go on from there",
        )
    if not verified.handed_over:
        return Text(
            f"{words.zh}；前一日志的密钥没有签署移交", f"{words.en}; the key before has not signed the hand-over"
        )
    return words


def _origin(folder: Path) -> str:
    try:
        raw = FolderSource(folder).checkpoint() or b""
        return raw.decode("utf-8", "replace").partition("\n")[0]
    except ShouzeError:
        return ""
