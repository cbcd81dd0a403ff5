"""What findings tell of Articles 8 and 9(3), driven from nothing to a breach and back."""

from __future__ import annotations

import pytest
from django.utils import timezone

from shouze.registers.findings.models import Finding
from tests.registers.findings.scene import finding
from tests.registers.standings.driving import finding_of, states_of

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A08-make-rules", "A09-3-necessity")]


def test_what_was_found_is_to_be_judged_and_a_true_one_is_a_breach_until_it_is_settled() -> None:
    assert states_of("findings.undeclared") == ["met"]
    row = finding()
    assert states_of("findings.undeclared") == ["due"]
    now = timezone.now()
    Finding.objects.filter(pk=row.pk).update(state="true", judged_at=now)
    found = finding_of("findings.undeclared")
    assert (found.state, found.since, found.evidence[0].row) == ("breached", now, row.number)
    Finding.objects.filter(pk=row.pk).update(state="declared")
    assert states_of("findings.undeclared") == ["met"]
