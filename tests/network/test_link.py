"""The link between real processes: killed, cut off, doubled, reordered, their clocks apart, forged upon.

One network over files and one over PostgreSQL, in this order; each test leaves both sides up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from shouze.link.dispatch import unverified
from shouze.link.keys import PartyKey
from shouze.link.packet import Packet
from tests import postgres
from tests.network.sides import HEAD, INSPECTOR, OFFICER, Both, Side, both, command, post, report, suspend, until
from tests.network.wire import MISHAPS, wire

pytestmark = pytest.mark.lasting
LETTERS, MATTERS = 24, 3


@pytest.fixture(scope="module", params=["files", "postgresql"])
def sides(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Yield both sides over files, then over PostgreSQL with a database for each."""
    with ExitStack() as stack:
        count = 2 if request.param == "postgresql" else 0
        databases = [stack.enter_context(postgres.database()) for _ in range(count)]
        yield stack.enter_context(both(tmp_path_factory.mktemp("network"), *databases))


def test_a_matter_runs_from_report_to_lifting_and_both_logs_name_each_dispatch(sides: Both) -> None:
    operator, authority = sides.operator, sides.authority
    number = report(sides)
    arrived = until(lambda: authority.rows("reports"), "the report")[0]
    until(lambda: operator.rows("incidents", report_receipt=arrived["number"]), "its number")
    authority.ask("do", "reports", arrived["number"], "assess", INSPECTOR, {"impact": "major", "impact_because": "x"})
    issued = suspend(sides, "通管责停〔2026〕1号", arrived["number"])
    until(lambda: authority.rows("issued", state="obeyed"), "the proof")
    authority.ask("do", "issued", issued, "lift", HEAD, {}, "已改正")
    until(lambda: operator.rows("orders", state="lifted"), "the lifting")
    for side in (operator, authority):
        rows = until(partial(_settled, side), "every dispatch receipted and in the log")
        assert {row["matter"] for row in rows if not row["matter"].startswith("witness/")} == {number}
        assert command(side, "log", "verify").returncode == 0


def _settled(side: Side) -> list[dict[str, Any]]:
    """Return the dispatches once none waits and every act upon them is in the log."""
    rows = side.rows("dispatches")
    if any(row["state"] not in ("settled", "delivered", "arrived") for row in rows):
        return []
    told = [event for row in rows for event in side.ask("events", "dispatches", row["number"])]
    return rows if told and all(event["receipt"] for event in told) else []


def test_records_drawn_after_the_checkpoint_are_shown_and_verified_by_the_authority(sides: Both) -> None:
    operator, authority = sides.operator, sides.authority
    for _ in range(2):  # the second time the checkpoint has to extend the one held
        asked = {"to": sides.party(operator), "because": "抽查", "count": 20}
        number = authority.ask("make", "inspections", INSPECTOR, asked)
        drawn = until(lambda: operator.rows("dispatches", kind="sample-request", state="arrived"), "the draw")[0]
        # The door is the server's: its page asks for the act.
        _pressed(operator, drawn["number"])
        row = until(partial(authority.rows, "inspections", number=number, state="clean"), "the sample")[0]
        assert row["examined"] == 20


def _pressed(side: Side, number: str) -> None:
    """Do the act by which drawn records are shown, at the desk's own page."""
    with httpx.Client(base_url=side.url, headers={"host": "desk.localhost"}, trust_env=False, timeout=60) as web:
        web.cookies.update(side.ask("cookies", OFFICER))
        path = f"/r/dispatches/{number}/deliver"
        page = web.get(path).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        version = re.search(r'name="version" value="([^"]+)"', page)
        assert token is not None, page
        told = {"csrfmiddlewaretoken": token[1], "version": version[1] if version else ""}
        assert web.post(path, data=told, headers={"referer": side.url}).status_code == 302


def test_whatever_the_wire_does_nothing_is_lost_doubled_or_out_of_order(sides: Both) -> None:
    operator, authority = sides.operator, sides.authority
    peer = operator.rows("peers")[0]
    before = len(_letters(authority))
    with wire(authority.url) as laid:
        operator.ask("do", "peers", peer["number"], "move", OFFICER, {"address": laid.url})
        laid.moods = MISHAPS
        for place in range(LETTERS):
            _write(sides, f"wire-{place % MATTERS}", str(place))
            if place == LETTERS // 3:
                authority.kill()
                authority.start()
            if place == 2 * LETTERS // 3:
                operator.kill()
                operator.start()
        laid.moods = ("pass", "double", "replay")
        until(lambda: not operator.rows("dispatches", state="waiting"), "all delivered", 120)
        operator.ask("do", "peers", peer["number"], "move", OFFICER, {"address": authority.url})
    came = [row for row in authority.rows("dispatches", direction="in") if row["matter"].startswith("wire-")]
    assert len(_letters(authority)) == before + LETTERS
    for matter in range(MATTERS):
        texts = [int(row["body"]["text"]) for row in came if row["matter"] == f"wire-{matter}"]
        assert texts == list(range(matter, LETTERS, MATTERS))
    assert {row["state"] for row in came} == {"arrived"}
    assert "garble" not in laid.happened or authority.rows("refusals")


def _letters(side: Side) -> list[dict[str, Any]]:
    """Return what people wrote; checkpoints go by themselves."""
    return [row for row in side.rows("dispatches", direction="in") if not row["matter"].startswith("witness/")]


def _write(sides: Both, matter: str, text: str) -> None:
    asked = {
        "to": sides.party(sides.authority),
        "as_kind": "letter",
        "in_matter": matter,
        "heading": "函",
        "text": text,
    }
    sides.operator.ask("make", "dispatches", OFFICER, asked)


