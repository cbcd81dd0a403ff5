"""What is done about a report of misconduct: the person explains, it is found so or not, measures, referral, answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.link.kinds import Letter
from shouze.registers import acting
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.explanations.models import Explanation
from shouze.registers.misconduct.models import Misconduct
from shouze.registers.misconduct.seeing import concern
from shouze.registers.misconduct.taking import KINDS, REGISTER


def name(doing: Doing[Misconduct]) -> None:
    """Say whom it is about: from then on it is hidden from them, and from all heads where it is one."""
    row = doing.entry
    assert row.person is not None  # noqa: S101 - the form asks for it
    if row.person == doing.person:
        raise InvalidError(Text("不能由本人办理", "Nobody works on what is about them"), field="person")
    row.call(KINDS[row.kind])
    concern(row, [row.person], [row.person])
    if row.keeper is None:
        remedy = Text("先登记上级机关的人员", "Register somebody of the next higher authority first")
        raise InvalidError(Text("没有可以办理的人", "Nobody may work on it then"), field="person", remedy=remedy)


def put(doing: Doing[Misconduct]) -> None:
    """Put it before the person, without who reported, so that they may answer."""
    row, until = doing.entry, doing.values["until"]
    if row.person is None:
        raise InvalidError(Text("尚未确定被反映人", "It does not say yet whom it is about"), field="until",
                           remedy=Text("先确定被反映人", "Name the person first"))  # fmt: skip
    if until <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="until")
    row.put_at = doing.now
    asked = Explanation(report=row, person=row.person, said=doing.values["said"], due=until,
                        title="请就所反映的情况作出说明", title_en="Please explain what was reported")  # fmt: skip
    acting.entered("explanations", asked, "put", by=doing.person)


def explained(doing: Doing[Explanation], _before: Mapping[str, Any]) -> None:
    """Note that the person answered."""
    acting.followed(REGISTER, doing.entry.report, "explained")


def heard(doing: Doing[Misconduct]) -> None:
    """Keep when."""
    doing.entry.explained_at = doing.now


def find(doing: Doing[Misconduct]) -> None:
    """Say whether it was so; nothing is found against anybody who was not asked."""
    row = doing.entry
    if row.finding != "unfounded" and row.put_at is None:
        remedy = Text("先请被反映人说明", "Put it before the person first")
        raise InvalidError(Text("被反映人尚未有机会说明", "The person had no chance to answer"), field="finding",
                           remedy=remedy)  # fmt: skip
    row.found_at = doing.now


def measure(doing: Doing[Misconduct]) -> None:
    """Keep what was done about it."""
    if doing.entry.finding == "unfounded":
        raise InvalidError(Text("查无此事的不采取措施", "It was not so: there are no measures"), field="measure")
    doing.entry.measured_at = doing.now


def refer(doing: Doing[Misconduct]) -> None:
    """Keep to whom it was referred."""
    doing.entry.referred_at = doing.now


def tell(doing: Doing[Misconduct]) -> None:
    """Tell the reporter: by the code that they have, or an operator by dispatch."""
    row = doing.entry
    row.told_at = doing.now
    if row.peer is not None and row.peer.state == "trusted":
        letter = Letter(title="对反映的答复", text=row.told, document=row.number)
        post(Written("misconduct-outcome", row.peer, row.matter, letter, about=row.number), doing.person)


def dismiss(doing: Doing[Misconduct]) -> None:
    """Take it up no further, and tell why."""
    tell(doing)
    close(doing)


def close(doing: Doing[Misconduct]) -> None:
    """Settle it."""
    doing.entry.closed_at = doing.now
