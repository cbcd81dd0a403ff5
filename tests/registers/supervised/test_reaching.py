"""Operators of the register that are peers hear by dispatch of what concerns them, and only of that."""

from __future__ import annotations

import pytest

from shouze.link.kinds import Corrected
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.notices.models import NamedApp
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Event
from shouze.registers.supervised.reaching import peer_of
from tests.registers.announcements import scene as announcements
from tests.registers.batches import scene as batches
from tests.registers.cases.scene import LICENCE, supervised
from tests.registers.house import do
from tests.registers.parties import Other
from tests.registers.reports.scene import head

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


@pytest.fixture
def other() -> Other:
    found = Other()
    found.trusted("operator", licence=LICENCE)
    return found


def test_an_operator_is_the_peer_of_its_licence_or_filing(other: Other) -> None:
    assert peer_of(supervised()) is not None
    assert peer_of(supervised(title="另一家（虚构）", licence="B1-9")) is None
    assert peer_of(supervised(title="第三家（虚构）", licence="", filing="云ICP备9号")) is None


def test_a_private_order_and_a_notice_name_each_operators_own_apps_alone(other: Other) -> None:
    operator = supervised()
    batch = batches.begun()
    NamedApp.objects.filter(batch=batch.number, title__in=("天气", "阅读")).update(operator=operator.number)
    batch = batches.published(batch)
    order = DispatchRow.objects.get(kind="correction")
    assert order.body["demand"] == "天气（2.7.4）：违规收集个人信息、超范围收集个人信息\n阅读（1.0）：新说法"
    notice = DispatchRow.objects.get(kind="announcement")
    assert "天气" in notice.body["text"]
    assert "出行" not in notice.body["text"], "it is another's"
    assert "阅读" not in notice.body["text"], "it was corrected in time"
    assert f"/public/{batch.number}" in notice.body["text"]
    other.send("corrected", Corrected(order=batch.number, done="已改正", at=GIVEN.now()), matter=batch.number)
    assert Event.objects.filter(register="batches", act="corrected", reason="已改正").exists()


def test_whoever_is_announced_hears_of_it(other: Other) -> None:
    operator = supervised()
    row = announcements.published(operator=operator.number)
    told = DispatchRow.objects.get(kind="announcement")
    assert (told.matter, told.body["document"]) == (row.number, row.document)
    assert f"/public/{row.number}" in told.body["text"]


def test_nothing_goes_where_no_dispatches_go() -> None:
    operator = supervised()
    announcements.published(operator=operator.number)
    do(batches.begun(), "order", head())
    assert not DispatchRow.objects.exists()
