"""What programs do: rows made and acts done by the form that people fill in, once for each ``Idempotency-Key``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from shouze.errors import ConflictError, InvalidError, NotFoundError, NotYoursError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.describing import Act, Register
from shouze.registers.dooring import send_waiting
from shouze.registers.people.models import Person
from shouze.registers.programs.models import Answered, Program
from shouze.registers.rows import Kept
from shouze.web.forms import ActForm, form_of
from shouze.web.pages.asking import entry_of
from shouze.web.programs.answering import JSON, FieldProblem, answer, problem
from shouze.web.programs.entering import for_programs, register_for
from shouze.web.programs.reading import offered, row_page, rows_page, whole

LARGEST = 28 * 1024 * 1024
"""Bytes of a body: the largest document in base64, and what stands around it."""
LONGEST_KEY = 100


class DocumentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document: its name, its media type, its bytes in base64."""

    name: str
    content: bytes
    media: str = "application/octet-stream"


class ActBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an act is asked with; ``version`` is that of the row as it was read, so that no change is overlooked."""

    values: dict[str, Any] = {}
    reason: str = ""
    documents: tuple[DocumentBody, ...] = ()
    version: int | None = None


@for_programs("GET", "POST")
def rows(request: HttpRequest, program: Program, register_name: str) -> HttpResponse:
    """Give rows, or make one."""
    if request.method == "GET":
        return rows_page(request, program, register_name)
    register = register_for(program, register_name, to_act=True)
    if not offered([register.creating]):
        raise _by_hand()
    return _once(request, program, lambda body: _asked(register, register.creating, None, program, body))


@for_programs("GET")
def row(_request: HttpRequest, program: Program, register_name: str, number: str) -> HttpResponse:
    """Give one row."""
    return row_page(program, register_name, number)


@for_programs("POST")
def act(request: HttpRequest, program: Program, register_name: str, number: str, act_name: str) -> HttpResponse:
    """Do an act upon a row."""
    register = register_for(program, register_name, to_act=True)
    wanted, entry = register.find_act(act_name), entry_of(register, number, program.person)
    if wanted is None:
        raise NotFoundError(Text("没有这项办理", "There is no such act"), field="act")
    if wanted.follows or wanted.page or wanted.tells:
        raise _by_hand()
    return _once(request, program, lambda body: _asked(register, wanted, entry, program, body))


def _asked(
    register: Register[Any], wanted: Act[Any], entry: Kept | None, program: Program, raw: bytes
) -> HttpResponse:  # fmt: skip
    body = _read(raw)
    form = form_of(register, wanted, entry, *_given(register, wanted, body))
    if not form.is_valid():
        return _wrong(form)
    asked = replace(form.asked(body.version), program=program.number, unnamed=bool(program.service))
    if entry is None:
        done = acting.make(register, program.person, asked)
    else:
        done = acting.do(register, wanted, entry.pk, program.person, asked)
    return answer(whole(register, done, program), 201 if entry is None else 200)


def _once(request: HttpRequest, program: Program, act_on: Callable[[bytes], HttpResponse]) -> HttpResponse:
    """Do what the request asks, once for its key; an error is kept by nobody, and may be tried again."""
    raw, key = request.read(LARGEST + 1), request.headers.get("idempotency-key")
    if len(raw) > LARGEST:
        raise InvalidError(Text("请求内容过大", "The body is too large"), field="body")
    if key is not None and not (0 < len(key) <= LONGEST_KEY):
        raise InvalidError(Text("键长应为 1 至 100", "A key has 1 to 100 characters"), field="Idempotency-Key")
    answered = act_on(raw) if key is None else _kept(request, program, key, raw, act_on)
    send_waiting()
    return answered


def _kept(
    request: HttpRequest, program: Program, key: str, raw: bytes, act_on: Callable[[bytes], HttpResponse]
) -> HttpResponse:
    asked = sha256(f"{request.method} {request.path}\n".encode() + raw).hexdigest()
    # Invariant: the act and its answer are kept together, or neither is.
    with transaction.atomic():
        before, new = Answered.objects.get_or_create(program=program, key=key, defaults={"asked": asked})
        if not new:
            if before.asked != asked:
                words = Text("此键已用于另一请求", "The key was used for another request")
                raise ConflictError(words, field="Idempotency-Key")
            return HttpResponse(bytes(before.body), JSON, before.status)
        answered = act_on(raw)
        if answered.status_code < 400:
            Answered.objects.filter(pk=before.pk).update(status=answered.status_code, body=answered.content)
        else:
            transaction.set_rollback(True)
        return answered


def _read(raw: bytes) -> ActBody:
    try:
        return msgspec.json.decode(raw or b"{}", type=ActBody)
    except msgspec.ValidationError as wrong:
        place = str(wrong).partition("`$.")[2].partition("`")[0]
        raise InvalidError(Text("内容的形式不对", "The body has not the right shape"), field=place or "body") from None
    except (msgspec.DecodeError, RecursionError):
        raise InvalidError(Text("不是 JSON", "It is not JSON"), field="body") from None


def _given(register: Register[Any], wanted: Act[Any], body: ActBody) -> tuple[Any, Any]:
    """Return what was sent as the act's form takes it; InvalidError names a field that the act does not have."""
    known, given = {each.name for each in wanted.fields}, MultiValueDict[str, str]()
    for name, value in body.values.items():
        if name not in known:
            remedy = Text(f"可填：{'、'.join(sorted(known))}", f"Known are {', '.join(sorted(known))}")
            raise InvalidError(Text("没有这个字段", "There is no such field"), field=name[:64], remedy=remedy)
        if isinstance(value, list):
            given.setlist(name, [str(each) for each in value])
        elif isinstance(value, Mapping):
            raise InvalidError(Text("该字段不接受对象", "The field takes no object"), field=name)
        elif value is not None and value is not False:
            given[name] = "on" if value is True else _key_of(register, name, _local(str(value)))
    if body.reason:
        given["reason"] = body.reason
    files = MultiValueDict[str, SimpleUploadedFile]()
    files.setlist("documents", [SimpleUploadedFile(each.name or "-", each.content, each.media) for each in
                                body.documents if each.content])  # fmt: skip
    return given, files


def _key_of(register: Register[Any], name: str, text: str) -> str:
    """Return a person's key for their work number, where the field names a person; else the text."""
    column = register.model_fields().get(name)
    if isinstance(column, ForeignKey) and column.related_model is Person:
        return str(Person.objects.filter(username=text).values_list("pk", flat=True).first() or 0)
    return text


def _local(text: str) -> str:
    """Return a moment with an offset (RFC 3339) as forms take it: by the clock of Asia/Shanghai."""
    if "T" not in text or not text[:4].isdecimal():
        return text
    try:
        at = datetime.fromisoformat(text)
        return f"{timezone.localtime(at):%Y-%m-%dT%H:%M:%S}" if at.tzinfo else text
    except (ValueError, OverflowError):  # no moment, or one beyond the years that there are: the form says so
        return text


def _wrong(form: ActForm) -> HttpResponse:
    errors = tuple(FieldProblem(name, str(words[0])) for name, words in form.errors.items())
    return problem(InvalidError(field=errors[0].field if errors else None), errors)


def _by_hand() -> NotYoursError:
    remedy = Text("请本人在桌面办理", "Have a person do it at the desk")
    return NotYoursError(Text("此项只能在页面上办理", "This is done on a page alone"), remedy=remedy)
