"""Members are asked for their figures; quartiles go back to those who answered, each with its own place.

# Invariant: what goes back names nobody, and holds nothing that fewer than five members told (``rules.comparing``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shouze.chinatime import SHANGHAI
from shouze.errors import ConflictError, InvalidError, NotFoundError
from shouze.language import Text
from shouze.link.industry import Compared, Comparison, Figures, FiguresRequest
from shouze.registers import acting
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.pledges.pledging import members
from shouze.registers.standings.report import FIRST_YEAR
from shouze.registers.surveys.models import Survey, SurveyAnswer
from shouze.rules.comparing import HIGHEST, LEAST, MEASURES, place, quartiles

NAME, EACH_ROUND = "surveys", 200
CALLED = Text("{year} 年度同业数据", "Comparable figures of {year}")
ASKING, RETURNED, TOO_FEW, DROPPED = "asking", "returned", "too-few", "dropped"


def ask(doing: Doing[Survey]) -> None:
    """Begin a survey; the round asks the members."""
    row = doing.entry
    this = doing.now.astimezone(SHANGHAI).year
    if not FIRST_YEAR <= row.year <= this:
        raise InvalidError(
            Text(f"写 {FIRST_YEAR} 至 {this} 的年份", f"Give a year from {FIRST_YEAR} to {this}"), field="year"
        )
    if row.due <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="due")
    # Two surveys of one year, with members that differ by one, would tell what that one had answered.
    if Survey.objects.filter(year=row.year).exclude(state__in=(DROPPED, TOO_FEW)).exists():
        raise InvalidError(Text("该年度已征集过", "There is a survey of that year already"), field="year")
    row.call(CALLED.fill(year=row.year))


def keep(now: datetime) -> None:
    """Ask members that were not asked yet; return what is due."""
    for row in Survey.objects.filter(state=ASKING):
        if row.due <= now:
            acting.followed(NAME, row, "close")
        else:
            _ask_members(row)


def _ask_members(row: Survey) -> None:
    asked = SurveyAnswer.objects.filter(survey=row).values("peer")
    body = FiguresRequest(year=row.year, due=row.due, measures=tuple(MEASURES), least=LEAST)
    for peer in members().exclude(pk__in=asked).order_by("pk")[:EACH_ROUND]:
        SurveyAnswer.objects.create(survey=row, peer=peer)
        post(Written("figures-request", peer, row.number, body, about=row.number))


def take(arrived: Arrived) -> Survey:
    """Take a member's figures in, in the place of those that it told before."""
    body = arrived.saying(Figures)
    row = Survey.objects.filter(number=arrived.dispatch.matter).first()
    answer = SurveyAnswer.objects.filter(survey=row, peer=arrived.peer).first() if row else None
    if row is None or answer is None:
        raise NotFoundError(Text("没有征集它的数据", "It was not asked"), field="matter")
    if row.state != ASKING:
        raise ConflictError(Text("征集已经结束", "The survey is over"), field="matter")
    answer.values = _read(body)
    answer.dispatch_id, answer.answered_at = arrived.dispatch.id, arrived.now
    answer.save()
    return acting.followed(NAME, row, "answered")


def _read(body: Figures) -> dict[str, int]:
    found = {each.measure: each.value for each in body.figures if each.measure in MEASURES}
    if any(value > HIGHEST[MEASURES[name].unit] for name, value in found.items()):
        raise InvalidError(Text("数据超出可能的范围", "A figure is beyond what it can be"), field="figures")
    return found


def count(doing: Doing[Survey]) -> None:
    """Count who has answered."""
    doing.entry.members = doing.entry.answers.exclude(answered_at=None).count()


def enough(row: Survey, _now: datetime) -> bool:
    """Tell whether enough members answered for anything to go back."""
    return row.members >= LEAST


def give_back(doing: Doing[Survey]) -> None:
    """Return the quartiles to those who answered; to nobody else, and no supervisor."""
    # A21-ind-guide: a member that sees where it stands among the others knows what to raise
    row = doing.entry
    answers = list(row.answers.exclude(answered_at=None).select_related("peer").order_by("pk"))
    told = {name: [each.values[name] for each in answers if name in each.values] for name in MEASURES}
    found = {name: known for name, values in told.items() if (known := quartiles(MEASURES[name], values))}
    row.results = {name: [*each] for name, each in found.items()}
    row.members, row.returned_at = len(answers), doing.now
    row.state = RETURNED if found else TOO_FEW
    for each in answers:
        compared = tuple(_compared(name, found[name], each.values, told[name]) for name in found)
        body = Comparison(year=row.year, members=len(answers), least=LEAST, compared=compared)
        post(Written("comparison", each.peer, row.number, body, each.dispatch_id, about=row.number))
    row.answers.update(values={})


def _compared(name: str, known: tuple[int, int, int, int], own: Mapping[str, int], told: list[int]) -> Compared:
    count, lower, median, upper = known
    mine = own.get(name)
    where = None if mine is None else place(MEASURES[name], mine, told)
    return Compared(measure=name, members=count, lower=lower, median=median, upper=upper, own=mine, place=where)
