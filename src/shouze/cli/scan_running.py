"""Runs a scan as the command line asked for it: reads, tells, writes its files."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import IO, Any

import click
import msgspec

from shouze.cli.opening import at_work, read_input, settings_of
from shouze.cli.scan_cluster import cluster_of
from shouze.cli.scan_following import follow_logs
from shouze.cli.scan_matching import asking
from shouze.cli.scan_spooling import Spooled
from shouze.cli.scan_telling import tell
from shouze.cli.terminal import Terminal
from shouze.discovery.carried import detectors
from shouze.discovery.declared import Declared, copied, read_places
from shouze.discovery.detector import Detector
from shouze.discovery.finding import Finding, Known
from shouze.discovery.inventory import Collecting, Gap, Inventory, fresh, read_inventory, write_inventory
from shouze.discovery.known import Matching
from shouze.discovery.places import Part, parts_of
from shouze.discovery.reading.database import Manners
from shouze.discovery.reading.piece import Unread
from shouze.discovery.report import report
from shouze.discovery.resuming import Journal
from shouze.discovery.sarif import sarif
from shouze.discovery.scanning import Outcome, Read, Scanner
from shouze.discovery.spark import Cluster, lake
from shouze.discovery.tasks import Work
from shouze.discovery.workers import Done, apart, here
from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.rules.policy import Policy
from shouze.settings import load_settings
from shouze.wiring import Installation, is_prepared
from shouze.wiring.statutes import read_statutes

_DRAWN_EVERY = 0.2
_MOST_SARIF = 25_000
"""Results that a SARIF file takes; platforms read no more."""
_IN_ORDER = frozenset({"declared", "outside", "organisation"})


@dataclass(frozen=True)
class Order:
    """What the command line says."""

    sources: tuple[str, ...]
    own: tuple[Path, ...]
    manners: Manners
    jobs: int
    at_least: float
    outputs: dict[str, Path]
    places: Path | None
    compare: bool | None
    follow: bool
    door: str | None = None
    cluster: Cluster | None = None


def new_scanner(own: tuple[Path, ...], at_least: float, today: date) -> Scanner:
    """Return a scanner with all detectors; InvalidError for a broken file of one's own."""
    return making(own, at_least, today)()


def making(own: tuple[Path, ...], at_least: float, today: date) -> partial[Scanner]:
    """Return what makes that scanner, in any process of any machine: the files are read here."""
    items = read_statutes().items
    titles = {item: row.text for item, row in items.items()}
    return partial(Scanner, detectors(own, items), titles, today, at_least)


def order_of(said: dict[str, Any]) -> Order:
    """Return what the options say."""
    outputs = {name: said[name] for name in ("jsonl", "sarif", "html", "inventory", "baseline", "resume") if said[name]}
    manners = Manners(said["depth"], said["sample"], said["rate"], said["timeout"], said["schema"])
    jobs = (os.cpu_count() or 1) if said["jobs"] is None else said["jobs"]
    if said["door"] and (said["resume"] or said["follow"]):
        remedy = Text("去掉 --resume 和 --follow", "Leave out --resume and --follow")
        raise InvalidError(Text("匹配时要重读来源", "Matching reads the sources again"), field="--match", remedy=remedy)
    return Order(said["sources"], said["own"], manners, jobs, said["at_least"], outputs, said["places"],
                 said["compare"], said["follow"], said["door"], cluster_of(said))  # fmt: skip


def run(terminal: Terminal, order: Order) -> bool:
    """Scan and tell; return whether something was found that is neither declared nor in the baseline."""
    scanner = new_scanner(order.own, order.at_least, _today())  # a broken detector is told before a process starts
    declared = _declared(terminal, order)
    if order.follow:
        follow_logs(terminal, order.sources, scanner)
        return False
    baseline = _inventory_at(order.outputs.get("baseline"))
    inventory = _scan(terminal, order, declared)
    left = fresh(inventory.entries, baseline)
    if str(order.outputs.get("jsonl", "")) != "-":
        tell(terminal, inventory, _inventory_at(order.outputs.get("inventory"), missing=True), left)
    _write(terminal, order, inventory)
    return any(each.verdict not in _IN_ORDER for each in left if each.about == "person")


def _today() -> date:
    return datetime.now(UTC).date()


def _declared(terminal: Terminal, order: Order) -> Declared | None:
    """Return what is declared here; None where there is no installation and nobody asked to compare."""
    if order.compare is None and not is_prepared(terminal.home, load_settings(terminal.home, os.environ)):
        return None
    if order.compare is False:
        return None
    settings_of(terminal)

    async def policy(installation: Installation) -> Policy:
        return installation.door.room.policy

    places = read_places(read_input(order.places), order.places.name) if order.places else ()
    return Declared(at_work(terminal, policy), read_statutes().items, places, _today())


def _scan(terminal: Terminal, order: Order, declared: Declared | None) -> Inventory:
    with contextlib.ExitStack() as stack:
        out = _Outputs(order, declared, detectors(order.own, read_statutes().items), terminal, stack)
        parts = out.left(chain.from_iterable(parts_of(source, order.manners) for source in order.sources))
        gauge = _Gauge(terminal, out.collected)
        try:
            with contextlib.closing(_outcomes(order, parts)) as outcomes:
                for part, outcome in outcomes:
                    out.take(part, outcome)
                    gauge.draw(part)
        finally:
            gauge.end()
        out.finish(_matched(terminal, order, out.matching))
        return out.collected.inventory(datetime.now(UTC))


