"""Compares this machine's clock with the database server's: what ends by the clock ends for good.

# Invariant: on PostgreSQL nothing is erased, no key replaced and no record ended by a clock that the server's
# contradicts. SQLite's one machine has no second clock to ask.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.ledger.moments import moment
from shouze.store.driver import Database

TOLERATED = timedelta(minutes=2)
"""As long as an assertion lives: clocks further apart refuse people as well."""
_ASK = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"


def _now() -> datetime:
    return datetime.now(UTC)


async def check_clock(database: Database, read: Callable[[], datetime] = _now) -> None:
    """Raise UnavailableError where this machine's clock and the database server's differ by more than is tolerated."""
    if database.dialect != "postgres":
        return
    ((told,),) = await database.fetch(_ASK)
    apart = round(abs(read() - moment(told)).total_seconds())
    if apart > TOLERATED.total_seconds():
        raise UnavailableError(
            Text(
                f"本机与数据库服务器的时钟相差 {apart} 秒", f"This clock and the database server's are {apart} s apart"
            ),
            field="clock",
            remedy=Text("校准两台机器的时钟（NTP），然后重启", "Set both machines' clocks right (NTP), then restart"),
        )
