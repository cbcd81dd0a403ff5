"""The outbox: in order, again for weeks, and delivered only by the receiver's own word."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from shouze.link.dispatch import digest_of, unverified
from shouze.link.keys import PartyKey
from shouze.link.packet import Packet
from shouze.link.receipt import Receipt, give
from shouze.registers.acting import Attached
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import LONGEST, Written, post, send
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN
from tests.registers.parties import LETTER, Other, later

pytestmark = pytest.mark.django_db


@dataclass
class Receiving:
    """A peer's server, which answers as the test says: "take", "refuse", "forge", "lose"."""

    key: PartyKey
    party: str
    mode: str = "take"
    port: int = 0
    came: list[Packet] = field(default_factory=list)

    def answer(self, raw: bytes) -> tuple[int, dict[str, str]]:
        packet = Packet.read(raw)
        self.came.append(packet)
        claimed = unverified(packet.dispatch)
        assert claimed is not None
        told = Receipt(v=1, dispatch=claimed.id, sha256=digest_of(packet.dispatch), taker=self.party, time=GIVEN.now())
        key = PartyKey.fresh() if self.mode == "forge" else self.key
        answers = {"refuse": (422, {"reason": "unknown-sender"}), "lose": (503, {})}
        return answers.get(self.mode, (200, {"receipt": give(told, key)}))


@contextmanager
def receiving(other: Other) -> Iterator[Receiving]:
    served = Receiving(other.key, other.party)

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, told = served.answer(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    served.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def states() -> list[tuple[str, int, str, str]]:
    rows = DispatchRow.objects.order_by("id")
    return list(rows.values_list("matter", "sequence", "state", "problem"))


def test_dispatches_are_delivered_in_the_order_of_their_matter(other: Other) -> None:
    with receiving(other) as served:
        peer = other.trusted(address=f"http://127.0.0.1:{served.port}")
        for matter in ("m", "m", "n", "m"):
            post(Written("letter", peer, matter, LETTER))
        assert send(GIVEN.now()) == 4
    assert states() == [("m", 1, "delivered", ""), ("m", 2, "delivered", ""), ("n", 1, "delivered", ""),
                        ("m", 3, "delivered", "")]  # fmt: skip
    came = [unverified(each.dispatch) for each in served.came]
    assert [each.sequence for each in came if each and each.matter == "m"] == [1, 2, 3]
    assert send(GIVEN.now()) == 0


@pytest.mark.parametrize(
    ("mode", "problem"), [("refuse", "unknown-sender"), ("forge", "receipt"), ("lose", "HTTP 503")]
)
def test_without_the_receivers_receipt_it_waits_and_goes_again(other: Other, mode: str, problem: str) -> None:
    with receiving(other) as served:
        peer = other.trusted(address=f"http://127.0.0.1:{served.port}")
        post(Written("letter", peer, "m", LETTER))
        post(Written("letter", peer, "m", LETTER))
        served.mode = mode
        assert send(GIVEN.now()) == 0
        assert states() == [("m", 1, "waiting", problem), ("m", 2, "waiting", "")]
        served.mode = "take"
        assert send(GIVEN.now()) == 0  # it is not asked again at once
        with later(timedelta(minutes=1)):
            assert send(GIVEN.now()) == 2
    assert len({each.dispatch for each in served.came}) == 2


def test_a_month_without_an_answer_loses_nothing(other: Other) -> None:
    peer = other.trusted(address="http://127.0.0.1:9")  # nobody listens there
    post(Written("letter", peer, "m", LETTER))
    tries = 0
    for day in range(31):
        with later(timedelta(days=day)):
            tries += 1 - send(GIVEN.now())
    row = DispatchRow.objects.get()
    assert (tries, row.state, row.tries) == (31, "waiting", 31)
    with receiving(other) as served, later(timedelta(days=31)):
        Peer.objects.update(address=f"http://127.0.0.1:{served.port}")
        assert send(GIVEN.now()) == 1


def test_waits_grow_and_a_new_dispatch_is_tried_at_once(other: Other) -> None:
    peer = other.trusted(address="http://127.0.0.1:9")
    post(Written("letter", peer, "m", LETTER))
    Peer.objects.update(tries=30)
    send(GIVEN.now())
    waits = Peer.objects.get()
    assert waits.next_at is not None
    assert timedelta(hours=5) < waits.next_at - GIVEN.now() <= LONGEST
    post(Written("letter", waits, "n", LETTER))
    again = Peer.objects.get().next_at
    assert again is not None
    assert again <= GIVEN.now()


def test_nobody_unconfirmed_is_written_to(other: Other) -> None:
    with receiving(other) as served:
        peer = other.trusted(address=f"http://127.0.0.1:{served.port}")
        post(Written("letter", peer, "m", LETTER))
        Peer.objects.update(state="ended")
        assert send(GIVEN.now()) == 0
        assert served.came == []


def test_a_matter_that_is_held_up_holds_up_no_other(other: Other) -> None:
    with receiving(other) as served:
        peer = other.trusted(address=f"http://127.0.0.1:{served.port}")
        for _ in range(60):
            post(Written("letter", peer, "held-up", LETTER))
        DispatchRow.objects.filter(sequence=1).update(next_at=GIVEN.now() + timedelta(hours=1))
        post(Written("letter", peer, "other", LETTER))
        assert send(GIVEN.now()) == 1
    assert DispatchRow.objects.get(matter="other").state == "delivered"


def test_files_travel_with_their_dispatch(other: Other) -> None:
    with receiving(other) as served:
        peer = other.trusted(address=f"http://127.0.0.1:{served.port}")
        post(Written("letter", peer, "m", LETTER, files=[Attached("a.txt", "text/plain", b"material")]))
        send(GIVEN.now())
    assert list(served.came[0].attachments.values()) == [b"material"]
