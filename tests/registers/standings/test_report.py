"""Reports of the whole house: where the operator stands, and the annual report."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.utils import timezone

from shouze.chinatime import SHANGHAI
from shouze.errors import InvalidError, NotFoundError
from shouze.language import LANGUAGES
from shouze.registers.ports import statutes
from shouze.registers.standings.keeping import answer_now, keep
from shouze.registers.standings.models import Change
from shouze.registers.standings.report import report_of_house
from shouze.reports.report import said
from shouze.reports.typesetting import set_pdf
from shouze.rules.duties.answering import owed
from shouze.rules.duties.telling import STATE_WORDS
from tests.registers.incidents.scene import opened_incident

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def table(told: dict[str, Any]) -> list[list[str]]:
    [rows] = [each["blocks"][0]["rows"] for each in told["sections"] if each["title"] == "Duty by duty"]
    return list(rows)


def counts(told: dict[str, Any]) -> dict[str, int]:
    [section] = [each for each in told["sections"] if each["title"] == "Standing in the duties"]
    return {each["label"]: each["value"] for each in section["blocks"][0]["rows"]}


def test_every_duty_stands_in_it_as_it_is_answered() -> None:
    now = timezone.now()
    opened_incident(detected_at=now - 3 * DAY)
    told = said(report_of_house("duties", "", now), "en")
    answers = answer_now(now)
    rows = table(told)
    assert [row[2] for row in rows] == [STATE_WORDS[answers[each.id].state].en for each in owed(statutes())]
    assert sum(counts(told).values()) == len(rows)
    [breached] = [row for row in rows if row[1] == statutes().duties["A14-1-remedy"].text.en]
    assert breached[2] == "Breached"
    assert "measures that remedy incidents: Breached" in breached[5]


def test_the_year_that_runs_stands_as_of_now_and_says_so() -> None:
    now = timezone.now()
    told = said(report_of_house("annual", "", now), "en")
    year = now.astimezone(SHANGHAI).year
    assert told["number"] == str(year)
    assert "The year is not over" in msgspec.json.encode(told).decode()
    assert len(table(told)[0]) == 6


def test_a_year_that_is_over_stands_as_at_its_end() -> None:
    now = timezone.now()
    year = now.astimezone(SHANGHAI).year - 1
    within = datetime(year, 12, 31, 12, tzinfo=SHANGHAI)
    Change.objects.create(duty="A12-15d", at=within, before="met", state="breached", since=within)
    keep(now)
    told = said(report_of_house("annual", str(year), now), "en")
    states = {row[1]: row[2] for row in table(told)}
    assert states[statutes().duties["A12-15d"].text.en] == "Breached"
    [figure] = [each for each in told["sections"][1]["blocks"][0]["rows"] if each["label"] == "Breached"]
    assert (figure["value"], figure["address"]) == (1, f"/duties?on={year}-12-31")


@pytest.mark.parametrize("year", ["2012", "3000", "x", "-1", "２０１２"])
def test_a_year_that_there_is_none_of_is_refused_by_name(year: str) -> None:
    with pytest.raises(InvalidError) as refused:
        report_of_house("annual", year, timezone.now())
    assert refused.value.field == "year"


def test_an_unknown_report_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        report_of_house("none", "", timezone.now())


@pytest.mark.parametrize("name", ["annual", "duties"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_set_in_both_languages(name: str, language: Any) -> None:
    assert set_pdf(said(report_of_house(name, "", timezone.now()), language)).startswith(b"%PDF-")
