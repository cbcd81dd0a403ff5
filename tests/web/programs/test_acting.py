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
from shouze.registers.programs.models import Answered
from shouze.registers.roles import Role
from shouze.registers.rows import Document, Effect, Event
from shouze.web.programs import acting
from tests.registers.agents.scene import assessed, engaged, proposed
from tests.registers.house import Opened, approver, officer, person
from tests.registers.programs.scene import issued
from tests.web.programs.asked import BASE, Program, told

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


DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize("key", [None, "7"])
@pytest.mark.parametrize(
    "raw",
    [b"\xff", b"{", b'"x"', DEEP, b'{"values":{"title":' + DEEP + b"}}", b'{"values":' + DEEP + b"}",
     b'{"values":{"title":1' + b"0" * 5000 + b"}}", b'{"values":{"title":"\\ud800"}}', b'{"documents":[{"name":"x"}]}',
     b'{"documents":[{"name":"x","content":"%"}]}', b"values=1"],
)  # fmt: skip
def test_whatever_a_program_sends_is_answered_by_a_problem_and_does_nothing(raw: bytes, key: str | None) -> None:
    _, token = issued()
    asking = Program(token)
    headers = asking.headers | ({"idempotency-key": key} if key else {})
    answer = asking.client.post(f"{BASE}/agents", raw, "text/plain", headers=headers)
    assert told(answer, 422)["code"] == "invalid"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not Agent.objects.exists()
    assert not Answered.objects.exists(), "what did nothing is kept under no key"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-02-30T00:00:00Z"])
def test_a_moment_at_the_edge_of_time_is_a_wrong_field(moment: str) -> None:
    _, token = issued()
    problem = told(Program(token).post("/agents", {"values": agent_values(contract_until=moment)}), 422)
    assert "contract_until" in {each["field"] for each in problem["errors"]}


def test_a_body_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "LARGEST", 100)
    _, token = issued(acts=["people"])
    asked = {"values": JOINING["values"], "reason": "x" * 100}
    problem = told(Program(token).post("/people", asked), 422)
    assert (problem["field"], problem["detail"]) == ("body", "The body is too large")
    assert not Person.objects.filter(username="S-0100").exists()


def test_a_key_is_of_the_program_that_used_it() -> None:
    (_, one), (_, another) = issued(acts=["people"]), issued(acts=["people"])
    told(Program(one).post("/people", JOINING, key="7"), 201)
    told(Program(another).post("/people", JOINING, key="7"), 422)


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
