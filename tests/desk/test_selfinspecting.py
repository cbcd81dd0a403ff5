"""The pages of a self-inspection: the list saves what was judged, the report and the years tell it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shouze.registers.shortcomings.models import Shortcoming
from tests.registers.house import officer, signed_in
from tests.registers.selfinspections.scene import drawn, finished, judged, planned

pytestmark = pytest.mark.django_db


def test_the_list_saves_some_and_keeps_the_others_for_later() -> None:
    row, browser = drawn(), signed_in(officer(), "en")
    page = reverse("selfinspection-list", args=[row.number])
    given = {"version": row.version, "duty-A12-15d": "met", "record-7": "short", "record-7-note": "没有工单"}
    assert browser.post(page, given).status_code == 302
    row.refresh_from_db()
    assert (row.left, row.short) == (len(row.plan) - 1, 1)
    assert Shortcoming.objects.get().number in browser.get(page).content.decode()


def test_what_is_not_said_is_asked_for_and_what_was_given_stays_on_the_page() -> None:
    row, browser = drawn(), signed_in(officer(), "en")
    page = reverse("selfinspection-list", args=[row.number])
    given = {
        "version": row.version,
        "duty-A12-15d": "none",
        "duty-A08-publish": "none",
        "duty-A08-publish-note": "不公布",
    }
    answer = browser.post(page, given)
    assert (answer.status_code, "A12-15d: nothing is said" in answer.content.decode()) == (422, True)
    assert "不公布" in answer.content.decode()
    row.refresh_from_db()
    assert row.left == len(row.plan) + 1


def test_what_another_person_saved_meanwhile_is_not_written_over() -> None:
    row, browser = drawn(), signed_in(officer(), "en")
    page = reverse("selfinspection-list", args=[row.number])
    assert browser.post(page, {"version": row.version, "duty-A12-15d": "met"}).status_code == 302
    answer = browser.post(page, {"version": row.version, "duty-A12-15d": "none", "duty-A12-15d-note": "x"})
    assert (answer.status_code, "Somebody changed this entry meanwhile" in answer.content.decode()) == (422, True)


@pytest.mark.duty("A16-record")
def test_the_report_says_what_was_checked_by_whom_and_how_records_were_drawn() -> None:
    row = finished(judged(short={"A12-15d": "两件超过十五日"}))
    told = signed_in(officer(), "en").get(reverse("selfinspection-report", args=[row.number])).content.decode()
    for words in ("全部业务", "两件超过十五日", "基本符合", row.nonce, "example.org/log", row.content,
                  Shortcoming.objects.get().number):  # fmt: skip
        assert words in told
    assert officer().name in told


def test_there_is_no_report_before_there_is_a_plan() -> None:
    from tests.registers.selfinspections.scene import begun

    page = reverse("selfinspection-report", args=[begun().number])
    assert signed_in(officer()).get(page).status_code == 403


def test_the_years_stand_side_by_side() -> None:
    browser = signed_in(officer(), "en")
    page = reverse("selfinspection-years")
    assert "No self-inspection has been finished yet" in browser.get(page).content.decode()
    row = finished(judged(short={"A12-15d": "两件"}))
    told = browser.get(page).content.decode()
    assert f"/r/selfinspections/{row.number}/" in told
    assert "Falls short" in told


def test_the_draw_is_explained_before_it_is_made() -> None:
    row = planned()
    assert row.nonce in signed_in(officer()).get(reverse("selfinspection-draw", args=[row.number])).content.decode()
