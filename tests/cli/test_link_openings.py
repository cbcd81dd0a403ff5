"""Private fields of drawn records, where gateway, sequencer and desk are processes of their own in their roles."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
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
from tests.wiring.planes import engaged_there, login, not_served, prepared, signed_in, submitted, until
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


@dataclass
class Scene:
    """The owner's folder and the desk's, the addresses of gateway and desk, the authority and its inspection's key."""

    owner: Shell
    desk: Path
    settings: Settings
    gate: str
    url: str
    other: Other
    identity: str
    recipient: str

    def drawn(self, crm: str) -> tuple[str, str]:
        """Let the authority draw every record; return the checkpoint and the number of its dispatch at the desk."""
        told = post(f"{self.gate}/v1/collect", crm, COLLECT).json()["receipt"]
        until(lambda: integrated(self.settings.database, told))
        note = httpx.get(f"{self.gate}/log/checkpoint", trust_env=False, timeout=30).text
        count, party = int(note.splitlines()[1]), read_link_key(self.desk).party
        asked = SampleRequest(checkpoint=note, nonce="5a" * 32, count=count, fields=FIELDS, recipient=self.recipient)
        raw = Packet(self.other.seal("sample-request", asked, receiver=party)).encoded()
        assert "receipt" in httpx.post(f"{self.url}/link/dispatches", content=raw, trust_env=False, timeout=30).json()
        with desk_of(self.desk, self.settings):
            return note, DispatchRow.objects.get(kind="sample-request").number

    def sent(self) -> tuple[Sample, dict[str, bytes]]:
        """Return what the desk sent, with its files by digest."""
        with desk_of(self.desk, self.settings):
            row = DispatchRow.objects.get(kind="sample")
            said = unverified(row.signed)
            assert said is not None
            assert isinstance(said.body, Sample)
            return said.body, dict(packet_of(row).attachments)


@contextmanager
def apart(folder: Path, dsn: str) -> Iterator[tuple[Scene, str]]:
    """Run gateway, sequencer and desk in their roles, with a trusted authority; yield a program's token too."""
    owner, desk, settings = Shell(folder / "owner"), folder / "desk", Settings(database=dsn)
    owner("migrate")
    not_served(desk, dsn)
    owner("policy", "apply", str(desk / ENTRIES_FILE))
    crm, other = prepared(owner), Other(party=f"shouze.localhost/{uuid.uuid4().hex}")
    engaged_there(desk, settings, owner)
    with desk_of(desk, settings):
        other.trusted()
        Person.objects.filter(username="S-0001").update(post="security-officer")

    def serving(home: Path, plane: str, *words: str) -> Any:
        in_role = {"SHOUZE_DATABASE": login(dsn, f"shouze_{plane}"), "SHOUZE_NODE": "1"}
        return running(home, "serve", plane, *words, **in_role)

    with ExitStack() as stack:
        gate = address(stack.enter_context(serving(owner.home, "gateway", "--port", "0")))
        stack.enter_context(serving(owner.home, "sequencer"))
        url = address(stack.enter_context(serving(desk, "desk", "--door", gate, "--port", "0")))
        yield Scene(owner, desk, settings, gate, url, other, *fresh_identity()), crm


@pytest.mark.lasting
@pytest.mark.duty("A17-2-materials")
def test_the_owner_opens_what_no_gateway_reads_and_the_desk_sends_it(
    tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUZE_DATABASE", postgres_dsn)
    file = tmp_path / "openings.age"
    with apart(tmp_path, postgres_dsn) as (scene, crm), closing(signed_in(scene.url)) as browser:
        note, number = scene.drawn(crm)
        path = f"/r/dispatches/{number}/deliver"
        assert f"shouze link openings {number} FILE" in submitted(browser, path, {}).text
        first, again = (taken_out(scene.owner, number, file) for _ in range(2))
        assert first.returncode == 0, first.stderr
        assert (again.returncode, "already" in again.stderr) == (2, True)
        brought = {"documents": (file.name, file.read_bytes(), "application/octet-stream")}
        done = submitted(browser, path, {}, brought)
        assert done.status_code == 302, done.text
    said, files = scene.sent()
    log = Verifier.from_vkey((scene.owner.home / "log.key.vkey").read_text().strip())
    at = open_checkpoint(note.encode(), [log])[0]
    records, found = examine(Shown.read(files[said.attachment]), list(said.places), at, log)
    opened = unsealed(files[said.openings], scene.identity)
    assert (found, compared(records, opened, FIELDS, GIVEN.now())) == ([], [])
    assert [place for place, each in opened.items() if each.texts]
