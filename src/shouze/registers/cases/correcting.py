"""The order to correct of a case, to a party that no dispatches go to: a letter that is served on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import setting_down
from shouze.registers.acting import Attached
from shouze.registers.cases.models import Case
from shouze.registers.describing import Doing
from shouze.registers.issued import papers
from shouze.registers.issued.models import Issued
from shouze.reports.report import Report


def write_down(case: Case, now: datetime, documents: Sequence[Attached]) -> None:
    """Set down what the order says, and its digest."""
    order = Issued(
        number=case.number, document=f"{case.number}-{case.version}", kind="correct", operator=case.operator,
        operator_name=case.operator_name, body=case.body, body_en=case.body_en, because=case.demand,
        duties=case.duties, due=case.correct_by, answer_to=case.body, signed_at=now,
    )  # fmt: skip
    case.order_paper = papers.content(order, documents)
    case.order_digest = setting_down.digest_of(case.order_paper)


def set_down(doing: Doing[Case], _before: Mapping[str, Any]) -> None:
    """Keep the letter."""
    case = doing.entry
    if case.order_digest:
        setting_down.set_down("cases", case, case.order_paper, [paper(case, doing.now)], doing.person)


def paper(case: Case, now: datetime) -> Report:
    """Return the order to correct as a letter."""
    return papers.letter(case.order_paper, case.order_digest, now)


def served(case: Case, at: datetime) -> None:
    """Note when it was served: in time to be kept."""
    if case.correct_by is not None and at >= case.correct_by:
        remedy = Text("重新责令改正", "Order anew")
        raise InvalidError(Text("送达时改正期限已过", "Its term was over before it was served"), field="at",
                           remedy=remedy)  # fmt: skip
    case.order_served_at = at
