"""Self-inspections: one every calendar year, warned of at twelve months, recorded, signed; what is found comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Event
from shouze.registers.selfinspections.models import SelfInspection
from shouze.registers.shortcomings.models import Shortcoming
from tests.registers.house import approver, do, kept, officer, person, signed_in
from tests.registers.selfinspections.scene import begun, drawn, finished, judged, planned, signed, this_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[list[datetime]]:
    """The one clock of the acts, standing where a test puts it."""
    before, at = GIVEN.now, [datetime(2026, 3, 2, 1, tzinfo=UTC)]
    GIVEN.now = lambda: at[0]
    try:
        yield at
    finally:
        GIVEN.now = before


def clocks(row: SelfInspection) -> dict[str, Clock]:
    return {each.kind: each for each in Clock.objects.filter(register="selfinspections", entry=row.pk)}


@pytest.mark.duty("A16-selfcheck")
def test_every_calendar_year_has_its_row_and_is_due_at_its_end_in_shanghai(clock: list[datetime]) -> None:
    clock[0] = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    kept()
    kept()
    clock[0] = datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC)
    kept()
    assert list(SelfInspection.objects.order_by("pk").values_list("year", "state")) == [(2026, "due"), (2027, "due")]
    due = clocks(SelfInspection.objects.get(year=2027))["year"].due
    assert due is not None
    assert f"{timezone.localtime(due):%Y-%m-%d %H:%M:%S}" == "2027-12-31 23:59:59"


@pytest.mark.duty("A16-selfcheck")
def test_twelve_months_after_the_last_one_a_second_clock_warns(clock: list[datetime]) -> None:
    finished(drawn(planned(begun(2026))))
    clock[0] = datetime(2027, 1, 5, tzinfo=UTC)
    kept()
    row = SelfInspection.objects.get(year=2027)
    due = clocks(row)["twelve-months"].due
    assert due is not None
    assert f"{timezone.localtime(due):%Y-%m-%d}" == "2027-03-02"
    assert clocks(row)["year"].met is None


def test_the_first_year_has_no_second_clock() -> None:
    assert set(clocks(begun())) == {"year"}


@pytest.mark.duty("A16-selfcheck")
def test_what_was_finished_in_the_year_counts_for_it_whenever_it_is_signed(clock: list[datetime]) -> None:
    clock[0] = datetime(2026, 12, 30, 1, tzinfo=UTC)
    row = finished(drawn(planned(begun(2026))))
    at = clock[0]
    clock[0] = datetime(2027, 1, 4, 1, tzinfo=UTC)
    row = do(row, "sign", approver())
    assert (clocks(row)["year"].met, row.signed_at) == (at, clock[0])


def test_another_one_of_the_year_settles_the_years_own_row(clock: list[datetime]) -> None:
    kept()
    own = SelfInspection.objects.get()
    finished(drawn(planned(begun(2026))))
    assert clocks(own)["year"].met == clock[0]
    assert do(own, "drop", officer()).state == "dropped"


def test_the_years_only_row_is_not_dropped() -> None:
    with pytest.raises(NotYoursError):
        do(begun(), "drop", officer())


def test_no_self_inspection_is_made_of_a_year_to_come() -> None:
    with pytest.raises(InvalidError) as caught:
        begun(this_year() + 1)
    assert caught.value.field == "year"


def test_the_plan_has_every_duty_that_is_owed_and_fixes_a_nonce_in_the_log() -> None:
    row = planned()
    event = Event.objects.get(register="selfinspections", entry=row.pk, act="plan")
    assert event.changes["nonce"] == ["", row.nonce]
    assert {"A16-selfcheck", "A13-6-oplog", "A10-staff-secrecy", "A12-15d"} <= {each["duty"] for each in row.plan}
    assert not {"A17-1-inspect", "A04-def-nexus"} & {each["duty"] for each in row.plan}
    assert row.since is not None
    assert f"{timezone.localtime(row.since):%m-%d %H:%M}" == "01-01 00:00"


@pytest.mark.parametrize("wanted", [0, 201])
def test_the_sample_has_a_size(wanted: int) -> None:
    with pytest.raises(InvalidError) as caught:
        planned(wanted=wanted)
    assert caught.value.field == "wanted"


@pytest.mark.duty("A16-fix")
def test_what_falls_short_is_described_and_becomes_one_shortcoming() -> None:
    row = drawn()
    with pytest.raises(InvalidError) as caught:
        do(row, "judge", officer(), {"duties": {"A12-15d": ("short", " ")}, "records": {}})
    assert caught.value.field == "duty-A12-15d-note"
    for _ in range(2):
        row = do(row, "judge", officer(), {"duties": {"A12-15d": ("short", "两件超过十五日")}, "records": {}})
    found = Shortcoming.objects.get()
    assert (found.rule, found.source, found.source_number) == ("A12-15d", "selfinspections", row.number)
    (kept_one,) = [each for each in row.plan if each["duty"] == "A12-15d"]
    assert (kept_one["shortcoming"], kept_one["by"]) == (found.number, officer().username)


def test_a_record_that_falls_short_is_a_shortcoming_of_recorded_handling() -> None:
    do(drawn(), "judge", officer(), {"duties": {}, "records": {"7": ("short", "查询没有工单")}})
    assert Shortcoming.objects.get().rule == "A13-6-oplog"


def test_counting_the_evidence_anew_keeps_what_was_judged() -> None:
    row = judged()
    before = row.content
    row = do(row, "refresh", officer())
    assert (row.left, row.content != before) == (0, True)


@pytest.mark.duty("A16-record")
def test_it_is_finished_when_everything_is_judged_and_signed_by_another() -> None:
    row = drawn()
    with pytest.raises(InvalidError) as caught:
        do(row, "finish", officer(), {"conclusion": "好"})
    assert "not judged yet" in caught.value.detail.en
    row = finished(row)
    approver()
    with pytest.raises(NotYoursError):
        do(row, "sign", officer())
    row = do(row, "sign", approver())
    assert (row.state, clocks(row)["year"].met) == ("signed", row.finished_at)


def test_history_tells_by_a_digest_that_list_or_sample_changed() -> None:
    row = signed()
    events = Event.objects.filter(register="selfinspections", entry=row.pk).order_by("pk")
    digests = [each.changes["content"][1] for each in events if "content" in each.changes]
    assert len(set(digests)) == len(digests) == 3
    assert digests[-1] == row.content


MAY = {
    Role.OFFICER: (1, 1, 1, 1), Role.SECURITY: (1, 1, 1, 0), Role.AUDITOR: (0, 1, 1, 0), Role.APPROVER: (0, 0, 1, 1),
    Role.SERVICE: (0, 0, 0, 0), Role.AGENT: (0, 0, 0, 0), Role.ADMINISTRATOR: (0, 0, 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("role", MAY)
def test_each_role_does_what_is_its_own(role: Role) -> None:
    due, under_way, done = begun(), drawn(), finished()
    browser = signed_in(person("S-6", role))
    asked = [
        f"/r/selfinspections/{due.number}/plan", f"/selfinspections/{under_way.number}/list",
        f"/selfinspections/{under_way.number}/report", f"/r/selfinspections/{done.number}/sign",
    ]  # fmt: skip
    assert tuple(int(browser.get(each).status_code == 200) for each in asked) == MAY[role]
    assert browser.get("/r/selfinspections/").status_code == (403 if role == Role.AGENT else 200)
    assert (browser.get("/selfinspections/years").status_code == 200) == bool(MAY[role][2])
