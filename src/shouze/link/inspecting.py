"""A remote inspection's arithmetic: what was drawn has to be there, as it was when the checkpoint was held.

The inspector holds a checkpoint first, then chooses the nonce: so nobody could know which records would be asked for.
What is delivered is proved under checkpoints that are one history with the one held; whatever is not is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from shouze.errors import InvalidError, ShouzeError, TamperedError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof, check
from shouze.ledger.proof import verify_consistency
from shouze.ledger.shard import read_beginning
from shouze.ledger.strict import base64_of, read_base64
from shouze.ledger.tree import HASH_SIZE
from shouze.ledger.witnessing import Submission, judge
from shouze.link.dispatch import LEEWAY
from shouze.link.kinds import Suspension
from shouze.link.proving import NAMED
from shouze.rules.use import OPENING

SENT = "dispatches-send"
HANDLING = OPENING | {"collect"}
"""What a suspension stops; looking at records, withdrawing and erasing go on."""


class Fault(StrEnum):
    """The names of what an inspection finds."""

    WITHHELD = "withheld"
    NOT_IN_LOG = "not-in-log"
    OTHER_HISTORY = "other-history"
    NOT_A_RECORD = "not-a-record"
    DISOBEYED = "disobeyed"
    BACKDATED = "backdated"
    UNOPENED = "unopened"
    OPENING_ALTERED = "opening-altered"


WORDS: dict[Fault, Text] = {
    Fault.UNOPENED: Text("记录的披露内容没有提交", "A record's opening is kept back"),
    Fault.OPENING_ALTERED: Text("披露内容与记录的承诺不符", "An opening is not what the record commits to"),
    Fault.WITHHELD: Text("抽中的记录没有提交", "A record that was drawn is withheld"),
    Fault.NOT_IN_LOG: Text("提交的记录不在日志中，或已被改动", "A record is not in the log, or was edited"),
    Fault.OTHER_HISTORY: Text(
        "其检查点与本机关所持的不是同一历史", "Its checkpoint is not one history with the one held"
    ),
    Fault.NOT_A_RECORD: Text("日志中的此条不是操作记录", "What the log has there is no handling record"),
    Fault.DISOBEYED: Text("暂停期间仍获允许", "It was permitted although it was suspended"),
    Fault.BACKDATED: Text(
        "公文倒填日期：其发出晚于落款时间", "A dispatch was backdated: it was sent later than it says"
    ),
}


class Found(NamedTuple):
    """One discrepancy: its name, and the place in the log."""

    fault: Fault
    place: int


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator shows: proofs with their records, and by size the consistency of their checkpoints with ours."""

    proofs: tuple[str, ...]
    links: dict[str, tuple[str, ...]] = {}

    def encoded(self) -> bytes:
        """Return the attachment."""
        return msgspec.json.encode(self, order="sorted")

    @classmethod
    def read(cls, raw: bytes) -> Shown:
        """Read the attachment; InvalidError where it is none."""
        try:
            return msgspec.json.decode(raw, type=cls)
        except msgspec.MsgspecError:
            raise InvalidError(Text("不是抽查答复", "It is not an answer to a sample"), field="attachment") from None


def follow(submission: str, log: Verifier, held: Checkpoint | None) -> Checkpoint | None:
    """Return the checkpoint that extends what is held; None for one that begins elsewhere, which is asked for anew.

    TamperedError for a fork or a cut that the log's own key has signed; InvalidError for what it has not signed.
    """
    ruling, checkpoint = judge(Submission.parse(submission.encode()), log, held or Checkpoint(log.name, 0, bytes(32)))
    if ruling == "unsigned":
        raise InvalidError(Text("检查点不是该日志签署的", "That log has not signed the checkpoint"), field="checkpoint")
    if ruling == "behind":
        return None
    if ruling != "consistent" or checkpoint is None:
        raise TamperedError(Text("检查点与所持的矛盾", "The checkpoint contradicts the one held"), field=ruling)
    return checkpoint


def link(hashes: Sequence[bytes]) -> tuple[str, ...]:
    """Return a consistency proof as ``Shown.links`` has it."""
    return tuple(map(base64_of, hashes))


def examine(
    shown: Shown, places: Sequence[int], held: Checkpoint, log: Verifier
) -> tuple[dict[int, Leaf], list[Found]]:
    """Return the records that were shown as they have to be, and what is wrong with the others, by place."""
    told = [_examined(text, shown, held, log) for text in shown.proofs]
    holds = {place: leaf for place, fault, leaf in told if fault is None}
    fails = {place: fault for place, fault, _ in told if fault is not None and place not in holds}
    found = [Found(fails.pop(place, Fault.WITHHELD), place) for place in places if place not in holds]
    found += [Found(fault, place) for place, fault in fails.items()]
    return {place: leaf for place in places if (leaf := holds.get(place)) is not None}, found


def _examined(text: str, shown: Shown, held: Checkpoint, log: Verifier) -> tuple[int, Fault | None, Leaf | None]:
    place = -1
    try:
        proof = PortableProof.parse(text.encode())
        place = proof.index
        at = check(proof, proof.extra or b"", [log])
    except ShouzeError:
        return place, Fault.NOT_IN_LOG, None
    if not _one_history(at, held, shown):
        return place, Fault.OTHER_HISTORY, None
    if place == 0 and read_beginning(proof.extra or b"") is not None:
        return place, None, None
    try:
        return place, None, parse_leaf(proof.extra or b"")
    except TamperedError:
        return place, Fault.NOT_A_RECORD, None


def _one_history(at: Checkpoint, held: Checkpoint, shown: Shown) -> bool:
    if at.size == held.size:
        return at.root == held.root
    first, last = sorted((at, held), key=lambda each: each.size)
    try:
        hashes = [read_base64(each, "links", length=HASH_SIZE) for each in shown.links.get(str(at.size), ())]
    except InvalidError:
        return False
    return verify_consistency(first.size, last.size, first.root, last.root, hashes)


def disobeyed(leaf: Leaf, order: Suspension, since: datetime, until: datetime | None) -> bool:
    """Tell whether a record shows a use that the order had stopped by then."""
    if leaf.verdict.outcome != "permitted" or leaf.what.act not in HANDLING:
        return False
    if leaf.at < since or (until is not None and leaf.at >= until):
        return False
    return (
        (not order.services or leaf.what.service in order.services)
        and (not order.actions or leaf.what.act in order.actions)
        and (not order.agents or leaf.who.agent in order.agents)
        and (not order.purposes or bool(set(order.purposes) & set(leaf.what.purposes)))
        and (not order.items or bool(set(order.items) & set(leaf.what.items)))
    )


def names_dispatch(leaf: Leaf) -> str:
    """Return the SHA-256 of the dispatch that a record says was sent; nothing for any other record."""
    named = leaf.what.recipient or ""
    return named.removeprefix(NAMED) if leaf.what.act == SENT and named.startswith(NAMED) else ""


def backdated(leaf: Leaf, dated: datetime) -> bool:
    """Tell whether the operator's own log says that a dispatch was written later than its date."""
    return leaf.at > dated + LEEWAY
