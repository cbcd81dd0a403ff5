"""Verifies published logs that follow one another, from the one whose key is known on.

A log's last leaf names the next log and its key, under the old key's signature: one key, the first, leads to all of
them. Whoever has only a later key verifies from there, and is told on which checkpoint that rests.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from shouze.errors import ShouzeError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.note import Verifier
from shouze.ledger.verify import FAULTS, Fault, Report
from shouze.verifier.folder import FolderSource, opened
from shouze.verifier.walking import Plan, walk


class VerifiedLog(NamedTuple):
    """One of the logs: its key, what was found, its folder, and whether only its last checkpoint is left of it.

    ``passed_over``: only its last checkpoint was read, for the verification begins in a later log.
    """

    log: Verifier
    report: Report
    folder: Path | None = None
    deleted: bool = False
    handed_over: bool = False
    """Whether the log before, verified too, names this one's key."""
    passed_over: bool = False


def verify_folders(folder: Path, plan: Plan) -> list[VerifiedLog]:
    """Verify the log of the plan's key in the folder or below it, then those there that it was handed over to.

    ``plan.older`` and ``plan.since`` are the first one's.
    """
    verified: list[VerifiedLog] = []
    here, key, plan = folder_of(folder, plan.verifiers[0]), plan.verifiers[0], replace(plan, chains=None, whole=True)
    while True:
        report = walk(partial(opened, here), plan).report
        one = VerifiedLog(key, report, here)
        verified.append(linked(verified[-1], one) if verified else one)
        after, seen = report.after, {each.log.name for each in verified}
        if after is None or after.name in seen or origin_of(below := folder_of(folder, after)) != after.name:
            return verified
        older = plan.older if plan.older is not None and plan.older.origin == after.name else None
        whole = plan.whole and not report.since and (len(verified) > 1 or report.before is None)
        plan = replace(
            plan, verifiers=[after, *plan.verifiers[1:]], older=older, since=None, chains=report.chains, whole=whole
        )
        here, key = below, after


def folder_of(folder: Path, log: Verifier) -> Path:
    """Return where the log of that key stands: in the folder itself, or below it under the last part of its name."""
    below = folder / log.name.rpartition("/")[2]
    return below if origin_of(folder) != log.name and origin_of(below) == log.name else folder


def linked(before: VerifiedLog, after: VerifiedLog) -> VerifiedLog:
    """Return what was found of a log, with a fault where it does not begin with the end of the one before."""
    end = Checkpoint(before.log.name, before.report.size, before.report.root) if before.report.root else None
    report = after.report
    if report.root and (end is None or report.before != end):
        report = replace(report, faults=(*report.faults, Fault("link", FAULTS["link"], "leaf 0")))
    return after._replace(report=report, handed_over=before.report.after == after.log)


def rests_on(verified: VerifiedLog, *, alone: bool) -> list[Text]:
    """Say what a log rests on; nothing of a first one that was read from its first leaf on.

    ``alone``: the one before was not read.
    """
    report = verified.report
    words = [Text(f"从序号 {report.since} 起重算；其前的内容由较早的检查点证明一致",
                  f"hashed again from place {report.since} on; what lies before is proven to be the older "
                  "checkpoint's")] if report.since else []  # fmt: skip
    if report.before is not None:
        words.append(_follows(report.before, not alone and not verified.handed_over))
        if alone and not report.since:
            words.append(Text("该检查点之前的内容未核验", "what that covers was not verified"))
    if report.joined:
        words.append(Text(f"{report.joined} 个节点的记录由未读的内容接续",
                          f"the records of {report.joined} runs of nodes go on from what was not read"))  # fmt: skip
    return words


def _follows(before: Checkpoint, unsigned: bool) -> Text:
    words = Text(
        f"接续 {before.origin}（检查点大小 {before.size}）",
        f"follows {before.origin} from its checkpoint of size {before.size}",
    )
    if not unsigned:
        return words
    return Text(f"{words.zh}；前一日志的密钥没有签署移交", f"{words.en}; the key before has not signed the hand-over")


def origin_of(folder: Path) -> str:
    """Return the origin that the checkpoint in a folder names, whoever signed it; empty where there is none."""
    try:
        raw = FolderSource(folder).checkpoint() or b""
        return raw.decode("utf-8", "replace").partition("\n")[0]
    except ShouzeError:
        return ""
