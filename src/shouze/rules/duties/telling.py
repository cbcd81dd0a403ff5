"""Tells an answer as one plain object, with the sanction that a breach leads to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from shouze.language import Text
from shouze.rules.catalogue import Statutes
from shouze.rules.duties.answering import Answer

STATE_WORDS: Final[Mapping[str, Text]] = {
    "met": Text("已履行", "Met"),
    "due": Text("待办", "Due"),
    "breached": Text("已违反", "Breached"),
    "not-evidenced": Text("无证据", "Not evidenced"),
}


def plain(answer: Answer, stood_since: datetime | None, known: Statutes) -> dict[str, Any]:
    """Return an answer for JSON: ``id``, ``article``, ``state``, ``since``, ``due``, ``evidence``, ``sanction``.

    Times are ISO 8601 with their offset. ``since`` is when it was breached, else when it was first found to stand as
    it does. Evidence names a matter (or a duty that is summed up) with its counts. ``sanction`` is a breach's alone.
    """
    return {
        "id": answer.duty,
        "article": known.duties[answer.duty].article,
        "state": answer.state,
        "since": _at(answer.since or stood_since),
        "due": _at(answer.due),
        "evidence": msgspec.to_builtins(answer.evidence),
        "sanction": sanction_of(answer.duty, known) if answer.state == "breached" else None,
    }


def sanction_of(duty: str, known: Statutes) -> dict[str, Any]:
    """Return what a breach leads to: class, measures, the band of the fine in yuan, and what else follows.

    ``crime``: what is a crime is prosecuted, which Article 23 says of every breach that it names.
    """
    breach = known.duties[duty].sanction
    sanction = known.sanctions[breach.under]
    fine = sanction.fine
    band = fine and {"from": fine.over if fine.at_least is None else fine.at_least, "to": fine.up_to}
    return {
        "class": breach.under,
        "through": list(breach.through),
        "measures": list(sanction.measures),
        "fine": band,
        "announcement": sanction.announcement,
        "credit_entry": sanction.credit_entry,
        "crime": sanction.criminal_referral,
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
