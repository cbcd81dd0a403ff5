"""What flows tell of Article 9, driven from nothing to a breach and back."""

from __future__ import annotations

import pytest
from django.utils import timezone

from shouze.registers.consents.faults import DUTIES
from shouze.registers.declarations.models import DeclarationRow
from tests.registers.consents.scene import faulty, flow
from tests.registers.declarations.scene import in_force
from tests.registers.house import do, officer
from tests.registers.standings.driving import finding_of, states_of

pytestmark = pytest.mark.django_db
MATTERS = {
    "A09-1-consent": "consents.consent", "A09-2-etc": "consents.found", "A09-3-no-deceit": "consents.deceit",
    "A09-3-no-mislead": "consents.mislead", "A09-3-no-coerce": "consents.coerce", "A09-4-cancel": "consents.cancelling",
}  # fmt: skip


@pytest.mark.duty("A09-3-no-coerce")
@pytest.mark.parametrize("matter", MATTERS.values())
def test_a_flow_shows_something_once_it_is_reviewed_and_until_it_has_to_be_again(matter: str) -> None:
    assert states_of(matter, always=True) == ["not-evidenced"]
    row = flow()
    assert states_of(matter, 2, always=True) == ["not-evidenced", "not-evidenced"]
    do(row, "review", officer(), {"faults": []})
    assert states_of(matter, 179, 181, always=True) == ["due", "due", "not-evidenced"]
    do(row, "retire", officer())
    assert states_of(matter, always=True) == ["not-evidenced"]


@pytest.mark.duty("A09-3-no-deceit", "A09-3-no-mislead")
@pytest.mark.parametrize("fault", DUTIES)
def test_a_fault_breaches_its_own_duty_and_no_other_until_it_is_mended(fault: str) -> None:
    row = faulty(fault)
    found = {duty: finding_of(matter, always=True) for duty, matter in MATTERS.items()}
    assert {duty for duty, each in found.items() if each.state == "breached"} == {DUTIES[fault]}
    assert found[DUTIES[fault]].since == row.reviewed_at
    assert found[DUTIES[fault]].evidence[0].row == row.number
    do(row, "mend", officer(), {"mended": [fault]})
    assert {finding_of(matter, always=True).state for matter in MATTERS.values()} == {"due"}


@pytest.mark.duty("A09-1-consent", "A09-3-no-deceit", "A09-2-purpose")
@pytest.mark.parametrize("matter", ["consents.current", *MATTERS.values()])
def test_the_flow_of_one_service_says_nothing_of_another_service(matter: str) -> None:
    in_force()
    do(flow(), "review", officer(), {"faults": []})
    before = states_of(matter, always=True)
    assert before[0] in ("met", "due")
    DeclarationRow.objects.create(
        number="D-9", service="photo-share", title="相册", state="published", published_version=1, content={},
        published_at=timezone.now(),
    )  # fmt: skip
    assert states_of(matter, always=True) == ["not-evidenced"]
    DeclarationRow.objects.filter(number="D-9").update(state="ended")
    assert states_of(matter, always=True) == before


@pytest.mark.duty("A09-2-purpose", "A09-2-means", "A09-2-scope", "A09-2-refusal", "A09-3-contract")
def test_flows_show_the_rules_in_force() -> None:
    assert states_of("consents.current", always=True) == ["not-evidenced"]
    in_force()
    row = flow()
    assert states_of("consents.current", 400, always=True) == ["met", "met"]
    in_force(2, also_told=[{"zh": "新增", "en": "New"}])
    do(row, "review", officer(), {"faults": []})
    assert states_of("consents.current", 2, always=True)[1] == "breached"
