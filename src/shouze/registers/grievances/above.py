"""Who is above the authority complained about, and what is left where nobody is (Art. 17(3)).

Above an administration is the Ministry. Above the Ministry is no telecommunications authority: what infringes rights is
reconsidered by the department itself, whose decision a court reviews or the State Council rules upon, finally
(Administrative Reconsideration Law of 2023, Arts. 20, 25(1), 26). The articles are cited from memory (flag M).
"""

from __future__ import annotations

from shouze.language import Text
from shouze.registers.peers.models import Peer

MINISTRY = "ministry"
NOBODY = Text(
    "对工业和信息化部自己的检查，没有上一级电信管理机构，不能以公文投诉",
    "No telecommunications authority is above the Ministry: nobody takes a complaint about its own inspections by "
    "dispatch",
)
INSTEAD = Text(
    "认为检查侵犯合法权益的，可以自知道之日起六十日内向该部申请行政复议（《行政复议法》第二十条、第二十五条第一项）；"
    "对复议决定不服的，可以向人民法院起诉，也可以向国务院申请裁决，国务院的裁决为最终裁决（第二十六条）。"
    "以书面提出，并可在“对检查的投诉”中登记；条文请由律师核对",
    "Whoever holds that it infringes their rights may ask the Ministry itself for reconsideration, within sixty days "
    "of learning of it (Administrative Reconsideration Law 20, 25(1)); against its decision they may go to court, or "
    "ask the State Council, whose ruling is final (26). On paper, which can be entered under Complaints about "
    "inspections; have a lawyer check the articles",
)


def is_highest(peer: Peer) -> bool:
    """Tell whether nobody is above an authority, as people here have noted its standing."""
    return peer.side == "authority" and peer.standing == MINISTRY
