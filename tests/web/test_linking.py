"""Where peers bring dispatches: anybody may knock, and is answered with a receipt or the reason against it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from shouze.link.dispatch import digest_of, read
from shouze.link.packet import LARGEST, MEDIA, Packet
from shouze.link.receipt import check
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.ports import GIVEN, Own
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


def test_whoever_asks_by_name_is_told_who_we_are(mine: Own) -> None:
    answer = Client().get("/link/introduction", {"to": "shouze.localhost/other"})
    signed = Packet.read(answer.content).dispatch
    assert read(signed, lambda _: None, "shouze.localhost/other", GIVEN.now()).sender == mine.party
    assert Client().get("/link/introduction").status_code == 422
