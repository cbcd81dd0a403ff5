"""What is taken from a decided case: by the names that the register of cases uses, and nothing where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from shouze.registers.announcements.cases import read
from tests.registers.announcements.scene import drafted

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


@dataclass
class Case:
    number: str = "CS-2026-0001"
    title: str = "某案"
    operator: str = "E-2026-0001"
    duties: tuple[str, ...] = ("A09-1-consent", "A12-15d", "A09-1-consent")
    decided_at: datetime | None = datetime(2026, 11, 2, 17, tzinfo=UTC)
    fine: int | None = 20_000
    publish: bool = True


def test_a_case_fills_what_an_announcement_says_of_it() -> None:
    found = read(Case())
    assert found.publish
    assert found.filled() == {
        "case": "CS-2026-0001", "operator": "E-2026-0001", "articles": ["9(1)", "12"], "fine": 20_000,
        "decided_on": date(2026, 11, 3),
    }  # fmt: skip
    assert read(Case(decided_at=None, fine=None, duties=())).filled().keys() == {"case", "operator"}


def test_a_house_without_such_a_register_types_the_reference() -> None:
    assert drafted(case="CS-2026-0001").case == "CS-2026-0001"
