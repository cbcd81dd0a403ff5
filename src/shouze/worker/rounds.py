"""Runs what is due beside the pages: each round once in its period, whichever of several workers comes first.

# Invariant: a round that fails is noted, told of, and tried again; it holds up no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from shouze.registers.describing import Round
from shouze.registers.finding import registers
from shouze.registers.rows import Turn
from shouze.registers.standings.keeping import keep
from shouze.registers.turns import turn
from shouze.worker.delivering import Ways, deliver
from shouze.worker.reminding import remind

AGAIN = timedelta(minutes=5)
_log = logging.getLogger("shouze.worker")


def rounds(ways: Ways) -> list[Round]:
    """Return the house's own rounds and those of the registers."""

    def reminding(now: datetime) -> None:
        remind(now, mail=bool(ways.smtp_url), webhook=bool(ways.webhook_url))

    def delivering(now: datetime) -> None:
        deliver(now, ways)

    def answering(now: datetime) -> None:
        keep(now, webhook=bool(ways.webhook_url))

    own = [
        Round(name="house.remind", every=timedelta(minutes=10), run=reminding),
        Round(name="house.deliver", every=timedelta(seconds=10), run=delivering),
        Round(name="house.duties", every=timedelta(seconds=10), run=answering),
    ]
    return [*own, *(each for register in registers().values() for each in register.rounds)]


def run_due(
    due: Iterable[Round], now: datetime | None = None, going: Callable[[], bool] = lambda: True
) -> list[str]:  # fmt: skip
    """Run the rounds whose time has come; return their names. None is begun once the process is no longer ``going``."""
    now = now or timezone.now()
    return [each.name for each in due if going() and _ran(each, now, going)]


def _ran(each: Round, now: datetime, going: Callable[[], bool]) -> bool:
    """Run a round whose time has come; False where it has not, or another worker is at it, however long that takes."""
    with turn(f"round.{each.name}", wait=False) as mine:
        if not (mine and _claim(each, now)):
            return False
        _run(each, now, going)
    return True


def _claim(each: Round, now: datetime) -> bool:
    """Take the round's turn, so that no other worker does; False where it is not due, or taken."""
    Turn.objects.get_or_create(name=each.name, defaults={"next_at": now})
    taken = Turn.objects.filter(name=each.name, next_at__lte=now)
    return taken.update(next_at=now + each.every, ran_at=now) == 1


def _run(each: Round, now: datetime, going: Callable[[], bool]) -> None:
    try:
        each.run(now)
    except Exception as problem:  # noqa: BLE001 - one round must not stop the others
        if not going():  # the door stopped with the process, and the round with it: it is due at the next start
            Turn.objects.filter(name=each.name).update(next_at=now)
            return
        name = type(problem).__name__
        _log.warning("round %s failed: %s", each.name, name)
        Turn.objects.filter(name=each.name).update(problem=name[:64], next_at=now + min(AGAIN, each.every))
    else:
        Turn.objects.filter(name=each.name).exclude(problem="").update(problem="")