def test_what_is_captured_and_replayed_backwards_changes_nothing(sides: Both) -> None:
    operator, authority = sides.operator, sides.authority
    rows = operator.rows("dispatches", direction="out")
    sent = [Packet(row["signed"]).encoded() for row in rows if row["kind"] != "sample"]  # that one has a file
    before = [(row["id"], row["state"]) for row in _letters(authority)]
    for raw in reversed(sent):
        assert post(authority, raw).status_code == 200
    assert [(row["id"], row["state"]) for row in _letters(authority)] == before
    orders = [Packet(row["signed"]).encoded() for row in authority.rows("dispatches", kind="suspension")]
    assert post(operator, orders[0]).status_code == 200
    assert [row["state"] for row in operator.rows("orders")] == ["lifted"]


def test_a_forged_authority_stops_nobody_and_a_forged_operator_enters_nothing(sides: Both) -> None:
    operator, authority = sides.operator, sides.authority
    forger = PartyKey.fresh()
    order = {"order": "伪1号", "authority": "某局", "reason": "x", "since": datetime.now(UTC).isoformat(),
             "services": ["mobile"]}  # fmt: skip
    here, there = sides.party(sides.operator), sides.party(sides.authority)
    forged = authority.ask("sealed", "suspension", here, order, forger.text)
    assert post(operator, Packet(forged).encoded()).json() == {"reason": "altered"}
    to_another = authority.ask("sealed", "suspension", "shouze.localhost/another", order, "")
    assert post(operator, Packet(to_another).encoded()).json() == {"reason": "wrong-audience"}
    by_operator = operator.ask("sealed", "suspension", here, order, "")
    assert post(operator, Packet(by_operator).encoded()).json() == {"reason": "unknown-sender"}
    told = {"number": "I-1", "title": "x", "type": "leak", "certainty": "real", "story": "x",
            "detected_at": datetime.now(UTC).isoformat()}  # fmt: skip
    reports = len(authority.rows("reports"))
    forged = operator.ask("sealed", "incident-report", there, told, forger.text)
    assert post(authority, Packet(forged).encoded()).json() == {"reason": "altered"}
    assert post(authority, b"{").json() == {"reason": "malformed"}
    assert [row for row in operator.rows("orders") if row["document"] == "伪1号"] == []
    assert len(authority.rows("reports")) == reports
    kept = {row["reason"] for row in operator.rows("refusals")}
    assert {"altered", "wrong-audience", "unknown-sender"} <= kept


def test_clocks_apart_delay_and_lose_nothing(sides: Both) -> None:
    """A dispatch from a clock ahead is refused by name until its time; one from a clock behind is taken."""
    operator, authority = sides.operator, sides.authority
    here = sides.party(sides.operator)
    letter = {"title": "x", "text": "y"}
    for hours, answer in ((2, {"reason": "future-dated"}), (-24 * 40, None)):
        at = (datetime.now(UTC) + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
        named = {"time": at, "matter": f"clock{hours}", "id": f"{abs(hours):032x}"}
        signed = authority.ask("sealed", "letter", here, letter, "", named)
        told = post(operator, Packet(signed).encoded())
        assert told.json() == answer if answer else "receipt" in told.json()


def test_a_key_is_changed_while_dispatches_are_under_way(sides: Both) -> None:
    operator, authority = sides.operator, sides.authority
    authority.kill()
    _write(sides, "keys-changed", "before")
    operator.ask("renew")
    operator.close()
    operator.people = None
    operator.start()
    _write(sides, "keys-changed", "after")
    authority.start()
    until(lambda: not operator.rows("dispatches", state="waiting"), "all delivered", 90)
    came = authority.rows("dispatches", direction="in", matter="keys-changed")
    assert [row["body"]["text"] for row in came] == ["before", "after"]
    assert authority.rows("peers")[0]["key"] != authority.rows("peers")[0]["former"] != ""


def _matter_of(line: bytes) -> str:
    claimed = unverified(Packet.read(line).dispatch)
    assert claimed is not None
    return claimed.matter


def test_a_courier_carries_what_no_wire_does(sides: Both, tmp_path: Path) -> None:
    operator, authority = sides.operator, sides.authority
    authority.kill()
    for text in ("一", "二", "三"):
        _write(sides, "courier", text)
    stick, back = tmp_path / "stick", tmp_path / "back"
    assert "dispatches" in command(operator, "link", "export", sides.party(authority), str(stick)).stdout
    lines = [line for line in stick.read_bytes().splitlines(keepends=True) if _matter_of(line) == "courier"]
    assert len(lines) == 3
    stick.write_bytes(b"".join([lines[2], lines[0], lines[0], lines[1]]))
    assert command(authority, "link", "import", str(stick), "--receipts", str(back)).returncode == 0
    came = authority.rows("dispatches", direction="in", matter="courier")
    assert sorted((row["sequence"], row["body"]["text"], row["state"]) for row in came) == [
        (1, "一", "arrived"), (2, "二", "arrived"), (3, "三", "arrived"),
    ]  # fmt: skip
    assert command(operator, "link", "import", str(back)).returncode == 0
    assert {row["state"] for row in operator.rows("dispatches", matter="courier")} == {"delivered"}
    broken = tmp_path / "broken"
    broken.write_bytes(json.dumps({"format": "shouze-dispatch/1", "dispatch": "x"}).encode())
    assert command(operator, "link", "import", str(broken)).returncode == 1
    authority.start()
