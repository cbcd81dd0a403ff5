"""Stores are ordered privately, each its own apps alone: by dispatch where one goes there, else on paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.link.kinds import Corrected
from shouze.registers.announcements.models import Edition
from shouze.registers.batches.register import REGISTER
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.notices.models import NamedApp
from shouze.registers.ports import GIVEN
from shouze.registers.removals.models import Removal
from shouze.registers.removals.ordering import stores
from shouze.registers.rows import Clock
from tests.registers.batches.scene import app, published
from tests.registers.house import do
from tests.registers.issued.scene import record
from tests.registers.parties import later
from tests.registers.removals.scene import PAPER, failed, store, taken_down
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


@pytest.mark.duty("A17-1-inspect")
def test_each_store_is_told_of_its_own_apps_alone_by_dispatch_or_waits_to_be_served() -> None:
    store()
    taken_down(failed())
    first, second = Removal.objects.order_by("id")
    assert (first.title, first.state, len(first.apps)) == ("甲商店", "served", 2)
    assert (second.title, second.state, len(second.apps)) == ("乙商店", "to-serve", 1)
    (sent,) = DispatchRow.objects.filter(kind="correction", peer__title="甲商店")
    assert all(word in sent.body["demand"] for word in ("天气", "出行"))
    assert "阅读" not in sent.body["demand"], "it was corrected"
    assert (sent.sha256, sent.matter) == (first.dispatch, first.number)
    assert {each.state for each in NamedApp.objects.exclude(title="阅读")} == {"taken-down"}


def test_nothing_of_it_is_public() -> None:
    batch = failed()
    before = Edition.objects.count()
    taken_down(batch)
    assert Edition.objects.count() == before
    assert not Edition.objects.filter(number__startswith="TD-").exists()


def test_an_app_whose_store_nobody_names_is_taken_down_and_the_batch_says_so() -> None:
    batch = taken_down(failed())
    assert app(batch, "相册").state == "taken-down"
    assert any("1 apps name no store" in each.en for each in REGISTER.notes(batch, GIVEN.now()))


def test_without_a_failed_re_check_nothing_is_taken_down() -> None:
    batch = published()
    with pytest.raises(NotYoursError):
        taken_down(batch)


def test_one_app_that_is_taken_down_by_itself_has_its_stores_ordered_too() -> None:
    do(app(failed(), "天气"), "take-down", head(), reason="逾期未改")
    assert [each.title for each in Removal.objects.order_by("id")] == ["甲商店", "乙商店"]


def test_on_paper_it_is_served_with_a_proof_and_then_seen_to() -> None:
    taken_down(failed())
    row: Any = Removal.objects.get(title="乙商店")
    assert Clock.objects.get(register="removals", entry=row.pk).kind == "serve"
    with pytest.raises(InvalidError):
        do(row, "serve", inspector(), record(served_at=GIVEN.now() + timedelta(days=1)), documents=PAPER)
    with later(timedelta(days=60)):
        row = do(row, "serve", inspector(), record(), documents=PAPER)
    clock = Clock.objects.get(register="removals", entry=row.pk, met=None)
    assert (clock.kind, clock.due) == ("done", row.due)
    assert do(row, "done", inspector(), {"found": "搜索不到"}).state == "done"


def test_a_store_under_another_name_is_addressed_by_hand() -> None:
    taken_down(failed())
    row: Any = Removal.objects.get(title="乙商店")
    with pytest.raises(InvalidError):
        do(row, "address", inspector(), {"operator": "乙公司"})
    store("乙公司")
    row = do(row, "address", inspector(), {"operator": "乙公司"})
    assert (row.state, row.operator[:2], len(row.dispatch)) == ("served", "E-", 64)


def test_what_the_store_reports_stands_on_the_order_and_somebody_still_looks() -> None:
    other = store()
    taken_down(failed())
    row = Removal.objects.get(title="甲商店")
    body = Corrected(order=row.number, done="两个应用已下架", at=GIVEN.now())
    other.send("corrected", body, matter=row.number)
    row.refresh_from_db()
    assert row.state == "reported"


@pytest.mark.parametrize(
    ("source", "found"), [("甲、乙", ["甲", "乙"]), ("甲;甲 ；乙\n丙", ["甲", "乙", "丙"]), ("", []), (" ， ", [])]
)
def test_stores_are_read_as_notices_name_them(source: str, found: list[str]) -> None:
    assert stores(NamedApp(source=source)) == found
