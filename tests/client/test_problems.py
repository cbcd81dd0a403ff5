"""What the door says no with, as typed errors; and what is no word of the door's."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.client import (
    ClientError,
    Conflict,
    Invalid,
    NotFound,
    Refused,
    Subject,
    Unauthenticated,
    Unavailable,
    Unexpected,
)
from shouze.client.problems import error_of
from shouze.errors import ShouzeError
from tests.api.gate import Gate
from tests.client.conftest import Served
from tests.client.reach import Script, reach

MEDIA = "application/problem+json"
TOLD: dict[str, Any] = {
    "type": "/v1/errors#x", "title": "Title", "status": 403, "detail": "Detail", "instance": "urn:uuid:1",
    "code": "some-code", "remedy": "Remedy",
}  # fmt: skip


def told(status: int, **more: Any) -> ClientError:
    return error_of(status, MEDIA, msgspec.json.encode({**TOLD, **more}), "id-1")


@pytest.mark.parametrize(
    ("status", "article", "kind"),
    [
        (400, None, Invalid),
        (401, "13(3)", Unauthenticated),
        (403, "9(1)", Refused),
        (403, None, Unexpected),
        (404, "10", Refused),
        (404, None, NotFound),
        (405, None, Unexpected),
        (408, None, Unavailable),
        (409, "10", Refused),
        (409, None, Conflict),
        (410, "9(4)", Refused),
        (413, None, Invalid),
        (415, None, Invalid),
        (422, None, Invalid),
        (429, None, Unavailable),
        (500, None, Unexpected),
        (503, "13(6)", Unavailable),
        (503, None, Unavailable),
    ],
)
def test_status_and_article_give_the_type(status: int, article: str | None, kind: type[ClientError]) -> None:
    error = told(status, article=article)
    assert type(error) is kind
    assert isinstance(error, ShouzeError)
    assert (error.code, error.status, error.article) == ("some-code", status, article)


def test_every_error_of_the_catalogue_has_a_type_of_its_own_kind(gate_catalogue: list[dict[str, Any]]) -> None:
    unexpected = {row["code"] for row in gate_catalogue if type(_as_told(row)) is Unexpected}
    assert unexpected == {"internal", "method-not-allowed", *(r["code"] for r in gate_catalogue if r["status"] == 500)}


def _as_told(row: dict[str, Any]) -> ClientError:
    return told(row["status"], code=row["code"], article=row["article"])


@pytest.fixture
async def gate_catalogue(served: Served) -> list[dict[str, Any]]:
    answer = await served.gate.client.get("/v1/errors")
    rows: list[dict[str, Any]] = answer.json()["errors"]
    return rows


def test_an_error_carries_all_that_the_door_said() -> None:
    refusal = {"code": "no-consent", "article": "9(1)", "what": "phone", "title": "t"}
    error = told(403, article="9(1)", purpose="offers", field="phone", line=3, withheld={"phone": refusal})
    assert error.request_id == "id-1"
    assert (error.purpose, error.field, error.line) == ("offers", "phone", 3)
    assert error.withheld["phone"].code == "no-consent"
    assert [text.zh for text in (error.title, error.detail, error.remedy)] == ["Title", "Detail", "Remedy"]
    assert error.say("en") == "line 3, phone: Detail. Remedy"
    told_in_brief = "code='some-code', article='9(1)', purpose='offers', field='phone', request_id='id-1'"
    assert repr(error) == f"Refused({told_in_brief})"


PROXY = b"<html>13812345678</html>"


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("text/html", PROXY),
        (MEDIA, PROXY),
        (MEDIA, b""),
        (MEDIA, b"{}"),
        (MEDIA, b'{"title":"13812345678","status":502}'),
        (MEDIA, msgspec.json.encode({**TOLD, "code": 13812345678})),
        ("application/json", msgspec.json.encode(TOLD)),
        (MEDIA, b"[" * 100_000),
        ("", b"\xff\xfe13812345678"),
    ],
)
def test_what_is_no_problem_of_the_doors_is_unexpected_and_not_repeated(media: str, body: bytes) -> None:
    error = error_of(502, media, body, "id-1")
    assert type(error) is Unexpected
    assert error.status == 502
    assert "13812345678" not in f"{error!r} {error} {error.say('zh')} {vars(error)}"


@given(status=st.integers(300, 599), media=st.text(max_size=40), body=st.binary(max_size=200))
def test_whatever_answers_there_is_an_error(status: int, media: str, body: bytes) -> None:
    assert isinstance(error_of(status, media, body, "id"), ClientError)


async def test_a_proxys_page_is_not_echoed(face: str) -> None:
    script = Script(httpx.Response(403, headers={"content-type": "text/html"}, content=PROXY))
    async with reach(face, transport=script) as door:
        with pytest.raises(Unexpected) as caught:
            await door("errors")
    assert "13812345678" not in repr(caught.value) + str(caught.value)
    assert caught.value.__context__ is None


async def test_the_doors_log_knows_a_refusal_by_its_request_id(served: Served, face: str) -> None:
    asked = {"service": "mobile", "purposes": ["customer-service"], "items": ["address", "id-number"]}
    async with reach(face, served.url) as door:
        with pytest.raises(Refused) as caught:
            await door("release", subject=Subject(id=served.gate.subject), **asked)
    assert (caught.value.code, caught.value.article) == ("beyond-necessary", "9(3)")
    assert caught.value.request_id in {line.get("request") for line in served.gate.logged()}


async def test_an_unknown_token_and_a_broken_request_are_told_apart(served: Served, face: str) -> None:
    asked: dict[str, Any] = {"service": "mobile", "subject": Subject(id=served.gate.subject)}
    async with reach(face, served.url, "revoked") as nobody:
        with pytest.raises(Unauthenticated):
            await nobody("terminate", **asked)
    async with reach(face, served.url) as door:
        with pytest.raises(Invalid) as caught:
            await door("terminate", **{**asked, "service": "No Name"})
        assert caught.value.field == "service"
        with pytest.raises(Conflict):
            await _stale(door, served.gate)


async def _stale(door: Any, gate: Gate) -> None:
    about = {"service": "mobile", "subject": Subject(id=gate.subject), "purposes": ["customer-service"]}
    await door("correct", **about, values={"name": "张三丰"}, expected={"name": 7})
