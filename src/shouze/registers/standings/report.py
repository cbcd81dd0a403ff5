"""Reports that are of no row: where the operator stands in each duty, and the annual report to the authority."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.urls import reverse

from shouze.chinatime import SHANGHAI
from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.registers.describing import AUTHORITIES, OPERATORS
from shouze.registers.operators.models import OperatorRow
from shouze.registers.ports import GIVEN, owed_here, statutes
from shouze.registers.reporting import operator_name
from shouze.registers.roles import House
from shouze.registers.standings.counting import YearCounted
from shouze.registers.standings.keeping import answer_now
from shouze.registers.standings.telling import stood_at
from shouze.reports.report import Cell, Facts, Figure, Figures, Prose, Report, Section, Table
from shouze.rules.catalogue import Duty
from shouze.rules.citing import article_words, cited
from shouze.rules.duties.matters import MATTERS
from shouze.rules.duties.telling import STATE_WORDS
from shouze.rules.duty import STATES, Evidence

FIRST_YEAR: Final = 2013
"""The Order has been in force since 1 September 2013 (Art. 25)."""
_COLUMNS = (Text("条款", "Article"), Text("义务", "Duty"), Text("状态", "State"), Text("自", "Since"),
            Text("期限", "Due"))  # fmt: skip
_CAUTION = Text(
    "各项义务为转述，以规章原文为准。状态由登记和日志得出，不是行政机关的认定；自定的期限已过的记为无证据，不作为违反。",
    "Duties are restated: the text prevails. States follow from registers and log and are no finding of an authority; "
    "what passed a term of the house's own counts as not evidenced, not as a breach.",
)
_RESTS = Text("所依据的情况", "What that rests on")


@dataclass(frozen=True)
class OfHouse:
    """A report of the whole installation: its words, and how it is made from a year (empty: this one) and the moment.

    ``years`` tells whether it is of a year at all; ``houses``, at whose desk it is made.
    """

    title: Text
    make: Callable[[str, datetime], Report]
    years: bool = False
    houses: frozenset[House] = OPERATORS


class _Stood(NamedTuple):
    """How one duty stands, or stood at an earlier moment: then it is not known any more what that rested on."""

    duty: Duty
    state: str
    since: datetime | None
    due: datetime | None
    evidence: Sequence[Evidence] = ()


def report_of_house(name: str, of: str, now: datetime) -> Report:
    """Return a report by name; NotFoundError where there is none such, InvalidError where ``of`` is no year for it."""
    found = OF_HOUSE.get(name)
    if found is None or GIVEN.house not in found.houses:
        remedy = Text("运行 shouze report 查看可用的报告", "Run shouze report for those there are")
        raise NotFoundError(Text("没有这个报告", "There is no such report"), field=name, remedy=remedy)
    return found.make(of, now)


def duties_report(_of: str, now: datetime) -> Report:
    """Return where the operator stands in every duty at this moment, and on what that rests."""
    stood = _standing(now)
    return Report(
        name="duties",
        title=Text("各项义务的履行情况", "Where the operator stands in each duty"),
        operator=operator_name(),
        basis=_basis(),
        made=now,
        sections=[_counts(stood, now), _each(stood, shown=True), _terms()],
    )


def annual_report(of: str, now: datetime) -> Report:
    """Return the report of a calendar year: what was done, counted, and how each duty stood at its end, or stands."""
    year = asked_year(of, now)
    counted = YearCounted(year, now)
    over = counted.until <= now
    stood = _stood_at_end(counted.until) if over else _standing(now)
    told = (
        (Text("投诉", "Complaints"), counted.complaints()),
        (Text("安全事件", "Incidents"), counted.incidents()),
        (Text("代理人", "Agents"), counted.agents()),
        (Text("授权", "Grants"), counted.grants()),
        (Text("培训", "Training"), counted.trainings()),
        (Text("自查和隐患", "Self-inspection and shortcomings"), counted.selfinspections()),
    )
    title = Text("用户个人信息保护年度报告（{year} 年）", "Protection of users' personal information: report of {year}")
    return Report(
        name="annual",
        title=title.fill(year=year),
        operator=operator_name(),
        basis=_basis(),
        made=now,
        number=str(year),
        sections=[
            _addressed(counted, over),
            _counts(stood, now, f"?on={year}-12-31" if over else ""),
            *(Section(title, [Figures(figures)]) for title, figures in told),
            _each(stood, shown=not over),
            _terms(),
        ],
    )


def overview_report(of: str, now: datetime) -> Report:
    """Return an authority's year: what came in, was ordered, decided and published; every figure leads to its list."""
    from shouze.registers.referrals.summing import told_by_others  # noqa: PLC0415 - it sums by what stands here
    from shouze.registers.supervised.overview import Overview  # noqa: PLC0415 - it counts by what stands here

    year = asked_year(of, now)
    title = Text("监督管理年度报告（{year} 年）", "Supervision: report of {year}")
    duties, told = statutes().duties, Overview(year, now).sections()
    words = [*(title for title, _ in told), *(each.label for _, figures in told for each in figures)]
    return Report(
        name="overview",
        title=title.fill(year=year),
        operator=operator_name(),
        basis=cited(duties[each].article for each in ("A03-competence", "A17-1-inspect") if each in duties),
        made=now,
        number=str(year),
        sections=[
            *(Section(title, [Figures(figures)]) for title, figures in told if figures),
            *told_by_others(year, now, words),
        ],
    )


