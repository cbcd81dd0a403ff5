"""Takes rows in from CSV or XLSX: all of them by the creating act, or none, with every mistake by its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple
from zipfile import BadZipFile

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from shouze.errors import ConflictError, InvalidError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.describing import Field, Register
from shouze.registers.dooring import send_waiting
from shouze.registers.entitling import refusal_of
from shouze.registers.people.models import Person
from shouze.web.forms import form_of
from shouze.web.pages.asking import person_of, register_of
from shouze.web.reading import say, told

MOST, LARGEST, SHOWN, TITLES = 5000, 10 * 1024 * 1024, 50, 5
_YES = {"是", "yes", "true", "1", "y"}


class Mistake(NamedTuple):
    """What is wrong in a line of the file, counted from 1, in words; never what stands there."""

    line: int
    field: str
    words: str


@login_required
@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest, register_name: str) -> HttpResponse:
    """Take a file's rows in, or say what is wrong with them."""
    register, person = register_of(request, register_name), person_of(request)
    may_not = refusal_of(register, register.creating, register.model(), person, timezone.now())
    if may_not or not register.takes_files:
        raise PermissionDenied
    mistakes: list[Mistake] = []
    if request.method == "POST":
        made, mistakes = _take_in(register, person, request.FILES.get("file"))
        if made:
            send_waiting()
            messages.success(request, say(Text("已登记 {n} 条", "{n} registered").fill(n=made)))
            return HttpResponseRedirect(reverse("listing", args=[register.name]))
    shown = {
        "register": register, "columns": register.creating.fields, "mistakes": mistakes[:SHOWN],
        "more": max(len(mistakes) - SHOWN, 0),
    }  # fmt: skip
    return render(request, "web/import.html", shown, status=422 if mistakes else 200)


def _take_in(register: Register[Any], person: Person, file: Any) -> tuple[int, list[Mistake]]:
    try:
        rows = list(_rows(file, register))
    except InvalidError as problem:
        return 0, [Mistake(problem.line or 1, problem.field or "", told(problem))]
    mistakes: list[Mistake] = []
    # Invariant: a file is taken in as a whole, or nothing of it is.
    with transaction.atomic():
        for line, given in rows:
            mistakes += _made(register, person, line, given)
        if mistakes:
            transaction.set_rollback(True)
    return (0 if mistakes else len(rows)), mistakes


def _made(register: Register[Any], person: Person, line: int, given: MultiValueDict[str, str]) -> list[Mistake]:
    form = form_of(register, register.creating, None, given, {})
    labels = {each.name: say(each.label) for each in register.creating.fields}
    if not form.is_valid():
        return [Mistake(line, labels.get(name, ""), str(words[0])) for name, words in form.errors.items()]
    try:
        with transaction.atomic():
            acting.make(register, person, form.asked(None))
    except (InvalidError, ConflictError) as problem:
        return [Mistake(line, labels.get(problem.field or "", ""), told(problem))]
    return []


def _rows(file: Any, register: Register[Any]) -> Iterator[tuple[int, MultiValueDict[str, str]]]:
    """Yield each row's line and its values by the fields' names; headings are names or labels in either language."""
    fields = register.creating.fields
    if file is None:
        raise InvalidError(
            Text("没有选择文件", "No file was chosen"), remedy=Text("选择 CSV 或 XLSX", "Choose CSV or XLSX")
        )
    if file.size > LARGEST:
        raise InvalidError(Text("文件超过 10 MiB", "The file is larger than 10 MiB"), remedy=_SPLIT)
    table = _xlsx(file) if file.name.lower().endswith(".xlsx") else _csv(file.read())
    above, named = _headings(table, fields)
    people = _people(register)
    for line, row in enumerate(table, above + 1):
        if line > MOST + above:
            raise InvalidError(Text(f"超过 {MOST} 行", f"More than {MOST} lines"), line=line, remedy=_SPLIT)
        if any(cell.strip() for cell in row):
            yield line, _given(dict(zip(named, row, strict=False)), fields, people)


_SPLIT = Text("拆成几个文件", "Split it into several")


def _headings(table: Iterator[list[str]], fields: tuple[Field, ...]) -> tuple[int, list[str]]:
    """Return the line of the headings and what its columns are: the first lines may be a title, as in printed lists."""
    known = {words: each.name for each in fields for words in (each.name, *each.label)}
    for line, row in enumerate(islice(table, TITLES + 1), 1):
        named = [known.get(cell.strip(), "") for cell in row]
        if len(set(filter(None, named))) > 1 or (line == 1 and any(named)):
            return line, named
    remedy = Text(f"前 {TITLES + 1} 行中有一行写字段名，见下表",
                  f"One of the first {TITLES + 1} lines has the fields' names, as below")  # fmt: skip
    raise InvalidError(Text("没有认出任何一列", "No column was recognised"), line=1, remedy=remedy)


def _people(register: Register[Any]) -> dict[str, Mapping[str, str]]:
    """Return, for each column that names a person, how a file names them: by their work numbers."""
    columns = register.model_fields()
    named = [name for name, each in columns.items() if isinstance(each, ForeignKey) and each.related_model is Person]
    present = Person.objects.filter(is_active=True) if named else Person.objects.none()
    keys = {number: str(pk) for number, pk in present.values_list("username", "pk")}
    return dict.fromkeys(named, keys)


def _given(
    cells: Mapping[str, str], fields: tuple[Field, ...], people: Mapping[str, Mapping[str, str]]
) -> MultiValueDict[str, str]:
    given: MultiValueDict[str, str] = MultiValueDict()
    for field in fields:
        text = cells.get(field.name, "").strip()
        if text and field.name in people:
            # Whoever is not here is nobody: a number of the file must not be taken for a row's.
            given[field.name] = people[field.name].get(text, "0")
            continue
        words = {label: key for key, told in (field.offered() or {}).items() for label in (key, *told)}
        if field.several:
            given.setlist(field.name, [words.get(each, each) for each in text.replace("、", ",").split(",") if each])
        elif text.lower() in _YES and field.asks == "yes-no":
            given[field.name] = "on"
        else:
            given[field.name] = words.get(text, text.replace(" ", "T", 1) if _is_moment(text) else text)
    return given


def _is_moment(text: str) -> bool:
    return len(text) in (16, 19) and text[4:5] == text[7:8] == "-" and text[10:11] == " "


def _csv(raw: bytes) -> Iterator[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    yield from csv.reader(io.StringIO(text, newline=""))


def _xlsx(file: Any) -> Iterator[list[str]]:
    try:
        sheet = load_workbook(file, read_only=True, data_only=True).active
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError):
        detail, remedy = Text("不是可读的 XLSX", "It is no XLSX that can be read"), Text("另存为 CSV", "Save it as CSV")
        raise InvalidError(detail, remedy=remedy) from None
    if sheet is not None:
        for row in sheet.iter_rows(values_only=True):
            yield ["" if cell is None else str(cell) for cell in row]
