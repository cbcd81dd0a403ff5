"""Where peers bring dispatches: anybody may knock, and is answered with a receipt or the reason against it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from shouze.link.dispatch import digest_of, read
from shouze.link.packet import LARGEST, MEDIA, Packet
from shouze.link.receipt import check
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN, Own
from shouze.registers.refusals.models import RefusedRow
from tests.registers.parties import Other, joined

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mine() -> Iterator[Own]:
    with joined() as own:
        yield own


def post(raw: bytes) -> tuple[int, dict[str, str]]:
    answer = Client(enforce_csrf_checks=True).post("/link/dispatches", raw, content_type=MEDIA)
    return answer.status_code, answer.json()


def test_a_dispatch_is_taken_without_a_sign_in_and_answered_with_its_receipt(mine: Own) -> None:
    other = Other()
    other.trusted()
    signed = other.seal()
    status, told = post(Packet(signed).encoded())
    assert status == 200
    check(told["receipt"], (mine.key.public,), f"{1:032x}", digest_of(signed))


def test_anything_else_is_answered_with_the_reason() -> None:
    assert post(b"{") == (422, {"reason": "malformed"})
    assert post(Packet(Other().seal()).encoded()) == (422, {"reason": "unknown-sender"})
    told = Client().post("/link/dispatches", b"x", content_type=MEDIA, headers={"content-length": str(LARGEST + 1)})
    assert (told.status_code, told.json()) == (422, {"reason": "oversized"})
    assert Client().get("/link/dispatches").status_code == 405
    assert not DispatchRow.objects.exists()


DEEP = b"[" * 100_000 + b"]" * 100_000
STRANGE: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"\x00\xff\xfe",
    "another thing": b"[]",
    "deep": DEEP,
    "deep in its place": b'{"dispatch":' + DEEP + b"}",
    "deep in what nobody knows": b'{"format":"shouze-dispatch/1","x":' + DEEP + b"}",
    "half a character": b'{"dispatch":"\\ud800"}',
    "nought characters": b'{"dispatch":"\\u0000.\\u0000.\\u0000"}',
    "a huge number": b'{"dispatch":1' + b"0" * 100_000 + b"}",
    "a form": b"dispatch=x&format=shouze-dispatch%2F1",
}


@pytest.mark.parametrize("media", [MEDIA, "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "?"])
@pytest.mark.parametrize("what", STRANGE)
def test_whatever_a_stranger_brings_is_refused_by_name_and_enters_nothing(what: str, media: str) -> None:
    answer = Client(enforce_csrf_checks=True).post("/link/dispatches", STRANGE[what], content_type=media)
    assert (answer.status_code, answer.json()) == (422, {"reason": "malformed"})
    kept = RefusedRow.objects.get()
    assert (kept.reason, "\x00" in kept.content) == ("malformed", False)
    assert not DispatchRow.objects.exists()
    assert not Peer.objects.exists()


@pytest.mark.parametrize("told", ["", "-1", "1e3", "٣x", "9" * 5000])
def test_a_length_that_is_none_is_refused(told: str) -> None:
    answer = Client().post("/link/dispatches", b"{}", content_type=MEDIA, headers={"content-length": told})
    assert (answer.status_code, answer.json()) == (422, {"reason": "oversized"})


def test_a_dispatch_is_what_its_sender_signed_whatever_the_media_type_says() -> None:
    other = Other()
    other.trusted()
    raw = Packet(other.seal()).encoded()
    assert Client(enforce_csrf_checks=True).post("/link/dispatches", raw, content_type="text/html").status_code == 200


def test_whoever_asks_by_name_is_told_who_we_are(mine: Own) -> None:
    answer = Client().get("/link/introduction", {"to": "shouze.localhost/other"})
    signed = Packet.read(answer.content).dispatch
    assert read(signed, lambda _: None, "shouze.localhost/other", GIVEN.now()).sender == mine.party
    assert Client().get("/link/introduction").status_code == 422
