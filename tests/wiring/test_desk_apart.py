"""The desk as a process of its own on PostgreSQL, between two gateways, each plane with a role of its own."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyrage
import pytest

from shouze import wiring
from shouze.cli import story
from shouze.cli.story.people import person as story_person
from shouze.client import (
    Client,
    Invalid,
    Issued,
    NotFound,
    Refused,
    Released,
    Retries,
    Subject,
    Unauthenticated,
    Unavailable,
)  # fmt: skip
from shouze.errors import InvalidError
from shouze.gateway.clock import SteadyClock
from shouze.publication.publish import Publisher
from shouze.registers.describing import Doing
from shouze.registers.dispatches import showing
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.letters.models import SealKey
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.rules.entries import PolicyFile
from shouze.settings import Settings
from shouze.store.press_apart import PressApart
from shouze.store.roles import DESK, GATEWAY, grant
from shouze.wiring import open_stores, read_statutes
from shouze.wiring.desk import KEY_FILE, ClientDoor, enrol
from shouze.wiring.desk_apart import ENTRIES_FILE, DoorApart, GatewayRecorder
from shouze.wiring.letters import LETTERS_KEY, read_sealer
from shouze.wiring.serving import asgi
from tests import postgres
from tests.cli.shell import PATIENCE, Shell, address, running
from tests.cli.test_up import COLLECT, post
from tests.client.reach import serving
from tests.gateway.bulk.scene import declaration
from tests.installation import apply, operator, subscribe
from tests.registers.house import RunningClock
from tests.store.test_roles import with_role
from tests.wiring.planes import (
    engaged_there,
    issued,
    login,
    not_served,
    prepared,
    signed_in,
    stopped,
    submitted,
    until,
)  # fmt: skip
from tests.wiring.test_desk_tables import desk_of

PROOF = {"documents": ("ended.pdf", b"%PDF-1.7 an agreement", "application/pdf")}
READ = {
    "service": "mobile", "subject": {"identifiers": {"phone": story_person(0).phone}}, "items": ["name"],
    "purposes": ["customer-service"], "action": "read", "place": {"site": "BY-01"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def desks(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def owner(tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The command line as the tables' owner uses it, in the folder that gateways have."""
    monkeypatch.setenv("SHOUZE_DATABASE", postgres_dsn)
    return Shell(tmp_path / "gateway")


@pytest.mark.lasting
@pytest.mark.duty("A11-supervise")
def test_what_is_done_at_a_desk_apart_holds_at_every_gateway_from_its_next_call_on(
    owner: Shell, tmp_path: Path, postgres_dsn: str
) -> None:
    gateway, home, settings = owner.home, tmp_path / "desk", Settings(database=postgres_dsn)
    owner("migrate")
    assert f"shouze policy apply {home / ENTRIES_FILE}" in not_served(home, postgres_dsn)
    assert {each.name for each in home.iterdir()} == {KEY_FILE, ENTRIES_FILE}
    owner("policy", "apply", str(home / ENTRIES_FILE))
    assert "shouze migrate --roles" in not_served(home, postgres_dsn)
    crm = prepared(owner)
    own, door = login(postgres_dsn, "shouze_desk"), login(postgres_dsn, "shouze_gateway")
    entry = engaged_there(home, settings, owner)
    with ExitStack() as open_:
        at_door = {"SHOUZE_DATABASE": door}
        gates = [
            open_.enter_context(running(gateway, "serve", "gateway", "--port", "0", SHOUZE_NODE=str(node), **at_door))
            for node in (1, 2)
        ]
        urls = [address(each) for each in gates]
        words = ("serve", "desk", "--door", urls[0], "--port", "0")
        desk = open_.enter_context(running(home, *words, SHOUZE_DATABASE=own))
        url = address(desk)
        browser = open_.enter_context(closing(signed_in(url)))
        assert post(f"{urls[0]}/v1/collect", crm, COLLECT).status_code == 200
        heard = lambda: "shouze_desk_effects_waiting 0.0" in browser.get("/metrics").text  # noqa: E731 - asked again
        until(heard)
        token = issued(owner, "agent-staff", "B-1", "--agent", entry.name)
        assert post(f"{urls[1]}/v1/release", token, READ).status_code == 200
        done = submitted(browser, f"/r/agents/{entry.number}/end", {"reason": "the contract ended"}, PROOF)
        assert done.status_code == 302, done.text
        answers = [post(f"{each}/v1/release", token, READ) for each in urls]
        assert [each.json()["code"] for each in answers] == ["agent-unfit"] * 2
        assert browser.get("/static/web/house.css").status_code == 200
        assert browser.get("/link/introduction?to=shouze.localhost/peer").status_code == 200, "it signs by its link.key"
        assert browser.get("/readyz").json()["checks"] == {"tables": "ok", "policy": "ok", "door": "ok"}
        assert 'shouze_desk_requests_total{outcome="done"}' in browser.get("/metrics").text
        stopped(desk, *gates)
    assert not (home / "log.key").exists()
    assert not (home / "keyring.json").exists()
    assert_denied(own)


