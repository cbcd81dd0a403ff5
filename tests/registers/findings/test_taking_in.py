"""Taking a scan in: new places, known ones, those that ask again, those that are gone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouze.registers.findings.models import Finding
from shouze.registers.findings.register import _notes
from shouze.registers.rows import Clock
from shouze.registers.scans.models import Scan
from shouze.registers.scans.register import taken_in
from tests.registers.findings.scene import entry, finding, inventory, scanned
from tests.registers.house import do, officer

pytestmark = pytest.mark.django_db
A, B = "crm.users.id_no", "crm.users.phone"


def told(scan: Scan) -> tuple[int, int, int, int]:
    return scan.fresh, scan.known, scan.again, scan.gone


def test_what_is_new_is_to_be_judged_and_what_is_in_order_is_not() -> None:
    scanned(entry(A), entry(B, verdict="declared"))
    assert list(Clock.objects.filter(register="findings").values_list("entry", flat=True)) == [
        Finding.objects.get(place=A).pk
    ]


def test_a_judgement_is_remembered_for_its_place() -> None:
    row = do(finding(A), "false", officer(), reason="是订单号")
    assert told(scanned(entry(A, count=150))) == (0, 1, 0, 0)
    row.refresh_from_db()
    assert (row.state, row.count) == ("false", 150)


def test_what_outgrew_its_judgement_is_asked_about_again() -> None:
    row = do(finding(A), "false", officer(), reason="是订单号")
    assert told(scanned(entry(A, count=201))) == (0, 1, 1, 0)
    row.refresh_from_db()
    assert (row.state, row.judgement) == ("new", "false")


def test_what_an_inventory_of_the_same_source_no_longer_has_is_gone_and_comes_back_as_it_was_judged() -> None:
    row = do(finding(A), "true", officer())
    assert told(scanned(entry(B))) == (1, 0, 0, 1)
    row.refresh_from_db()
    assert row.state == "gone"
    assert told(scanned(entry(A), entry(B))) == (0, 2, 0, 0)
    row.refresh_from_db()
    assert row.state == "true"


def test_findings_one_a_line_and_other_sources_make_nothing_gone() -> None:
    finding(A)
    scanned(entry("hr.staff.phone", source="hr"))
    assert Finding.objects.get(place=A).state == "new"


def test_without_a_comparison_the_verdict_says_whether_the_item_is_declared_at_all() -> None:
    scanned(entry(A, verdict=None), entry(B, about="organisation", verdict=None))
    assert list(Finding.objects.order_by("place").values_list("verdict", flat=True)) == [
        "undeclared-item", "organisation",
    ]  # fmt: skip


def test_a_judgement_teaches_columns_of_the_same_name_and_kind_wherever_they_are() -> None:
    scanned(entry(A), entry("old.people.ID_NO"), entry("old.people.card"))
    do(Finding.objects.get(place=A), "false", officer(), reason="是订单号")
    scores = {each.place: round(each.score, 2) for each in Finding.objects.all()}
    assert scores == {A: 0.6, "old.people.ID_NO": 0.6, "old.people.card": 0.9}
    scanned(entry("third.t.id_no", source="third"))
    assert Finding.objects.get(place="third.t.id_no").score == pytest.approx(0.6)


def test_numbers_go_on_and_queries_do_not_grow_with_the_places() -> None:
    counts = []
    for start, size in ((0, 5), (100, 305)):
        rows = [entry(f"t.c{n}.phone") for n in range(start, start + size)]
        with CaptureQueriesContext(connection) as asked:
            taken_in("x.jsonl", inventory(*rows), officer())
        counts.append(len(asked))
    assert counts[1] < counts[0] + 60
    numbers = list(Finding.objects.order_by("pk").values_list("number", flat=True))
    assert (len(set(numbers)), numbers[0][-4:]) == (310, "0001")


def test_how_many_users_are_among_the_values_is_told_and_stays_when_a_scan_did_not_match() -> None:
    row = finding(A, known={"compared": 40_000, "subjects": 31_204, "margin": 30})
    assert "About 31,204 (±30) of our users are among 40,000 values" in [
        each.en for each in _notes(row, row.created_at)
    ]
    scanned(entry(A))
    row.refresh_from_db()
    assert row.known == 31_204
    scanned(entry(A, known={"compared": 40_000, "subjects": 9, "margin": 30}))
    row.refresh_from_db()
    assert _notes(row, row.created_at)[0].en == "None of our users was seen among 40,000 values"
