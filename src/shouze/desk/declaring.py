"""The pages of declarations: editor, preview, comparison, file; necessity is checked while one types (Art. 9(3))."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouze.client import ClientError
from shouze.desk import declaration_form as form
from shouze.errors import ConflictError, InvalidError, UnavailableError
from shouze.language import LANGUAGES, Text
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.declarations import comparing, content, counting
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.declarations.register import REGISTER, current
from shouze.registers.dooring import send_waiting
from shouze.registers.entitling import refusal_of
from shouze.registers.operators.models import OperatorRow
from shouze.registers.operators.register import REGISTER as OPERATOR
from shouze.registers.operators.register import operator, row_of
from shouze.registers.people.models import Person
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.web import nested
from shouze.web.forms import FilesField
from shouze.web.nested import Plain
from shouze.web.pages.asking import entry_of, person_of, register_of, version_of
from shouze.web.published import rendered
from shouze.web.reading import say, told


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Show the editor; add and remove rows; save the draft."""
    row = _draft(request, number)
    if request.method == "GET":
        return _editor(request, row, nested.complete(form.PARTS, form.form_of(row.content)))
    given = nested.read(form.PARTS, request.POST)
    do = request.POST.get("do", "save")
    if do != "save":
        return _editor(request, row, nested.change(form.PARTS, given, do))
    asked = Asked({"content": form.content_of(given, row.service)}, version=version_of(request) or 0)
    try:
        acting.do(REGISTER, REGISTER.act("write"), row.pk, person_of(request), asked)
    except (InvalidError, ConflictError) as problem:
        messages.error(request, say(problem.detail))
        return _editor(request, row, given, status=409)
    send_waiting()
    messages.success(request, say(Text("已保存", "Saved")))
    return HttpResponseRedirect(reverse("declaration-edit", args=[number]))


@login_required
@require_POST
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Tell what is wrong with what stands in the editor now, place by place."""
    row = _draft(request, number)
    shown = _form(row, nested.read(form.PARTS, request.POST))
    return render(request, "desk/declaration_problems.html", shown | {"oob": True})


@login_required
@require_GET
def rules(request: HttpRequest, number: str) -> HttpResponse:
    """Show the rules as users read them, in both languages."""
    row = _row(request, number)
    declaration = content.declaration_of(row)
    at, version = row.published_at, row.published_version
    shown = [rendered(declaration, operator(), each, version, at, row.digest) for each in LANGUAGES]
    return render(request, "desk/declaration_rules.html", {"entry": row, "register": REGISTER, "shown": shown})


@login_required
@require_http_methods(["GET", "POST"])
def compare(request: HttpRequest, number: str) -> HttpResponse:
    """Show what a version changes, and how many consents it makes outdated; a POST counts them anew."""
    row = _row(request, number)
    if request.method == "POST":
        _count(request)
        return HttpResponseRedirect(request.get_full_path())
    others = DeclarationRow.objects.filter(service=row.service).exclude(pk=row.pk).exclude(digest="")
    asked = request.GET.get("with", "")
    other = others.filter(number=asked).first() if asked else _before(row)
    earlier = content.declaration_of(other) if other is not None else None
    found = comparing.compare(earlier, content.declaration_of(row))
    count = counting.latest()
    outdated = [
        (name, counting.standing(count, row.service, purpose) if count else None) for purpose, name in found.outdated
    ]
    shown = {
        "entry": row, "register": REGISTER, "other": other, "others": others.order_by("-id")[:50],
        "groups": [(each, words, [d for d in found.differences if d.kind == each])
                   for each, words in comparing.KINDS.items()],
        "outdated": outdated, "count": count,
    }  # fmt: skip
    return render(request, "desk/declaration_compare.html", shown)


@login_required
@require_GET
def file(request: HttpRequest, number: str) -> HttpResponse:
    """Give the row as the file that ``shouze declare`` reads."""
    row, declared = _row(request, number), operator()
    if declared is None:
        raise InvalidError(Text("尚未登记经营者", "The operator is not registered yet"))
    answer = HttpResponse(content.yaml_of(declared, [content.declaration_of(row)]), "application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.service}-{row.number}.yaml"'
    return answer


class ImportForm(forms.Form):
    """A file as ``shouze declare`` reads it."""

    written = FilesField()


@login_required
@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Make a draft of each service of a file; the operator as well, where none is registered."""
    register_of(request, REGISTER.name)
    if refusal_of(REGISTER, REGISTER.creating, DeclarationRow(), person_of(request), timezone.now()):
        raise PermissionDenied
    asked = ImportForm(request.POST or None, request.FILES or None, use_required_attribute=False)
    asked.fields["written"].label = say(Text("规则文件（YAML）", "Declaration files (YAML)"))
    if request.method == "POST" and asked.is_valid():
        try:
            with transaction.atomic():
                made = [row for each in asked.cleaned_data["written"] for row in _take(each.read(), person_of(request))]
        except InvalidError as problem:
            asked.add_error("written", _words(problem))
        else:
            send_waiting()
            messages.success(request, say(Text("已起草 {n} 份规则", "{n} drafts made").fill(n=len(made))))
            return redirect("listing", REGISTER.name)
    status = 422 if asked.is_bound else 200
    return render(request, "desk/declaration_import.html", {"form": asked, "register": REGISTER}, status=status)