def test_a_damaged_key_is_named_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).touch(mode=0o600)
    (tmp_path / KEY_FILE).write_text('{"secret":"')
    said = not_served(tmp_path, "postgresql://nobody@127.0.0.1:1/none")
    assert f"{tmp_path / KEY_FILE}: The key file is damaged" in said


@pytest.mark.lasting
def test_the_key_of_the_letters_is_missed_where_it_is_wanted_and_never_replaced(
    owner: Shell, tmp_path: Path, postgres_dsn: str
) -> None:
    home, settings = tmp_path / "desk", Settings(database=postgres_dsn)
    owner("migrate", "--roles")
    assert "policy apply" in not_served(home, postgres_dsn)
    owner("policy", "apply", str(home / ENTRIES_FILE))
    sealed = read_sealer(home, settings)
    with desk_of(home, settings):
        SealKey.objects.create(name="a" * 32, wrapped=sealed.fresh("a" * 32))
    for each in ("values", "keys"):
        (tmp_path / each).mkdir()
    values, keys = (owner("backup", "identity", str(tmp_path / name)).split()[-1] for name in ("v.key", "k.key"))
    sealed_for = ("--recipient", values, "--keys-recipient", keys)
    words = ("backup", "--to", str(tmp_path / "values"), "--keys", str(tmp_path / "keys"), *sealed_for)
    assert "letters.key" in owner(*words, code=2)
    assert len(list((tmp_path / "values").glob("custody-*.age"))) == 1, "all but that key is in the backup"
    shutil.copy2(home / LETTERS_KEY, owner.home / LETTERS_KEY)
    owner(*words)
    (home / LETTERS_KEY).unlink()
    assert "letters.key" in not_served(home, postgres_dsn)
    assert not (home / LETTERS_KEY).exists()


def assert_denied(own: str) -> None:
    """Try with the desk's own login what it may not, and what it may."""
    denied = (
        "SELECT * FROM keys.subject_key", "SELECT * FROM custody.subject_value", "SELECT * FROM custody.subject",
        "SELECT * FROM custody.binding", "SELECT * FROM log.opening", "SELECT * FROM log.bundle",
        "INSERT INTO log.staging VALUES (1, '', 1, 1, '', 0, NULL)",
        "INSERT INTO custody.policy VALUES (99, '', '', 0, 'desk')", "UPDATE custody.policy SET body = ''",
        "INSERT INTO custody.entry VALUES ('posts', 'x', 9, '', 0, 'desk')", "DELETE FROM custody.declaration",
        "CREATE TABLE desk.more (id int)", "DELETE FROM desk.django_migrations",
    )  # fmt: skip
    with psycopg.connect(own, autocommit=True) as connection:
        for statement in denied:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
        assert connection.execute("SELECT count(*) FROM desk.registers_event").fetchone() is not None


@dataclass
class Apart:
    """A gateway and a desk's door, each in its own role, and a subject whom the gateway knows."""

    gate: wiring.Gateway
    door: DoorApart
    url: str
    subject: str

    def release(self, token: str) -> Released:
        with Client(self.url, token, retries=Retries(most=0)) as client:
            subject = Subject(id=self.subject)
            return client.release(service="mobile", subject=subject, purposes=["customer-service"], items=["name"])


