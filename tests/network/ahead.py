"""Runs the program by a clock that is ahead: ``TEST_SECONDS_AHEAD=N python -m tests.network.ahead WORDS``.

Every part is handed its clock: the door's, and that of the desk's acts; here both are told another time.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

SECONDS = "TEST_SECONDS_AHEAD"


def move() -> None:
    """Move this process's clocks as the environment says."""
    if SECONDS not in os.environ:
        return
    ahead = timedelta(seconds=float(os.environ[SECONDS]))
    from shouze.gateway.clock import SteadyClock

    SteadyClock.__init__.__defaults__ = (lambda: datetime.now(UTC) + ahead,)
    from django.utils import timezone

    timezone.now = lambda: datetime.now(UTC) + ahead
    from shouze.registers.ports import GIVEN

    GIVEN.now = timezone.now


if __name__ == "__main__":
    move()
    from shouze.cli import main

    main(prog_name="shouze")
