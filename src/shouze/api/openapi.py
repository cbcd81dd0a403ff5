"""Writes the api down as OpenAPI 3.1, from the same rows and types that carry it out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec

from shouze.api.calls import JSON
from shouze.api.examples import EXAMPLES
from shouze.api.operations import Operation
from shouze.api.pages import Page
from shouze.api.problems import PROBLEM_JSON, Problem, catalogue
from shouze.language import Text

Plain = dict[str, Any]
_SCHEMAS = "#/components/schemas/{name}"
_ALWAYS = (400, 401, 403, 404, 408, 409, 410, 413, 415, 422, 500, 503)
"""Statuses that any operation with a body may answer beside its own."""
_ABOUT = Text(
    "守则：用户个人信息只经这一扇门收集和使用。每个请求都以许可或者带条款的拒绝结束。",
    "Shouze: users' personal information is collected and used through this door alone. Every request ends in a "
    "permit, or in a refusal with the article that it rests on.",
)


def openapi(operations: Sequence[Operation[Any]], pages: Sequence[Page]) -> bytes:
    """Return the document as JSON."""
    types = [each.body for each in operations if each.body] + [each.answer for each in operations]
    types += [each.shape for each in pages if each.shape] + [Problem]
    ref, schemas = _schemas(tuple(types))
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Shouze 守则",
            "version": version("shouze"),
            "summary": "MIIT Order No. 24 (2013) run as software",
            "description": f"{_ABOUT.zh}\n\n{_ABOUT.en}",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": _paths(operations, pages, ref),
        "components": {
            "schemas": schemas,
            "securitySchemes": _schemes(),
            "parameters": _parameters(),
            "headers": _headers(),
            "responses": _problems(ref[Problem]),
        },
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, default=sorted).encode()


@cache
def _schemas(types: tuple[type, ...]) -> tuple[dict[type, Plain], Plain]:
    """Return what refers to each type, and all schemas by name."""
    refs, schemas = msgspec.json.schema_components(types, ref_template=_SCHEMAS)
    return dict(zip(types, refs, strict=True)), schemas


def _paths(operations: Iterable[Operation[Any]], pages: Iterable[Page], ref: dict[type, Plain]) -> Plain:
    paths: Plain = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, ref)
    for page in pages:
        paths.setdefault(page.path, {})["get"] = _page(page, ref)
    return paths


def _operation(operation: Operation[Any], ref: dict[type, Plain]) -> Plain:
    named = ["Request-Id", "Accept-Language", "Assertion", *(["Idempotency-Key"] if operation.repeatable else [])]
    parameters = [{"$ref": f"#/components/parameters/{name}"} for name in named]
    if "{id}" in operation.path:
        path: Plain = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        parameters.append({**path, "description": "Its id; of a token, not the token itself."})
    headers = ["X-Request-Id", "Content-Language", *(["Idempotency-Replayed"] if operation.repeatable else [])]
    written: Plain = {
        "operationId": operation.id,
        "summary": f"{operation.summary.zh} · {operation.summary.en}",
        "description": (operation.act.__doc__ or "").strip(),
        "parameters": parameters,
        "responses": {
            str(operation.status): _answer(ref[operation.answer], headers, operation.gives),
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in _ALWAYS},
        },
    }
    if operation.body is not None:
        example = EXAMPLES.get(operation.id)
        content = {**({"example": example} if example else {}), "schema": ref[operation.body]}
        written["requestBody"] = {"required": True, "content": dict.fromkeys(operation.media, content)}
    return written


def _page(page: Page, ref: dict[type, Plain]) -> Plain:
    media = JSON if page.shape else "text/plain"
    fine = {"description": "OK", "content": {media: {"schema": ref[page.shape] if page.shape else {"type": "string"}}}}
    responses: Plain = {"200": fine, "500": {"$ref": "#/components/responses/500"}}
    if page.id == "readyz":
        responses["503"] = {**fine, "description": "Not ready"}
    words = f"{page.summary.zh} · {page.summary.en}"
    return {"operationId": page.id, "summary": words, "security": [], "responses": responses}


def _answer(schema: Plain, headers: Iterable[str], media: str = JSON) -> Plain:
    listed = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    schema = schema if media == JSON else {"type": "string", "format": "binary"}
    return {"description": "Done", "headers": listed, "content": {media: {"schema": schema}}}


def _schemes() -> Plain:
    words = "`szt_<id>_<secret>`, issued with POST /v1/tokens"
    return {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "szt", "description": words}}


def _parameters() -> Plain:
    text = {"type": "string"}
    words = "A face's signed assertion (compact JWS, EdDSA with Ed25519) naming the person; other callers send none."
    repeat = "Repeats safely: the same request with the same key is answered as it was the first time, for a day."
    visible = {"type": "string", "pattern": "^[!-~]{1,255}$"}
    return {
        "Request-Id": _header("X-Request-Id", "A UUID that the answer and the log repeat.", {**text, "format": "uuid"}),
        "Accept-Language": _header("Accept-Language", "zh or en.", {**text, "examples": ["zh-CN", "en"]}),
        "Assertion": _header("Shouze-Assertion", words, {**text, "maxLength": 8192}),
        "Idempotency-Key": _header("Idempotency-Key", repeat, visible),
    }


def _header(name: str, words: str, schema: Plain) -> Plain:
    return {"name": name, "in": "header", "required": False, "description": words, "schema": schema}


def _headers() -> Plain:
    return {
        "X-Request-Id": {"description": "The request's id.", "schema": {"type": "string", "format": "uuid"}},
        "Content-Language": {"description": "The language of the words.", "schema": {"enum": ["zh-CN", "en"]}},
        "Idempotency-Replayed": {"description": "The answer was given before.", "schema": {"const": "true"}},
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
        "WWW-Authenticate": {"description": "How to say who calls.", "schema": {"const": "Bearer"}},
    }


def _problems(schema: Plain) -> Plain:
    """Return one response for each status that errors have, naming the codes behind it."""
    responses: Plain = {}
    for status in sorted({kind.status for kind in catalogue()}):
        kinds = [kind for kind in catalogue() if kind.status == status]
        codes = "; ".join(f"`{kind.code}` {kind.title.zh} · {kind.title.en}" for kind in kinds)
        own = {401: ["WWW-Authenticate"], 503: ["Retry-After"]}.get(status, [])
        listed = {name: {"$ref": f"#/components/headers/{name}"} for name in ["X-Request-Id", *own]}
        content = {PROBLEM_JSON: {"schema": schema}}
        responses[str(status)] = {"description": codes, "headers": listed, "content": content}
    return responses