def _take(written: bytes, person: Person) -> list[DeclarationRow]:
    document, _ = read_document(written, DeclarationFile)
    if not OperatorRow.objects.exists():
        row = row_of(document.operator)
        given = {each.name: getattr(row, each.name) for each in OPERATOR.creating.fields}
        acting.make(OPERATOR, person, Asked(given))
    return [
        acting.make(REGISTER, person, Asked({
            "service": each.service, "title": each.name.zh, "title_en": each.name.en, "content": content.plain(each),
        }))
        for each in document.services
    ]  # fmt: skip


def _words(problem: InvalidError) -> str:
    place = Text("第 {line} 行 {field}：", "Line {line}, {field}: ").fill(line=problem.line, field=problem.field or "—")
    return f"{say(place) if problem.line else ''}{told(problem)}"


def _count(request: HttpRequest) -> None:
    if refusal_of(REGISTER, REGISTER.creating, DeclarationRow(), person_of(request), timezone.now()):
        raise PermissionDenied
    try:
        counting.begin()
    except ClientError as problem:
        raise UnavailableError(Text("信息闸门没有应答", "The door does not answer")) from problem


def _before(row: DeclarationRow) -> DeclarationRow | None:
    """Return the version before a published one, or the one in force for a draft."""
    if row.published_version is None:
        return current(row.service)
    earlier = DeclarationRow.objects.filter(service=row.service, published_version__lt=row.published_version)
    return earlier.order_by("-published_version").first()


def _row(request: HttpRequest, number: str) -> DeclarationRow:
    found = entry_of(register_of(request, REGISTER.name), number, person_of(request))
    assert isinstance(found, DeclarationRow)  # noqa: S101 - the register's own model
    return found


def _draft(request: HttpRequest, number: str) -> DeclarationRow:
    row = _row(request, number)
    if refusal_of(REGISTER, REGISTER.act("write"), row, person_of(request), timezone.now()) is not None:
        raise PermissionDenied
    return row


def _form(row: DeclarationRow, given: Plain) -> dict[str, Any]:
    problems, _ = form.problems_of(given, row.service)
    nodes = nested.shown(form.PARTS, given, problems)
    return {
        "entry": row, "register": REGISTER, "nodes": nodes, "places": nested.places(nodes),
        "count": sum(map(len, problems.values())), "necessary": form.necessary_items(given),
        "listed": bool(given.get("app_types")), "unplaced": nested.unplaced(form.PARTS, given, problems),
    }  # fmt: skip


def _editor(request: HttpRequest, row: DeclarationRow, given: Plain, status: int = 200) -> HttpResponse:
    shown = _form(row, given) | {"here": reverse("declaration-edit", args=[row.number])}
    return render(request, "desk/declaration_edit.html", shown, status=status)
