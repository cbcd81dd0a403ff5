"""Reviews among members: drawn, found, answered, followed up; the association passes each paper on to the other side.

# Invariant: a review is told to its two members alone. The authority gets it only where the member reviewed has agreed,
by an act of its own for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from shouze.errors import ConflictError, InvalidError, NotFoundError
from shouze.language import Text
from shouze.link.industry import PeerClosed, PeerFindings, PeerReply
from shouze.link.industry import PeerReview as Told
from shouze.link.kinds import Body, Letter
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.codes.models import Code
from shouze.registers.describing import Choices, Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.finding import registers
from shouze.registers.peerreviews.models import PeerReview
from shouze.registers.peerreviews.ring import FEWEST, ring
from shouze.registers.peers.models import Peer
from shouze.registers.peers.trusted import trusted_peer
from shouze.registers.pledges.models import Pledge

NAME = "peerreviews"
ASKED, FOUND, REPLIED, CLOSED, DROPPED = "asked", "found", "replied", "closed", "dropped"
KEPT: Choices = {
    "kept": Text("遵守", "Kept"),
    "partly": Text("部分遵守", "Partly"),
    "not-kept": Text("未遵守", "Not kept"),
}


def draw(doing: Doing[Code]) -> None:
    """Draw a ring among the members that are pledged to a code, and tell each its two parts."""
    code, values = doing.entry, doing.values
    seed, due = str(values["seed"]).strip(), values["due"]
    if due <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="due")
    if PeerReview.objects.filter(code=code.number).exclude(state__in=(CLOSED, DROPPED)).exists():
        raise InvalidError(Text("上一轮互评尚未结束", "Reviews of this code are still open"), field="seed")
    pledges = Pledge.objects.filter(code=code.number, state="pledged", peer__state="trusted").select_related("peer")
    peers = {each.peer.party: each.peer for each in pledges}
    if len(peers) < FEWEST:
        remedy = Text(f"至少 {FEWEST} 家已承诺的会员", f"{FEWEST} pledged members at least")
        raise InvalidError(Text("会员不足，只能互相评议", "They would review one another"), field="seed", remedy=remedy)
    for reviewer, reviewed in ring(seed, peers):
        told = {"code": code, "reviewer": peers[reviewer], "reviewed": peers[reviewed], "seed": seed,
                "source": values["source"], "due": due}  # fmt: skip
        acting.begin(registers()[NAME], Asked(told), doing.person)


def ask(doing: Doing[PeerReview]) -> None:
    """Tell both members."""
    row, values = doing.entry, doing.values
    code = values["code"]
    row.code, row.seed, row.source, row.due = code.number, values["seed"], values["source"], values["due"]
    row.reviewer, row.reviewed = values["reviewer"], values["reviewed"]
    row.title = f"{row.reviewer.title} → {row.reviewed.title}"[:200]
    for part, peer, other in (
        ("reviewer", row.reviewer, row.reviewed), ("reviewed", row.reviewed, row.reviewer),
    ):  # fmt: skip
        body = {"review": row.number, "part": part, "other": other.title, "code": code.name, "issue": code.issue,
                "title": code.title, "digest": code.adopted_digest, "due": row.due}  # fmt: skip
        _send("peer-review", peer, row, msgspec.convert(body, Told))


def take_findings(arrived: Arrived) -> PeerReview:
    """Take the reviewer's findings in, and pass them on to the member reviewed."""
    body = arrived.saying(PeerFindings)
    row = _of(arrived, reviewer=arrived.peer)
    if row.state != ASKED:
        raise ConflictError(Text("已经有了意见", "There are findings already"), field="review")
    clauses = {each["number"] for each in Code.objects.values_list("clauses", flat=True).get(number=row.code)}
    numbers = [each.clause for each in body.findings]
    if not numbers or len(set(numbers)) != len(numbers) or not clauses.issuperset(numbers):
        raise InvalidError(Text("意见与公约的各条不符", "It does not fit the code's clauses"), field="findings")
    done = acting.followed(NAME, row, "find", Asked({"findings": msgspec.to_builtins(body.findings)}))
    _send("peer-findings-passed", row.reviewed, row, body)
    return done


def note_findings(doing: Doing[PeerReview]) -> None:
    """Keep what was found."""
    doing.entry.findings, doing.entry.found_at = doing.values["findings"], doing.now


def take_reply(arrived: Arrived) -> PeerReview:
    """Take the answer of the member reviewed in, and pass it on to the reviewer; a later one replaces it."""
    body = arrived.saying(PeerReply)
    row = _of(arrived, reviewed=arrived.peer)
    if row.state not in (FOUND, REPLIED):
        raise ConflictError(Text("没有待答复的意见", "There are no findings to be answered"), field="review")
    done = acting.followed(NAME, row, "reply", Asked({"reply": body.text, "may_share": body.may_share}))
    _send("peer-reply-passed", row.reviewer, row, body)
    return done


def note_reply(doing: Doing[PeerReview]) -> None:
    """Keep the answer, and whether the authority may see the review."""
    row = doing.entry
    row.reply, row.may_share, row.replied_at = doing.values["reply"], doing.values["may_share"], doing.now


def close(doing: Doing[PeerReview]) -> None:
    """Tell both what became of it."""
    row = doing.entry
    row.closed_at = doing.now
    for peer in (row.reviewer, row.reviewed):
        _send("peer-closed", peer, row, PeerClosed(review=row.number, text=row.outcome))


def may_be_handed_over(row: PeerReview, _now: datetime) -> bool:
    """Tell whether the member reviewed has agreed."""
    return row.may_share


def hand_over(doing: Doing[PeerReview]) -> None:
    """Hand the review to an authority: findings and answer about the member that agreed, nothing of the reviewer."""
    row = doing.entry
    peer = trusted_peer("authority", doing.values["authority"])
    if peer is None:
        raise InvalidError(Text("没有此管理机构", "There is no such authority"), field="authority")
    lines = [f"{each['clause']} {KEPT[each['kept']].zh} {each.get('words', '')}".strip() for each in row.findings]
    text = "\n".join([f"会员：{row.reviewed.title}", "互评意见：", *lines, f"会员答复：{row.reply}"])
    body = Letter(title="会员互评（经会员同意提供）", text=text[:20_000])
    post(Written("letter", peer, row.number, body, about=row.number), doing.person)
    row.handed_to = peer.title


def words_of(findings: Sequence[dict[str, Any]]) -> list[tuple[int, Text, str]]:
    """Return findings for a table: clause, how it is kept, words."""
    return [(each["clause"], KEPT[each["kept"]], each.get("words", "")) for each in findings]


def _of(arrived: Arrived, **whose: Peer) -> PeerReview:
    row = PeerReview.objects.filter(number=arrived.dispatch.matter, **whose).first()
    if row is None:
        raise NotFoundError(Text("没有此互评", "There is no such review"), field="matter")
    return row


def _send(kind: str, peer: Peer, row: PeerReview, body: Body) -> None:
    post(Written(kind, peer, row.number, body, about=row.number))
