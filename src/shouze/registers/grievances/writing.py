"""Complaints about inspections that are made on paper, and what people enter of what comes back (Art. 17(3)).

Where no dispatches go to the next higher authority, or the law leaves another way (about the Ministry itself: its own
reconsideration), the paper is the complaint; this is the register of it.
"""

from __future__ import annotations

from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.describing import Doing
from shouze.registers.grievances.models import GrievanceRow
from shouze.registers.peers.models import Peer

PAPER = "paper"
ON_PAPER = Text("书面提出（在下面写明提交给谁）", "On paper (to whom is said below)")
AHEAD = Text("时间在将来", "The time is ahead")


def write(row: GrievanceRow, against: Peer | None) -> None:
    """Note one on paper: about whom, and to whom it is brought."""
    name = against.title if against is not None else row.against_name.strip()
    if not name:
        remedy = Text("选择检查或机关，没有公文往来的写其名称", "Choose the visit or the authority, or write its name")
        raise InvalidError(Text("没有写投诉哪个机关", "It does not say about which authority"), field="against_name",
                           remedy=remedy)  # fmt: skip
    row.addressee, row.title = row.addressee.strip(), name
    if not row.addressee:
        remedy = Text("写明书面材料提交给哪个机关", "Write which authority the paper is brought to")
        raise InvalidError(Text("没有写提交给谁", "It does not say to whom"), field="addressee", remedy=remedy)
    if row.addressee == name and (against is None or against.standing != "ministry"):
        # A17-3-no-fee: none handles what it is complained about for; the Ministry alone reconsiders its own acts
        remedy = Text("写其上一级机关", "Write the next higher authority")
        itself = Text("被投诉的机关不处理对自己的投诉", "An authority does not handle a complaint about itself")
        raise InvalidError(itself, field="addressee", remedy=remedy)


def on_paper(row: GrievanceRow, _now: datetime) -> bool:
    """Tell whether people enter what comes back: dispatches enter it themselves."""
    return row.peer_id is None


def enter_upheld(doing: Doing[GrievanceRow]) -> None:
    """Enter that grounds were upheld: only such as were complained of."""
    if set(doing.entry.upheld) - set(doing.entry.grounds):
        remedy = Text("只选投诉中写明的事由", "Choose among the grounds that were complained of")
        raise InvalidError(Text("投诉中没有此事由", "It was not complained of"), field="upheld", remedy=remedy)
    enter_decision(doing)


def enter_decision(doing: Doing[GrievanceRow]) -> None:
    """Enter when the decision came: not before what it is about, and not tomorrow."""
    row = doing.entry
    if row.decided_at is not None and row.decided_at > doing.now:
        raise InvalidError(AHEAD, field="decided_at")
    if row.decided_at is not None and row.decided_at < row.happened_at:
        raise InvalidError(Text("早于所投诉的事情", "It is before what was complained of"), field="decided_at",
                           remedy=Text("写收到处理决定的时间", "Write when the decision was received"))  # fmt: skip
