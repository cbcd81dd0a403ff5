"""No value of personal information, no token and no subject's id in what a program shows or logs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shouze.client import (
    Assertions,
    Checked,
    ClientError,
    Compared,
    Done,
    Frozen,
    Invalid,
    Issued,
    PersonAssertion,
    Receipt,
    Released,
    Retries,
    Subject,
    calls,
    messages,
)
from shouze.client.course import Exchange, Reply, course
from shouze.client.terms import CHANCE, Terms, Timeouts, headers_for
from tests.client.conftest import Served
from tests.client.reach import Script, reach
from tests.installation import PERSON

VALUE = "13812345678"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
ABOUT: dict[str, Any] = {
    "service": "mobile", "subject": Subject(id=VALUE), "ticket": VALUE, "reason": VALUE,
}  # fmt: skip
RECEIPT = Receipt(node=1, boot="b", nseq=1, leaf=b"l")

SHOWN: list[object] = [
    Subject(id=VALUE),
    Subject(identifiers={"phone": VALUE}),
    messages.Collect(**ABOUT, purposes=[], values={"phone": VALUE}),
    messages.Release(**ABOUT, purposes=[], items=["phone"], approval=VALUE),
    messages.Check(**ABOUT, approval=VALUE),
    messages.Correct(**ABOUT, purposes=[], values={"phone": VALUE}),
    messages.Compare(**ABOUT, purposes=[], item="phone", value=VALUE),
    messages.Freeze(incident="I-1", subject=Subject(id=VALUE)),
    messages.IssueToken(kind="subject", actor=VALUE, until=NOW),
    messages.Party(type="subject", id=VALUE),
    messages.Resource(id=VALUE),
    messages.Circumstances(service="mobile", approval=VALUE),
    Released(subject=VALUE, items={"phone": VALUE}, withheld={}, not_held=(), versions={}, receipt=RECEIPT),
    Done(subject=VALUE, receipt=RECEIPT, versions={"phone": 1}),
    Compared(subject=VALUE, matches=True, receipt=RECEIPT),
    Frozen(target="account", subject=VALUE),
    Issued(id="x", token=VALUE, until=NOW, epoch=1),
    PersonAssertion(kind="subject", id=VALUE, sign_in=VALUE),
    Reply(200, httpx.Headers({"x": VALUE}), VALUE.encode()),
    calls.compare(**ABOUT, purposes=[], item="phone", value=VALUE),
    Terms(headers_for(VALUE, "en"), Timeouts(), Retries(), lambda: 0.0, CHANCE),
    Exchange("POST", "/", {"authorization": VALUE}, VALUE.encode(), httpx.Timeout(1), 1, 1),
]


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: type(shown).__name__)
def test_what_is_shown_has_no_value(shown: object) -> None:
    assert VALUE not in f"{shown!r} {shown}"
    told: Callable[[], object] = getattr(shown, "__rich_repr__", lambda: "")
    assert VALUE not in str(told())


def test_what_is_shown_still_helps() -> None:
    released = Released(subject="s", items={"phone": VALUE}, withheld={}, not_held=("x",), versions={}, receipt=None)
    assert repr(released) == (
        "Released(subject=…, items={phone}, withheld={}, not_held=('x',), versions={}, receipt=None, former={})"
    )
    assert repr(Checked(permitted=True, items=("name",), withheld={}, refusal=None, receipt=None)).startswith(
        "Checked(permitted=True, items=('name',)"
    )


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
async def test_no_log_has_a_value_or_the_token(
    served: Served, face: str, caplog: pytest.LogCaptureFixture, level: int
) -> None:
    caplog.set_level(level)
    served.cutting.cuts = 1
    about = {"service": "mobile", "purposes": ["customer-service"], "subject": Subject(id=served.gate.subject)}
    async with reach(face, served.url, retries=Retries(first=0.01)) as door:
        await door("release", **about, items=["name", "phone"])
        await door("compare", **about, item="phone", value=PERSON["phone"])
    assert "unavailable, again in" in caplog.text
    for silent in (PERSON["name"], PERSON["phone"], served.gate.subject, "szt_"):
        assert silent not in caplog.text


@pytest.mark.parametrize("broken", ["\ud800" + VALUE])
async def test_text_that_is_no_text_is_refused_before_it_leaves(face: str, broken: str) -> None:
    script = Script(httpx.Response(200))
    async with reach(face, transport=script) as door:
        for verb, args, fields in (
            ("compare", (), {**ABOUT, "purposes": [], "item": "phone", "value": broken}),
            ("declare", (broken,), {}),
        ):
            with pytest.raises(Invalid) as caught:
                await door(verb, *args, **fields)
            assert caught.value.__context__ is None
            assert VALUE not in str(caught.value)
    assert script.requests == []


async def test_an_error_holds_neither_request_nor_answer(face: str) -> None:
    for answer in (httpx.ReadError(VALUE), httpx.Response(200, content=f'{{"subject":"{VALUE}"}}')):
        async with reach(face, transport=Script(answer), retries=Retries(most=0)) as door:
            with pytest.raises(ClientError) as caught:
                await door("compare", **ABOUT, purposes=[], item="phone", value=VALUE)
        assert caught.value.__context__ is None
        assert caught.value.__cause__ is None
        assert VALUE not in f"{caught.value!r} {caught.value} {vars(caught.value)}"


def test_a_signer_does_not_show_its_key() -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    assert "kkk" not in repr(vars(Assertions("desk-1", key))["_key"])
    assert "object at" in repr(Assertions("desk-1", key))


def test_a_course_shows_nothing_of_its_call() -> None:
    terms = Terms(headers_for("t", "en"), Timeouts(), Retries(), lambda: 0.0, CHANCE)
    step = next(course(calls.compare(**ABOUT, purposes=[], item="phone", value=VALUE), terms, None))
    assert VALUE not in repr(step)
    assert msgspec.json.decode(step.body)["value"] == VALUE if isinstance(step, Exchange) else False
