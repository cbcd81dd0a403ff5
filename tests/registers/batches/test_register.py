"""A batch goes up the ladder step by step: three people, each time with its clock, nothing named too early."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from shouze.errors import ConflictError, InvalidError, NotYoursError
from shouze.registers.announcements.editions import members_of
from shouze.registers.announcements.models import Edition
from shouze.registers.notices.importing import enter
from shouze.registers.notices.models import NamedApp
from shouze.registers.notices.problems import default
from shouze.registers.notices.reading import read
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.announcements.scene import publisher
from tests.registers.batches.scene import BATCH, LIST, PAST, app, begun, published
from tests.registers.house import do, make, person, signed_in
from tests.registers.parties import later
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def states() -> dict[str, str]:
    return dict(NamedApp.objects.values_list("title", "state"))


@pytest.mark.duty("A17-1-inspect", "A20-credit")
def test_what_was_not_corrected_in_its_private_time_is_named_and_nothing_else() -> None:
    batch = begun()
    assert (batch.apps_found, set(states().values())) == (3, {"tested"})
    batch = published(batch)
    assert states() == {"天气": "named", "出行（小程序）": "named", "阅读": "corrected"}
    said = members_of(Edition.objects.get(number=batch.number))
    assert [each["app"] for each in said["apps"]] == ["天气", "出行（小程序）"]
    assert (batch.apps_named, batch.digest) == (2, Edition.objects.get(number=batch.number).digest)


def test_nothing_is_named_before_the_private_time_is_over_nor_where_all_is_corrected() -> None:
    batch = do(begun(), "order", head(), {"order_due": GIVEN.now() + timedelta(days=5)})
    with pytest.raises(InvalidError):
        do(batch, "prepare", inspector())
    for each in NamedApp.objects.all():
        do(each, "check", inspector(), {"passed": True, "found": "已改正"})
    with later(timedelta(days=6)), pytest.raises(ConflictError):
        do(batch, "prepare", inspector())
    assert do(batch, "close", inspector()).state == "closed"


def test_the_same_person_does_not_compose_approve_and_publish() -> None:
    every = person("C-0100", Role.INSPECTOR, Role.HEAD, Role.PUBLISHER)
    batch = do(make("batches", every, BATCH), "add", every, {"lines": LIST})
    with pytest.raises(NotYoursError):
        do(batch, "order", every)
    batch = do(batch, "order", head())
    with later(PAST):
        batch = do(batch, "prepare", inspector())
        with pytest.raises(NotYoursError):
            do(batch, "approve", every)
        batch = do(batch, "approve", head())
        with pytest.raises(NotYoursError):
            do(batch, "publish", every)
        assert do(batch, "publish", publisher()).state == "published"


def test_the_ladder_goes_on_app_by_app_and_no_step_is_left_out() -> None:
    batch = published()
    weather = app(batch, "天气")
    with later(PAST), pytest.raises(InvalidError):
        do(weather, "check", inspector(), {"passed": False, "found": "仍收集"})
    with pytest.raises(NotYoursError):
        do(weather, "take-down", head())
    with later(PAST + PAST):
        weather = do(weather, "check", inspector(), {"passed": False, "found": "仍收集"})
        assert Clock.objects.get(register="notices", entry=weather.pk).kind == "take-down"
        with pytest.raises(NotYoursError):
            do(weather, "ban", head())
        with pytest.raises(NotYoursError):
            do(weather, "take-down", inspector())
        for act in ("take-down", "ban", "cut"):
            weather = do(weather, act, head())
        assert weather.state == "cut"
        with pytest.raises(ConflictError):
            do(batch, "close", inspector())
        other = do(app(batch, "出行（小程序）"), "check", inspector(), {"passed": True, "found": "可注销"})
        assert (other.state, do(batch, "close", inspector()).state) == ("corrected", "closed")


@pytest.mark.parametrize(
    "lines", ["", "应用名称,所涉问题\n甲,x\n,\n注：说明,\n", "应用名称,开发者,所涉问题\n甲,乙,x\n,丙,\n", "a,b\n1,2\n"]
)
def test_a_list_of_which_one_line_cannot_be_read_enters_nothing(lines: str) -> None:
    batch = make("batches", inspector(), BATCH)
    if lines.startswith("应用名称,所涉问题"):
        lines = lines.replace("注：说明,", "注：说明,\n,,多出").replace("\n,\n", "\n")
    with pytest.raises(InvalidError):
        do(batch, "add", inspector(), {"lines": lines})
    assert NamedApp.objects.count() == 0


def test_an_app_stands_once_in_a_batch_and_a_title_once() -> None:
    batch = begun()
    with pytest.raises(InvalidError):
        do(batch, "add", inspector(), {"lines": LIST})
    with pytest.raises(InvalidError):
        make("batches", inspector(), BATCH)
    assert NamedApp.objects.count() == 3


def test_lines_pasted_from_a_spreadsheet_are_read() -> None:
    batch = begun("应用名称\t所涉问题\n甲\t违规收集个人信息,超范围收集个人信息\n")
    assert app(batch, "甲").articles == ["9(1)", "9(2)", "9(3)"]


def test_a_notice_of_ones_own_that_is_read_from_a_file_is_of_its_batch() -> None:
    batch = begun()
    done = enter(read("应用名称,开发者\n新来的,某家\n".encode(), "x"), {"notice": batch.title}, default())
    assert (done.entered, app(batch, "新来的").batch) == (1, batch.number)


def test_the_times_have_clocks() -> None:
    batch = do(begun(), "order", head())
    clock = Clock.objects.get(register="batches", entry=batch.pk)
    assert (clock.kind, clock.due) == ("check", batch.order_due)
    assert Clock.objects.filter(register="notices", kind="check", due=batch.order_due).count() == 3


def test_once_everything_named_was_checked_again_no_clock_asks_for_it() -> None:
    batch = published()
    assert Clock.objects.get(register="batches", entry=batch.pk).kind == "recheck"
    for title in ("天气", "出行（小程序）"):
        do(app(batch, title), "check", inspector(), {"passed": True, "found": "已改正"})
    assert not Clock.objects.filter(register="batches", entry=batch.pk).exists()


@pytest.mark.parametrize(
    ("role", "sees", "acts"),
    [
        (Role.INSPECTOR, True, {"add"}),
        (Role.HEAD, True, {"add", "order"}),
        (Role.PUBLISHER, True, set()),
        (Role.AUDITOR, True, set()),
        (Role.CHAIR, True, set()),
        (Role.MINISTRY, False, set()),
        (Role.OFFICER, False, set()),
    ],
)
def test_what_each_role_may_do(role: Role, *, sees: bool, acts: set[str]) -> None:
    batch, browser = begun(), signed_in(person("C-0101", role))

    def asked(name: str, *parts: Any) -> int:
        return int(browser.get(reverse(name, args=["batches", *parts])).status_code)

    assert (asked("listing"), asked("row", batch.number)) == ((200, 200) if sees else (403, 403))
    assert {act for act in ("add", "order", "publish") if asked("act", batch.number, act) == 200} == acts
