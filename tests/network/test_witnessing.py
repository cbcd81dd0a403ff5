"""The authority witnesses an operator between real processes: by wire, by courier, and after a month without either.

In this order; the last test leaves both sides a month ahead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.note import Verifier
from shouze.link.packet import LARGEST
from tests.network.sides import HEAD, INSPECTOR, OFFICER, Both, Side, both, command, until

pytestmark = pytest.mark.lasting
MONTH = timedelta(days=31)


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with both(tmp_path_factory.mktemp("witnessed")) as raised:
        yield raised


def the_log(sides: Both) -> dict[str, Any]:
    return sides.authority.rows("witnessed")[0]


def peer(sides: Both) -> dict[str, Any]:
    return sides.operator.rows("peers")[0]


def cosigned(side: Side) -> list[dict[str, Any]]:
    """Return which witnesses the operator's published log shows."""
    told: list[dict[str, Any]] = httpx.get(f"{side.url}/log/shards", trust_env=False, timeout=30).json()["logs"][0][
        "witnesses"
    ]
    return told


def test_the_newest_checkpoint_is_cosigned_and_the_operators_log_shows_it(sides: Both) -> None:
    until(lambda: peer(sides)["witnessed_size"], "the cosignature")
    log, mine = the_log(sides), peer(sides)
    assert (log["state"], log["size"], mine["witnessed_size"]) == ("followed", mine["witnessed_size"], log["size"])
    witness = Verifier.from_vkey(sides.operator.rows("dispatches", kind="cosignature")[0]["body"]["witness"])
    assert cosigned(sides.operator) == [{"name": witness.name, "size": log["size"]}]
    at, _ = open_checkpoint(log["note"].encode(), [Verifier.from_vkey(log["vkey"]), witness])
    assert at.size == log["size"]


def test_it_is_cosigned_at_once_where_people_on_either_side_wish(sides: Both) -> None:
    before = the_log(sides)["size"]
    sides.operator.ask("do", "peers", peer(sides)["number"], "submit", OFFICER, {})
    until(lambda: the_log(sides)["size"] > before, "one that the operator submits")
    grown = the_log(sides)["size"]
    sides.authority.ask("do", "witnessed", the_log(sides)["number"], "ask", INSPECTOR, {})
    until(lambda: the_log(sides)["size"] > grown, "one that the authority asks for")
    until(lambda: peer(sides)["witnessed_size"] == the_log(sides)["size"], "its cosignature")


def test_a_strangers_large_packet_is_refused_before_it_is_read(sides: Both) -> None:
    import socket

    with socket.create_connection(("127.0.0.1", sides.authority.port), timeout=30) as line:
        head = f"POST /link/dispatches HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {LARGEST}\r\n\r\n"
        line.sendall(head.encode())
        assert re.match(rb"HTTP/1.1 413 ", line.recv(4096))


def test_what_was_shown_elsewhere_is_compared_with_what_is_held(sides: Both) -> None:
    log = the_log(sides)
    assert sides.authority.ask("do", "witnessed", log["number"], "compare", HEAD, {"shown": log["note"]}) == "followed"
    with pytest.raises(AssertionError, match="shown"):
        sides.authority.ask("do", "witnessed", log["number"], "compare", HEAD, {"shown": "x"})


def test_a_courier_carries_checkpoint_and_cosignature(sides: Both, tmp_path: Path) -> None:
    operator, authority = sides.operator, sides.authority
    authority.kill()
    before = peer(sides)["witnessed_size"]
    operator.ask("do", "peers", peer(sides)["number"], "submit", OFFICER, {})
    until(lambda: operator.rows("dispatches", kind="checkpoint", state="waiting"), "the submission")
    there, back, receipts = tmp_path / "there", tmp_path / "back", tmp_path / "receipts"
    command(operator, "link", "export", sides.party(authority), str(there))
    assert command(authority, "link", "import", str(there), "--receipts", str(receipts)).returncode == 0
    command(authority, "link", "export", sides.party(operator), str(back))
    for file in (receipts, back):
        assert command(operator, "link", "import", str(file)).returncode == 0
    until(lambda: peer(sides)["witnessed_size"] > before, "the cosignature")
    authority.start()


@pytest.mark.duty("A17-1-inspect")
def test_a_month_without_a_wire_loses_doubles_and_reorders_nothing_and_the_silence_is_told(sides: Both) -> None:
    """Either side is killed in it, and both go by clocks a month ahead afterwards."""
    operator, authority = sides.operator, sides.authority
    here = sides.party(authority)
    before = the_log(sides)["size"]
    authority.kill()
    _write(operator, here, range(5))
    operator.kill()
    for side in (operator, authority):
        side.move(MONTH)
    authority.start()
    until(lambda: the_log(sides)["state"] == "silent", "the silence")
    authority.kill()
    operator.start()
    _write(operator, here, range(5, 10))
    operator.kill()
    authority.start()
    operator.start()
    until(lambda: not operator.rows("dispatches", state="waiting"), "all delivered", 120)
    came = [row for row in authority.rows("dispatches", direction="in") if row["matter"] == "month"]
    assert [(row["sequence"], row["body"]["text"], row["state"]) for row in came] == [
        (place + 1, str(place), "arrived") for place in range(10)
    ]
    until(lambda: the_log(sides)["state"] == "followed" and the_log(sides)["size"] > before, "the log again")
    assert authority.rows("refusals") == []
    for side in (operator, authority):
        assert command(side, "log", "verify").returncode == 0


def _write(side: Side, to: str, places: range) -> None:
    for place in places:
        side.ask("make", "dispatches", OFFICER, {
            "to": to, "as_kind": "letter", "in_matter": "month", "heading": "函", "text": str(place)})  # fmt: skip
