"""Where peers bring dispatches: anybody may knock, and is answered with a receipt or the reason against it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from shouze.link.announcing import HEADER, UNSIGNED, announce
from shouze.link.dispatch import digest_of, read
from shouze.link.packet import LARGEST, MEDIA, Packet
from shouze.link.receipt import check
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN, Own
from shouze.registers.refusals.models import RefusedRow
from tests.registers.parties import MINE, Other, joined, named

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
    assert (told.status_code, told.json()) == (413, {"reason": "oversized"})
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
    assert (answer.status_code, answer.json()) == (413, {"reason": "oversized"})


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


LARGE = {"材料.pdf": b"%PDF" + bytes(UNSIGNED)}


def large(other: Other) -> bytes:
    files = named(LARGE)
    return Packet(other.seal(attachments=files), {each.sha256: LARGE[each.name] for each in files}).encoded()


def posted(raw: bytes, announced: str) -> tuple[int, dict[str, str]]:
    answer = Client().post("/link/dispatches", raw, content_type=MEDIA, headers={HEADER: announced})
    return answer.status_code, answer.json()


def test_a_large_packet_is_taken_from_whom_people_have_confirmed_and_announces_it() -> None:
    other = Other()
    other.trusted()
    raw = large(other)
    assert post(raw) == (413, {"reason": "oversized"})
    assert posted(raw, announce(raw, other.party, MINE, other.key))[0] == 200
    assert DispatchRow.objects.get().state == "arrived"


@pytest.mark.parametrize("trick", ["a stranger", "another key", "to another", "no header", "a key that ended"])
def test_whoever_else_announces_it_sends_no_more_than_anybody(trick: str) -> None:
    other = Other()
    if trick != "a stranger":
        other.trusted(state="ended" if trick == "a key that ended" else "trusted")
    raw = large(other)
    key = Other().key if trick == "another key" else other.key
    told = announce(raw, other.party, "shouze.localhost/third" if trick == "to another" else MINE, key)
    assert posted(raw, "x" * 4000 if trick == "no header" else told) == (413, {"reason": "oversized"})


def test_nothing_else_than_what_was_announced_is_looked_at() -> None:
    other = Other()
    other.trusted()
    raw = large(other)
    told = announce(raw, other.party, MINE, other.key)
    assert posted(raw[:-1] + b" ", told) == (422, {"reason": "altered"})
    assert posted(raw + b" ", told) == (413, {"reason": "oversized"})
    assert not DispatchRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_strangers_large_packet_is_refused_before_a_byte_of_it_was_sent(live_server: Any) -> None:
    host, port = live_server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(f"POST /link/dispatches HTTP/1.1\r\nHost: {host}\r\nContent-Length: {LARGEST}\r\n\r\n".encode())
        told = b""
        while b"}" not in told:
            told += line.recv(4096)
    head, _, body = told.partition(b"\r\n\r\n")
    assert (head.split(b" ", 2)[1], json.loads(body)) == (b"413", {"reason": "oversized"})
