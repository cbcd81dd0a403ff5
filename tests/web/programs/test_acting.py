"""Acts by programs: the same rules, roles, proofs and history; once for each key."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.registers.agents.models import Agent
from shouze.registers.holders.models import Holder
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.registers.rows import Document, Effect, Event
from tests.registers.agents.scene import assessed, engaged, proposed
from tests.registers.house import Opened, approver, officer, person
from tests.registers.programs.scene import issued
from tests.web.programs.asked import Program, told

pytestmark = pytest.mark.django_db
DOCUMENT = {"name": "report.pdf", "media": "application/pdf", "content": base64.b64encode(b"%PDF-1.7").decode()}


def agent_values(**changed: Any) -> dict[str, Any]:
    now = timezone.now()
    return {
        "name": "baiyun", "title": "白云营业厅", "title_en": "Baiyun Stores", "contact": "某人", "contract": "HT-7",
        "contract_since": (now - timedelta(days=1)).isoformat(),
        "contract_until": (now + timedelta(days=300)).isoformat(), "tasks": "开户", "services": ["mobile"],
        "actions": ["collect", "read"], "purposes": ["customer-service"], "items": [], "sites": "BY-01",
        "sub_entrustment": "forbidden", "supervision_months": 6,
    } | changed  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_program_registers_assesses_and_supervises_and_a_person_engages(opened: Opened) -> None:
    _, token = issued()
    asking = Program(token)
    made = told(asking.post("/agents", {"values": agent_values()}), 201)
    assert (made["state"], made["events"][0]["program"]) == ("proposed", "K-2026-0001")
    until = (timezone.now() + timedelta(days=200)).isoformat()
    body = {"values": {"verdict": "fit", "fit_until": until}, "documents": [DOCUMENT], "version": made["version"]}
    fit = told(asking.post(f"/agents/{made['number']}/assess", body))
    assert fit["state"] == "fit"
    assert Document.objects.get().name == "report.pdf"
    refused = told(asking.post(f"/agents/{made['number']}/engage", {"documents": [DOCUMENT]}), 403)
    assert "second person" in refused["detail"]
    assert not Effect.objects.filter(done_at=None).exists(), "what it did is in the log"


def test_what_needs_a_proof_a_reason_or_a_field_says_so_in_both_languages() -> None:
    entry = proposed()
    _, token = issued()
    for language, words in (("en", "Attach a file"), ("zh", "请附上文件")):
        problem = told(
            Program(token, language).post(f"/agents/{entry.number}/assess", {"values": {"verdict": "fit"}}), 422
        )
        wrong = {each["field"]: each["detail"] for each in problem["errors"]}
        assert set(wrong) == {"documents"}
        assert words in wrong["documents"]


@pytest.mark.parametrize(
    ("body", "field"),
    [({"values": {"colour": "red"}}, "colour"), ({"values": {"title": {"zh": "x"}}}, "title"), ([], "body"),
     ({"value": {}}, "body"), ({"version": "one"}, "version")],
)  # fmt: skip
def test_what_is_no_part_of_an_act_is_named(body: Any, field: str) -> None:
    _, token = issued()
    assert told(Program(token).post("/agents", body), 422)["field"] == field
    assert not Agent.objects.exists()


def test_a_change_meanwhile_is_not_overwritten() -> None:
    entry = engaged()
    _, token = issued()
    body = {"reason": "检查", "documents": [DOCUMENT], "version": entry.version - 1}
    assert told(Program(token).post(f"/agents/{entry.number}/supervise", body), 409)["field"] == "version"


def test_roles_hold_for_programs_as_for_their_people() -> None:
    entry = proposed()
    _, token = issued(person("S-5", Role.AUDITOR))
    told(Program(token).post(f"/agents/{entry.number}/assess", {}), 422)
    body = {"values": {"verdict": "fit", "fit_until": timezone.now().isoformat()}, "documents": [DOCUMENT]}
    assert told(Program(token).post(f"/agents/{entry.number}/assess", body), 403)["code"] == "not-yours"
    assert Agent.objects.get().state == "proposed"


JOINING = {"values": {"username": "S-0100", "name": "新人", "roles_held": ["auditor"]}}


def test_a_key_does_an_act_once_and_is_answered_alike() -> None:
    _, token = issued(acts=["people"])
    asking = Program(token)
    first = told(asking.post("/people", JOINING, key="7"), 201)
    assert told(asking.post("/people", JOINING, key="7"), 201) == first
    assert Person.objects.filter(username="S-0100").count() == 1
    assert told(asking.post("/people", {}, key="7"), 409)["field"] == "Idempotency-Key"
    told(asking.post("/people", {"values": {}}, key="8"), 422)
    told(asking.post("/people", {"values": JOINING["values"] | {"username": "S-0101"}}, key="8"), 201)


def test_a_services_program_acts_for_whom_it_names_and_the_log_names_the_desk() -> None:
    named = {"title": "工单", "title_en": "Tickets", "kind": "account", "name": "t", "key": "account:t"}
    Holder.objects.create(number="H-1", state="present", **named)
    _, token = issued(service="account:t", acts=["people"])
    told(Program(token).post("/people", JOINING), 201)
    event = Event.objects.filter(register="people").latest("id")
    assert (event.by, event.program) == (officer(), "K-2026-0001")
    assert b'"person":null' in bytes(Effect.objects.get(event=event).content)


def test_acts_with_a_page_or_a_secret_of_their_own_are_done_by_hand() -> None:
    _, token = issued(acts=["people", "counter"])
    asking = Program(token)
    assert told(asking.post("/counter", {}), 403)["detail"]
    assert told(asking.post(f"/people/{approver().number}/invite", {}), 403)["remedy"]
    told(asking.post(f"/people/{approver().number}/dance", {}), 404)


def test_a_person_is_named_by_work_number() -> None:
    entry = assessed()
    _, token = issued(acts=["holders"])
    assert entry.pk
    answer = Program(token).post("/holders", {"values": {"owner": "S-0001", "kind": "?"}})
    assert "owner" not in {each["field"] for each in told(answer, 422).get("errors", [])}
