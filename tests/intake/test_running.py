"""A run that is stopped anywhere, any number of times, ends as one that nothing disturbed."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from shouze.cli.story.people import person
from shouze.errors import UnavailableError
from shouze.gateway.arriving import Arrival, Arrived, Mark, Turn
from shouze.gateway.asking import Request, Visitor
from shouze.intake import running
from shouze.intake.checking import Checker
from shouze.intake.map import check_map, read_map
from shouze.intake.running import HandingOver, Import, digest_of, keys_of
from shouze.intake.sources.opening import open_source
from shouze.intake.tally import Tally
from shouze.intake.writing import LISTED, REJECTED, Beside
from shouze.rules.refusal import RefusedError
from shouze.settings import Settings
from shouze.wiring import Installation
from shouze.wiring import intake as wired
from tests.installation import CLERK, CRM, ask, operator
from tests.intake import legacy

MANY = 400
CHUNK = 10
ITEMS = ("name", "phone", "id-number", "address")
MAP = legacy.MAP.format(source="{}")


class CutOffError(Exception):
    """The process dies here."""


class Cutting:
    """Takes users in at the door, and dies before or after some batch."""

    def __init__(self, opened: Installation, batches: int | None, *, after: bool) -> None:
        self._door, self._left, self._after = opened.door, batches, after

    async def take_in(
        self, visitor: Visitor, request: Request, arrivals: Sequence[Arrival], mark: Mark, ask_until: datetime,
        turn: Turn | None = None,
    ) -> list[Arrived]:  # fmt: skip
        last = self._left == 0
        if self._left is not None:
            self._left -= 1
        if last and not self._after:
            raise CutOffError
        arrived = await self._door.take_in(visitor, request, arrivals, mark, ask_until, turn)
        if last:
            raise CutOffError
        return arrived


class Came(NamedTuple):
    """What an import came to."""

    tally: Tally
    rejects: bytes
    report: bytes


async def attempt(
    opened: Installation, path: Path, beside: Path, *,
    cut: int | None = None, after: bool = False, stop: int | None = None,
) -> tuple[Tally, bool]:  # fmt: skip
    """Run an import until its end, until it is cut off, or stopped after some batches; the next attempt goes on."""
    noted: list[int] = []
    found, lines = read_map(MAP.encode())
    runs, policy = wired.runs(opened), opened.door.room.policy
    with open_source(str(path)) as source:
        rule = check_map(found, lines, policy, source.header)
        run = await runs.begin(digest_of(source, found), f"{random.getrandbits(120):026x}"[:26], opened.clock.now())
        tally = Tally.read(run.body)
        request = Request(service="mobile", purposes=found.purposes, items=tuple(found.items), action="collect")
        over = HandingOver(Cutting(opened, cut, after=after), runs, run, CRM, request, found.ask_within)
        rejects = Beside(beside / "rejected.csv", (*REJECTED, *source.header), tally.rejects_size)
        report = Beside(beside / "report.csv", LISTED, tally.report_size)
        under_way = Import(
            source=source, checker=Checker(found, rule, source.header, opened.clock.now()),
            keys=keys_of(found, lambda item: rule.items[item].identifier == "exclusive"),
            tally=tally, rejects=rejects, report=report, clock=opened.clock, entropy=opened.door.room.entropy,
            over=over, told=lambda tally: noted.append(tally.row),
            stopped=lambda: stop is not None and len(noted) >= stop,
        )  # fmt: skip
        try:
            return tally, await under_way.run()
        finally:
            rejects.close()
            report.close()


def read(beside: Path, tally: Tally) -> Came:
    return Came(tally, (beside / "rejected.csv").read_bytes(), (beside / "report.csv").read_bytes())


async def released(opened: Installation) -> list[object]:
    """Return what the door says of every row's number: the items, or the refusal."""
    said: list[object] = []
    for number in range(0, MANY, 7):
        subject = {"phone": person(number).phone}
        try:
            found = await opened.door.release(CRM, ask(subject, *ITEMS, purposes=("open-account",)))
            said.append((found.items, sorted(found.withheld)))
        except RefusedError as problem:
            said.append(problem.refusal.code)
    return said


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST", CHUNK)


async def undisturbed(folder: Path, path: Path) -> tuple[Came, list[object]]:
    async with operator(folder / "home") as opened:
        tally, whole = await attempt(opened, path, folder)
        assert whole
        return read(folder, tally), await released(opened)


