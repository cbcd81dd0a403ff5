"""The authority complained about states its side from the inbox; deciding is not its to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from shouze.link.dispatch import unverified
from shouze.link.supervision import GrievanceQuestion, GrievanceStatement
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.house import do, person, signed_in
from tests.registers.parties import Other, joined
from tests.registers.reports.scene import inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def question(other: Other) -> DispatchRow:
    other.trusted(standing="ministry")
    due = GIVEN.now() + timedelta(days=7)
    body = GrievanceQuestion(number="CD-2026-0001", operator="星桥通信", grounds=("fee",), happened_at=GIVEN.now(),
                             text="是否收费？", due=due)  # fmt: skip
    other.send("grievance-question", body, matter="CD-2026-0001")
    return DispatchRow.objects.get()


def test_a_question_is_answered_with_a_statement_in_its_matter(other: Other) -> None:
    with joined("authority"):
        row = question(other)
        assert Clock.objects.get(register="dispatches", kind="read").due == row.due
        row = do(row, "state", inspector(), {"statement": "没有收费"})
        written = unverified(DispatchRow.objects.get(direction="out").signed)
        # Who has more to say says it again, in the same matter.
        do(row, "state", inspector(), {"statement": "补充"})
        assert DispatchRow.objects.filter(direction="out").count() == 2
    assert written is not None
    assert written.body == GrievanceStatement(number="CD-2026-0001", text="没有收费")
    assert (row.state, written.matter, written.in_reply_to) == ("settled", "CD-2026-0001", row.dispatch_id)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.INSPECTOR, 200), (Role.HEAD, 200), (Role.AUDITOR, 403), (Role.OFFICER, 403)]
)
def test_who_states_it(other: Other, role: Role, status: int) -> None:
    with joined("authority"):
        row = question(other)
        browser = signed_in(person("C-9", role))
        assert browser.get(reverse("act", args=["dispatches", row.number, "state"])).status_code == status
