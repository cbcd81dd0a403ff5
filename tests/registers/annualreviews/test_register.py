"""The register of annual reviews: who concludes did not look into it; roles; a first licensing; what was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from tests.registers.annualreviews.scene import IN_JANUARY, asked, at, supervised
from tests.registers.house import do, make, person, signed_in
from tests.registers.reports.scene import head, inspector

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def january() -> Iterator[None]:
    with at(IN_JANUARY):
        yield


def answered(**changed: Any) -> Any:
    [review] = asked()
    return do(review, "answered", inspector(), {"says": "纸质报告", "at": None} | changed)


@pytest.mark.duty("A19-annual")
def test_what_was_looked_into_is_concluded_by_another() -> None:
    both = person("C-0100", Role.INSPECTOR, Role.HEAD)
    review = do(answered(), "check", both, {"finding": "与报告一致", "verdict": "fit"})
    with pytest.raises(NotYoursError):
        do(review, "conclude", both, {"result": "passed", "conditions": ""})
    done = do(review, "conclude", head(), {"result": "passed", "conditions": ""})
    assert (done.state, done.result, done.concluded_at) == ("concluded", "passed", GIVEN.now())


def test_what_was_drawn_is_looked_into_before_it_is_concluded() -> None:
    review = answered()
    review.drawn = "random"
    review.save()
    with pytest.raises(InvalidError) as caught:
        do(review, "conclude", head(), {"result": "passed", "conditions": ""})
    assert caught.value.field == "result"


def test_conditions_are_named() -> None:
    with pytest.raises(InvalidError) as caught:
        do(answered(), "conclude", head(), {"result": "conditions", "conditions": " "})
    assert caught.value.field == "conditions"


@pytest.mark.duty("A19-annual")
def test_at_first_licensing_there_is_one_too() -> None:
    operator, due = supervised(), GIVEN.now() + timedelta(days=20)
    review = make("annualreviews", inspector(), {"operator": operator.number.lower(), "due": due})
    assert (review.occasion, review.year, review.title) == ("licensing", 2026, operator.title)
    with pytest.raises(InvalidError) as caught:
        make("annualreviews", inspector(), {"operator": operator.number, "due": due})
    assert caught.value.field == "operator"


@pytest.mark.parametrize(("values", "field"), [({"operator": "E-1999-0001"}, "operator"), ({"days": -1}, "due")])
def test_what_is_wrong_is_named(values: dict[str, Any], field: str) -> None:
    days = values.pop("days", 20)
    told = {"operator": supervised().number, "due": GIVEN.now() + timedelta(days=days)} | values
    with pytest.raises(InvalidError) as caught:
        make("annualreviews", inspector(), told)
    assert caught.value.field == field


def test_an_answer_of_tomorrow_is_none() -> None:
    with pytest.raises(InvalidError) as caught:
        answered(at=GIVEN.now() + timedelta(days=1))
    assert caught.value.field == "at"


@pytest.mark.parametrize(
    ("role", "listed", "may_open"),
    [
        (Role.INSPECTOR, 200, 200),
        (Role.HEAD, 200, 200),
        (Role.AUDITOR, 200, 403),
        (Role.MINISTRY, 200, 403),
        (Role.ASSOCIATION, 403, 403),
        (Role.PUBLISHER, 403, 403),
        (Role.ADMINISTRATOR, 403, 403),
    ],
)
def test_who_sees_them_and_who_opens_one(role: Role, listed: int, may_open: int) -> None:
    browser = signed_in(person("C-9", role), "en")
    assert browser.get("/r/annualreviews/").status_code == listed
    assert browser.get("/r/annualreviews/new").status_code == may_open


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_a_review_opens_in_both_languages(language: str) -> None:
    review = answered()
    review.counts = {"met": 50, "breached": 3}
    review.save()
    page = signed_in(inspector(), language).get(f"/r/annualreviews/{review.number}/").content.decode()
    assert ("3 Breached" if language == "en" else "已违反 3") in page