async def test_an_undisturbed_run_counts_every_row_once(tmp_path: Path) -> None:
    path = legacy.write_csv(tmp_path / "old.csv", MANY, "mixed")
    came, said = await undisturbed(tmp_path / "once", path)
    expected = legacy.outcomes(MANY)
    assert came.tally.rows == MANY
    assert came.tally.outcomes == {
        "new": expected["good"], "rejected": expected["rejected"], "duplicate": expected["duplicate"],
    }  # fmt: skip
    assert sum(each.rows for each in came.tally.reasons.values()) == expected["rejected"]
    assert len(list(csv.reader(came.rejects.decode("utf-8-sig", "surrogateescape").splitlines()))) == (
        1 + expected["rejected"]
    )
    assert any(isinstance(each, tuple) for each in said)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.lasting)])
async def test_a_run_cut_off_at_random_ends_as_an_undisturbed_one(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_dsn") if database == "postgres" else ""
    path = legacy.write_csv(tmp_path / "old.csv", MANY, "mixed")
    came, said = await undisturbed(tmp_path / "once", path)
    folder, chance = tmp_path / "often", random.Random(7)
    async with operator(folder / "home", Settings(database=url)) as opened:
        for _ in range(12):
            with pytest.raises(CutOffError):
                await attempt(opened, path, folder, cut=chance.randrange(2), after=bool(chance.randrange(2)))
        tally, whole = await attempt(opened, path, folder)
        assert whole
        again = read(folder, tally)
        assert (again.rejects, again.report) == (came.rejects, came.report)
        assert await released(opened) == said
        # Of a batch that went in but was not noted it is known that it is in, not whether it was new then.
        outcomes = dict(again.tally.outcomes)
        outcomes["new"] += outcomes.pop("again", 0)
        assert outcomes == came.tally.outcomes
        assert (again.tally.to_ask, again.tally.reasons) == (came.tally.to_ask, came.tally.reasons)


async def test_a_run_that_is_stopped_between_batches_counts_exactly_as_an_undisturbed_one(tmp_path: Path) -> None:
    path = legacy.write_csv(tmp_path / "old.csv", MANY, "gb18030")
    came, said = await undisturbed(tmp_path / "once", path)
    folder, chance, times, whole = tmp_path / "often", random.Random(5), 0, False
    async with operator(folder / "home") as opened:
        while not whole:
            tally, whole = await attempt(opened, path, folder, stop=chance.randrange(1, 3))
            times += 1
        assert times > 10
        again = read(folder, tally)
        assert again.tally.outcomes == came.tally.outcomes
        assert again.tally.to_ask == came.tally.to_ask
        assert (again.rejects, again.report) == (came.rejects, came.report)
        assert await released(opened) == said


async def test_a_finished_run_is_run_again_and_finds_nothing_to_change(tmp_path: Path) -> None:
    path = legacy.write_csv(tmp_path / "old.csv", 60)
    async with operator(tmp_path / "home") as opened:
        first, _ = await attempt(opened, path, tmp_path)
        second, whole = await attempt(opened, path, tmp_path / "home")
        assert whole
        assert second.outcomes == {
            "unchanged": first.outcomes["new"], **{kind: n for kind, n in first.outcomes.items() if kind != "new"},
        }  # fmt: skip


async def test_a_later_state_of_the_source_updates(tmp_path: Path) -> None:
    path = legacy.write_csv(tmp_path / "old.csv", 20)
    async with operator(tmp_path / "home") as opened:
        await attempt(opened, path, tmp_path)
        content = path.read_text().replace(person(2).name, "改名", 1)
        later = tmp_path / "later.csv"
        later.write_text(content)
        tally, _ = await attempt(opened, later, tmp_path / "home")
        assert tally.outcomes["updated"] == 1
        found = await opened.door.release(CLERK, ask({"phone": person(2).phone}, "name"))
        assert found.items["name"] == "改名"


async def test_a_door_that_does_not_answer_leaves_a_run_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = legacy.write_csv(tmp_path / "old.csv", 60)
    async with operator(tmp_path / "home") as opened:
        with monkeypatch.context() as patch:
            patch.setattr(Cutting, "take_in", _silent)
            with pytest.raises(UnavailableError):
                await attempt(opened, path, tmp_path)
        tally, whole = await attempt(opened, path, tmp_path)
        assert whole
        assert tally.outcomes["new"] == legacy.outcomes(60)["good"]


async def test_a_run_that_fails_ends_there_and_records_nothing_of_what_comes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []

    async def failing(
        _: Cutting, visitor: Visitor, request: Request, arrivals: Sequence[Arrival], *rest: object
    ) -> None:
        begun.append(arrivals[0].number)
        raise UnavailableError

    path = legacy.write_csv(tmp_path / "old.csv", MANY)
    async with operator(tmp_path / "home") as opened:
        monkeypatch.setattr(Cutting, "take_in", failing)
        with pytest.raises(UnavailableError):
            await attempt(opened, path, tmp_path)
    assert len(begun) <= 2


async def _silent(*_: object) -> list[Arrived]:
    raise UnavailableError
