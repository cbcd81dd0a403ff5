"""The certificate of a carrier's destruction."""

from __future__ import annotations

import msgspec
import pytest

from shouze.registers.media.register import REGISTER
from shouze.registers.ports import GIVEN
from shouze.registers.reporting import report_of, reports_of
from shouze.reports.report import said
from shouze.reports.typesetting import set_pdf
from tests.registers.house import approver, do, officer
from tests.registers.media.scene import kept

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A13-4-media")
def test_it_is_there_once_the_witness_attested_and_names_both_people() -> None:
    row = kept(mark="档-7")
    row = do(row, "destroy", officer(), {"method": "shredded", "destroyed_at": GIVEN.now(), "witness": approver()})
    assert reports_of(REGISTER, row) == []
    row = do(row, "attest", approver())
    whole = said(report_of(REGISTER, row, "medium", GIVEN.now()), "en")
    assert set_pdf(whole).startswith(b"%PDF-")
    text = msgspec.json.encode(whole).decode()
    for each in ("档-7", "Shredded", "120", officer().name, approver().name, "Attest its destruction"):
        assert each in text
