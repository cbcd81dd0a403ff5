"""House rules to read: safe to show, whole with their files, confirmed by who is asked to."""

from __future__ import annotations

import pytest

from shouze.registers.readings.models import Reading
from shouze.registers.roles import Role
from shouze.registers.rows import Document
from tests.registers.house import PROOF, approver, do, officer, person, signed_in
from tests.registers.procedures.scene import drafted, in_force

pytestmark = pytest.mark.django_db


def test_what_somebody_wrote_into_a_rule_runs_nowhere() -> None:
    row = drafted(text="# 目的\n\n<script>alert(1)</script> [x](javascript:alert(1))")
    page = signed_in(officer()).get(f"/procedures/{row.number}/text").content.decode()
    assert "<h2>目的</h2>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_an_agents_staff_read_the_rule_and_its_files_through_their_reading() -> None:
    reader = person("B-1", Role.AGENT, agent="baiyun")
    other = person("B-2", Role.AGENT, agent="other")
    row = do(drafted(agents=["baiyun"], text=""), "write", officer(), {}, documents=[PROOF])
    do(do(row, "submit", officer()), "approve", approver(), {"in_force_from": None})
    reading, document = Reading.objects.get(), Document.objects.get(name=PROOF.name)
    browser = signed_in(reader)
    address = f"/readings/{reading.number}/documents/{document.pk}"
    assert address in browser.get(f"/readings/{reading.number}/text").content.decode()
    assert browser.get(address).content == PROOF.content
    assert browser.get(f"/procedures/{row.number}/text").status_code == 403
    assert signed_in(other).get(address).status_code == 404
    assert browser.get(f"/readings/{reading.number}/documents/{document.pk + 1}").status_code == 404


def test_who_oversees_reads_the_text_and_confirms_nothing_for_others() -> None:
    reader = person("S-0100", Role.SERVICE, post="shop")
    in_force(posts=["shop"])
    reading = Reading.objects.get(person=reader)
    browser = signed_in(officer(), "en")
    page = browser.get(f"/readings/{reading.number}/text").content.decode()
    assert "I have read and understood it" not in page
    assert browser.post(f"/readings/{reading.number}/text").status_code == 403
    assert Reading.objects.get(pk=reading.pk).state == "open"