def _outcomes(order: Order, parts: Iterator[Part]) -> Generator[tuple[Part, Outcome | Done]]:
    """Yield what is told of the parts, wherever they are to be scanned."""
    make = making(order.own, order.at_least, _today())
    if order.cluster is not None:
        yield from lake(parts, Work.of(make, order.manners), order.cluster)
    elif order.jobs:
        yield from apart(parts, make, order.manners, order.jobs)
    else:
        yield from here(parts, make, order.manners)


def _matched(terminal: Terminal, order: Order, matching: Matching) -> dict[str, Known]:
    """Return how many users are among the values of each mark, where a door is to be asked."""
    if order.door is None:
        return {}
    with asking(terminal, order.door) as door:
        scanner = new_scanner(order.own, order.at_least, _today())
        return dict(matching.match(scanner, order.manners, door.ask))


@dataclass
class _Outputs:
    """Takes what the scan says to the files that were asked for."""

    order: Order
    declared: Declared | None
    detectors: tuple[Detector, ...]
    terminal: Terminal
    stack: contextlib.ExitStack
    collected: Collecting = field(default_factory=Collecting)
    journal: Journal | None = None
    lines: IO[bytes] | Spooled | None = None
    kept: list[Finding] = field(default_factory=list)
    matching: Matching = field(default_factory=Matching)

    def __post_init__(self) -> None:
        outputs = self.order.outputs
        if resume := outputs.get("resume"):
            self.journal = Journal(resume)
            self.stack.callback(self.journal.close)
        if jsonl := outputs.get("jsonl"):
            plain = str(jsonl) == "-"
            told = sys.stdout.buffer if plain else self.stack.enter_context(jsonl.open("wb"))
            self.lines = Spooled(told) if self.order.door else told

    def left(self, parts: Iterator[Part]) -> Iterator[Part]:
        """Yield the parts that are not done, after telling what an earlier run said of the others."""
        if self.journal is None:
            return parts
        for said in self.journal.done():
            self._tell(said)
        return self.journal.left(parts)

    def take(self, part: Part, outcome: Finding | Unread | Read | Done) -> None:
        """Take one outcome."""
        if isinstance(outcome, Read):
            self.collected.bytes += outcome.bytes
            self.collected.cells += outcome.cells
            self.collected.lines += outcome.lines
            return
        said = Gap(part.source, outcome.place, outcome.reason) if isinstance(outcome, Unread) else outcome
        if isinstance(said, Done):
            self.collected.parts += 1
        else:
            self._tell(said)
            if isinstance(said, Finding) and self.order.door:
                self.matching.note(part, said)
        if self.journal is not None:
            self.journal.note(part, None if isinstance(said, Done) else said)

    def finish(self, known: Mapping[str, Known]) -> None:
        """Write what is written at the end, with what is known of each mark."""
        self.collected.know(known)
        if isinstance(self.lines, Spooled):
            self.lines.finish(known)
        self.kept = [msgspec.structs.replace(each, known=known.get(each.mark),
                                             verdict=copied(each.verdict, known.get(each.mark)))
                     for each in self.kept]  # fmt: skip
        if path := self.order.outputs.get("sarif"):
            document = sarif(self.kept, self.detectors, self.terminal.language, version("shouze"))
            path.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=1))

    def _tell(self, said: Finding | Gap) -> None:
        if isinstance(said, Gap):
            self.collected.miss(said.source, Unread(said.place, said.reason))
            return
        if self.declared is not None:
            said = self.declared.compared(said)
        self.collected.add(said)
        if self.lines is not None:
            self.lines.write(msgspec.json.encode(said.row(self.terminal.language)) + b"\n")
        if "sarif" in self.order.outputs and len(self.kept) < _MOST_SARIF:
            self.kept.append(said)


def _write(terminal: Terminal, order: Order, inventory: Inventory) -> None:
    if path := order.outputs.get("inventory"):
        path.write_bytes(write_inventory(inventory))
    if path := order.outputs.get("html"):
        found = detectors(order.own, read_statutes().items)
        path.write_text(report(inventory, found, read_statutes().items, terminal.language), encoding="utf-8")
        terminal.note(f"报告：{path}", f"Report: {path}")


def _inventory_at(path: Path | None, *, missing: bool = False) -> Inventory | None:
    if path is None or (missing and not path.exists()):
        return None
    if not path.exists():
        words = Text("没有这个文件", "There is no such file")
        raise NotFoundError(words, field=str(path), remedy=Text("核对文件名", "Check its name"))
    return read_inventory(read_input(path), path.name)


class _Gauge:
    """Draws how far a scan is, on a terminal."""

    def __init__(self, terminal: Terminal, collected: Collecting, clock: Callable[[], float] = time.monotonic) -> None:
        self._terminal, self._collected, self._clock = terminal, collected, clock
        self._begun = self._drawn = clock()
        self._live = sys.stderr.isatty()

    def draw(self, part: Part) -> None:
        """Draw again now and then."""
        now = self._clock()
        if not self._live or now - self._drawn < _DRAWN_EVERY:
            return
        self._drawn = now
        size, seconds = self._collected.bytes / 1e6, max(now - self._begun, 0.001)
        words = Text("已读", "read").to(self._terminal.language)
        line = f"  {self._collected.parts} · {words} {size:,.1f} MB · {size / seconds:,.1f} MB/s · {part.place[-50:]}"
        click.echo(f"\r\x1b[2K{line}", nl=False, err=True)

    def end(self) -> None:
        """Take the line away."""
        if self._live:
            click.echo("\r\x1b[2K", nl=False, err=True)
