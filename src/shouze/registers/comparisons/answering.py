"""Takes a survey in, sends what was measured, and takes in where the operator stands among the others."""

from __future__ import annotations

from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.link.industry import Comparison as Told
from shouze.link.industry import Figure, Figures, FiguresRequest
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.comparisons.measuring import measured
from shouze.registers.comparisons.models import Comparison
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.rules.comparing import MEASURES

NAME = "comparisons"
CALLED = Text("{year} 年度同业数据", "Comparable figures of {year}")


def take_request(arrived: Arrived) -> Comparison:
    """Take a request in; the same once more changes nothing."""
    body, matter = arrived.saying(FiguresRequest), arrived.dispatch.matter
    there = Comparison.objects.filter(peer=arrived.peer, matter=matter).first()
    if there is not None:
        return there
    row = Comparison(
        peer=arrived.peer, matter=matter, dispatch_id=arrived.dispatch.id,
        year=body.year, due=body.due, measures=[each for each in body.measures if each in MEASURES][:len(MEASURES)],
        least=body.least, state="asked",
    )  # fmt: skip
    row.call(CALLED.fill(year=row.year))
    return acting.entered(NAME, row, "arrive")


def send(doing: Doing[Comparison]) -> None:
    """Send the figures as they are measured at this moment."""
    row = doing.entry
    known = measured(row.year, doing.now)
    row.sent = {name: known[name] for name in row.measures if name in known}
    if not row.sent:
        remedy = Text("选择“不答复”", "Choose not to answer")
        raise InvalidError(Text("该年度没有可以算出的数据", "There is nothing to measure that year by"), field=None,
                           remedy=remedy)  # fmt: skip
    row.sent_at = doing.now
    body = Figures(year=row.year, figures=tuple(Figure(measure=name, value=value) for name, value in row.sent.items()))
    post(Written("figures", row.peer, row.matter, body, row.dispatch_id, about=row.number), doing.person)


def take_comparison(arrived: Arrived) -> Comparison:
    """Take in what came back."""
    body = arrived.saying(Told)
    row = Comparison.objects.filter(peer=arrived.peer, matter=arrived.dispatch.matter).exclude(sent_at=None).first()
    if row is None:
        raise NotFoundError(Text("没有送出过数据", "No figures were sent"), field="matter")
    told = {each.measure: [each.members, each.lower, each.median, each.upper, each.place] for each in body.compared
            if each.measure in row.measures}  # fmt: skip
    return acting.followed(NAME, row, "told", Asked({"members": body.members, "compared": told}))


def note(doing: Doing[Comparison]) -> None:
    """Keep what came back."""
    row = doing.entry
    row.members, row.compared, row.told_at = doing.values["members"], doing.values["compared"], doing.now
