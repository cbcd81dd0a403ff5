"""The certificate of a training."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from shouze.registers.ports import GIVEN
from shouze.registers.reporting import report_of, reports_of
from shouze.registers.roles import Role
from shouze.registers.trainings.register import REGISTER
from shouze.reports.report import said
from shouze.reports.typesetting import set_pdf
from tests.registers.house import kept, person
from tests.registers.trainings.scene import RIGHT, WRONG, ages, of, takes, taught

pytestmark = pytest.mark.django_db


def told(row: Any) -> dict[str, Any]:
    return said(report_of(REGISTER, row, "training", GIVEN.now()), "en")


@pytest.mark.duty("A15-train-know/skill/resp")
def test_it_names_person_course_score_term_and_the_courses_digest() -> None:
    somebody = person("S-7", Role.SERVICE)
    taught()
    kept()
    row = takes(somebody, RIGHT)
    whole = told(row)
    assert set_pdf(whole).startswith(b"%PDF-")
    text = msgspec.json.encode(whole).decode()
    for each in ("某S-7", "Basics", "100%", row.digest, "Art. 15"):
        assert each in text
    assert "is over" not in text


def test_a_later_attempt_that_failed_does_not_lend_it_its_score() -> None:
    somebody = person("S-7", Role.SERVICE)
    taught()
    kept()
    takes(somebody, RIGHT)
    row = takes(somebody, WRONG)
    assert "%" not in msgspec.json.encode(told(row)).decode()


def test_one_whose_term_is_over_says_so_and_who_did_not_pass_has_none() -> None:
    somebody = person("S-7", Role.SERVICE)
    taught()
    kept()
    assert reports_of(REGISTER, of(somebody)) == []
    row = takes(somebody)
    ages(row, 400)
    assert "This certificate is over" in msgspec.json.encode(told(row)).decode()
