"""The chapter of the old system: scanned, matched with the users whom the door knows, reported."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from shouze.api.tokens import make_token
from shouze.cli import story
from shouze.cli.story import old_system
from shouze.cli.story.beginning import BY
from shouze.cli.story.telling import Teller
from shouze.client import Client
from shouze.errors import InvalidError
from shouze.rules.declaration import DeclarationFile, Told
from shouze.rules.document import read_document
from shouze.rules.entries import Account, Caller, Grant, PolicyFile, Post
from shouze.rules.policy import Policy
from shouze.wiring import Installation

USERS = 600
"""Present users whom the old system holds at the most."""
_SCANNER = "scanner"
PLACES = b"""
[[place]]
where = "*t_yg.*"
outside = "staff"
[[place]]
where = "*t_khxx.*"
service = "mobile"
"""


async def play(opened: Installation, teller: Teller, url: str, users: int) -> bytes | None:
    """Build, scan, match and report; return the inventory, None where the scanner's libraries are not installed."""
    teller.chapter("没人申报的旧系统", "An old system that nobody declared")
    token = await _permit(opened)
    began = time.monotonic()
    try:
        told = await asyncio.to_thread(
            _scan, opened.home, opened.door.room.policy, (url, token), min(users, USERS), teller
        )
    except InvalidError as problem:
        teller.line(problem.say("zh"), problem.say("en"))
        return None
    seconds = time.monotonic() - began
    teller.line(f"扫描用时 {seconds:.1f} 秒，报告：{_report(opened.home)}",
                f"scanned in {seconds:.1f} s; the report: {_report(opened.home)}")  # fmt: skip
    return told


async def _permit(opened: Installation) -> str:
    """Declare the purpose of finding copies; return the token of a scanner that may match for it and nothing else."""
    document, lines = read_document(story.read("house.yaml"), DeclarationFile)
    await opened.publisher.declare(document, lines, BY)
    token, hashed = make_token("demo-scanner", os.urandom)
    grant = Grant(services=frozenset({"house"}), actions=frozenset({"match"}), purposes=frozenset({"find-copies"}))
    account = Account(id=_SCANNER, name=Told("扫描程序", "The scanner"), grants=(grant,))
    caller = Caller(id="demo-scanner", kind="service", actor=_SCANNER, secret_sha256=hashed,
                    until=opened.clock.now() + timedelta(days=7))  # fmt: skip
    await opened.publisher.apply(PolicyFile(posts=(_watching(),), accounts=(account,), callers=(caller,)), BY)
    await opened.door.refresh()
    return token


def _watching() -> Post:
    """Return the security officer's post, with the new service's records to look at as well."""
    file, _ = read_document(story.read("policy.yaml"), PolicyFile)
    post = next(each for each in file.posts if each.id == "security-officer")
    return replace(post, grants=tuple(replace(each, services=each.services | {"house"}) for each in post.grants))


def _scan(home: Path, policy: Policy, door: tuple[str, str], users: int, teller: Teller) -> bytes:
    from shouze.cli.scan_matching import Door  # noqa: PLC0415 - the scanner's libraries are an extra
    from shouze.cli.story.old_findings import look  # noqa: PLC0415 - the scanner's libraries are an extra

    folder = old_system.build(home / "old-system", users)
    detectors = home / "old-system.toml"
    detectors.write_bytes(story.read("old_system.toml"))
    with Client(*door, language=teller.terminal.language) as client:
        asked = Door(teller.terminal, client, "house", "find-copies")
        matched = asked.only("phone")
        inventory, page = look(folder, detectors, policy, PLACES, matched.ask, teller)
    _report(home).write_text(page, encoding="utf-8")
    return inventory


def _report(home: Path) -> Path:
    return home / "old-system.html"