OF_HOUSE: Final[Mapping[str, OfHouse]] = {
    "annual": OfHouse(Text("年度报告（写明年度）", "Annual report (of a year)"), annual_report, years=True),
    "overview": OfHouse(
        Text("监督管理年度报告（管理机构）", "Supervision, of a year (authority)"),
        overview_report,
        years=True,
        houses=AUTHORITIES,
    ),
    "duties": OfHouse(Text("各项义务的履行情况", "Where the operator stands in each duty"), duties_report),
}


def asked_year(of: str, now: datetime) -> int:
    """Return the year that is asked for, this one where none is; InvalidError where there can be no report of it."""
    this = now.astimezone(SHANGHAI).year
    if not of:
        return this
    if not of.isdecimal() or not FIRST_YEAR <= int(of) <= this:
        remedy = Text(f"写 {FIRST_YEAR} 至 {this} 的年份", f"Give a year from {FIRST_YEAR} to {this}")
        raise InvalidError(Text("没有该年度的报告", "There is no report of that year"), field="year", remedy=remedy)
    return int(of)


def _standing(now: datetime) -> list[_Stood]:
    answers = answer_now(now)
    found = [(each, answers[each.id]) for each in owed_here()]
    return [_Stood(duty, each.state, each.since, each.due, each.evidence) for duty, each in found]


def _stood_at_end(until: datetime) -> list[_Stood]:
    """Return how each duty stood at the end; one without a change until then was not answered: not evidenced."""
    last = stood_at(until)
    found = [(each, last.get(each.id)) for each in owed_here()]
    return [
        _Stood(duty, then.state, then.since, then.due) if then else _Stood(duty, "not-evidenced", None, None)
        for duty, then in found
    ]


def _basis() -> Text:
    return cited(dict.fromkeys(each.article.partition("(")[0] for each in owed_here()))


def _addressed(counted: YearCounted, over: bool) -> Section:
    row = OperatorRow.objects.first()
    told: list[tuple[Text, Cell]] = [
        (Text("期间自", "Period from"), counted.since),
        (Text("期间至", "Period until"), counted.until),
    ]
    if row:
        told = [
            (Text("报告机构", "To"), Text(row.authority_zh, row.authority_en)),
            (Text("许可证号", "Licence"), row.licence),
            (Text("备案号", "Filing"), row.filing),
            (Text("联系方式", "Contact"), Text(row.contact_zh, row.contact_en)),
            *told,
        ]
    words = Text("该年度尚未结束：数字计至制作时。", "The year is not over: figures are up to when this was made.")
    return Section(Text("报告", "Report"), [Facts(told), *([] if over else [Prose(words)])])


def _counts(stood: Sequence[_Stood], now: datetime, query: str = "") -> Section:
    counts = Counter(each.state for each in stood)
    then = Text("经营者和员工承担的 {n} 项义务，该年年末的状态", "of {n} duties, at the year's end")
    current = Text("经营者和员工承担的 {n} 项义务，制作时的状态", "of {n} duties, when this was made")
    how, address = (then if query else current).fill(n=len(stood)), f"{reverse('duties')}{query}"
    figures = [Figure(STATE_WORDS[each], counts[each], how, now, address) for each in reversed(STATES)]
    return Section(Text("义务的履行情况", "Standing in the duties"), [Figures(figures)])


def _each(stood: Sequence[_Stood], *, shown: bool) -> Section:
    """Return the table of all duties; ``shown``: with what each rests on."""
    rows = [
        (article_words(each.duty.article), each.duty.text, STATE_WORDS[each.state], _day(each.since), _day(each.due),
         *((_rests(each.evidence),) if shown else ()))
        for each in stood
    ]  # fmt: skip
    title = Text("逐项义务", "Duty by duty")
    columns, shares = ((*_COLUMNS, _RESTS), (13, 25, 13, 15, 15, 29)) if shown else (_COLUMNS, (17, 50, 12, 14, 14))
    return Section(title, [Table(title, columns, rows, shares)])


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}" if at else ""


def _rests(evidence: Sequence[Evidence]) -> Text:
    """Return what an answer rests on, a line a matter; duties that it sums up are counted, by how they stand."""
    told = [_said(each) for each in evidence if each.matter not in statutes().duties]
    summed = Counter(each.state for each in evidence if each.matter in statutes().duties)
    if summed:
        counts = [Text("{state} {n}", "{n} {state}").fill(state=STATE_WORDS[each], n=summed[each])
                  for each in reversed(STATES) if summed[each]]  # fmt: skip
        words = Text("{n} 项义务：{counts}", "{n} duties: {counts}")
        told.append(words.fill(n=summed.total(), counts=Text.listed(counts, zh="，")))
    return Text.listed(told, zh="\n", en="\n")


def _said(each: Evidence) -> Text:
    matter = MATTERS.get(each.matter)
    words = matter.words if matter else Text(each.matter, each.matter)
    told = (
        Text("{words}：{state}（{n}）", "{words}: {state} ({n})")
        if each.shown
        else Text("{words}：{state}", "{words}: {state}")
    )
    return told.fill(words=words, state=STATE_WORDS[each.state], n=each.shown)


def _terms() -> Section:
    words = Text(
        "“立即”按 {n} 小时计；“每年”{year}。",
        "“Immediately” is counted as {n} hours, “every year” as {year}.",
    )
    rolling = Text("自上一次自查起计十二个月", "twelve months from the last self-inspection")
    calendar = Text("按日历年计", "the calendar year")
    hours = int(GIVEN.terms.at_once.total_seconds() // 3600)
    told = words.fill(n=hours, year=rolling if GIVEN.terms.year == "rolling" else calendar)
    prose = Prose(Text.listed((told, _CAUTION), zh="\n", en="\n"))
    return Section(Text("计算方式", "How it is counted"), [prose])
