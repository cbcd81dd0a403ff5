"""A program that asks, without any browser."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

BASE = "/api/v1/registers"


class Program:
    """Asks with a token, in a language."""

    def __init__(self, token: str, language: str = "en") -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers = {"authorization": f"Bearer {token}", "accept-language": language}

    def get(self, path: str = "", **query: Any) -> HttpResponse:
        answer: Any = self.client.get(f"{BASE}{path}", query, headers=self.headers)
        return answer  # type: ignore[no-any-return]  # the test client's answer is one

    def post(self, path: str, body: Any, key: str | None = None) -> HttpResponse:
        headers = self.headers | ({"idempotency-key": key} if key else {})
        answer: Any = self.client.post(f"{BASE}{path}", json.dumps(body), "application/json", headers=headers)
        return answer  # type: ignore[no-any-return]  # see above


def told(answer: Any, status: int = 200) -> Any:
    """Return what an answer says, once it is as expected; no cookie comes with it."""
    assert answer.status_code == status, answer.content
    assert not answer.cookies
    return json.loads(answer.content)
