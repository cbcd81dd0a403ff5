"""Orders that come by dispatch: in force at the door with their arrival, proved to the sender, lifted by the sender."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shouze.errors import ShouzeError
from shouze.ledger.note import Verifier
from shouze.link.dispatch import unverified
from shouze.link.kinds import Acknowledgement, Correction, Letter, Lifting, Suspension
from shouze.link.packet import MEDIA, Packet
from shouze.link.proving import enforced_at
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.orders.models import Order
from shouze.registers.orders.serving import acknowledge
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock
from tests.installation import CLERK, PERSON, subscribe
from tests.registers.grants.scene import looks
from tests.registers.house import Opened, do, officer
from tests.registers.parties import Other, inbox, joined

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mine() -> Iterator[None]:
    with joined():
        yield


def suspension(**more: Any) -> Suspension:
    told = {
        "order": "1号",
        "authority": "某局",
        "reason": "疑似泄露",
        "since": GIVEN.now(),
        "agents": ("kuaisu",),
        **more,
    }
    return Suspension(**told)


def test_a_suspension_stands_with_its_arrival_and_nobody_confirms_it() -> None:
    other = Other()
    other.trusted()
    other.send("suspension", suspension(items=("name",), actions=("read",)))
    order = Order.objects.get()
    assert (order.document, order.state, order.agents, order.items) == ("1号", "standing", ["kuaisu"], ["name"])
    assert inbox() == [("suspension", 1, "settled")]


def test_an_order_of_another_peer_lifts_nothing() -> None:
    one, another = Other(), Other(party="shouze.localhost/another")
    one.trusted()
    another.trusted(number="L-2")
    one.send("suspension", suspension())
    another.send("lifting", Lifting(order="1号", reason="x"))
    assert Order.objects.get().state == "standing"
    assert DispatchRow.objects.get(kind="lifting").state == "stuck"


def test_one_number_stands_for_one_order() -> None:
    other = Other()
    other.trusted()
    other.send("suspension", suspension())
    other.send("suspension", suspension(reason="另一说法"), sequence=2)
    assert Order.objects.count() == 1
    assert DispatchRow.objects.get(sequence=2).state == "stuck"


@pytest.mark.duty("A14-2-obey")
def test_contesting_it_writes_to_the_authority_and_changes_nothing() -> None:
    other = Other()
    other.trusted()
    other.send("suspension", suspension())
    order = do(Order.objects.get(), "contest", officer(), reason="不服")
    written = unverified(DispatchRow.objects.get(direction="out").signed)
    assert written is not None
    assert written.body == Letter(title="1号", text="不服", document="1号")
    assert (order.state, written.matter) == ("standing", "m")


def test_an_order_to_correct_runs_its_clock_and_is_answered_by_dispatch() -> None:
    other = Other()
    other.trusted()
    due = GIVEN.now() + timedelta(days=5)
    other.send("correction", Correction(order="2号", authority="某局", demand="改正", due=due))
    order = Order.objects.get()
    assert Clock.objects.get(register="orders", entry=order.pk, kind="do").due == due
    do(order, "report", officer(), reason="已改正")
    assert DispatchRow.objects.get(direction="out").kind == "corrected"


def _refused(opened: Opened, subject: str) -> str | None:
    return looks(opened, subject, CLERK, "phone", purpose="customer-service")


@pytest.mark.duty("A14-2-obey")
@pytest.mark.django_db(transaction=True)
def test_the_door_obeys_and_its_log_proves_it_to_the_sender(opened: Opened) -> None:
    other, subject = Other(), opened.run(subscribe(opened.installation, PERSON)).subject
    other.trusted()
    other.send("suspension", suspension(agents=(), services=("mobile",)))
    opened.settle()
    assert _refused(opened, subject) == "suspended-by-order"

    acknowledge(GIVEN.now())
    assert not DispatchRow.objects.filter(direction="out").exists()  # the log has no record of it yet
    opened.settle()
    opened.run(_sequenced(opened))
    acknowledge(GIVEN.now())
    written = unverified(DispatchRow.objects.get(direction="out").signed)
    assert written is not None
    said, digest = written.body, DispatchRow.objects.get(direction="in").sha256
    assert isinstance(said, Acknowledgement)
    vkey = opened.installation.signer.verifier().vkey
    assert enforced_at(said, digest, vkey) <= GIVEN.now()
    assert said.policy == opened.installation.door.room.policy.digest
    acknowledge(GIVEN.now())
    assert DispatchRow.objects.filter(direction="out").count() == 1
    _hold_nothing_else(said, digest, vkey)

    other.send("lifting", Lifting(order="1号", reason="已改正"), sequence=2)
    opened.settle()
    assert _refused(opened, subject) is None
    assert Order.objects.get().state == "lifted"


@pytest.mark.duty("A14-2-obey")
@pytest.mark.django_db(transaction=True)
def test_the_door_obeys_before_the_sender_is_answered(opened: Opened) -> None:
    """Nothing is settled in between: neither a round of the worker, nor another request."""
    other, subject = Other(), opened.run(subscribe(opened.installation, PERSON)).subject
    other.trusted()
    assert _refused(opened, subject) is None
    raw = Packet(other.seal("suspension", suspension(agents=(), services=("mobile",)))).encoded()
    assert Client().post("/link/dispatches", raw, content_type=MEDIA).status_code == 200
    assert _refused(opened, subject) == "suspended-by-order"


def _hold_nothing_else(said: Acknowledgement, digest: str, vkey: str) -> None:
    """The proof is of this dispatch, this policy and this log, and of no other."""
    import msgspec

    stranger = Verifier("x.example/log", 1, bytes(32)).vkey
    for told, named, key in (
        (said, "0" * 64, vkey),
        (msgspec.structs.replace(said, policy="0" * 64), digest, vkey),
        (said, digest, stranger),
        (msgspec.structs.replace(said, proof=said.proof.replace("index ", "index 1")), digest, vkey),
        (msgspec.structs.replace(said, proof=""), digest, vkey),
    ):
        with pytest.raises(ShouzeError):
            enforced_at(told, named, key)


async def _sequenced(opened: Opened) -> None:
    while await opened.installation.sequencer.step():
        pass
