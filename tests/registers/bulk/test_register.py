"""Bulk operations from the desk: in each person's own name, reviewed by another, at a real door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.gateway.asking import Visitor
from shouze.registers.bulk.mirroring import keep, look
from shouze.registers.bulk.models import Operation
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Document, Effect, Event
from shouze.rules.use import Actor
from shouze.wiring.bulk import bulk_of
from tests.gateway.bulk.scene import CANARIES, OFFICER, leaves, text_of
from tests.registers.bulk.scene import analyst, over, requested, reviewer, users
from tests.registers.grants.scene import looks
from tests.registers.house import Opened, do, officer, person, signed_in

pytestmark = pytest.mark.django_db
SERVICE = Visitor(Actor("service", "crm"))


@pytest.mark.duty("A13-3-bulk")
def test_an_export_is_asked_for_approved_by_another_run_and_fetched_once(opened: Opened) -> None:
    users(opened)
    entry = requested()
    assert Clock.objects.get(register="bulk", entry=entry.pk).due == entry.decide_by
    with pytest.raises(NotYoursError):
        do(entry, "run", analyst())
    assert do(entry, "approve", reviewer()).decided_by == "S-0002"
    do(entry, "run", analyst())
    entry = over(entry, analyst())
    assert (entry.state, entry.rows) == ("done", 5)
    address = reverse("bulk-file", args=[entry.number])
    answer = signed_in(analyst()).post(address)
    lines = text_of(b"".join(answer.streaming_content)).splitlines()  # type: ignore[attr-defined]  # it is streamed
    assert sum("138000" in line for line in lines) == 5
    assert signed_in(analyst()).post(address).status_code == 422
    do(entry, "allow-again", reviewer())
    assert signed_in(analyst()).post(address).status_code == 200
    opened.settle()
    acts = [(leaf.who.id, leaf.what.act) for leaf in opened.run(leaves(opened.installation))]
    for done in (("S-0500", "bulk-request"), ("S-0002", "bulk-approve"), ("S-0500", "bulk-run")):
        assert done in acts, "the log names the person, not the desk"


@pytest.mark.duty("A10-no-illegal-supply")
def test_whom_it_is_provided_to_is_chosen_among_the_declared_and_checked_by_the_door(opened: Opened) -> None:
    users(opened)
    with pytest.raises(InvalidError):
        requested(provided_to="courier")
    entry = requested(provided_to="courier", purpose="deliver-card", items=["name"])
    page = signed_in(analyst(), "en").get(reverse("row", args=["bulk", entry.number])).content.decode()
    assert (entry.provided_to, "Provided to" in page) == ("courier", True)


def test_nothing_that_people_wrote_or_users_are_called_stays_in_the_registers(opened: Opened) -> None:
    users(opened)
    entry = requested()
    page = signed_in(analyst()).get(reverse("row", args=["bulk", entry.number])).content.decode()
    assert "原因金丝雀" in page, "shown to whom it concerns, from the door"
    kept = str([[*each.objects.values()] for each in (Operation, Event, Effect, Document, Clock)])
    assert not any(canary in kept for canary in CANARIES)
    elsewhere = signed_in(person("S-9", Role.AUDITOR)).get(reverse("row", args=["bulk", entry.number]))
    assert elsewhere.status_code == 200
    assert not any(canary in elsewhere.content.decode() for canary in CANARIES)


@pytest.mark.duty("A13-3-bulk")
def test_the_requester_decides_nothing_and_whoever_lacks_the_grant_is_refused_by_the_door(opened: Opened) -> None:
    users(opened)
    entry = requested()
    with pytest.raises(NotYoursError):
        do(entry, "approve", analyst())
    with pytest.raises(InvalidError) as caught:
        do(entry, "approve", officer())
    assert caught.value.detail.zh.endswith("（第十三条第三项）"), "the article is named"
    assert Operation.objects.get(pk=entry.pk).state == "requested"
    assert do(entry, "refuse", reviewer()).state == "refused"


def test_what_could_not_be_done_anyway_is_refused_at_once_and_leaves_no_row(opened: Opened) -> None:
    users(opened)
    for by, changed in ((officer(), {}), (analyst(), {"items": ["address"]}), (analyst(), {"recipient_key": ""})):
        with pytest.raises(InvalidError):
            requested(by, **changed)
    assert not Operation.objects.exists()


def test_listed_users_and_their_reach_go_together(opened: Opened) -> None:
    ids = users(opened)
    for reach, listed in (("listed", ""), ("users", ids[0])):
        with pytest.raises(InvalidError) as caught:
            requested(reach=reach, listed=listed)
        assert caught.value.field == "listed"
    entry = requested(reach="listed", listed="\n".join(ids[:2]))
    do(entry, "approve", reviewer())
    do(entry, "run", analyst())
    assert over(entry, analyst()).rows == 2


@pytest.mark.duty("A13-3-bulk")
def test_a_destruction_is_done_and_certified_to_print(opened: Opened) -> None:
    ids = users(opened)
    entry = requested(action="destroy", purpose="offers", items=["phone"])
    assert looks(opened, ids[0], SERVICE, "phone", "customer-service") is None
    do(entry, "approve", reviewer())
    do(entry, "run", analyst())
    entry = over(entry, analyst())
    assert entry.state == "done"
    page = signed_in(analyst(), "en").get(reverse("bulk-certificate", args=[entry.number]))
    assert page.status_code == 200
    told = page.content.decode()
    assert "S-0002" in told
    assert "Certificate of destruction" in told
    assert signed_in(analyst()).post(reverse("bulk-file", args=[entry.number])).status_code == 404
    assert signed_in(person("S-9", Role.SERVICE)).get(
        reverse("bulk-certificate", args=[entry.number])
    ).status_code == 422  # fmt: skip


def test_a_request_made_elsewhere_is_listed_and_its_state_follows_the_door(opened: Opened) -> None:
    users(opened)
    number = requested().door_id
    Operation.objects.all().delete()
    assert number not in signed_in(officer()).get("/r/bulk/").content.decode()
    assert signed_in(analyst()).get("/r/bulk/").content.decode().count("mobile：customer-service") == 1
    entry = Operation.objects.get(door_id=number)
    opened.run(bulk_of(opened.installation).refuse(OFFICER, number))
    look(entry, analyst())
    entry.refresh_from_db()
    assert entry.state == "refused"
    event = Event.objects.filter(register="bulk", entry=entry.pk).latest("id")
    assert (event.act, event.by) == ("refused", None)


def test_what_runs_out_is_noted_without_anybody_looking(opened: Opened) -> None:
    users(opened)
    lapsing, expiring = requested(), requested(keep_days=1)
    do(expiring, "approve", reviewer())
    keep(timezone.now() + timedelta(days=2))
    assert [Operation.objects.get(pk=each.pk).state for each in (lapsing, expiring)] == ["requested", "expired"]
    keep(timezone.now() + timedelta(days=4))
    assert Operation.objects.get(pk=lapsing.pk).state == "lapsed"


def test_a_run_under_way_asks_again_and_works_by_reloading(opened: Opened) -> None:
    users(opened)
    entry = requested()
    Operation.objects.filter(pk=entry.pk).update(state="running", seen=40, door_id="gone")
    page = signed_in(analyst(), "en").get(reverse("row", args=["bulk", entry.number])).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert '<progress value="40" max="100"' in page
    assert ">Refresh</a>" in page


@pytest.mark.parametrize(
    ("role", "sees", "asks", "decides"),
    [
        (Role.OFFICER, True, True, True), (Role.APPROVER, True, True, True), (Role.SERVICE, True, True, False),
        (Role.AUDITOR, True, False, False), (Role.ADMINISTRATOR, False, False, False),
        (Role.AGENT, False, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(role: Role, *, sees: bool, asks: bool, decides: bool) -> None:
    entry = Operation.objects.create(
        number="B-2026-0001", title="导出", state="requested", door_id="a", service="mobile", purpose="offers",
        action="export", items=["phone"], volume=1, asked_by="S-0500", asked_at=timezone.now(),
        decide_by=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    browser = signed_in(person("S-9", role))
    assert browser.get(reverse("row", args=["bulk", entry.number])).status_code == (200 if sees else 403)
    assert browser.get("/r/bulk/new").status_code == (200 if asks else 403)
    approving = browser.get(reverse("act", args=["bulk", entry.number, "approve"])).status_code
    assert approving == (200 if decides else 403)
    fetching = browser.post(reverse("bulk-file", args=[entry.number])).status_code
    assert fetching == 403, "nobody but the requester, and only what is done"
