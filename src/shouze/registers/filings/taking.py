"""Takes filings in, by dispatch or on paper, and answers them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.link.kinds import FilingAnswer, NetworkFiling
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.attaching import attached
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.filings.models import Filing
from shouze.registers.supervised.calling import operator_called, operator_of
from shouze.registers.supervised.models import Supervised
from shouze.rules.network_protection import GRADES, filing_due

NAME = "filings"
STANDING = ("received", "confirmed", "questioned")


def take(arrived: Arrived) -> Filing:
    """Take a filing by dispatch: a unit stands once, and one that is filed again is to be looked at again."""
    # A13-7-network: who filed is known from the filings themselves
    body = arrived.saying(NetworkFiling)
    there = Filing.objects.filter(peer=arrived.peer, reference=body.number, state__in=STANDING).first()
    files = attached(arrived.dispatch, arrived.attachments)
    told = {"title": body.title, "grade": body.grade, "filing": body.filing[:120], "graded_at": body.graded_at,
            "filed_at": body.filed_at, "dispatch": arrived.digest}  # fmt: skip
    if there is not None:
        return acting.followed(NAME, there, "filed-again", Asked(told, documents=files))
    operator = operator_of(arrived.peer)
    if operator is None:
        raise NotFoundError(
            Text("该往来单位不在经营者登记中", "This peer is not on the register of operators"), field="peer"
        )
    row = Filing(operator=operator.number, operator_name=operator.title, peer=arrived.peer, reference=body.number)
    return acting.entered(NAME, row, "filed", Asked(told, documents=files))


def keep(doing: Doing[Filing]) -> None:
    """Keep what was filed by dispatch."""
    row = doing.entry
    for name, value in doing.values.items():
        setattr(row, name, value)
    row.question, row.answered_at = "", None
    _kept(doing)


def enter(doing: Doing[Filing]) -> None:
    """Keep what was filed on paper."""
    row = doing.entry
    operator = operator_called(row.operator)
    row.operator, row.operator_name = operator.number, operator.title
    if row.grade not in GRADES:
        raise InvalidError(Text("级别为 1 至 5", "Grades are 1 to 5"), field="grade")
    for name in ("graded_at", "filed_at"):
        if (at := getattr(row, name)) is not None and at > doing.now:
            raise InvalidError(Text("时间在将来", "The time is ahead"), field=name)
    if row.graded_at is not None and row.filed_at < row.graded_at:
        raise InvalidError(Text("备案早于定级", "It was filed before it was graded"), field="filed_at")
    _kept(doing)


def _kept(doing: Doing[Filing]) -> None:
    row = doing.entry
    row.received_at = doing.now
    row.late = row.graded_at is not None and row.filed_at > filing_due(timezone.localtime(row.graded_at))


def confirm(doing: Doing[Filing]) -> None:
    """Say that it stands."""
    doing.entry.question = ""
    _answer(doing, FilingAnswer(number=doing.entry.reference or doing.entry.number, verdict="confirmed",
                                note=doing.reason))  # fmt: skip


def ask(doing: Doing[Filing]) -> None:
    """Ask what is not clear or lacking."""
    doing.entry.question = doing.reason
    _answer(doing, FilingAnswer(number=doing.entry.reference or doing.entry.number, verdict="questioned",
                                note=doing.reason))  # fmt: skip


def _answer(doing: Doing[Filing], body: FilingAnswer) -> None:
    row = doing.entry
    row.answered_at = doing.now
    if row.peer is not None and row.peer.state == "trusted":
        post(Written("filing-answer", row.peer, row.reference, body, files=doing.documents, about=row.number),
             doing.person)  # fmt: skip


def unfiled() -> QuerySet[Supervised]:
    """Return the operators on the register of whom no filing stands."""
    filed = Filing.objects.filter(state__in=STANDING).values("operator")
    return Supervised.objects.filter(state="supervised").exclude(number__in=filed).order_by("province", "title", "pk")
