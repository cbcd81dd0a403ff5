"""The pages of a self-inspection (Art. 16): the draw, the list to check one by one, the report, the years compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from shouze.errors import ConflictError, InvalidError, NotYoursError, UnavailableError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.acting import Asked, Attached
from shouze.registers.describing import Act
from shouze.registers.dooring import send_waiting
from shouze.registers.entitling import may_see, refusal_of
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN, statutes
from shouze.registers.roles import OVERSEEING
from shouze.registers.selfinspections import drawing
from shouze.registers.selfinspections.judging import RESULTS
from shouze.registers.selfinspections.models import SelfInspection
from shouze.registers.selfinspections.register import REGISTER
from shouze.registers.shortcomings.models import Shortcoming
from shouze.web.pages.asking import entry_of, person_of, register_of, version_of
from shouze.web.pages.row import history

YEARS = 5
Given = Mapping[str, tuple[str, str]]


@login_required
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, number: str) -> HttpResponse:
    """Say how records are drawn; a POST draws them, in the person's name."""
    row, person, act = _asked(request, number, "draw")
    problem: InvalidError | UnavailableError | None = None
    if request.method == "POST":
        try:
            found = drawing.draw(row, person)
        except (InvalidError, UnavailableError) as wrong:
            problem = wrong
        else:
            proofs = Attached("proofs.zip", "application/zip", found.proofs)
            acting.do(REGISTER, act, row.pk, person, Asked({"drawn": found}, documents=[proofs]))
            send_waiting()
            return HttpResponseRedirect(reverse("row", args=[REGISTER.name, number]))
    shown = {"register": REGISTER, "entry": row, "act": act, "problem": problem}
    status = problem.kind.status if problem else 200
    return render(request, "desk/selfinspection_draw.html", shown, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def checklist(request: HttpRequest, number: str) -> HttpResponse:
    """Show duties with their evidence, and the records drawn; a POST notes what was judged."""
    row, person, act = _asked(request, number, "judge")
    problem: InvalidError | ConflictError | None = None
    given: dict[str, Given] = {"duties": {}, "records": {}}
    if request.method == "POST":
        given = {
            "duties": _given(request, "duty", (each["duty"] for each in row.plan)),
            "records": _given(request, "record", (str(each["index"]) for each in row.sample)),
        }
        try:
            asked = Asked(given, version=version_of(request) or 0)
            acting.do(REGISTER, act, row.pk, person, asked)
        except (InvalidError, ConflictError) as wrong:
            problem = wrong
        else:
            send_waiting()
            return HttpResponseRedirect(reverse("selfinspection-list", args=[number]))
    shown = {
        "register": REGISTER, "entry": row, "problem": problem, "results": RESULTS,
        "articles": _articles(row, person, given["duties"]), "records": _records(row, given["records"]),
    }  # fmt: skip
    return render(request, "desk/selfinspection_list.html", shown, status=422 if problem else 200)


@login_required
@require_GET
def report(request: HttpRequest, number: str) -> HttpResponse:
    """Show the report, to print: what was checked, by whom, with which evidence and result, how records were drawn."""
    row, person = _row(request, number), person_of(request)
    if not OVERSEEING & person.roles or not row.plan:
        raise PermissionDenied
    found = Shortcoming.objects.filter(source=REGISTER.name, source_number=row.number).select_related("owner")
    results = [each["result"] for each in (*row.plan, *row.sample)]
    shown = {
        "register": REGISTER, "entry": row, "articles": _articles(row, person, {}), "records": _records(row, {}),
        "counts": [(words, results.count(each)) for each, words in RESULTS.items()], "left": row.left,
        "shortcomings": [(each, registers()["shortcomings"].states[each.state]) for each in found.order_by("pk")],
        "signed": _signed(row),
    }  # fmt: skip
    return render(request, "desk/selfinspection_report.html", shown)


@login_required
@require_GET
def years(request: HttpRequest) -> HttpResponse:
    """Show the results of the last years side by side, duty by duty."""
    register_of(request, REGISTER.name)
    if not OVERSEEING & person_of(request).roles:
        raise PermissionDenied
    finished = SelfInspection.objects.exclude(finished_at=None).order_by("-finished_at")[:YEARS]
    rows = list(finished)[::-1]
    results = [{each["duty"]: each["result"] for each in row.plan} for row in rows]
    duties = [(each, _duty(each)) for each in dict.fromkeys(name for found in results for name in found)]
    table = [
        (duty, words, [(found.get(duty, ""), RESULTS.get(found.get(duty, ""))) for found in results])
        for duty, words in duties
    ]  # fmt: skip
    return render(request, "desk/selfinspection_years.html", {"register": REGISTER, "rows": rows, "table": table})


def _asked(request: HttpRequest, number: str, name: str) -> tuple[SelfInspection, Person, Act[SelfInspection]]:
    row, person, act = _row(request, number), person_of(request), REGISTER.act(name)
    if (why := refusal_of(REGISTER, act, row, person, GIVEN.now())) is not None:
        raise NotYoursError(why)
    return row, person, act


def _row(request: HttpRequest, number: str) -> SelfInspection:
    row = entry_of(register_of(request, REGISTER.name), number, person_of(request))
    if not isinstance(row, SelfInspection):
        raise Http404
    return row


def _given(request: HttpRequest, kind: str, names: Iterator[str]) -> Given:
    asked = request.POST
    return {
        each: (asked.get(f"{kind}-{each}", ""), asked.get(f"{kind}-{each}-note", "").strip()[:2000])
        for each in names
        if asked.get(f"{kind}-{each}")
    }


def _articles(row: SelfInspection, person: Person, given: Given) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the duties by article, each with its evidence, result and remark as they are or were just given."""
    seen = {name for name, each in registers().items() if may_see(each, person)}
    grouped: dict[str, list[dict[str, Any]]] = {}
    for each in row.plan:
        duty = statutes().duties.get(each["duty"])
        result, note = given.get(each["duty"], (each["result"], each["note"]))
        shown = {
            **each, "text": _duty(each["duty"]), "result": result, "note": note, "words": RESULTS.get(result),
            "evidence": [_evidence(said, seen) for said in each["evidence"]],
        }  # fmt: skip
        grouped.setdefault(duty.article.partition("(")[0] if duty else "", []).append(shown)
    return list(grouped.items())


def _evidence(said: Mapping[str, str], seen: set[str]) -> tuple[Text, str]:
    link = reverse("listing", args=[said["register"]]) if said["register"] in seen else ""
    return Text(said["zh"], said["en"]), link


def _records(row: SelfInspection, given: Given) -> list[dict[str, Any]]:
    items = vocabulary.items() if row.sample else {}
    return [
        {**each, "result": given.get(str(each["index"]), (each["result"], ""))[0],
         "note": given.get(str(each["index"]), ("", each["note"]))[1],
         "words": RESULTS.get(each["result"]), "moment": datetime.fromisoformat(each["at"]),
         "act_words": vocabulary.action_words(each["act"]),
         "items": [items.get(item, Text(item, item)) for item in each["items"]]}
        for each in row.sample
    ]  # fmt: skip


def _duty(name: str) -> Text:
    return vocabulary.duty_words(name)


def _signed(row: SelfInspection) -> Sequence[tuple[Text, str, datetime | None]]:
    """Return who finished and who signed, as history has it."""
    done = {each["event"].act: each["event"] for each in reversed(history(REGISTER, row))}
    acts = (
        ("finish", Text("完成人", "Finished by"), row.finished_at),
        ("sign", Text("签署人", "Signed by"), row.signed_at),
    )
    return [
        (words, done[act].by.name if at is not None and act in done and done[act].by else "", at)
        for act, words, at in acts
    ]
