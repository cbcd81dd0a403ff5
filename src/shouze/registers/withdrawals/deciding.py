"""Asks for withdrawals, by hand or by dispatch, decides them, and notes those that follow from a tie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.link.kinds import Letter
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.attaching import attached
from shouze.registers.cases.models import Case
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.ties.models import Tie
from shouze.registers.withdrawals.models import Withdrawal

NAME = "withdrawals"
OVER = ("dismissed", "withdrawn", "closed")


def ask(doing: Doing[Withdrawal]) -> None:
    """Note that somebody asks that an officer withdraw; the inquiry goes on until it is decided (Penalty Law 43)."""
    row = doing.entry
    case = _open_case(number=row.case.strip().upper())
    if case is None:
        remedy = Text(
            "写未结案件的编号，例如 PC-2026-0001", "Give the number of a case that is open, such as PC-2026-0001"
        )
        raise InvalidError(Text("没有此案件", "There is no such case"), field="case", remedy=remedy)
    if not row.ground.strip():
        raise InvalidError(Text("没有写理由", "No ground is given"), field="ground")
    row.case, row.title, row.peer = case.number, f"{case.number} {case.title}"[:200], case.peer
    if row.asked_by == "officer":
        row.officer = doing.person
    if row.officer is None and row.asked_by != "party":
        raise InvalidError(Text("没有写请谁回避", "It does not say who is to withdraw"), field="officer")


def take(arrived: Arrived) -> Withdrawal:
    """Take in what a party asks for in its own case."""
    body = arrived.saying(Letter)
    named = (body.document, arrived.dispatch.matter)
    case = _open_case(number__in=[each for each in named if each], peer=arrived.peer)
    if case is None:
        raise NotFoundError(Text("没有此案件", "There is no such case"), field="document")
    row = Withdrawal(case=case.number, title=f"{case.number} {case.title}"[:200], asked_by="party", peer=arrived.peer,
                     ground=body.text, dispatch=arrived.digest)  # fmt: skip
    return acting.entered(NAME, row, "asked", Asked(documents=attached(arrived.dispatch, arrived.attachments)))


def _open_case(**named: object) -> Case | None:
    return Case.objects.filter(**named).exclude(state__in=OVER).first()


def order(doing: Doing[Withdrawal]) -> None:
    """Let an officer withdraw: from now on nothing of the case is theirs to do."""
    row = doing.entry
    row.officer = doing.values.get("officer") or row.officer
    if row.officer is None:
        raise InvalidError(Text("没有写谁回避", "It does not say who withdraws"), field="officer")
    if row.officer.pk == doing.person.pk:
        raise InvalidError(Text("不能决定本人的回避", "Nobody decides on themselves"), field="officer")
    _decided(doing, f"决定{row.officer.name}回避")


def reject(doing: Doing[Withdrawal]) -> None:
    """Let nobody withdraw, and say why."""
    _decided(doing, "驳回回避申请")


def _decided(doing: Doing[Withdrawal], words: str) -> None:
    row = doing.entry
    row.decided_at, row.because = doing.now, doing.reason
    if row.asked_by == "party" and row.peer is not None and row.peer.state == "trusted":
        letter = Letter(
            title=f"关于回避申请的决定 {row.case}", text=f"{words}。理由：{doing.reason}", document=row.case
        )
        post(Written("case-papers", row.peer, row.case, letter, about=row.number), doing.person)


def charged(row: Withdrawal) -> bool:
    """Tell whether whoever withdrew still stands as officer or chair in the case."""
    if row.officer_id is None:
        return False
    stands = Q(officer=row.officer_id) | Q(second=row.officer_id) | Q(chair=row.officer_id)
    return Case.objects.filter(stands, number=row.case).exclude(state__in=OVER).exists()


def tied(doing: Doing[Tie], _before: Mapping[str, Any]) -> None:
    """Record that who declares a tie withdraws from the cases of that operator that they have in hand."""
    tie = doing.entry
    theirs = Q(officer=tie.person) | Q(second=tie.person) | Q(chair=tie.person)
    known = Withdrawal.objects.filter(officer=tie.person, state="ordered").values("case")
    for case in Case.objects.filter(theirs, operator=tie.operator).exclude(state__in=OVER).exclude(number__in=known):
        told = Text("已申报利害关系 {n}", "Tie declared: {n}").fill(n=tie.number)
        row = Withdrawal(case=case.number, title=f"{case.number} {case.title}"[:200], officer=tie.person)
        row.asked_by, row.tie, row.ground, row.decided_at = "tie", tie.number, f"{told.zh} / {told.en}", doing.now
        acting.entered(NAME, row, "follow", by=doing.by)


def reassigned(doing: Doing[Case], _before: Mapping[str, Any]) -> None:
    """Bring the clocks in step: others have taken over."""
    from shouze.registers.withdrawals.register import REGISTER  # noqa: PLC0415 - it needs what is here

    for row in Withdrawal.objects.filter(case=doing.entry.number, state="ordered"):
        acting.settle(REGISTER, row, doing.now)
