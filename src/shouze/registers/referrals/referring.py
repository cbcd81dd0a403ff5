"""Sends a matter to another authority and takes its answer; takes one in and answers it (Arts. 3, 14(2)).

# Invariant: another authority gets what stands in the referral and the files attached to it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.link.kinds import Letter
from shouze.link.supervision import Figured, ReferralAnswer
from shouze.link.supervision import Referral as Said
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.arriving import Arrived
from shouze.registers.attaching import attached
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.finding import registers
from shouze.registers.peers.trusted import trusted_peer
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.referrals.models import Referral
from shouze.registers.reports.models import Report
from shouze.registers.supervised.overview import Overview

NAME = "referrals"
Purpose = Literal["escalation", "transfer", "joint", "figures"]
Outcome = Literal["accepted", "declined", "answered"]
_PURPOSES: dict[str, Purpose] = {
    "escalation": "escalation", "transfer": "transfer", "joint": "joint", "figures": "figures",
}  # fmt: skip


def refer(report: Report, party: str, purpose: str, person: Person, files: Sequence[Attached]) -> Referral:
    """Refer a reported incident to another authority; return the row that says what becomes of it."""
    values = {
        "to": party, "purpose": purpose, "title": report.title, "about": report.number, "asked": "", "due": None,
        "year": None, "operator_name": report.operator, "licence": report.licence,
        "facts": "\n".join(filter(None, (report.story, report.impact_because))),
    }  # fmt: skip
    found: Referral = acting.begin(registers()[NAME], Asked(values, documents=files), person)
    return found


def send(doing: Doing[Referral]) -> None:
    """Send it; of a transferred incident its operator hears where it went."""
    # A03-competence: who licensed or registered an operator decides who is competent
    row = doing.entry
    row.peer = trusted_peer("authority", row.to)
    if row.peer is None:
        remedy = Text("在“公文往来单位”登记并确认对方", "Enter it as a peer and confirm its key")
        raise InvalidError(Text("与此机关没有公文往来", "No dispatches go to this authority"), field="to",
                           remedy=remedy)  # fmt: skip
    if row.due is not None and row.due <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="due")
    if row.purpose == "figures":
        _count(row, doing)
    row.matter = row.number
    body = Said(
        number=row.number, purpose=_PURPOSES[row.purpose], title=row.title[:500], facts=row.facts[:20_000],
        asked=row.asked, operator=row.operator_name, licence=row.licence, due=row.due, year=row.year,
        figures=tuple(Figured(heading=one, label=two, value=three) for one, two, three in row.figures),
    )  # fmt: skip
    written = Written("referral", row.peer, row.matter, body, files=doing.documents, about=row.number)
    row.dispatch = post(written, doing.by).sha256
    if row.purpose == "transfer":
        _tell_operator(row, doing)


def _count(row: Referral, doing: Doing[Referral]) -> None:
    if row.year is None:
        raise InvalidError(Text("没有写年度", "The year is not named"), field="year")
    told = Overview(row.year, doing.now)
    row.figures = [(title.zh, each.label.zh, float(each.value)) for title, figures in told.sections()
                   for each in figures if isinstance(each.value, int | float)]  # fmt: skip


def figures_of(row: Referral) -> list[tuple[Text, Text, float]]:
    """Return a referral's figures in both languages: they travel in Chinese, and what is known here is translated."""
    if not row.figures:
        return []
    told = Overview(row.year or GIVEN.now().year, GIVEN.now()).sections()
    known = {each.zh: each for each in (*(title for title, _ in told), *(f.label for _, each in told for f in each))}
    return [
        (known.get(heading, Text(heading, heading)), known.get(label, Text(label, label)), _whole(value))
        for heading, label, value in row.figures
    ]


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


def _tell_operator(row: Referral, doing: Doing[Referral]) -> None:
    report = Report.objects.filter(number=row.about).select_related("peer").first()
    if report is None or report.peer is None or report.peer.state != "trusted" or row.peer is None:
        return
    text = f"您报送的 {report.operator_number} 已移送有管辖权的 {row.peer.title}。"
    letter = Letter(title=f"移送：{report.title}"[:500], text=text, document=row.number)
    post(Written("letter", report.peer, report.matter, letter, about=row.number), doing.by)


def take(arrived: Arrived) -> Referral:
    """Take a referral in."""
    said = arrived.saying(Said)
    row = Referral(
        direction="in", peer=arrived.peer, to="", purpose=said.purpose, matter=arrived.dispatch.matter,
        title=said.title[:200], facts=said.facts, asked=said.asked, operator_name=said.operator[:200],
        licence=said.licence[:120], due=said.due, year=said.year, number_there=said.number, dispatch=arrived.digest,
        figures=[(each.heading, each.label, each.value) for each in said.figures],
    )  # fmt: skip
    return acting.entered(NAME, row, "arrive", Asked(documents=attached(arrived.dispatch, arrived.attachments)))


def accept(doing: Doing[Referral]) -> None:
    """Take it up; the sender hears of it."""
    doing.entry.accepted_at = doing.now
    _answer(doing, "accepted")


def decline(doing: Doing[Referral]) -> None:
    """Send it back, with the reason."""
    doing.entry.answered_at = doing.now
    _answer(doing, "declined")


def answer(doing: Doing[Referral]) -> None:
    """Tell the sender what became of it."""
    doing.entry.answered_at = doing.now
    _answer(doing, "answered")


def _answer(doing: Doing[Referral], outcome: Outcome) -> None:
    row = doing.entry
    assert row.peer is not None  # noqa: S101 - it came from a peer
    body = ReferralAnswer(number=row.number_there, outcome=outcome, number_there=row.number, words=row.words)
    post(Written("referral-answer", row.peer, row.matter, body, files=doing.documents, about=row.number), doing.person)


def take_answer(arrived: Arrived) -> Referral:
    """Note what the other authority says of a referral."""
    said = arrived.saying(ReferralAnswer)
    row = Referral.objects.filter(number=said.number, peer=arrived.peer, direction="out").first()
    if row is None:
        raise NotFoundError(Text("没有此移送", "There is no such referral"), field="number")
    told = {"there": said.number_there, "said": said.words, "at": arrived.now, "outcome": said.outcome}
    files = attached(arrived.dispatch, arrived.attachments)
    return acting.followed(NAME, row, f"was-{said.outcome}", Asked(told, documents=files))


def note(doing: Doing[Referral]) -> None:
    """Keep the other side's number and words, and when they came."""
    row, told = doing.entry, doing.values
    row.number_there, row.words = told["there"] or row.number_there, told["said"]
    if told["outcome"] == "accepted":
        row.accepted_at = told["at"]
    else:
        row.answered_at = told["at"]
