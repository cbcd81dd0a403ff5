"""Tells by which way of counting a matter's clock runs here, and when it warns."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from shouze.language import Text
from shouze.registers.ports import working_days
from shouze.registers.timings.models import Timing
from shouze.rules.deadline import ANSWERING, COUNTINGS, HANDLING, Counting, deadline, moment_at

OFFERED = {"complaint-answer": ANSWERING, "complaint-handle": HANDLING, "request": ("calendar-30", "working-15")}
WARN, ESCALATE = 60, 80
_DEFAULT = Text("未另行选定，按默认", "Nothing else was chosen: the default")


class Chosen(NamedTuple):
    """The way of counting, the shares (percent) at which it warns and is passed up, and why it was chosen."""

    counting: Counting
    warn: int = WARN
    escalate: int = ESCALATE
    because: Text = _DEFAULT


class Timed(NamedTuple):
    """The moments of one clock."""

    counting: str
    due: datetime
    warn_at: datetime
    escalate_at: datetime


def chosen(matter: str) -> Chosen:
    """Return what is chosen for a matter, or the default."""
    row = Timing.objects.filter(matter=matter, state="standing").order_by("-id").first()
    if row is None:
        return Chosen(COUNTINGS[OFFERED[matter][0]])
    return Chosen(COUNTINGS[row.counting], row.warn, row.escalate, Text(row.because, row.because))


def timed(matter: str, received: datetime) -> Timed:
    """Return the moments of a clock that begins with a receipt."""
    found = chosen(matter)
    due = deadline(found.counting, received, working_days()).ends_at
    return Timed(
        found.counting.id,
        due,
        moment_at(received, due, found.warn / 100),
        moment_at(received, due, found.escalate / 100),
    )


def told(counting: str, received: datetime) -> Text:
    """Say by which way of counting a clock runs, why, and which years had to be estimated."""
    how = COUNTINGS[counting]
    found = deadline(how, received, working_days())
    years = "、".join(map(str, found.estimated))
    guess = Text(f"{years} 年尚无放假安排，为估计。", f" {years} has no arrangement of holidays yet: an estimate.")
    return Text(
        f"时限按“{how.name.zh}”计算，至 {found.day}（{how.source.zh}：{how.reason.zh}）。{guess.zh if years else ''}",
        f"Counted as {how.name.en}, until {found.day} ({how.source.en}: {how.reason.en}).{guess.en if years else ''}",
    )
