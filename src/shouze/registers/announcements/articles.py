"""The articles of the Order that are published, and which of them carry an announcement (Arts. 20, 22, 23)."""

from __future__ import annotations

from collections.abc import Iterable

from shouze.registers.describing import Choices
from shouze.rules.citing import article_words

RECORDED = ("8", "12")
"""Breaches under Article 22: entered and published (Art. 20), without an announcement of their own."""
ANNOUNCED = ("9(1)", "9(2)", "9(3)", "9(4)", "10", "11", "13", "14(1)", "14(2)", "15", "16", "17(2)")
"""Breaches under Article 23, which are announced to the public."""


def articles() -> Choices:
    """Return the articles that can be breached, by their words."""
    return {each: article_words(each) for each in (RECORDED[0], *ANNOUNCED[:6], RECORDED[1], *ANNOUNCED[6:])}


def announced(breached: Iterable[str]) -> bool:
    """Tell whether the law announces any of these breaches (Art. 23)."""
    return any(each in ANNOUNCED for each in breached)
