"""What is done in an annual review: opened for all, asked by dispatch, answered, reminded of, looked into, concluded.

The review of a year is in the first quarter of the next (Telecom Licence Measures 35): opened by itself for everybody
who holds a telecommunications licence, and once more when an operator is licensed first (Art. 19). A filing alone is
no licence: nothing is reviewed yearly of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from shouze.chinatime import SHANGHAI, last_moment
from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.link.kinds import Letter
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.annualreviews.evidence import packs_of
from shouze.registers.annualreviews.models import ANNUAL, LICENSING, AnnualReview
from shouze.registers.arriving import Arrived
from shouze.registers.attaching import attached
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.finding import registers
from shouze.registers.peers.models import Peer
from shouze.registers.supervised.models import Supervised
from shouze.registers.supervised.reaching import peer_of
from shouze.rules.duty import STATES

NAME, EACH_ROUND = "annualreviews", 200
REMINDED = timedelta(days=15)
"""Before the end of the term: who has not answered by then is reminded by itself, once."""
DUTIES_FILE, LARGEST_DUTIES = "duties.json", 1_000_000
_FORM = Text(
    "依据《电信和互联网用户个人信息保护规定》第十九条，对 {year} 年用户个人信息保护情况进行审查。请于 {due} 前"
    "以“年检答复”提交年度报告和各项义务的履行情况；可在公文页面选择“以年度报告答复”，由系统生成。逾期不答复的，列入检查。",
    "Under Article 19 of MIIT Order No. 24 the protection of users' personal information in {year} is reviewed. Please "
    "answer by {due} with the annual report and how each duty stands; the dispatch's page makes both. Who does not "
    "answer is looked into.",
)


def first_quarter(year: int) -> tuple[datetime, datetime]:
    """Return when the review of a year begins and by when it is to be answered: the first quarter of the next."""
    return datetime(year + 1, 1, 1, tzinfo=SHANGHAI), last_moment(date(year + 1, 3, 31))


def open_year(now: datetime) -> None:
    """Open the review of the last year for licence holders that have none yet, while it is the first quarter."""
    # A19-annual: every licence holder is reviewed, every year
    year = now.astimezone(SHANGHAI).year - 1
    begins, due = first_quarter(year)
    if not begins <= now <= due:
        return
    there = AnnualReview.objects.filter(year=year, occasion=ANNUAL).values("operator")
    licensed = Supervised.objects.filter(state="supervised", created_at__lte=now).exclude(licence="")
    waiting = licensed.exclude(number__in=there).order_by("pk")
    for operator in waiting[:EACH_ROUND]:
        values = {"operator": operator.number, "due": due, "occasion": ANNUAL, "year": year}
        acting.begin(registers()[NAME], Asked(values))


def open_one(doing: Doing[AnnualReview]) -> None:
    """Open a review: by hand one at first licensing, by itself one of a year; ask the operator where it is a peer."""
    row, values = doing.entry, doing.values
    operator = Supervised.objects.filter(number=values["operator"].strip().upper(), state="supervised").first()
    if operator is None:
        remedy = Text("写经营者登记的编号，例如 E-2026-0001", "Give its number in the register, such as E-2026-0001")
        raise InvalidError(Text("没有此经营者", "There is no such operator"), field="operator", remedy=remedy)
    row.operator, row.title = operator.number, operator.title
    row.occasion = values.get("occasion", LICENSING)
    row.year = values.get("year", doing.now.astimezone(SHANGHAI).year)
    if row.due <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="due")
    if AnnualReview.objects.filter(operator=row.operator, year=row.year, occasion=row.occasion).exists():
        raise InvalidError(Text("已有该年度的审查", "There is one of that year already"), field="operator")
    row.peer = peer_of(operator)
    row.dispatch = _send(row, doing, "", row.due)


def remind(doing: Doing[AnnualReview]) -> None:
    """Ask once more."""
    doing.entry.reminded_at = doing.now
    _send(doing.entry, doing, str(doing.values.get("words") or ""), None)


def take_answer(arrived: Arrived) -> AnnualReview:
    """Take the operator's answer in: its words, its files, how many of its duties it says stand in which state."""
    body = arrived.saying(Letter)
    row = AnnualReview.objects.filter(number=arrived.dispatch.matter, peer=arrived.peer).first()
    if row is None:
        raise NotFoundError(Text("没有此审查", "There is no such review"), field="matter")
    files = attached(arrived.dispatch, arrived.attachments)
    counts = next((counted(each.content) for each in files if each.name == DUTIES_FILE), {})
    told = {"says": body.text, "counts": counts, "packs": _packs(files, arrived.peer), "at": arrived.now}
    return acting.followed(NAME, row, "answered", Asked(told, documents=files))


