"""Private fields of drawn records, where gateway, sequencer and desk are processes of their own in their roles."""

from __future__ import annotations

import re
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.note import Verifier
from shouze.link.dispatch import unverified
from shouze.link.inspecting import Shown, examine
from shouze.link.kinds import Sample, SampleRequest
from shouze.link.opening import compared, fresh_identity, unsealed
from shouze.link.packet import Packet
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import packet_of
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.settings import Settings
from shouze.wiring.desk_apart import ENTRIES_FILE
from shouze.wiring.link import read_link_key
from tests.cli.shell import PATIENCE, Shell, address, program, running
from tests.cli.test_up import COLLECT, post
from tests.registers.parties import Other
from tests.wiring.test_desk_apart import engaged_there, login, not_served, prepared, signed_in, submitted, until
from tests.wiring.test_desk_tables import desk_of

FIELDS = ("subject", "request")


@pytest.fixture(autouse=True)
def desks(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def integrated(dsn: str, receipt: dict[str, Any]) -> bool:
    """Tell whether a record has its place in the log."""
    with psycopg.connect(dsn) as connection:
        reached = connection.execute(
            "SELECT last_nseq FROM log.applied WHERE node = %s AND boot = %s", (receipt["node"], receipt["boot"])
        ).fetchone()
    return reached is not None and reached[0] >= receipt["nseq"]


def taken_out(owner: Shell, number: str, file: Path) -> subprocess.CompletedProcess[str]:
    """Run the owner's command as a process of its own, as Django's tables are set up once in each."""
    words = program("--lang", "en", "--home", str(owner.home), "link", "openings", number, str(file))
    return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.mark.lasting
@pytest.mark.duty("A17-2-materials")
def test_the_owner_opens_what_no_gateway_reads_and_the_desk_sends_it(
    tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUZE_DATABASE", postgres_dsn)
    owner, desk, settings = Shell(tmp_path / "owner"), tmp_path / "desk", Settings(database=postgres_dsn)
    owner("migrate")
    not_served(desk, postgres_dsn)
    owner("policy", "apply", str(desk / ENTRIES_FILE))
    crm = prepared(owner)
    other, (identity, recipient) = Other(party=f"shouze.localhost/{uuid.uuid4().hex}"), fresh_identity()
    engaged_there(desk, settings, owner)
    with desk_of(desk, settings):
        other.trusted()
        Person.objects.filter(username="S-0001").update(post="security-officer")
    roles = {
        plane: {"SHOUZE_DATABASE": login(postgres_dsn, f"shouze_{plane}")} for plane in ("gateway", "sequencer", "desk")
    }
    with ExitStack() as stack:
        gate = address(stack.enter_context(
            running(owner.home, "serve", "gateway", "--port", "0", SHOUZE_NODE="1", **roles["gateway"])))  # fmt: skip
        stack.enter_context(running(owner.home, "serve", "sequencer", **roles["sequencer"]))
        url = address(
            stack.enter_context(running(desk, "serve", "desk", "--door", gate, "--port", "0", **roles["desk"]))
        )
        told = post(f"{gate}/v1/collect", crm, COLLECT).json()["receipt"]
        until(lambda: integrated(postgres_dsn, told))
        note = httpx.get(f"{gate}/log/checkpoint", trust_env=False).text
        size = int(note.splitlines()[1])
        asked = SampleRequest(checkpoint=note, nonce="5a" * 32, count=size, fields=FIELDS, recipient=recipient)
        raw = Packet(other.seal("sample-request", asked, receiver=read_link_key(desk).party)).encoded()
        assert "receipt" in httpx.post(f"{url}/link/dispatches", content=raw, trust_env=False).json()
        with desk_of(desk, settings):
            number = DispatchRow.objects.get(kind="sample-request").number
        browser = stack.enter_context(closing(signed_in(url)))
        path = f"/r/dispatches/{number}/deliver"
        refused = submitted(browser, path, {})
        assert f"shouze link openings {number} FILE" in refused.text, re.sub(r"\s*<[^>]+>\s*", " ", refused.text)[
            -1500:
        ]
        file = tmp_path / "openings.age"
        first = taken_out(owner, number, file)
        assert first.returncode == 0, first.stderr
        again = taken_out(owner, number, file)
        assert (again.returncode, "already" in again.stderr) == (2, True)
        sent = submitted(browser, path, {}, {"documents": (file.name, file.read_bytes(), "application/octet-stream")})
        assert sent.status_code == 302, re.sub(r"<[^>]+>", "", sent.text)
    with desk_of(desk, settings):
        row = DispatchRow.objects.get(kind="sample")
        said = unverified(row.signed)
        assert said is not None
        assert isinstance(said.body, Sample)
        files = packet_of(row).attachments
    log = Verifier.from_vkey((owner.home / "log.key.vkey").read_text().strip())
    shown = Shown.read(files[said.body.attachment])
    records, found = examine(shown, list(said.body.places), open_checkpoint(note.encode(), [log])[0], log)
    opened = unsealed(files[said.body.openings], identity)
    assert (found, compared(records, opened, FIELDS, GIVEN.now())) == ([], [])
    assert [place for place, each in opened.items() if each.texts]
