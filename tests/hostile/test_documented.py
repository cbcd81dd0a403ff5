"""Requests drawn from the documentation itself: sound and unsound ones, for every operation and every caller."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisWarning, Unsatisfiable
from schemathesis.generation import GenerationMode

from tests.api.gate import TOKENS, Gate
from tests.hostile.watching import check_answer, check_leaves, check_log

EACH = {GenerationMode.POSITIVE: 4, GenerationMode.NEGATIVE: 20}
CALLERS = ("crm", "administrator", "clerk", "nobody", "desk")
OURS = {"authorization", "shouze-assertion", "content-length", "host"}


@pytest.mark.parametrize(
    "mode",
    [
        pytest.param(GenerationMode.POSITIVE, id="sound"),
        pytest.param(GenerationMode.NEGATIVE, id="unsound", marks=pytest.mark.lasting),
    ],
)
async def test_what_the_documentation_says_is_how_requests_are_answered(gate: Gate, mode: GenerationMode) -> None:
    document = (await gate.client.get("/openapi.json")).json()
    sent = 0
    for number, (operation, case) in enumerate(drawn(document, mode)):
        caller = CALLERS[number % len(CALLERS)]
        request = written(gate, case, caller)
        if request is None:
            continue
        before = await gate.custody()
        answer = await gate.client.send(request)
        what = (case.method, case.path, request.content[:500])
        check_answer(answer, caller, what)
        assert documented(document, operation, answer), (what, answer.status_code)
        assert answer.status_code < 400 or await gate.custody() == before, ("half done", what)
        sent += 1
    assert sent > len(document["paths"]) * EACH[mode] / 2
    check_log(gate)
    await check_leaves(gate)


def drawn(document: dict[str, Any], mode: GenerationMode) -> Iterator[tuple[Any, Any]]:
    """Yield the cases that schemathesis draws for each operation, the same in every run."""
    schema: Any = schemathesis.openapi.from_dict(document)
    for found in schema.get_all_operations():
        operation = found.ok()
        yield from ((operation, case) for case in _cases(operation, mode, EACH[mode]))


def _cases(operation: Any, mode: GenerationMode, count: int) -> list[Any]:
    cases: list[Any] = []

    @seed(24)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def draw(case: Any) -> None:
        cases.append(case)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", HypothesisWarning)
            draw()
    except Unsatisfiable:
        assert operation.body.is_empty() if hasattr(operation.body, "is_empty") else not operation.body
    return cases


def written(gate: Gate, case: Any, caller: str) -> httpx.Request | None:
    """Return the case as a request by this caller, or None where HTTP itself has no way to write it."""
    try:
        sent = requests.Request(**case.as_transport_kwargs(base_url="http://gate.test")).prepare()
        content = sent.body if isinstance(sent.body, bytes) else str(sent.body or "").encode()
        headers = [(name, str(value)) for name, value in sent.headers.items() if name.lower() not in OURS]
        headers.append(("authorization", f"Bearer {TOKENS[caller][0]}"))
        if caller == "desk":
            headers.append(("shouze-assertion", gate.assertion(content)))
        return httpx.Request(str(sent.method), str(sent.url), content=content, headers=headers)
    except (ValueError, UnicodeError, httpx.InvalidURL, requests.RequestException):
        return None


def documented(document: dict[str, Any], operation: Any, answer: httpx.Response) -> bool:
    """Tell whether the documentation lists the answer's status and media type for the operation."""
    if answer.status_code in {404, 405}:
        return True  # a path or method that was drawn to be another one
    listed = document["paths"][operation.path][operation.method.lower()]["responses"]
    found = listed.get(str(answer.status_code), {})
    if "$ref" in found:
        found = document["components"]["responses"][found["$ref"].rpartition("/")[2]]
    media = answer.headers["content-type"].partition(";")[0]
    return media in {each.partition(";")[0] for each in found.get("content", {})}
