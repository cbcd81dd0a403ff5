"""Sorts a batch out: whose each record is, and which records may be kept."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shouze.errors import InvalidError
from shouze.gateway.passage import normal_value, use_of
from shouze.gateway.room import Room
from shouze.gateway.usage.asking import UsageBatch
from shouze.gateway.usage.blocks import moment_of
from shouze.gateway.usage.noting import Noted, note_all
from shouze.gateway.usage.ports import Binding, Block, Known, Seen, UsageStore
from shouze.journal.record import Receipt
from shouze.language import Text
from shouze.rules.decide import Permit, decide
from shouze.rules.forms import FORMS
from shouze.rules.period import after
from shouze.rules.refusal import Refusal
from shouze.rules.use import ground_of

AHEAD = timedelta(minutes=5)
"""How far a feed's clock may be ahead."""
BREATH = 200
"""Subjects after which whoever else waits for the door goes first."""
UNKNOWN = "subject-unknown"

Numbers = list[int]
"""Numbers of records within their batch."""


@dataclass
class Sheet:
    """What has become of a batch so far: records counted by code, what was recorded of it, what is sealed."""

    counts: Counter[str] = field(default_factory=Counter)
    receipts: list[Receipt] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    appended: int = 0


@dataclass(frozen=True)
class Permitted:
    """The records of one subject that may be appended, and their items together."""

    numbers: Numbers
    items: frozenset[str]


@dataclass(frozen=True)
class Course:
    """What a whole batch is decided and sealed by.

    ``normal`` are its records' values in their normal form, ``times`` their days and times within the day.
    """

    room: Room
    store: UsageStore
    batch: UsageBatch
    normal: Sequence[Mapping[str, str]]
    times: Sequence[tuple[int, int]]
    noted: Noted
    now: datetime
    number: bytes

    @property
    def ground(self) -> str:
        """Return the ground that the records are held for."""
        return ground_of(self.batch.service, self.batch.purpose)

    def items_of(self, numbers: Numbers) -> frozenset[str]:
        """Return the items of these records together."""
        return frozenset().union(*[self.normal[number] for number in numbers])


def normal_records(noted: Noted, batch: UsageBatch) -> list[Mapping[str, str]]:
    """Return the records' values in their normal form; InvalidError names record and item, never the value.

    What is not declared stays as it is, for the decision refuses it.
    """
    service = noted.policy.services[batch.service]
    forms = {item: FORMS[traits.form] for item, traits in service.items.items()}
    records: list[Mapping[str, str]] = []
    for number, record in enumerate(batch.records):
        normal = {}
        for item, value in record.items.items():
            form = forms.get(item)
            # Two of three steps of ``normalise`` are needless for ASCII, and this runs for every value of a batch.
            read = value if form is None else form.read(value) if value.isascii() else None
            if read is None and form is not None:
                read = normal_value(form.name, value, f"records[{number}].items.{item}")
            normal[item] = read or value
        records.append(normal)
    return records


def owners(
    course: Course, known: Known, tags: Mapping[tuple[str, str], bytes], counts: Counter[str]
) -> dict[str, Numbers]:
    """Return the numbers of the records of each subject; count those of nobody, of several, and those too old."""
    found: dict[str, Numbers] = {}
    in_time = _InTime(course)
    for number, record in enumerate(course.batch.records):
        if record.subject is not None:
            subject, code = (record.subject, "") if record.subject in known.subjects else (None, UNKNOWN)
        else:
            (identifier,) = record.identifier.items()
            subject, code = _holder(known.bindings.get(tags[identifier], ()), record.at)
        code = code or in_time.refusal(number, record.at, course.times[number][0])
        if subject is None or code:
            counts[code] += 1
        else:
            found.setdefault(subject, []).append(number)
    return found


def _holder(bindings: Sequence[Binding], at: datetime) -> tuple[str | None, str]:
    """Return who held the identifier then; else None and the code that says why nobody is meant."""
    holders = {each.subject for each in bindings if each.since <= at and (each.until is None or at < each.until)}
    if len(holders) == 1:
        return holders.pop(), ""
    return None, "subject-ambiguous" if holders else UNKNOWN


