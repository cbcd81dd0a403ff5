"""The profile of a release: its stages add up, what is timed behaves as before, and it runs."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from benchmarks.stages import Meter, Stage, timing

ROOT = Path(__file__).resolve().parents[2]


def busy(nanoseconds: int) -> None:
    until = time.thread_time_ns() + nanoseconds
    while time.thread_time_ns() < until:
        pass


async def waits(nanoseconds: int) -> str:
    busy(nanoseconds)
    await asyncio.sleep(0.05)
    busy(nanoseconds)
    return "done"


async def fails() -> None:
    await asyncio.sleep(0)
    raise KeyError


async def test_a_stage_is_charged_without_the_stages_within_it() -> None:
    meter = Meter()
    inner = meter.timed("inner", lambda: busy(20_000_000))

    def both() -> None:
        busy(10_000_000)
        inner()

    meter.timed("outer", both)()
    spent = meter.spent()
    assert 10_000_000 <= spent["outer"].nanoseconds < spent["inner"].nanoseconds
    assert spent["inner"].calls == spent["outer"].calls == 1


async def test_waiting_is_not_charged_and_answers_and_errors_pass_through() -> None:
    meter = Meter()
    assert await meter.timed("waits", waits)(2_000_000) == "done"
    spent = meter.spent()["waits"]
    assert 4_000_000 <= spent.nanoseconds < 40_000_000
    assert spent.steps >= 2
    with pytest.raises(KeyError):
        await meter.timed("fails", fails)()


async def test_cancelling_reaches_what_is_timed() -> None:
    ended = []

    async def cut_off() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    task = asyncio.create_task(Meter().timed("cut-off", cut_off)())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True]


def test_functions_are_wrapped_wherever_they_are_named_and_put_back() -> None:
    from shouze.journal import journal
    from shouze.ledger import entry

    before, meter = entry.seal_leaf, Meter()
    with timing(meter, [Stage("leaf", ("shouze.ledger.entry:seal_leaf", "shouze.ledger.entry:moved"))]) as missing:
        assert entry.seal_leaf is not before
        assert vars(journal)["seal_leaf"] is entry.seal_leaf
    assert missing == ["shouze.ledger.entry:moved"]
    assert vars(journal)["seal_leaf"] is entry.seal_leaf is before


@pytest.mark.lasting
def test_the_stages_and_the_remainder_add_up_and_every_stage_is_still_there(tmp_path: Path) -> None:
    written = tmp_path / "profile.json"
    program = ROOT / "benchmarks" / "profile_release.py"
    command: list[str | Path] = [sys.executable, program, "--users", "40", "--seconds", "0.3", "--json", written]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    profile = json.loads(written.read_text())
    assert profile["missing"] == []
    assert sum(us for _, us, _ in profile["lines"]) == pytest.approx(profile["whole"])
    assert all(entered > 0 for _, _, entered in profile["lines"]), profile["lines"]
