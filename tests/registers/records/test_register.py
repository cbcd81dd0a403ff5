"""Attested records: person, time, place, matter; by hand or from a file, never with a user's number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.records.models import Attested
from shouze.registers.records.register import REGISTER
from shouze.registers.roles import Role
from tests.registers.house import do, make, officer, person

pytestmark = pytest.mark.django_db


def attested(**changed: Any) -> Attested:
    values = {
        "system": "paper", "actor": "S-0042", "agent": "", "at": timezone.now() - timedelta(hours=1),
        "place": "白云营业厅", "title": "查阅入网登记表", "act": "read", "service": "", "items": ["name"],
        "subject_ids": "", "subjects_count": 3, "source": "登记簿第 7 页",
    }  # fmt: skip
    record: Attested = make("records", officer(), values | changed)
    return record


@pytest.mark.duty("A13-6-oplog")
def test_a_record_has_person_time_place_and_matter_and_says_that_it_is_attested() -> None:
    record = attested()
    assert (record.actor, record.place, record.title, record.state) == (
        "S-0042",
        "白云营业厅",
        "查阅入网登记表",
        "attested",
    )
    assert "Attested" in REGISTER.notes(record, timezone.now())[0].en


def test_users_are_named_by_their_ids_and_counted() -> None:
    record = attested(subject_ids=f"{'a' * 26}\n{'b' * 26}", subjects_count=0)
    assert (record.subjects, record.subjects_count) == (["a" * 26, "b" * 26], 2)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"title": "为 13800000000 补卡"}, "title"), ({"subject_ids": "13800000000"}, "subject_ids")],
)
def test_a_users_number_is_refused(wrong: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        attested(**wrong)
    assert caught.value.field == field
    assert "13800000000" not in str(caught.value)


def test_a_time_ahead_is_refused() -> None:
    with pytest.raises(InvalidError) as caught:
        attested(at=timezone.now() + timedelta(hours=1))
    assert caught.value.field == "at"


def test_a_record_is_declared_void_and_stays() -> None:
    assert do(attested(), "void", officer()).state == "void"
    assert Attested.objects.count() == 1


@pytest.mark.parametrize("role", [Role.APPROVER, Role.AUDITOR, Role.AGENT, Role.ADMINISTRATOR])
def test_who_may_not_attest_is_refused(role: Role) -> None:
    with pytest.raises(NotYoursError):
        make("records", person("S-9", role), {})
