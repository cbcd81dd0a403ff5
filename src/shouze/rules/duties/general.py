"""Articles 2, 5, 6 and the goal of Article 13: scope, principles and general care, answered from what they sum up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final


def scope_known(duty: str) -> bool:
    """A02-scope: every activity is declared, and every system that holds information is known."""
    return duty in {"A08-make-rules", "A13-5-access"}


def lawful(duty: str) -> bool:
    """A05-lawful: reached through Article 9, and as good as what stands there."""
    return duty.startswith("A09-")


def responsible(duty: str) -> bool:
    """A06-responsible: reached through Articles 13 and 14."""
    return duty.startswith(("A13-", "A14-")) and duty != "A13-goal"


def protected(duty: str) -> bool:
    """A13-goal: leak, damage, tampering and loss are guarded against by the eight heads of the article."""
    return duty.startswith("A13-") and duty != "A13-goal"


SUMS: Final[dict[str, Callable[[str], bool]]] = {
    "A02-scope": scope_known,
    "A05-lawful": lawful,
    "A06-responsible": responsible,
    "A13-goal": protected,
}
"""Which duties each of these sums up."""


def parts_of(duty: str, checked: Iterable[str]) -> tuple[str, ...]:
    """Return the duties that a duty sums up, of those that have a check of their own."""
    return tuple(each for each in checked if SUMS[duty](each))
