"""Measures how long after its arrival a suspension order is in force at every gateway.

An authority and an operator as real processes on PostgreSQL, the operator with a second gateway beside its first. In
each round the authority's head signs an order; the agent's staff ask each gateway for a release again and again,
until it refuses with the code of an order. Times are by the one clock of this machine: from the moment at which the
order's row was made at the operator, and from that at which it was drafted, which includes signing and the way.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median

import httpx
from borrowed import postgres
from tests.cli.shell import address, running
from tests.network.sides import HEAD, Both, both, command, suspend, until

AGENT = "qingshan-stores"
RELEASE = {
    "service": "mobile", "subject": {"identifiers": {"phone": "13800138000"}}, "purposes": ["customer-service"],
    "items": ["name"], "place": {"site": "QS-01"},
}  # fmt: skip
ORDERED = "suspended-by-order"
PAUSE, PATIENCE = 0.005, 60.0
GOAL = 2.0
"""Seconds after arrival within which an order has to be in force at every gateway."""


def main() -> None:
    """Raise the installations, measure, and print the seconds of each gateway."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _raised(Path(folder)) as (sides, gateways, token):
        arrived, drafted = [], []
        for number in range(1, given.rounds + 1):
            since_arrival, since_drafting = _ordered(sides, gateways, token, number)
            arrived.append(since_arrival)
            drafted.append(since_drafting)
            print(f"order {number}: at the last of {len(gateways)} gateways {since_arrival:.2f} s after its arrival,"
                  f" {since_drafting:.2f} s after it was drafted", flush=True)  # fmt: skip
    for name, seconds in (("after its arrival", arrived), ("after it was drafted", drafted)):
        print(f"{name}: {median(seconds):.2f} s ({min(seconds):.2f}..{max(seconds):.2f})")
    print(f"wanted: at most {GOAL:.0f} s after its arrival; {'reached' if max(arrived) <= GOAL else 'not reached'}")


@contextmanager
def _raised(folder: Path) -> Iterator[tuple[Both, list[str], str]]:
    """Yield both sides, the addresses of the operator's gateways, and a token of the agent's staff."""
    os.environ["SHOUZE_LOG_LEVEL"] = "error"  # nobody reads what the servers print
    reservation = postgres.Reservation()
    with ExitStack() as stack:
        stack.callback(reservation.end)
        urls = [stack.enter_context(postgres.database()) for _ in range(2)]
        sides = stack.enter_context(both(folder, *urls))
        told = command(
            sides.operator, "token", "issue", "--kind", "agent-staff", "--actor", "QS-0007", "--agent", AGENT,
            "--days", "1",
        )  # fmt: skip
        environment = {"SHOUZE_DATABASE": urls[0], "SHOUZE_NODE": "2"}
        second = stack.enter_context(running(sides.operator.home, "serve", "gateway", "--port", "0", **environment))
        yield sides, [sides.operator.url, address(second)], told.stdout.strip()


def _ordered(sides: Both, gateways: list[str], token: str, number: int) -> tuple[float, float]:
    """Have an order signed; return how long until the last gateway refused, since arrival and since drafting."""
    for url in gateways:
        until(partial(_served, url, token), "served before the order")
    with ThreadPoolExecutor(len(gateways)) as pool:
        refusals = [pool.submit(_first_refusal, url, token) for url in gateways]
        begun = time.time()
        issued = suspend(sides, f"通管责停〔2026〕{number}号")
        last = max(each.result() for each in refusals)
    rows = sides.operator.rows("dispatches", kind="suspension", direction="in")
    arrival = datetime.fromisoformat(rows[-1]["created_at"]).timestamp()
    until(lambda: sides.authority.rows("issued", number=issued, state="obeyed"), "the proof")
    sides.authority.ask("do", "issued", issued, "lift", HEAD, {}, "已改正")
    return last - arrival, last - begun


def _first_refusal(url: str, token: str) -> float:
    over = time.time() + PATIENCE
    while time.time() < over:
        if _refused(url, token):
            return time.time()
        time.sleep(PAUSE)
    raise TimeoutError(url)


def _served(url: str, token: str) -> bool:
    return not _refused(url, token)


def _refused(url: str, token: str) -> bool:
    """Tell whether the gateway refuses because of an order."""
    answer = httpx.post(
        f"{url}/v1/release", json=RELEASE, headers={"authorization": f"Bearer {token}"}, timeout=30, trust_env=False
    )
    return bool(answer.json().get("code") == ORDERED)


if __name__ == "__main__":
    main()
