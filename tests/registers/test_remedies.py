"""How a paper is contested: told in one way by every paper, with the last days that the laws leave."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shouze.language import Text
from shouze.registers import remedies

pytestmark = pytest.mark.django_db


def test_sixty_days_and_six_months_count_from_the_day_of_service_in_china() -> None:
    told = remedies.until(Text("经营者", "The operator"), datetime(2026, 3, 1, 17, tzinfo=UTC))
    assert told.zh == "经营者申请行政复议至 2026-05-06，提起行政诉讼至 2026-09-02"


@pytest.mark.parametrize("words", [remedies.of_order(), remedies.of_decision()])
def test_what_binds_names_both_ways_and_that_it_applies_meanwhile(words: Text) -> None:
    assert all(each in words.zh for each in ("六十日内", "六个月内", "行政复议", "行政诉讼", "不停止执行"))


def test_who_is_inspected_learns_of_the_ministry_too_who_is_asked_of_complaints_alone() -> None:
    assert "可以依法向其申请行政复议" in remedies.of_inspection().zh
    assert remedies.of_question().zh.endswith("可以向上一级电信管理机构投诉。")
