"""Impact assessments: complete, approved by another, kept three years, done anew when what was assessed changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from shouze.errors import ConflictError, InvalidError, NotYoursError
from shouze.registers.agents.register import REGISTER as AGENTS
from shouze.registers.assessments.models import Assessment
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.declarations.register import REGISTER as DECLARATIONS
from shouze.registers.ports import GIVEN
from shouze.registers.recipients.models import Recipient
from shouze.registers.roles import VISITING, Role
from shouze.registers.rows import Clock
from tests.registers.agents.scene import engaged, proposed
from tests.registers.assessments.scene import CONTENT, approved, begun, submitted
from tests.registers.declarations.scene import approved as approved_rules
from tests.registers.declarations.scene import plain, published
from tests.registers.house import approver, do, kept, officer, person, signed_in
from tests.registers.recipients.scene import taken_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[list[datetime]]:
    """The one clock of the acts, standing where a test puts it."""
    before, at = GIVEN.now, [datetime(2028, 2, 29, 4, tzinfo=UTC)]
    GIVEN.now = lambda: at[0]
    try:
        yield at
    finally:
        GIVEN.now = before


def of(about: str) -> dict[str, str]:
    return dict(Assessment.objects.filter(about=about).values_list("number", "state"))


@pytest.mark.parametrize("missing", CONTENT)
def test_nothing_is_submitted_that_lacks_what_the_law_asks_for(missing: str) -> None:
    row = do(begun(), "write", officer(), {**CONTENT, missing: [] if missing == "reasons" else ""})
    with pytest.raises(InvalidError) as caught:
        do(row, "submit", officer())
    assert caught.value.field == missing


def test_nobody_approves_what_they_wrote_not_even_in_a_firm_of_one() -> None:
    row = submitted()
    with pytest.raises(NotYoursError):
        do(row, "approve", officer())
    assert do(row, "approve", approver()).state == "approved"


def test_an_assessment_is_kept_three_years_to_the_day(clock: list[datetime]) -> None:
    row = approved()
    assert f"{timezone.localtime(row.kept_until):%Y-%m-%d}" == "2031-02-28"
    clock[0] = datetime(2031, 2, 28, 3, 59, tzinfo=UTC)
    with pytest.raises(InvalidError) as caught:
        do(row, "discard", officer())
    assert caught.value.detail.en == "It is kept until 2031-02-28"
    with pytest.raises(ConflictError):
        row.delete()
    with pytest.raises(ConflictError):
        Assessment.objects.filter(pk=row.pk).delete()
    clock[0] = datetime(2031, 2, 28, 4, 1, tzinfo=UTC)
    row.refresh_from_db()
    gone = do(row, "discard", officer())
    assert (gone.state, gone.lawful, gone.influence, gone.measures) == ("discarded", "", "", "")


def test_what_was_never_approved_need_not_be_kept() -> None:
    Assessment.objects.filter(pk=begun().pk).delete()
    assert not Assessment.objects.exists()


def test_an_agent_that_is_proposed_needs_one_and_its_page_says_so() -> None:
    agent = proposed()
    (row,) = Assessment.objects.filter(about="agent:baiyun")
    assert (row.state, row.reasons) == ("needed", ["entrust"])
    assert Clock.objects.filter(register="assessments", entry=row.pk).count() == 1
    assert any("impact assessment" in each.en for each in AGENTS.notes(agent, timezone.now()))
    approved(row, reasons=["entrust"])
    assert not any("impact assessment" in each.en for each in AGENTS.notes(agent, timezone.now()))


def test_when_what_was_assessed_changes_it_is_assessed_anew_from_what_was_written() -> None:
    agent = engaged()
    first = approved(Assessment.objects.get(about="agent:baiyun"))
    now = timezone.now()
    changed = {name: getattr(agent, name) for name in ("title", "title_en", "contact", "contract", "contract_since",
               "contract_until", "tasks", "services", "actions", "purposes", "items", "sites", "sub_entrustment",
               "supervision_months")}  # fmt: skip
    do(agent, "change", officer(), {**changed, "tasks": "开户"})
    assert of("agent:baiyun") == {first.number: "approved"}
    agent.refresh_from_db()
    do(agent, "change", officer(), {**changed, "items": ["name", "id-number"]})
    second = Assessment.objects.get(about="agent:baiyun", state="needed")
    assert of("agent:baiyun") == {first.number: "outdated", second.number: "needed"}
    assert second.lawful == CONTENT["lawful"]
    agent.refresh_from_db()
    assert any("assess it anew" in each.en for each in AGENTS.notes(agent, now))
    approved(second)
    assert of("agent:baiyun") == {first.number: "superseded", second.number: "approved"}


def test_rules_that_name_recipients_or_sensitive_items_warn_before_they_are_published() -> None:
    row = approved_rules(service="mobile")
    assert any("impact assessment is needed" in each.en for each in DECLARATIONS.notes(row, timezone.now()))
    do(row, "publish", approver())
    needed = Assessment.objects.get(about="service:mobile")
    assert (needed.state, "provide" in needed.reasons) == ("needed", True)
    approved(needed)
    held = plain("mobile")
    held["purposes"][0]["means"] = ["collect", "read", "use", "compare", "export"]
    again = approved_rules(held, "mobile")
    assert any("assess it anew" in each.en for each in DECLARATIONS.notes(again, timezone.now()))


def test_the_pages_of_rules_recipients_and_agents_lead_to_their_assessments() -> None:
    row, agent = taken_over(), engaged()
    kept()
    rules = DeclarationRow.objects.get()
    browser = signed_in(officer())
    for page, about in (
        (f"/r/declarations/{rules.number}/", "service:mobile"),
        (f"/r/recipients/{row.number}/", row.about),
        (f"/r/agents/{agent.number}/", "agent:baiyun"),
    ):
        number = Assessment.objects.get(about=about).number
        assert f"/r/assessments/{number}/" in browser.get(page).content.decode(), page


def test_the_round_finds_what_is_not_listed_yet_and_nothing_twice() -> None:
    taken_over()
    kept()
    kept()
    assert sorted(Assessment.objects.values_list("about", flat=True)) == [
        "recipient:mobile/courier", "recipient:mobile/number-portability", "service:mobile",
    ]  # fmt: skip


def test_rules_without_any_of_it_warn_of_nothing() -> None:
    held = plain("cloud-drive")
    for each in held["purposes"]:
        each["items"] = [item for item in each["items"] if item["item"] in {"email", "name", "phone"}]
        each["recipients"] = []
    held["purposes"] = [each for each in held["purposes"] if each["items"]]
    held["recipients"] = []
    row = published(held)
    assert not Assessment.objects.filter(about=f"service:{row.service}").exists()


def test_a_recipient_abroad_is_assessed_for_that_too() -> None:
    row = taken_over()
    kept()
    assert Assessment.objects.get(about=row.about).reasons == ["provide"]
    approved(Assessment.objects.get(about=row.about))
    values = {
        name: getattr(row, name)
        for name in ("title", "title_en", "purposes", "items", "ground", "instrument", "article", "since", "until")
    }
    papers = {"contract": "", "manner": "", "contact": "", "abroad_reference": ""}
    abroad = {"abroad": True, "country": "新加坡", "abroad_ground": "contract"}
    do(row, "complete", officer(), {**values, **papers, **abroad})
    assert Assessment.objects.get(about=row.about, state="needed").reasons == ["provide", "abroad"]
    assert Recipient.objects.get(pk=row.pk).abroad


def test_what_was_found_not_needed_is_asked_for_again_only_when_it_changes() -> None:
    agent = proposed()
    do(Assessment.objects.get(), "moot", officer())
    do(agent, "change", officer(), {"title": "白云"})
    assert list(Assessment.objects.values_list("state", flat=True)) == ["moot"]
    agent.refresh_from_db()
    do(agent, "change", officer(), {"items": ["id-number"]})
    assert sorted(Assessment.objects.values_list("state", flat=True)) == ["moot", "needed"]


@pytest.mark.parametrize("role", Role)
def test_each_role_does_what_is_its_own(role: Role) -> None:
    browser, draft, ready = signed_in(person("S-6", role)), begun(), submitted()
    keeps, approves = role in {Role.OFFICER, Role.SECURITY}, role in {Role.OFFICER, Role.APPROVER}
    assert (browser.get(f"/r/assessments/{draft.number}/write").status_code == 200) == keeps
    assert (browser.get(f"/r/assessments/{ready.number}/approve").status_code == 200) == approves
    assert (browser.get(f"/r/assessments/{draft.number}/moot").status_code == 200) == (role == Role.OFFICER)
    assert browser.get("/r/assessments/").status_code == (403 if role in {Role.AGENT, *VISITING} else 200)
