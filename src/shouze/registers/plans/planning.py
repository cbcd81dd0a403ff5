"""Names whom a plan inspects: at random by a published seed, so that anybody may draw again, and by signs of risk.

Risk is a sum of stated points, from what the registers say of the three years before: see ``SIGNS``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from heapq import nlargest
from typing import NamedTuple

from django.db.models import QuerySet

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.annualreviews.models import AnnualReview
from shouze.registers.appeals.models import Appeal
from shouze.registers.cases.models import Case
from shouze.registers.describing import Choices, Doing
from shouze.registers.draws.drawing import MOST, drawn
from shouze.registers.finding import registers
from shouze.registers.issued.models import Issued
from shouze.registers.people.models import Person
from shouze.registers.plans.models import Plan
from shouze.registers.reports.models import Report
from shouze.registers.roles import INSPECTING
from shouze.registers.supervised.models import Supervised
from shouze.registers.withdrawing import is_free, operators_of

LOOKED_BACK = timedelta(days=3 * 365)
_DOERS = ("inspections", "visits")
_NOT_MADE = frozenset({"announced", "called-off", "asked", "drawn"})
_WEIGHTY = ("major", "particular")


class Sign(NamedTuple):
    """A sign of risk: its words, and the points of each time that it is there."""

    words: Text
    points: int


SIGNS: dict[str, Sign] = {
    "penalty": Sign(Text("行政处罚", "Penalty"), 3),
    "failed": Sign(Text("年度审查不合格或者附条件", "Annual review failed, or passed on conditions"), 2),
    "silent": Sign(Text("年度审查逾期未答复", "Annual review not answered"), 2),
    "incident": Sign(Text("重大以上事件", "Major incident"), 2),
    "late": Sign(Text("逾期答复转办的投诉", "Complaint that was passed on answered late"), 1),
    "overdue": Sign(Text("逾期答复令", "Order answered late"), 1),
}


def plan(doing: Doing[Plan]) -> None:
    """Draw and add: first those with the most points, then at random among the others."""
    # A17-1-inspect: who is inspected follows from a seed that anybody may check, and from stated signs
    row = doing.entry
    row.seed, row.title = row.seed.strip(), f"{row.year} 年检查计划"
    if not 0 <= row.by_risk <= MOST or not 0 <= row.count <= MOST or row.by_risk + row.count == 0:
        raise InvalidError(Text(f"共抽取 1 至 {MOST} 家", f"Name 1 to {MOST} in all"), field="count")
    if row.until <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="until")
    if Plan.objects.filter(seed=row.seed).exclude(pk=row.pk).exists():
        remedy = Text("使用另一个新公布的数", "Take another number that was published since")
        raise InvalidError(Text("该种子已用过", "This seed was used already"), field="seed", remedy=remedy)
    pool = dict(_pool(row).values_list("number", "licence"))
    if not pool:
        raise InvalidError(Text("没有符合条件的经营者", "There is no such operator"), field="sector")
    risky = risk(pool, doing.now, row.by_risk)
    left = [number for number in pool if number not in risky]
    row.among, row.pool, row.done = len(left), left, {}
    row.named = [
        *({"operator": number, "why": "risk", "signs": dict(signs)} for number, signs in risky.items()),
        *({"operator": number, "why": "random", "signs": {}} for number in drawn(row.seed, left, row.count)),
    ]


def _pool(row: Plan) -> QuerySet[Supervised]:
    found = Supervised.objects.filter(state="supervised").order_by("pk")
    for name in ("sector", "province"):
        if value := getattr(row, name):
            found = found.filter(**{name: value})
    return found


def risk(pool: dict[str, str], now: datetime, count: int) -> dict[str, Counter[str]]:
    """Return the operators with the most points, and how often each sign is there; equal points by number."""
    signs = _signs(pool, now - LOOKED_BACK)
    ranked = nlargest(count, signs, key=lambda number: (points(signs[number]), number))
    return {number: signs[number] for number in ranked}


def points(signs: Counter[str] | dict[str, int]) -> int:
    """Return the sum of the points of signs."""
    return sum(SIGNS[name].points * times for name, times in signs.items())


def _signs(pool: dict[str, str], since: datetime) -> dict[str, Counter[str]]:
    licences = {licence: number for number, licence in pool.items() if licence}
    reviews = AnnualReview.objects.filter(created_at__gte=since).order_by()
    reported = Report.objects.filter(received_at__gte=since, impact__in=_WEIGHTY).order_by()
    found: dict[str, Counter[str]] = {}
    told: list[tuple[str, Iterable[str]]] = [
        ("penalty", Case.objects.filter(decided_at__gte=since, outcome="penalty").order_by()
         .values_list("operator", flat=True)),
        ("failed", reviews.filter(result__in=("failed", "conditions")).values_list("operator", flat=True)),
        ("silent", reviews.filter(drawn="silent").values_list("operator", flat=True)),
        ("late", Appeal.objects.filter(received_at__gte=since, late=True).order_by()
         .values_list("operator", flat=True)),
        ("overdue", Issued.objects.filter(served_at__gte=since, late=True).order_by()
         .values_list("operator", flat=True)),
        ("incident", (licences.get(each, "") for each in reported.values_list("licence", flat=True))),
    ]  # fmt: skip
    for sign, numbers in told:
        for number in numbers:
            if number in pool:
                found.setdefault(number, Counter())[sign] += 1
    return found


def open_ones(row: Plan) -> Choices:
    """Return the named operators that are not inspected yet."""
    waiting = [each["operator"] for each in row.named if each["operator"] not in row.done]
    titles = dict(Supervised.objects.filter(number__in=waiting).values_list("number", "title"))
    return {number: Text(f"{number} {titles.get(number, '')}", f"{number} {titles.get(number, '')}")
            for number in waiting}  # fmt: skip


def officers() -> Choices:
    """Return who inspects, by their numbers."""
    people = Person.objects.filter(is_active=True).order_by("username")
    return {each.username: Text(f"{each.name} {each.username}", f"{each.name} {each.username}")
            for each in people if INSPECTING & each.roles}  # fmt: skip


def assign(doing: Doing[Plan]) -> None:
    """Put somebody without a tie in charge of inspecting some of the operators."""
    row, told = doing.entry, doing.values
    person = Person.objects.get(username=told["officer"])
    for number in told["operators"]:
        if not is_free(person, number, doing.now):
            # A24: who has a tie to a party has no hand in its matter
            problem = Text("此人与{n}有利害关系，应当回避", "This person has a tie to {n}").fill(n=number)
            raise InvalidError(problem, field="officer", remedy=Text("选择另一人", "Choose another person"))
    chosen = frozenset(told["operators"])
    row.named = [each | {"officer": person.username} if each["operator"] in chosen else each for each in row.named]


def note(doing: Doing[Plan]) -> None:
    """Note the inspection of one operator by the number of its row."""
    row, told = doing.entry, doing.values
    number = str(told["inspection"]).strip().upper()
    if (problem := _unfit(number, told["operator"])) is not None:
        remedy = Text("写该经营者已作的远程检查或者现场检查的编号",
                      "Give the number of a remote inspection or visit of this operator that was made")  # fmt: skip
        raise InvalidError(problem, field="inspection", remedy=remedy)
    row.done = {**row.done, told["operator"]: number}


def _unfit(number: str, operator: str) -> Text | None:
    """Return why an inspection does not count for an operator: it is another's, or was not made yet."""
    known = registers()
    for register in (known[each] for each in _DOERS if each in known):
        entry = register.rows().filter(number=number).first()
        if entry is None:
            continue
        whose = operators_of(register, entry)
        if whose and operator not in whose:
            return Text("此检查是另一经营者的", "That inspection is of another operator")
        if entry.state in _NOT_MADE:
            return Text("此检查还没有作出", "That inspection is not made yet")
        return None
    return Text("没有此检查", "There is no such inspection")


def excuse(doing: Doing[Plan]) -> None:
    """Note why an operator is not inspected after all; the head does."""
    row = doing.entry
    row.done = {**row.done, doing.values["operator"]: doing.reason}


def finish(doing: Doing[Plan]) -> None:
    """Finish the plan: everybody on it was inspected, or it is said why not."""
    if left := len(open_ones(doing.entry)):
        remedy = Text("登记检查，或者说明不检查的理由", "Note the inspection, or say why there is none")
        raise InvalidError(Text(f"还有 {left} 家没有检查", f"{left} are not inspected yet"), remedy=remedy)
