"""Writes the api down as OpenAPI 3.1, out of the registers' own descriptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from shouze.language import Text
from shouze.registers.describing import Act, Field, Register
from shouze.registers.finding import registers
from shouze.registers.programs.register import NAME
from shouze.web.pages.period import moments
from shouze.web.programs.answering import JSON, PROBLEM_JSON, Problem
from shouze.web.programs.reading import LARGEST_PAGE, PAGE, offered

Plain = dict[str, Any]
_ABOUT = Text(
    "守则台账接口：与页面相同的规则、权限和记录。程序不能做第二人。",
    "Shouze's registers for programs: the rules, permissions and records of the pages. No program is a second person.",
)
_REFUSED = (400, 401, 403, 404, 409, 422, 429, 503)


@require_GET
def document(_request: HttpRequest) -> HttpResponse:
    """Give the document; it says nothing of any row."""
    return HttpResponse(written(), JSON)


@cache
def written() -> bytes:
    """Return the document as JSON."""
    told = [each for each in registers().values() if each.name != NAME]
    (_,), schemas = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    paths: Plain = {
        "/api/v1/registers": {"get": _operation("list-registers", "registers", _LISTED, {"type": "object"})}
    }
    for register in told:
        paths |= _paths(register)
        schemas |= {f"{register.name}.row": _row(register)}
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "Shouze 守则 · registers", "version": version("shouze"),
                 "description": f"{_ABOUT.zh}\n\n{_ABOUT.en}",
                 "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": [{"name": each.name, "description": _both(each.intro)} for each in told],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"problem": {"description": "RFC 9457", "content": {
                PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}}},
        },
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, sort_keys=True).encode()


_LISTED = Text("列出可读取的台账", "List the registers that may be read")
_ROWS = Text("列出：{name}", "List: {name}")
_ONE = Text("一条：{name}", "One: {name}")


def _paths(register: Register[Any]) -> Plain:
    place = f"/api/v1/registers/{register.name}"
    row = {"$ref": f"#/components/schemas/{register.name}.row"}
    page = {"type": "object", "required": ["rows", "next"],
            "properties": {"rows": {"type": "array", "items": row}, "next": {"type": ["string", "null"]}}}  # fmt: skip
    listing = _operation(f"list-{register.name}", register.name, _ROWS.fill(name=register.title), page)
    listing["parameters"] = _filters(register)
    rows: Plain = {"get": listing}
    if offered([register.creating]):
        rows["post"] = _doing(register, register.creating, row, 201)
    one = _operation(f"show-{register.name}", register.name, _ONE.fill(name=register.one), row)
    paths: Plain = {place: rows, f"{place}/{{number}}": {"get": one, "parameters": [_NUMBER]}}
    for act in offered(register.acts):
        doing = _doing(register, act, row, 200)
        paths[f"{place}/{{number}}/{act.name}"] = {"post": doing, "parameters": [_NUMBER]}
    return paths


_NUMBER = {"name": "number", "in": "path", "required": True, "schema": {"type": "string"}}
_KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 100}}


def _operation(name: str, tag: str, summary: Text, schema: Plain, status: int = 200) -> Plain:
    problems = {str(code): {"$ref": "#/components/responses/problem"} for code in _REFUSED}
    fine = {str(status): {"description": "OK", "content": {JSON: {"schema": schema}}}}
    return {"operationId": name, "tags": [tag], "summary": _both(summary), "responses": fine | problems}


def _doing(register: Register[Any], act: Act[Any], row: Plain, status: int) -> Plain:
    doing = _operation(f"{register.name}-{act.name}", register.name, act.title, row, status)
    if act.hint or act.duty:
        doing["description"] = "\n\n".join(
            [*([_both(act.hint)] if act.hint else []), *([act.duty] if act.duty else [])]
        )
    doing["parameters"] = [_KEY]
    doing["requestBody"] = {"required": True, "content": {JSON: {"schema": _body(register, act)}}}
    return doing


def _body(register: Register[Any], act: Act[Any]) -> Plain:
    columns = register.model_fields()
    values = {
        "type": "object", "additionalProperties": False,
        "properties": {each.name: _schema(each, columns.get(each.name)) for each in act.fields},
    }  # fmt: skip
    parts: Plain = {"values": values, "version": {"type": "integer"}}
    if act.reason != "none":
        parts["reason"] = {"type": "string", "maxLength": 4000}
    if act.proof != "none":
        parts["documents"] = {"type": "array", "items": {
            "type": "object", "required": ["name", "content"], "additionalProperties": False,
            "properties": {"name": {"type": "string"}, "media": {"type": "string"},
                           "content": {"type": "string", "contentEncoding": "base64"}},
        }}  # fmt: skip
    owed = [name for name, how in (("reason", act.reason), ("documents", act.proof)) if how == "must"]
    shape: Plain = {"type": "object", "additionalProperties": False, "properties": parts, "required": owed}
    return shape


def _row(register: Register[Any]) -> Plain:
    columns, text, at = register.model_fields(), {"type": "string"}, {"type": "string", "format": "date-time"}
    fixed: Plain = {
        "number": text, "title": text, "state": {"type": "string", "enum": list(register.states)}, "created_at": at,
        "changed_at": at, "version": {"type": "integer"}, "acts": {"type": "array", "items": text},
        "events": {"type": "array", "items": {"type": "object"}},
    }  # fmt: skip
    shown = [each for each in register.fields if not each.personal]
    own = {each.name: {"description": _both(each.label)} | _nullable(each, columns.get(each.name)) for each in shown}
    return {"type": "object", "properties": own | fixed, "required": ["number", "title", "state", "version"]}


def _filters(register: Register[Any]) -> list[Plain]:
    filters: list[tuple[str, Plain]] = [("state", {"type": "string", "enum": list(register.states)})]
    filters += [(name, {"type": "string"}) for name in register.filters]
    filters += [("dated", {"type": "string", "enum": list(moments(register))})]
    filters += [(name, {"type": "string", "format": "date"}) for name in ("since", "until")]
    filters += [("q", {"type": "string", "maxLength": 100}), ("cursor", {"type": "string"})]
    sized: tuple[str, Plain] = ("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE})
    return [{"name": name, "in": "query", "schema": schema} for name, schema in (*filters, sized)]


def _schema(field: Field, column: object) -> Plain:
    """Return what a field takes; its words stand beside it in both languages."""
    words = [field.label, *([field.hint] if field.hint else [])]
    told: Plain = {"description": "\n\n".join(map(_both, words))} | _type(field, column)
    return told


def _nullable(field: Field, column: object) -> Plain:
    plain = _type(field, column)
    plain.pop("enum", None)  # a row may hold what is offered no more
    return plain | {"type": [plain["type"], "null"]}


def _type(field: Field, column: object) -> Plain:
    choices = list(field.choices) if isinstance(field.choices, Mapping) else None
    if field.several or isinstance(column, models.JSONField):
        return {"type": "array", "items": {"type": "string"} | ({"enum": choices} if choices else {})}
    if isinstance(column, models.DateTimeField) or (column is None and field.asks == "moment"):
        return {"type": "string", "format": "date-time"}
    if isinstance(column, models.DateField) or (column is None and field.asks == "date"):
        return {"type": "string", "format": "date"}
    if isinstance(column, models.BooleanField) or (column is None and field.asks == "yes-no"):
        return {"type": "boolean"}
    if isinstance(column, models.IntegerField) or (column is None and field.asks == "number"):
        return {"type": "integer"}
    return {"type": "string"} | ({"enum": choices} if choices else {})


def _both(text: Text) -> str:
    return f"{text.zh} · {text.en}"