async def stay(home: Path, url: str, found: list[Apart], ready: threading.Event, over: threading.Event) -> None:
    """Make an installation, then open a gateway and a desk's door over it, each in its role, until it is over."""
    async with operator(home, Settings(database=url), declared=False, clock=RunningClock()) as opened:
        await grant(opened.stores.databases["custody"])
        keys = await enrol(opened)
        await declare(opened)
        subject = str((await subscribe(opened)).subject)
        await opened.sequencer.step()
        await opened.sequencer.release()
    (home / "log.key").rename(home / "elsewhere.key")
    (home / "log.key.vkey").unlink()
    at_gate = Settings(database=with_role(url, GATEWAY), node=7)
    at_desk = open_stores(home, Settings(database=with_role(url, DESK)), ("custody",))
    async with wiring.gateway(home, at_gate) as gate, serving(asgi(gate)) as address_:
        reached = ClientDoor.at(address_, keys)
        press = PressApart(at_desk.databases["custody"])
        publisher = Publisher(press, GatewayRecorder(reached.account), read_statutes(), SteadyClock().now)
        loop = asyncio.get_running_loop()
        door = DoorApart(**vars(reached), publisher=publisher, policies=at_desk.policies, loop=loop)
        found.append(Apart(gate, door, address_, subject))
        ready.set()
        await asyncio.to_thread(over.wait)
        reached.close()
    await at_desk.close()


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    found, failed = list[Apart](), list[BaseException]()
    ready, over = threading.Event(), threading.Event()

    def run(home: Path, url: str) -> None:
        try:
            asyncio.run(stay(home, url, found, ready, over))
        except BaseException as problem:  # noqa: BLE001 - told to the thread that waits
            failed.append(problem)
        finally:
            ready.set()

    with postgres.database(prepared=True) as url:
        thread = threading.Thread(target=run, args=(tmp_path_factory.mktemp("apart") / "home", url))
        thread.start()
        ready.wait(PATIENCE)
        try:
            assert not failed, failed
            yield found[0]
        finally:
            over.set()
            thread.join(PATIENCE)
    assert not failed, failed


async def declare(opened: wiring.Installation) -> None:
    (document, lines) = read_document(declaration(), DeclarationFile)
    await opened.publisher.declare(document, lines, "test")
    await opened.publisher.apply(read_document(story.read("policy.yaml"), PolicyFile)[0], "test")
    await apply(opened, POLICY)
    await opened.door.refresh()


POLICY = """
posts:
  - id: security-officer
    name: {zh: 安全负责人, en: Security officer}
    grants:
      - {services: [mobile], actions: [freeze, inspect, approve]}
  - id: liaison
    name: {zh: 监管联络, en: Liaison}
    grants:
      - {services: [mobile, cloud-drive], actions: [inspect]}
  - id: analyst
    name: {zh: 分析员, en: Analyst}
    grants:
      - {services: [mobile], actions: [export]}
"""
OFFICER = {"kind": "staff", "id": "S-0001", "post": "security-officer", "agent": None}
LIAISON = OFFICER | {"id": "S-0002", "post": "liaison"}
ANALYST = {"kind": "staff", "id": "S-0500", "post": "analyst", "agent": None}


def token_of(apart: Apart) -> Issued:
    until = datetime.now(UTC) + timedelta(days=1)
    return apart.door.issue_token({"kind": "service", "actor": "crm", "until": until})


def test_the_policy_and_what_it_is_made_of_are_read_without_a_secret(apart: Apart) -> None:
    told = str([apart.door.policy(), apart.door.entries(), apart.door.callers()])
    assert "mobile" in apart.door.policy()["services"]
    assert "security-officer" in str(apart.door.entries()["posts"])
    assert {"desk-account", "desk-face"} <= set(apart.door.callers())
    assert "secret" not in told
    assert [each.version for each in apart.door.versions("mobile").declarations] == [1]
    with pytest.raises(NotFound):
        apart.door.versions("nothing")


def test_a_token_serves_at_the_gateway_until_the_desk_revokes_it(apart: Apart) -> None:
    issued = token_of(apart)
    assert apart.release(issued.token).items["name"]
    apart.door.revoke_token(issued.id, "effect-1")
    with pytest.raises(Unauthenticated):
        apart.release(issued.token)
    with pytest.raises(NotFound):
        apart.door.revoke_token("nobodys", "effect-2")


@pytest.mark.duty("A14-1-remedy")
def test_a_service_frozen_at_the_desk_is_shut_at_the_gateway_and_opened_again(apart: Apart) -> None:
    token = token_of(apart).token
    frozen = {"incident": "I-1", "target": "service", "name": "mobile"}
    with pytest.raises(Refused):
        apart.door.measure("freeze", frozen, ANALYST, "effect-3")
    apart.door.measure("freeze", frozen, OFFICER, "effect-4")
    with pytest.raises(Refused) as caught:
        apart.release(token)
    assert caught.value.code == "frozen"
    apart.door.measure("unfreeze", frozen, OFFICER, "effect-5")
    apart.door.measure("unfreeze", frozen, OFFICER, "effect-6")
    assert apart.release(token).items
    account = {"incident": "I-1", "service": "mobile", "subject": {"id": apart.subject}}
    apart.door.measure("freeze", account, OFFICER, "effect-7")
    with pytest.raises(Refused):
        apart.release(token)
    apart.door.measure("unfreeze", account, OFFICER, "effect-8")


