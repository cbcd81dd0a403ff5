"""Findings: each place judged by a keeper, declared only where a system is registered with the item."""

from __future__ import annotations

import pytest

from shouze.errors import InvalidError
from shouze.registers.findings.register import DUTIES, IN_ORDER, VERDICTS
from shouze.registers.ports import statutes
from shouze.registers.roles import Role
from shouze.registers.selfinspections.evidence import gathered
from shouze.registers.selfinspections.judging import period_of
from shouze.registers.shortcomings.models import Shortcoming
from tests.registers.findings.scene import finding
from tests.registers.house import do, officer, person, signed_in
from tests.registers.selfinspections.scene import this_year
from tests.registers.systems.scene import connected

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A13-5-access")
def test_a_place_is_declared_by_a_system_that_is_registered_with_the_item() -> None:
    row, system = finding(item="phone"), connected()
    other = finding("pay.users.card", source="pay", item="bank-card-number")
    with pytest.raises(InvalidError) as caught:
        do(other, "declare", officer(), {"system": system.name})
    assert caught.value.field == "system"
    assert do(row, "declare", officer(), {"system": system.name}).state == "declared"


@pytest.mark.duty("A09-3-necessity")
def test_what_is_beyond_necessity_becomes_a_shortcoming_under_that_duty() -> None:
    row = do(finding(verdict="beyond-necessity"), "ticket", officer(), {"why": "旧表不应保留", "due": None})
    found = Shortcoming.objects.get()
    assert (row.ticket, found.rule, found.source, found.place) == (
        found.number, "A09-3-necessity", "findings", "crm crm.users.id_no",
    )  # fmt: skip


def test_judging_anew_takes_back_what_it_taught() -> None:
    row = do(finding(), "false", officer(), reason="订单号")
    assert row.score == pytest.approx(0.6)
    row = do(row, "again", officer())
    assert (row.state, row.judgement, row.score) == ("new", "", pytest.approx(0.9))


def test_every_verdict_is_in_order_or_falls_under_a_duty() -> None:
    assert set(DUTIES) | IN_ORDER == set(VERDICTS)
    assert set(DUTIES.values()) <= set(statutes().duties)


@pytest.mark.duty("A16-selfcheck")
def test_the_self_inspection_counts_them() -> None:
    finding()
    begins, ends = period_of(this_year())
    told = [each["en"] for each in gathered(begins, ends, ends)["A09-3-necessity"]]
    assert "Findings: 1 to be judged" in told


SEEING = {Role.OFFICER, Role.SECURITY, Role.APPROVER, Role.AUDITOR}


@pytest.mark.parametrize("role", Role)
def test_each_role_does_what_is_its_own(role: Role) -> None:
    browser, row = signed_in(person("S-6", role)), finding()
    keeps = role in {Role.OFFICER, Role.SECURITY}
    for act in ("true", "false", "declare", "ticket"):
        assert (browser.get(f"/r/findings/{row.number}/{act}").status_code == 200) == keeps
    assert (browser.get(f"/r/findings/{row.number}/").status_code == 200) == (role in SEEING)
    assert (browser.get("/scans/import").status_code == 200) == keeps


def test_an_item_that_nobody_declared_is_named_in_words_and_can_be_filtered_by() -> None:
    finding("crm.users.nation", item="ethnicity", verdict="undeclared-item")
    finding()
    browser = signed_in(officer())
    page = browser.get("/r/findings/").content.decode()
    assert ">民族<" in page
    assert 'option value="ethnicity">民族' in page
    only = browser.get("/r/findings/?item=ethnicity").content.decode()
    assert ("crm.users.nation" in only, "crm.users.id_no" in only) == (True, False)
