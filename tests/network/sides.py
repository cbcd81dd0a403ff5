"""Two installations as real processes, an operator's and an authority's, and a wire between them that tests disturb."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.cli.conftest import STORY
from tests.cli.shell import PATIENCE, program
from tests.conftest import ROOT
from tests.network.ahead import SECONDS

OFFICER, HEAD, INSPECTOR = "S-0001", "C-0001", "C-0002"


@dataclass
class Side:
    """One installation: its folder, its server, and its people's desk."""

    home: Path
    command: tuple[str, ...]
    port: int = 0
    environment: dict[str, str] = field(default_factory=dict)
    server: subprocess.Popen[str] | None = None
    people: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server and wait until it serves; the port stays the same."""
        words = ("--lang", "en", "--home", str(self.home), *self.command, "--port", str(self.port))
        self.server = subprocess.Popen(
            self.program(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, **self.environment},
        )  # fmt: skip
        assert self.server.stdout is not None
        for line in self.server.stdout:
            if line.startswith("serving at"):
                self.port = int(line.rsplit(":", 1)[1])
                return
        raise AssertionError(self.server.communicate()[1])

    def program(self, *words: str) -> list[str]:
        """Return the command line's program, by a clock that is ahead where that was asked for."""
        return [sys.executable, "-m", "tests.network.ahead", *words] if SECONDS in self.environment else program(*words)

    def move(self, ahead: timedelta) -> None:
        """Let whatever is started from now on go by a clock that is ahead."""
        self.environment[SECONDS] = str(ahead.total_seconds())
        if self.people is not None:
            self.people.terminate()
            self.people.communicate()
            self.people = None

    def kill(self) -> None:
        """Kill the server as a crash would."""
        assert self.server is not None
        self.server.send_signal(signal.SIGKILL)
        self.server.communicate(timeout=PATIENCE)
        self.server = None

    def ask(self, *request: Any) -> Any:
        """Act or look as people do."""
        if self.people is None:
            self.people = subprocess.Popen(
                [sys.executable, "-m", "tests.network.desk", str(self.home)], text=True, cwd=ROOT,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **self.environment},
            )  # fmt: skip
        assert self.people.stdin is not None
        assert self.people.stdout is not None
        self.people.stdin.write(json.dumps(request) + "\n")
        self.people.stdin.flush()
        answer = json.loads(self.people.stdout.readline())
        if isinstance(answer, dict) and "problem" in answer and len(answer) == 1:
            raise AssertionError(f"{request[:4]}: {answer['problem']}")
        return answer

    def rows(self, register: str, **wanted: Any) -> list[dict[str, Any]]:
        return [row for row in self.ask("rows", register) if all(row[name] == is_ for name, is_ in wanted.items())]

    def close(self) -> None:
        for process in (self.people, self.server):
            if process is not None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.communicate(timeout=30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()


def until(look: Callable[[], Any], what: str = "", seconds: float = 60.0) -> Any:
    """Return what ``look`` finds as soon as it finds something."""
    over = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < over, f"never: {what or look}"
        time.sleep(0.05)
    return found


@dataclass
class Both:
    """The operator and the authority, acquainted."""

    operator: Side
    authority: Side

    def party(self, side: Side) -> str:
        other = self.authority if side is self.operator else self.operator
        party: str = other.rows("peers")[0]["party"]
        return party


@contextmanager
def both(folder: Path, *databases: str) -> Iterator[Both]:
    """Raise both installations and let their people compare fingerprints.

    ``databases`` are the operator's and the authority's on PostgreSQL; without them each has files of its own.
    """
    operator = Side(folder / "operator", ("up",))
    authority = Side(folder / "authority", ("authority", "up"))
    for side, url in zip((operator, authority), databases, strict=False):
        side.environment["SHOUZE_DATABASE"] = url
    with ExitStack() as stack:
        for side in (operator, authority):
            stack.callback(side.close)
            side.start()
        for words in (("declare", str(STORY / "declaration.yaml")), ("policy", "apply", str(STORY / "policy.yaml"))):
            told = command(operator, *words)
            assert told.returncode == 0, told.stderr
        operator.ask("join", OFFICER, "security-officer", "officer", "security", "approver")
        authority.ask("join", HEAD, "", "head")
        authority.ask("join", INSPECTOR, "", "inspector")
        acquainted(operator, authority)
        yield Both(operator, authority)


def acquainted(operator: Side, other: Side, theirs: str = HEAD) -> None:
    """Let an operator and an authority or association compare fingerprints; ``theirs`` is who does it there."""
    operator.ask("make", "peers", OFFICER, {"address": other.url})
    until(lambda: operator.rows("peers", state="introduced"), "the other's introduction")
    row = until(lambda: other.rows("peers", state="introduced"), "the operator's introduction")[0]
    number = operator.rows("peers")[0]["number"]
    operator.ask("do", "peers", number, "trust", OFFICER, {"compared": other.ask("fingerprint")})
    other.ask("do", "peers", row["number"], "trust", theirs, {"compared": operator.ask("fingerprint")})


def report(sides: Both) -> str:
    """Report an incident of an agent; return its number at the operator."""
    now = datetime.now(UTC).isoformat()
    operator = sides.operator
    number: str = operator.ask(
        "make", "incidents", OFFICER,
        {"title": "疑似泄露", "kind": "leak", "certainty": "suspected", "found_by": "staff", "detected_at": now,
         "story": "店员拍照", "items": ["name"]},
    )  # fmt: skip
    operator.ask("do", "incidents", number, "grade", OFFICER, {"grade": "serious", "grade_because": "人数多"})
    operator.ask("do", "incidents", number, "report", OFFICER, {
        "report_to": "某局", "licence": "B2-1", "consequences": "可能外流", "reporter": "值班"})  # fmt: skip
    operator.ask("do", "incidents", number, "send", OFFICER, {"authority": sides.party(sides.authority)})
    return number


def suspend(sides: Both, document: str, report_number: str = "", **parts: str) -> str:
    """Draft and sign a suspension; return its number at the authority."""
    authority = sides.authority
    covered = parts or {"agents": "qingshan-stores"}
    number: str = authority.ask(
        "make", "issued", INSPECTOR,
        {"kind": "suspend", "to": sides.party(sides.operator), "report": report_number, "document": document,
         "body": "某省通信管理局", "because": "疑似泄露", **covered},
    )  # fmt: skip
    authority.ask("do", "issued", number, "sign", HEAD, {})
    return number


def command(side: Side, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command over an installation."""
    arguments = side.program("--lang", "en", "--home", str(side.home), *words)
    told = {**os.environ, **side.environment}
    return subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE, check=False, env=told, cwd=ROOT)


def post(side: Side, raw: bytes) -> httpx.Response:
    return httpx.post(f"{side.url}/link/dispatches", content=raw, trust_env=False, timeout=30)
