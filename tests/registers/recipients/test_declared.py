"""Recipients that the rules declare: taken over once, compared with the rules in force."""

from __future__ import annotations

import pytest

from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.recipients.declared import take_over, take_over_all
from shouze.registers.recipients.models import Recipient
from shouze.registers.rows import Event
from tests.registers.recipients.scene import taken_over

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A10-no-illegal-supply")
def test_what_the_rules_declare_comes_in_with_their_publication_and_is_to_be_completed() -> None:
    row = taken_over("number-portability")
    assert (row.state, row.ground, row.instrument, row.article) == ("declared", "law", "telecom-regulations-2016", "31")
    assert (row.purposes, row.items) == (["real-name-record"], ["name", "id-number", "phone"])
    assert Event.objects.get(register="recipients", entry=row.pk).act == "take-over"


def test_nothing_is_taken_over_twice() -> None:
    taken_over()
    assert (Recipient.objects.count(), take_over_all()) == (2, 0)


def test_a_term_that_the_rules_declare_is_the_rows() -> None:
    taken_over()
    rules = DeclarationRow.objects.get(state="published")
    declared = {**rules.content["recipients"][0], "id": "another", "until": "2030-01-01T00:00:00+08:00"}
    rules.content["recipients"].append(declared)
    assert take_over(rules) == 1
    assert Recipient.objects.get(recipient="another").until is not None