@pytest.mark.duty("A13-3-bulk")
def test_a_bulk_request_approved_in_a_persons_name_is_policy_by_the_desk(apart: Apart) -> None:
    asked = apart.door.acting_for(ANALYST, "zh").request_bulk(
        service="mobile", purpose="offers", action="export", items=["phone"], volume=5, reason="核对",
        recipient="某部门", recipient_key=str(pyrage.x25519.Identity.generate().to_public()),
    )  # fmt: skip
    with pytest.raises(Refused):
        apart.door.approve_bulk(ANALYST, "zh", asked.id)
    assert asked.id not in apart.door.policy()["approvals"]
    assert apart.door.approve_bulk(OFFICER, "zh", asked.id).state == "approved"
    assert apart.door.policy()["approvals"][asked.id]["approved_by"] == "S-0001"
    assert apart.door.acting_for(ANALYST, "zh").run_bulk(asked.id).state in {"running", "done"}


@pytest.mark.duty("A13-6-oplog")
def test_a_gateway_answers_searches_and_counts_of_the_log_in_its_role_alone(apart: Apart) -> None:
    inspecting = apart.door.acting_for(OFFICER, "zh")
    why: dict[str, Any] = {"purpose": "investigation", "reason": "核查", "service": "mobile"}
    found = inspecting.search_records(**why, subject=apart.subject)
    assert [each.act for each in found.records] == ["collect"]
    assert inspecting.tally_records(**why).records > 0
    proved = apart.door.watching().prove_records(purpose="investigation", reason="核查", records=[0])
    assert len(proved.proofs) == 1
    assert apart.door.exercised(["account:crm"]).counted > 0


@pytest.mark.duty("A17-2-materials")
def test_openings_are_the_owners_to_take_out_and_what_was_brought_is_sent(apart: Apart) -> None:
    """No gateway of its own reads them, and the page says who does; the records themselves are shown."""
    note = apart.door.published("checkpoint").decode()
    asked = {"checkpoint": note, "nonce": "5a" * 32, "count": 1, "fields": ["subject"], "recipient": ""}
    row = DispatchRow(number="DI-2026-0007", kind="sample-request", body=asked)
    with pytest.raises(Invalid) as caught:
        apart.door.acting_for(LIAISON, "en").prove_records(
            purpose="order", reason=row.number, records=[0], openings=("subject",)
        )
    assert caught.value.field == "openings"
    assert "shouze link openings" in str(caught.value)
    GIVEN.door, before = apart.door, GIVEN.door
    try:
        told = showing.show(row, Person(username="S-0002", post="liaison"), {})
    finally:
        GIVEN.door = before
    assert (told["apart"], told["private"]) == (True, b"")
    with pytest.raises(InvalidError) as refused:
        showing.deliver(Doing(row, Person(), told, datetime.now(UTC)))
    assert (refused.value.field, "shouze link openings DI-2026-0007" in str(refused.value.remedy)) == (
        "documents",
        True,
    )


def test_what_is_wrong_is_said_as_a_gateway_says_it_and_nothing_is_published(apart: Apart) -> None:
    before = apart.door.policy()["epoch"]
    with pytest.raises(Invalid):
        apart.door.apply(b'{"format": "shouze-policy/1", "posts": [{"id": "x"}]}', "effect-9")
    with pytest.raises(Invalid):
        apart.door.declare(b"services: 7", "effect-10")
    assert apart.door.policy()["epoch"] == before


def test_what_no_gateway_records_is_not_published(apart: Apart) -> None:
    before = apart.door.policy()["epoch"]
    lost = Client("http://127.0.0.1:1", "szt_desk-account_" + "a" * 43, retries=Retries(most=0))
    publisher = replace(apart.door.publisher, recorder=GatewayRecorder(lost))
    with pytest.raises(Unavailable):
        replace(apart.door, publisher=publisher).apply(b'{"format": "shouze-policy/1", "remove": ["posts/x"]}', "e-11")
    assert apart.door.policy()["epoch"] == before
