"""What docs/adopting.md tells a newcomer to write and to send is taken as it stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.shell import PATIENCE, Shell, address, running
from tests.repository import text

PAGE = text(Path("docs/adopting.md"))
CALL = re.compile(r"`POST (/v1/\w+)`:\n\n```json\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    """Return the page's examples of a kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def adopt(shell: Shell, write: Callable[..., str]) -> str:
    """Declare, apply and issue as the page says; return the token of its first example."""
    declaration, policy = blocks("yaml")
    shell("declare", write("declaration.yaml", declaration))
    applied = shell.result("policy", "apply", write("policy.yaml", policy))
    assert (applied.exit_code, applied.stderr) == (0, "")
    issuing = re.findall(r"^shouze (token issue .*)$", PAGE, re.MULTILINE)
    tokens = [shell.result(*command.split()).stdout.strip() for command in issuing]
    assert all(token.startswith("szt_") for token in tokens)
    return tokens[0]


def test_what_the_page_says_to_write_and_send_is_taken_as_it_stands(
    empty: Shell, write: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    token = adopt(empty, write)
    with running(empty.home, "up", "--port", "0") as started:
        url = address(started)
        (collect, given), (release, asked) = CALL.findall(PAGE)
        assert post(f"{url}{collect}", token, given).keys() >= {"subject", "receipt"}
        released = post(f"{url}{release}", token, asked)
        assert (sorted(released["items"]), released["not_held"]) == (["name", "phone"], ["helmet-size"])
        (example,) = blocks("python")
        exec(example.replace("http://127.0.0.1:8420", url), {"token": token})
    assert capsys.readouterr().out == "['name', 'phone'] [] ()\n"


def post(url: str, token: str, body: str) -> dict[str, Any]:
    answer = httpx.post(
        url, json=json.loads(body), headers={"authorization": f"Bearer {token}"}, timeout=PATIENCE, trust_env=False
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