def note_answer(doing: Doing[AnnualReview]) -> None:
    """Note an answer, by dispatch or on paper."""
    row, values = doing.entry, doing.values
    at = values.get("at") or doing.now
    if at > doing.now:
        raise InvalidError(Text("时间在将来", "The time is ahead"), field="at")
    row.says, row.answered_at, row.late = values["says"], at, at > row.due
    # On paper there is no account duty by duty: what the operator admits is what the draw for risk goes by.
    row.counts = values.get("counts") or ({"breached": told} if (told := values.get("breached")) else {})
    row.packs = values.get("packs", [])


def _packs(files: Sequence[Attached], peer: Peer) -> list[dict[str, object]]:
    told: list[dict[str, object]] = msgspec.to_builtins(packs_of(files, peer.log))
    return told


def remind_waiting(now: datetime) -> None:
    """Remind by itself, once, whoever has not answered when the term is nearly over."""
    waiting = AnnualReview.objects.filter(state="asked", reminded_at=None, due__gte=now, due__lt=now + REMINDED)
    for row in waiting.order_by("pk")[:EACH_ROUND]:
        acting.followed(NAME, row, "reminded")


def check(doing: Doing[AnnualReview]) -> None:
    """Note what was found on looking into it."""
    doing.entry.checked_at = doing.now


def conclude(doing: Doing[AnnualReview]) -> None:
    """Conclude it, on the licence; conditions are named where they are made."""
    row = doing.entry
    if row.drawn and row.checked_at is None:
        remedy = Text("先登记检查情况", "Note first what was found")
        raise InvalidError(
            Text("已被抽中检查，尚未检查", "It was drawn and not looked into yet"), field="result", remedy=remedy
        )
    if row.result == "conditions" and not row.conditions.strip():
        raise InvalidError(Text("没有写明条件", "The conditions are not named"), field="conditions")
    row.concluded_at = doing.now
    operator = Supervised.objects.filter(number=row.operator).first()
    if operator is not None:
        # A19-annual: the result stands on the licence
        told = {"review": row.number, "year": row.year, "result": row.result, "conditions": row.conditions}
        acting.followed("supervised", operator, "reviewed", Asked(told))


def note_missing(now: datetime) -> None:
    """Note those whose term has passed without an answer: they are looked into."""
    for row in AnnualReview.objects.filter(state="asked", due__lt=now).order_by("pk")[:EACH_ROUND]:
        row.state, row.drawn = "missing", row.drawn or "silent"
        acting.moved_on(registers()[NAME], row)


def counted(raw: bytes) -> dict[str, int]:
    """Return how many duties stand in which state by an operator's own answers; nothing where they cannot be read."""
    try:
        told = json.loads(raw) if len(raw) <= LARGEST_DUTIES else []
        states = Counter(str(each["state"]) for each in told)
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return {state: states[state] for state in STATES if states[state]}


def _send(row: AnnualReview, doing: Doing[AnnualReview], words: str, due: datetime | None) -> str:
    if row.peer is None or row.peer.state != "trusted":
        return ""
    text = _FORM.fill(year=row.year, due=f"{row.due.astimezone(SHANGHAI):%Y-%m-%d}")
    letter = Letter(title=f"{row.year} 年度用户个人信息保护情况审查", text=f"{words}\n{text.zh}\n{text.en}".strip(),
                    document=str(row.year), due=due)  # fmt: skip
    return post(Written("review-form", row.peer, row.number, letter, about=row.number), doing.by).sha256
