"""Looks at the old system as ``shouze scan --match`` does, and tells what it found."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from shouze.cli.scan_telling import VERDICTS
from shouze.cli.story.telling import Teller
from shouze.discovery.carried import detectors
from shouze.discovery.declared import Declared, read_places
from shouze.discovery.finding import Finding, told
from shouze.discovery.inventory import Collecting, Entry, write_inventory
from shouze.discovery.known import Ask, Matching
from shouze.discovery.places import parts_of
from shouze.discovery.reading.database import Manners
from shouze.discovery.reading.piece import Unread
from shouze.discovery.report import report
from shouze.discovery.scanning import AT_LEAST, Read, Scanner
from shouze.discovery.workers import Done, here
from shouze.rules.policy import Policy
from shouze.wiring.statutes import read_statutes

_SHOWN = 4


def look(folder: Path, own: Path, policy: Policy, places: bytes, ask: Ask, teller: Teller) -> tuple[bytes, str]:
    """Scan, compare, match; return the inventory and the report."""
    now, items, manners = datetime.now(UTC), read_statutes().items, Manners()
    known = detectors([own], items)
    scanner = Scanner(known, {item: row.text for item, row in items.items()}, now.date(), AT_LEAST)
    declared = Declared(policy, items, read_places(places, "places.toml"), now.date())
    collected, matching = Collecting(), Matching()
    for part, outcome in here(parts_of(str(folder), manners), lambda: scanner, manners):
        if isinstance(outcome, Finding):
            collected.add(declared.compared(outcome))
            matching.note(part, outcome)
        elif isinstance(outcome, Unread):
            collected.miss(part.source, outcome)
        elif isinstance(outcome, Read):
            collected.bytes, collected.cells = collected.bytes + outcome.bytes, collected.cells + outcome.cells
            collected.lines += outcome.lines
        elif isinstance(outcome, Done):
            collected.parts += 1
    collected.know(dict(matching.match(scanner, manners, ask)))
    inventory = collected.inventory(now)
    people = [each for each in inventory.entries if each.about == "person"]
    wrong = sum(each.verdict not in {"declared", "outside"} for each in people)
    teller.line(
        f"{len(people)} 处个人信息，其中 {wrong} 处与申报不符：",
        f"{len(people)} places with personal information; {wrong} of them are not as declared:",
    )
    for each in sorted(people, key=lambda one: -(one.known.subjects if one.known else 0))[:_SHOWN]:
        _tell(teller, each)
    return write_inventory(inventory), report(inventory, known, items, teller.terminal.language)


def _tell(teller: Teller, entry: Entry) -> None:
    title, place = read_statutes().items[entry.item].text, entry.place
    verdict = VERDICTS[entry.verdict or "declared"]
    users = told(entry.known) if entry.known else None
    teller.line(f"· {place}：{title.zh}，{verdict.zh}" + (f"；{users.zh}" if users else ""),
                f"· {place}: {title.en}, {verdict.en}" + (f"; {users.en}" if users else ""))  # fmt: skip
