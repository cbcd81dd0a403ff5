"""The ladder that an app goes up: test, private order, public notice, re-check, take-down, search ban, cut access.

No step is left out: an app is not named before it was ordered privately and did not correct in time, and not taken down
before it was checked again. The times are those that administrations give: three to eleven days in most notices.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.deadline import Counting, deadline
from shouze.rules.working_days import WorkingDays

TESTED, ORDERED, NAMED, FAILED = "tested", "ordered", "named", "failed"
TAKEN_DOWN, BANNED, CUT, CORRECTED, CLOSED = "taken-down", "banned", "cut", "corrected", "closed"
OPEN = (TESTED, ORDERED, NAMED, FAILED, TAKEN_DOWN, BANNED)
"""Where something still has to follow."""
CHECKED_FROM = frozenset({ORDERED, NAMED, FAILED, TAKEN_DOWN, BANNED, CUT})
"""Where a check may find it corrected."""
USUAL = Counting(
    id="working-5", days=5, unit="working", name=Text("五个工作日", "5 working days"),
    reason=Text("通报通常给三至十一日", "Notices usually give three to eleven days"),
    source=Text("2020 至 2025 年各局通报", "Notices of the administrations, 2020-2025"),
)  # fmt: skip
SHORT, LONG = timedelta(days=3), timedelta(days=11)


def due(now: datetime, asked: datetime | None, working: WorkingDays) -> datetime:
    """Return until when something is to be corrected: as asked, else the usual time; InvalidError for the past."""
    if asked is not None and asked <= now:
        raise InvalidError(Text("改正期限已过", "The time for correcting is over already"), field="due")
    return asked or deadline(USUAL, now, working).ends_at


def unusual(now: datetime, until: datetime) -> Text | None:
    """Return what is unusual about a time for correcting, if anything is."""
    if until - now < SHORT:
        return Text("少于三日：多数通报给三至十一日", "Less than three days: most notices give three to eleven")
    if until - now > LONG + timedelta(days=1):
        return Text("多于十一日：多数通报给三至十一日", "More than eleven days: most notices give three to eleven")
    return None
