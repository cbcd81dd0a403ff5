"""Acts: what is written with each, and who may do them."""

from __future__ import annotations

import base64
from hashlib import sha256

import msgspec
import pytest

from shouze.errors import ConflictError, NotYoursError
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.agents.models import Agent
from shouze.registers.finding import registers
from shouze.registers.roles import Role
from shouze.registers.rows import Document, Effect, Event
from tests.registers.agents.scene import engaged, proposed
from tests.registers.house import PROOF, Opened, do, officer, person

pytestmark = pytest.mark.django_db


def test_numbers_count_up_within_the_year() -> None:
    first, second = proposed(), proposed(name="second")
    assert first.number.rsplit("-", 1)[1] == "0001"
    assert second.number.rsplit("-", 1)[1] == "0002"


@pytest.mark.duty("A13-6-oplog")
def test_an_act_leaves_its_event_its_document_and_what_the_log_is_owed() -> None:
    agent = do(proposed(), "assess", officer(), {"verdict": "unfit", "unfit_because": "没有制度"}, reason="现场检查")
    event = Event.objects.get(register="agents", entry=agent.pk, act="assess")
    assert (event.by, event.reason, event.duty) == (officer(), "现场检查", "A11-no-unfit")
    assert event.changes["state"] == ["proposed", "unfit"]
    document = Document.objects.get(event=event)
    assert (bytes(document.content), document.sha256) == (PROOF.content, sha256(PROOF.content).hexdigest())
    assert Effect.objects.filter(kind="act", event=event, done_at=None).count() == 1


def test_the_evidence_can_be_computed_again_from_what_is_kept() -> None:
    agent = do(proposed(), "assess", officer(), {"verdict": "unfit", "unfit_because": "没有制度"})
    event = Event.objects.get(register="agents", entry=agent.pk, act="assess")
    digests = [each.sha256 for each in event.documents.order_by("id")]
    written = msgspec.json.encode(
        ["agents", agent.number, "assess", event.reason, event.changes, digests], order="sorted"
    )
    digest = sha256(bytes(event.salt) + written).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == event.evidence


def test_personal_fields_stand_in_no_history() -> None:
    agent = proposed(contact="电话 13800000000")
    event = Event.objects.get(register="agents", entry=agent.pk)
    assert event.changes["contact"] == [None, "…"]
    assert "13800000000" not in str(event.changes)


def test_whoever_saw_an_older_version_changes_nothing() -> None:
    agent = proposed()
    do(agent, "assess", officer(), {"verdict": "unfit", "unfit_because": "没有制度"})
    with pytest.raises(ConflictError):
        do(agent, "assess", officer(), {"verdict": "unfit", "unfit_because": "别的"}, version=agent.version)
    assert Agent.objects.get(pk=agent.pk).unfit_because == "没有制度"


@pytest.mark.parametrize("role", [Role.SERVICE, Role.AUDITOR, Role.AGENT, Role.ADMINISTRATOR])
def test_a_role_without_the_act_changes_nothing(role: Role) -> None:
    agent = engaged()
    before = Event.objects.count()
    with pytest.raises(NotYoursError):
        do(agent, "unfit", person("S-9", role), {"why": "?"})
    assert Agent.objects.get(pk=agent.pk).state == "engaged"
    assert (
        Event.objects.filter(register="agents").count() == before - Event.objects.filter(register="people").count() + 1
    )


def test_a_name_that_no_act_has_is_a_mistake_and_is_not_passed_over() -> None:
    agents = registers()["agents"]
    with pytest.raises(KeyError, match="no-such-act"):
        agents.act("no-such-act")
    assert agents.find_act("no-such-act") is None


def test_an_act_that_the_rules_refuse_leaves_nothing() -> None:
    events = Event.objects.filter(register="agents").count()
    with pytest.raises(Exception, match="It ends before it begins"):
        proposed(contract_until=proposed(name="first").contract_since)
    assert Event.objects.filter(register="agents").count() == events + 1


def test_entries_that_have_not_changed_are_not_sent_again() -> None:
    agent = engaged()
    sent = Effect.objects.filter(kind="entries", register="agents").count()
    acting.settle(registers()["agents"], agent, agent.changed_at)
    assert Effect.objects.filter(kind="entries", register="agents").count() == sent == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_done_stands_in_the_log_with_the_person_who_did_it(opened: Opened) -> None:
    agent = proposed()
    opened.settle()
    event = Event.objects.get(register="agents", entry=agent.pk)
    assert event.receipt is not None
    assert event.receipt["nseq"] > 0
    assert not Effect.objects.filter(done_at=None).exists()
    assert Asked().documents == ()
