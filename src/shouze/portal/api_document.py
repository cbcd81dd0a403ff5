"""The OpenAPI document of the JSON API for the operator's apps, made of its operations and their types."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from shouze.language import Text
from shouze.portal import answers
from shouze.portal.api import Agreeing, Opening, SignIn
from shouze.portal.api_leaving import Leaving, Secret
from shouze.web.reading import say

_PATH = {"service": "string", "purpose": "string", "index": "integer"}


class Operation(NamedTuple):
    """One operation: what is sent, what is answered (None: signed JSON), whether a token is needed."""

    method: str
    path: str
    id: str
    summary: Text
    answer: type | None
    body: type | None = None
    token: bool = True
    query: tuple[str, ...] = ()


OPERATIONS = (
    Operation("post", "/api/sign-in", "sign-in", Text("以移交令牌登录", "Sign in with a hand-over"), answers.SignedIn,
              SignIn, token=False),
    Operation("get", "/api/held", "held", Text("留存了什么", "What is held"), answers.Held),
    Operation("post", "/api/held", "open", Text("查看内容", "Open what is held"), answers.Held, Opening),
    Operation("get", "/api/records", "records", Text("谁用过", "Who used it"), answers.Records, query=("before",)),
    Operation("get", "/api/records/{index}/proof", "proof", Text("记录的证明", "The proof of a record"), answers.Proof),
    Operation("get", "/api/consents", "consents", Text("征求哪些同意", "What is asked"), answers.Consents),
    Operation("post", "/api/consents/{service}/{purpose}", "agree", Text("同意", "Agree"), answers.State, Agreeing),
    Operation("delete", "/api/consents/{service}/{purpose}", "withdraw", Text("撤回同意", "Withdraw"), answers.State),
    Operation("get", "/api/receipts/{service}/{purpose}", "receipt", Text("同意的回执", "The signed receipt"), None),
    Operation("get", "/api/services", "services", Text("用户的业务", "The user's services"), answers.Services),
    Operation("get", "/api/services/{service}/leave", "prospect",
              Text("注销会终止什么、依法保留什么", "What leaving ends, and what a law keeps"), answers.Prospect),
    Operation("post", "/api/services/{service}/leave", "leave",
              Text("注销：立即停止收集和使用", "Leave: collecting and using stop at once"), answers.Left, Leaving),
    Operation("delete", "/api/services/{service}/leave", "take-up", Text("撤销注销", "Undo leaving"), answers.State),
    Operation("post", "/api/services/{service}/link", "link",
              Text("另取一个销毁证明的链接", "Get another link to the certificate"), answers.Left),
    Operation("post", "/api/erasure", "erasure", Text("注销之后如何", "What became of having left"), answers.Parted,
              Secret, token=False),
    Operation("post", "/api/erasure/undo", "undo", Text("凭链接撤销注销", "Undo leaving by the link"), answers.State,
              Secret, token=False),
    Operation("post", "/api/erasure/certificate", "certificate", Text("签名的销毁证明", "The signed certificate"), None,
              Secret, token=False),
)  # fmt: skip


@require_GET
def openapi(_request: HttpRequest) -> HttpResponse:
    """Return the document."""
    return HttpResponse(msgspec.json.encode(document()), content_type="application/json")


def document() -> dict[str, Any]:
    """Return the document, with its summaries in the page's language."""
    named = [each for operation in OPERATIONS for each in (operation.body, operation.answer) if each is not None]
    types = tuple(dict.fromkeys([*named, answers.Problem]))
    _, schemas = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method] = _operation(each)
    return {
        "openapi": "3.1.0", "info": {"title": say(Text("守则用户门户", "The Shouze portal")), "version": "1"},
        "paths": paths, "components": {
            "schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }  # fmt: skip


def _operation(each: Operation) -> dict[str, Any]:
    problem = {"description": "RFC 9457", "content": {"application/problem+json": {"schema": _named(answers.Problem)}}}
    schema = {"type": "object"} if each.answer is None else _named(each.answer)
    told: dict[str, Any] = {
        "operationId": each.id, "summary": say(each.summary), "security": [{"token": []}] if each.token else [],
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": {"type": kind}}
              for name, kind in _PATH.items() if f"{{{name}}}" in each.path),
            *({"name": name, "in": "query", "schema": {"type": "integer"}} for name in each.query),
        ],
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": schema}}}, "default": problem,
        },
    }  # fmt: skip
    if each.body is not None:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": _named(each.body)}}}
    return told


def _named(kind: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}