class _InTime:
    """Tells whether records of a day may still be kept."""

    def __init__(self, course: Course) -> None:
        self._now, self._latest = course.now, course.now + AHEAD
        rule = course.noted.policy.purpose_of(course.ground)
        self._period = rule.retention.period if rule and rule.retention.counted_from == "collection" else None
        self._days: dict[int, str] = {}

    def refusal(self, number: int, at: datetime, day: int) -> str:
        """Return the code that refuses, or nothing; InvalidError for a record of the future, or of before 1970."""
        if at > self._latest or day < 0:
            words = Text("时间在未来或早于 1970 年", "It is in the future, or before 1970")
            remedy = Text("校准采集端的时钟", "Set the feed's clock right")
            raise InvalidError(words, field=f"records[{number}].at", remedy=remedy)
        if day not in self._days:
            over = self._period is not None and after(moment_of(day + 1), self._period) <= self._now
            self._days[day] = "retention-ended" if over else ""
        return self._days[day]


async def decide_all(
    course: Course, mine: Mapping[str, Numbers], subjects: Mapping[str, Seen], sheet: Sheet
) -> dict[str, Permitted]:
    """Return the permitted records of each subject, recorded; what is refused is counted and recorded too."""
    permitted, refused = dict[str, Permitted](), dict[str, Counter[str]]()
    for count, (subject, numbers) in enumerate(mine.items()):
        if count % BREATH == 0:
            await asyncio.sleep(0)
        items = course.items_of(numbers)
        refusals = _refusals(course, subject, numbers, subjects.get(subject), items)
        if not refusals:
            permitted[subject] = Permitted(numbers, items)
            continue
        for code in refusals.values():
            refused.setdefault(code, Counter())[subject] += 1
        if kept := [number for number in numbers if number not in refusals]:
            permitted[subject] = Permitted(kept, course.items_of(kept))
    await _note(course, permitted, refused, sheet)
    return permitted


async def _note(
    course: Course, permitted: Mapping[str, Permitted], refused: Mapping[str, Counter[str]], sheet: Sheet
) -> None:
    items = course.noted.request.items
    for code, rows in refused.items():
        sheet.counts[code] += rows.total()
        none_written = dict.fromkeys(rows, 0)
        sheet.receipts += await note_all(course.room, course.noted, "refused", items, none_written, Refusal(code))
    counted = {subject: len(each.numbers) for subject, each in permitted.items()}
    sheet.receipts += await note_all(course.room, course.noted, "permitted", items, counted)


def _refusals(
    course: Course, subject: str, numbers: Numbers, seen: Seen | None, items: frozenset[str]
) -> dict[int, str]:
    """Return the code for each record that is refused: a record with one refused item is refused as a whole."""
    # A09-1-consent, A09-4-stop: each subject is decided for; what one of them has ended is not collected
    decision = _decided(course, subject, seen, items)
    if isinstance(decision, Permit):
        withheld = decision.withheld
        if not withheld:
            return {}
        first = {number: next((each for each in course.normal[number] if each in withheld), None) for number in numbers}
        return {number: withheld[item].code for number, item in first.items() if item}
    if len(items) == 1 or decision.what not in items:
        return dict.fromkeys(numbers, decision.code)
    return {number: _one(course, subject, seen, number) for number in numbers}


def _one(course: Course, subject: str, seen: Seen | None, number: int) -> str:
    """Return the code by which one record is refused, where nothing of several is permitted."""
    decision = _decided(course, subject, seen, frozenset(course.normal[number]))
    refusals = [decision] if isinstance(decision, Refusal) else list(decision.withheld.values())
    return refusals[0].code


def _decided(course: Course, subject: str, seen: Seen | None, items: frozenset[str]) -> Permit | Refusal:
    noted = course.noted
    use = use_of(noted.visitor, noted.request, course.batch.purpose, subject, tuple(sorted(items)))
    return decide(noted.policy, use, seen.standing if seen else None, course.now)
