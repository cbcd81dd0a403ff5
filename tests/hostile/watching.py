"""What must hold of every answer, whatever was asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpx

from shouze.api.problems import catalogue
from tests.api.gate import TOKENS, Gate
from tests.installation import OTHER, PERSON

DECLARED = {kind.code for kind in catalogue() if kind.status == 503}
CANARIES = {value for person in (PERSON, OTHER) for value in person.values()}
CANARIES |= {f"+86{person['phone']}" for person in (PERSON, OTHER)}
OF_NO_CLERK = {person[item] for person in (PERSON, OTHER) for item in ("id-number", "address")}
MAY_SEE: dict[str | None, set[str]] = {"crm": CANARIES, "portal": CANARIES, "desk": CANARIES - OF_NO_CLERK}
MAY_SEE["clerk"] = MAY_SEE["agent"] = MAY_SEE["desk"]
MEMBERS = {"type", "title", "status", "detail", "instance", "code", "remedy", "article", "field", "line", "withheld"}


def check_answer(answer: httpx.Response, caller: str | None, what: Any) -> None:
    """Check one answer to ``caller``; ``what`` is shown when it does not hold."""
    if answer.status_code >= 500:
        assert answer.status_code == 503, (what, answer.text)
        assert answer.json()["code"] in DECLARED, (what, answer.text)
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        assert answer.headers["content-type"] == "application/problem+json", what
        assert set(answer.json()) <= MEMBERS, what
        assert answer.json()["status"] == answer.status_code, what
    seen = sung(answer.text) | sung(str(answer.headers))
    assert seen <= _may_see(answer, caller), (what, answer.status_code)


def _may_see(answer: httpx.Response, caller: str | None) -> set[str]:
    if answer.status_code >= 400:
        return set()
    if (answer.request.method, answer.request.url.path) == ("GET", "/v1/policy"):
        return CANARIES  # the storm itself names incidents and freezes after them
    return MAY_SEE.get(caller, set())


def check_log(gate: Gate) -> None:
    """Check that the log of the application and the leaves sing no canary and show no secret."""
    written = gate.log.getvalue().decode()
    assert not sung(written)
    assert gate.subject not in written
    assert gate.other not in written
    assert not [token for token, _ in TOKENS.values() if token[-43:] in written]
    assert '"unexpected"' not in written


async def check_leaves(gate: Gate) -> None:
    """Check that no leaf that was written sings a canary or names a subject."""
    rows = await gate.opened.stores.databases["log"].fetch("SELECT body FROM log.staging")
    written = b"\n".join(batch for (batch,) in rows).decode(errors="replace")
    assert '"verdict"' in written
    assert not sung(written)
    assert gate.subject not in written


def sung(text: str, canaries: Iterable[str] = CANARIES) -> set[str]:
    """Return the canaries in a text, as they are or as JSON escapes them."""
    return {each for each in canaries if each in text or each.encode("unicode_escape").decode() in text}
