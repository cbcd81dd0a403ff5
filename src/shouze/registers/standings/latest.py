"""The answers that this process gave last, for whoever measures it; no Django, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shouze.rules.duties.answering import Answer

_latest: dict[str, Answer] = {}


def remember(answers: Iterable[Answer]) -> None:
    """Take the place of what was known before."""
    global _latest  # noqa: PLW0603 - replaced as a whole, so that readers in other threads see one set or the other
    _latest = {each.duty: each for each in answers}


def latest() -> Mapping[str, Answer]:
    """Return the answers by duty; none before the first."""
    return _latest
