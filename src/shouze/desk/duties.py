"""Where the operator stands: the duty wheel with its table, now or on an earlier day, and a page for each duty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import msgspec
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouze.desk.wheel import Spoke, drawn
from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.registers.entitling import may_see, sees_all
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN, owed_here, statutes
from shouze.registers.roles import OVERSEEING
from shouze.registers.rows import Event
from shouze.registers.standings.keeping import as_answer
from shouze.registers.standings.models import Change, Heard, Standing
from shouze.registers.standings.report import report_of_house
from shouze.registers.standings.telling import standings, stood_at, told
from shouze.rules.catalogue import Duty
from shouze.rules.duties.matters import MATTERS
from shouze.rules.duties.telling import STATE_WORDS, sanction_of
from shouze.rules.duty import STATES
from shouze.web.pages.asking import person_of
from shouze.web.pages.printing import MEDIA, given

TONES = {"met": "good", "due": "waiting", "breached": "bad", "not-evidenced": "over"}
MARKS = {"met": "✓", "due": "…", "breached": "!", "not-evidenced": "?"}
MOST_CHANGES, MOST_ACTS = 60, 12
STRIP = timedelta(days=365)


class Row(NamedTuple):
    """How a duty stood: now with what it rests on, or at an earlier moment without."""

    duty: Duty
    state: str
    since: datetime | None
    due: datetime | None
    evidence: Sequence[Mapping[str, Any]] = ()

    @property
    def words(self) -> Text:
        """Return the state in words."""
        return STATE_WORDS[self.state]

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return TONES[self.state]

    @property
    def mark(self) -> str:
        """Return the sign of the state, for whom colours say little."""
        return MARKS[self.state]

    @property
    def article(self) -> str:
        """Return the article without its paragraph."""
        return self.duty.article.partition("(")[0]


@login_required
@require_GET
def wheel(request: HttpRequest) -> HttpResponse:
    """Show the wheel and its table; ``on`` asks for the end of an earlier day."""
    _entitled(request)
    on = _day(request.GET.get("on", ""))
    rows = _rows_of(on) if on else _rows()
    drawing = drawn([Spoke(each.duty.id, each.article, each.state) for each in rows], STATES)
    changes = Change.objects.exclude(before="").order_by("-id")
    if on:
        changes = changes.filter(at__lte=_end_of(on))
    shown = {
        "rows": rows,
        "wheel": drawing,
        "sectors": [{"sector": sector, "row": row} for sector, row in zip(drawing.duties, rows, strict=True)],
        "met": sum(each.state == "met" for each in rows),
        "counts": _counts(rows),
        "on": on,
        "heard_at": Heard.objects.order_by("-at").values_list("at", flat=True).first(),
        "changes": [_changed(each) for each in changes[:MOST_CHANGES]],
        "years": _years(),
        "reports": GIVEN.house == "operator",
        "terms": GIVEN.terms,
        "hours": int(GIVEN.terms.at_once.total_seconds() // 3600),
    }
    return render(request, "desk/duties.html", shown)


@login_required
@require_GET
def as_json(request: HttpRequest) -> HttpResponse:
    """Give the answers as ``shouze duties --json`` prints them."""
    _entitled(request)
    answers = {duty: as_answer(each) for duty, each in standings().items()}
    return HttpResponse(msgspec.json.encode(told(answers)), "application/json")


@login_required
@require_GET
def duty(request: HttpRequest, duty_id: str) -> HttpResponse:
    """Show one duty: its text, how it stands and on what that rests, what a breach leads to, how it stood before."""
    _entitled(request)
    known = statutes()
    found = known.duties.get(duty_id)
    if found is None:
        raise Http404
    row = next((each for each in _rows() if each.duty.id == duty_id), None)
    person = person_of(request)
    changes = list(Change.objects.filter(duty=duty_id).order_by("-id")[:MOST_CHANGES])
    parties = [[known.parties[each] for each in names] for names in (found.owed_by, found.owed_to)]
    shown = {
        "duty": found,
        "row": row,
        "parties": parties,
        "restated": not {"T", "Q"} & set(found.flags),
        "evidence": [_evidence(each, person) for each in (row.evidence if row else ())],
        "sanction": _sanction(found),
        "beside": [(each, known.instruments[each.instrument]) for each in known.beside(duty_id)],
        "strip": _strip(changes, timezone.now()),
        "changes": [_changed(each) for each in changes],
        "acts": _acts(duty_id, person),
    }
    return render(request, "desk/duty.html", shown)


@login_required
@require_GET
def report(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """Give a report of the whole house as a PDF or as data; ``year`` names that of an annual one."""
    _entitled(request)
    if kind not in MEDIA:
        raise Http404
    try:
        told = report_of_house(name, request.GET.get("year", ""), GIVEN.now())
    except (NotFoundError, InvalidError):
        raise Http404 from None
    return given(told, request, kind, "-".join(filter(None, (told.number, name))))


def oversees(person: Person) -> bool:
    """Tell whether a person reads how the operator stands."""
    return bool(person.roles & OVERSEEING)


def _entitled(request: HttpRequest) -> None:
    # A13-3-permissions: who keeps no register and oversees none does not see where it fails
    if not oversees(person_of(request)):
        raise PermissionDenied


def _rows() -> list[Row]:
    """Return how every duty stands; one that was not answered yet is not evidenced."""
    kept = standings()
    return [_row(each, kept.get(each.id)) for each in owed_here()]


def _row(duty: Duty, standing: Standing | None) -> Row:
    if standing is None:
        return Row(duty, "not-evidenced", None, None)
    return Row(duty, standing.state, standing.since or standing.stood_since, standing.due, standing.evidence)


def _rows_of(on: date) -> list[Row]:
    stood = stood_at(_end_of(on))
    rows = [(each, stood.get(each.id)) for each in owed_here()]
    return [
        Row(each, then.state, then.since or then.at, then.due) if then else Row(each, "not-evidenced", None, None)
        for each, then in rows
    ]


def _counts(rows: Sequence[Row]) -> list[tuple[Text, str, int]]:
    counts = Counter(each.state for each in rows)
    return [(STATE_WORDS[state], TONES[state], counts[state]) for state in STATES]


def _years() -> Sequence[int]:
    """Return the years that there are annual reports of at hand: this one and the last."""
    this = timezone.localtime(GIVEN.now()).year
    return (this, this - 1)


def _changed(change: Change) -> dict[str, Any]:
    duty = statutes().duties.get(change.duty)
    return {
        "at": change.at, "duty": change.duty, "text": duty.text if duty else Text(change.duty, change.duty),
        "before": STATE_WORDS.get(change.before), "after": STATE_WORDS.get(change.state),
        "tone": TONES.get(change.state, "plain"), "since": change.since, "due": change.due,
    }  # fmt: skip


def _evidence(each: Mapping[str, Any], person: Person) -> dict[str, Any]:
    """Return what a piece of evidence shows, and where it leads, where the person may go there."""
    matter = MATTERS.get(each["matter"])
    state = each["state"]
    known = statutes().duties.get(each["matter"])
    words = matter.words if matter else known.text if known else Text(each["matter"], each["matter"])
    place = _place(matter.register if matter else "", each, person)
    link, row = (reverse("duty", args=[known.id]), each.get("row", "")) if known else place
    return {**each, "words": words, "link": link, "told": STATE_WORDS[state], "tone": TONES[state],
            "row": row}  # fmt: skip


def _place(name: str, each: Mapping[str, Any], person: Person) -> tuple[str, str]:
    """Return where a piece of evidence leads, and the number of its row, as far as the person may know of them."""
    register = registers().get(name)
    if register is None or not may_see(register, person):
        return "", ""
    # Where each sees their own rows alone, no number tells anybody of another's.
    if each.get("row") and sees_all(register, person):
        return reverse("row", args=[name, each["row"]]), each["row"]
    return reverse("listing", args=[name]), ""


def _sanction(found: Duty) -> dict[str, Any] | None:
    """Return what a breach leads to, in words; None where the Order has nothing."""
    told, known = sanction_of(found.id, statutes()), statutes()
    if told["class"] == "none" and not told["through"]:
        return None
    return {**told, "text": known.sanctions[told["class"]].text,
            "measures": [known.measures[each] for each in told["measures"]]}  # fmt: skip


def _strip(changes: Sequence[Change], now: datetime) -> list[dict[str, Any]]:
    """Return the last year as pieces of a strip 1000 wide: from where, how wide, in which state; oldest first."""
    start, pieces, end = now - STRIP, [], now
    for each in changes:
        begin = max(each.at, start)
        if end > begin:
            x, width = (begin - start) / STRIP * 1000, (end - begin) / STRIP * 1000
            pieces.append({"x": round(x, 1), "width": round(max(width, 2), 1), "state": each.state,
                           "words": STATE_WORDS.get(each.state), "begin": begin})  # fmt: skip
        end = min(end, each.at)
        if each.at <= start:
            break
    return pieces[::-1]


def _acts(duty_id: str, person: Person) -> list[dict[str, Any]]:
    """Return what was done lately under a duty, in registers of which the person sees every row."""
    known = registers()
    seen = [name for name, each in known.items() if sees_all(each, person)]
    events = Event.objects.filter(duty=duty_id, register__in=seen).select_related("by").order_by("-id")[:MOST_ACTS]
    return [{"event": each, "register": known[each.register], "act": known[each.register].title_of(each.act)}
            for each in events]  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))
