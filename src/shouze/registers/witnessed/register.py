"""The register of operators' logs, witnessed: whatever is wrong with one is a matter of the day (Art. 17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shouze.language import Text
from shouze.registers.describing import (
    AUTHORITIES,
    Act,
    Alert,
    Doing,
    Field,
    Group,
    Page,
    Register,
    Round,
    Running,
    State,
)
from shouze.registers.peers.models import Peer
from shouze.registers.roles import INSPECTING, Role
from shouze.registers.witnessed import following, holding, taking
from shouze.registers.witnessed.models import WatchedLog

_WRONG = {
    "silent": Text("{name}的日志没有送来检查点", "No checkpoint of the log of {name} has come"),
    "stalled": Text("{name}的日志没有增长", "The log of {name} does not grow"),
    "shrunk": Text("{name}的日志变小了", "The log of {name} shrank"),
    "forked": Text("{name}的日志自相矛盾", "The log of {name} contradicts itself"),
    "another": Text("{name}另起了一个日志", "{name} began another log"),
    "agreed": Text("{name}的另一日志待第二人确认", "The other log of {name} awaits a second person"),
}
_FIELDS = (
    Field(name="title", label=Text("经营者", "Operator")),
    Field(name="origin", label=Text("日志名称", "Log")),
    Field(name="vkey", label=Text("日志公钥", "Key of the log")),
    Field(name="size", label=Text("所持检查点的记录数", "Records under the checkpoint held")),
    Field(name="moved_at", label=Text("最近增长", "Grew last"), once_filled=True),
    Field(name="heard_at", label=Text("最近收到检查点", "Last checkpoint"), once_filled=True),
    Field(name="note", label=Text("所持检查点", "Checkpoint held"), lines=4, once_filled=True),
    Field(name="shown", label=Text("他处出示的检查点", "Checkpoint shown elsewhere"), lines=4, once_filled=True),
    Field(name="looked_at", label=Text("查看时间", "Looked into"), once_filled=True),
)
_SHOWN = Field(
    name="shown", label=Text("他处出示的检查点", "Checkpoint shown elsewhere"), lines=6, optional=False, longest=20_000,
    hint=Text("其他见证人、用户或法院得到的检查点全文；大小不同的，经营者须证明其日志由此延伸",
              "The whole text that another witness, a user or a court was given; where its size differs, the operator "
              "has to prove that its log extends it"),
)  # fmt: skip


_STANDS = Text(
    "矛盾证明可以下载，任何人用 shouze-verify contradiction 核验",
    "The contradiction can be downloaded; anybody verifies it with shouze-verify contradiction",
)


def _clocks(log: WatchedLog, _now: datetime) -> Sequence[Running]:
    if log.state not in _WRONG or log.looked_at is not None:
        return ()
    title = _WRONG[log.state].fill(name=log.title)
    return [Running(kind="look", title=title, since=log.changed_at, roles=INSPECTING, duty="A17-1-inspect")]


def _notes(log: WatchedLog, _now: datetime) -> Sequence[Text]:
    told: list[Text] = []
    if log.state in _WRONG:
        told.append(Alert(*_WRONG[log.state].fill(name=log.title)))
    if log.contradiction:
        told.append(_STANDS)
    return told


def _unlooked(doing: Doing[WatchedLog]) -> None:
    doing.entry.looked_at = None


def _looked(doing: Doing[WatchedLog]) -> None:
    doing.entry.looked_at = doing.now


def _found(name: str, title: Text, to: str) -> Act[WatchedLog]:
    return Act(name=name, title=title, by=frozenset(), to=to, follows=True, does=_unlooked, duty="A17-3-record")


def _introduced(doing: Doing[Any], _before: Mapping[str, Any]) -> None:
    """Enter another log that a confirmed operator names."""
    peer: Peer = doing.entry
    if peer.state == "trusted" and peer.side == "operator" and peer.offered_log:
        following.began_another(peer, peer.offered_log)


def _trusted(doing: Doing[Any], _before: Mapping[str, Any]) -> None:
    """Follow the log of an operator whose fingerprint was compared."""
    if doing.entry.side == "operator":
        following.follow(doing.entry)


REGISTER: Register[WatchedLog] = Register(
    name="witnessed",
    prefix="WL",
    title=Text("见证的日志", "Witnessed logs"),
    one=Text("见证的日志", "Witnessed log"),
    intro=Text(
        "经营者每日送来日志的检查点；由前一检查点延伸而来的，本机关签名见证。分叉、变小、停滞、沉默的，当日查看。"
        "这是双方的做法：第十七条要求监督检查和配合，没有要求报送检查点。",
        "Operators submit a checkpoint of their log every day; what extends the one before is cosigned. A log that "
        "forks, shrinks, stalls or falls silent is looked into the same day. Both sides do so of their own accord: "
        "Article 17 asks for inspection and cooperation, for no checkpoint.",
    ),
    model=WatchedLog,
    duties=("A17-1-inspect", "A17-3-record"),
    fields=_FIELDS,
    states={
        "followed": State(label=Text("见证中", "Followed"), tone="good"),
        "silent": State(label=Text("沉默", "Silent"), tone="bad"),
        "stalled": State(label=Text("停滞", "Stalled"), tone="bad"),
        "shrunk": State(label=Text("变小", "Shrunk"), tone="bad"),
        "forked": State(label=Text("自相矛盾", "Contradicts itself"), tone="bad"),
        "another": State(label=Text("另起的日志", "Another log"), tone="bad"),
        "agreed": State(label=Text("待第二人确认", "Awaits a second person"), tone="waiting"),
        "refused": State(label=Text("未承认", "Not accepted"), tone="over"),
        "left": State(label=Text("已由后一日志接续", "Another follows it"), tone="over"),
    },
    creating=Act(name="enter", title=Text("登记", "Enter"), by=frozenset(), to="followed"),
    acts=(
        Act(name="ask", title=Text("要求最新检查点", "Ask for the newest checkpoint"), by=INSPECTING,
            source=frozenset({"followed", "silent", "stalled", "shrunk"}), does=holding.ask, proof="none",
            reason="none", duty="A17-1-inspect"),
        Act(name="compare", title=Text("与他处出示的检查点比对", "Compare with a checkpoint shown elsewhere"),
            by=INSPECTING, source=frozenset(following.LIVE) - {"forked"}, fields=(_SHOWN,), does=holding.compare,
            possible=lambda log, _now: log.size > 0, duty="A17-1-inspect"),
        Act(name="look", title=Text("记录已查看", "Note that it was looked into"), by=INSPECTING, does=_looked,
            source=frozenset({"silent", "stalled", "shrunk", "forked"}), reason="must", duty="A17-3-record"),
        Act(name="agree", title=Text("同意改为见证此日志", "Agree to follow this log"), by=INSPECTING, to="agreed",
            source=frozenset({"another"}), reason="must", duty="A17-3-record",
            hint=Text("写明经营者为何另起日志、如何核实；另一人确认后才生效",
                      "Say why the operator began another log and how that was checked; it counts once another person "
                      "confirms")),
        Act(name="accept", title=Text("确认改为见证此日志", "Confirm that this log is followed"), by=INSPECTING,
            source=frozenset({"agreed"}), to="followed", does=following.accept, apart_from=("agree",), grave=True,
            duty="A17-3-record"),
        Act(name="refuse", title=Text("不予承认", "Do not accept it"), by=INSPECTING, to="refused", does=_looked,
            source=frozenset({"another", "agreed"}), reason="must", duty="A17-3-record"),
        _found("follow", Text("开始见证", "Followed from now on"), "followed"),
        _found("succeed", Text("由前一日志移交", "Handed over by the log before"), "followed"),
        _found("began", Text("经营者另起日志", "The operator began another log"), "another"),
        _found("leave", Text("由后一日志接续", "Another log follows it"), "left"),
        _found("fall-silent", Text("没有送来检查点", "No checkpoint came"), "silent"),
        _found("stall", Text("没有增长", "It does not grow"), "stalled"),
        _found("shrink", Text("变小", "It shrank"), "shrunk"),
        _found("fork", Text("自相矛盾", "It contradicts itself"), "forked"),
        _found("resume", Text("恢复", "It goes on"), "followed"),
        Act(name="agree-with", title=Text("与他处出示的一致", "It extends what was shown elsewhere"), by=frozenset(),
            follows=True, duty="A17-3-record"),
    ),
    columns=("origin", "size", "moved_at", "heard_at"),
    search=("origin",),
    joins=("peer",),
    seen_by=INSPECTING | {Role.AUDITOR},
    clocks=_clocks,
    notes=_notes,
    pages=(
        Page(name="witnessed-contradiction", title=Text("下载矛盾证明", "Download the contradiction"),
             by=INSPECTING | {Role.AUDITOR}, shown=lambda log, _person: bool(log.contradiction)),
    ),
    rounds=(Round(name="witnessed.watch", every=timedelta(minutes=10), run=holding.watch),),
    heeds={("peers", "introduced"): _introduced, ("peers", "trust"): _trusted},
    from_files=False,
    takes={"checkpoint": taking.take_checkpoint},
    houses=AUTHORITIES,
    group=Group.HANDLING,
    order=44,
)  # fmt: skip
