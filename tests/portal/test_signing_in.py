"""Sign-in: a code, once, soon, in one browser; nobody learns who is a user; nobody gets at another's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.crypto import constant_time_compare

from shouze.portal import codes
from shouze.portal.models import Code, Visit
from shouze.portal.ports import GIVEN
from tests.portal.house import Portal, another, ask, browser, signed_in, text

STRANGER = "13700000009"
PAGES = [
    "/held",
    "/used",
    "/consents",
    "/services",
    "/me",
    "/services/mobile/leave",
    "/held/name/correct",
    "/used/1/proof",
]


def test_whoever_gets_the_code_is_signed_in(portal: Portal) -> None:
    portal.subscriber()
    visitor = ask(portal)
    ((address, code),) = portal.sent
    assert address == f"+86{portal.phone}"
    answer = visitor.post("/sign-in/code", {"code": code})
    assert (answer.status_code, answer.headers["location"]) == (302, "/held")
    assert "What we hold about you" in text(visitor.get("/held"))


@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_a_subject_is_shown_to_whoever_is_not_signed_in(portal: Portal, path: str) -> None:
    answer = browser().get(path)
    assert (answer.status_code, answer.headers["location"]) == (302, "/sign-in")


def test_the_answer_is_the_same_whether_anybody_holds_the_number_or_not(portal: Portal) -> None:
    portal.subscriber()
    told = []
    for value in (portal.phone, STRANGER):
        visitor = browser()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            first = visitor.post("/sign-in", {"item": "phone", "value": value})
        page = visitor.get("/sign-in/code")
        wrong = visitor.post("/sign-in/code", {"code": "000000"})
        handle = first.cookies["portal-code"]
        told.append((
            first.status_code, first.headers["location"], sorted(first.cookies), len(asked), len(handle.value),
            page.content.count(b"csrf"), wrong.status_code, "wrong or no longer" in text(wrong),
        ))  # fmt: skip
    assert told[0] == told[1]
    assert len(portal.sent) == 1


def test_a_code_serves_once(portal: Portal) -> None:
    portal.subscriber()
    visitor = ask(portal)
    handle, code = visitor.cookies["portal-code"].value, portal.sent[0][1]
    assert visitor.post("/sign-in/code", {"code": code}).status_code == 302
    again = browser()
    again.cookies["portal-code"] = handle
    assert again.post("/sign-in/code", {"code": code}).status_code == 422


def test_of_two_who_give_one_code_at_once_one_is_signed_in(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have been counted as a try before either has used it: whoever uses it first has it."""
    portal.subscriber()
    visitor = ask(portal)

    def used_meanwhile(*given: str) -> bool:
        Code.objects.update(used_at=GIVEN.now())
        return constant_time_compare(*given)

    monkeypatch.setattr("shouze.portal.codes.constant_time_compare", used_meanwhile)
    assert visitor.post("/sign-in/code", {"code": portal.sent[-1][1]}).status_code == 422


def test_a_code_of_another_reason_signs_nobody_in(portal: Portal) -> None:
    handle = codes.make("confirm", "phone", f"+86{portal.phone}", portal.subscriber())
    assert codes.identified(handle, portal.sent[-1][1]) is None
    assert codes.check(handle, portal.sent[-1][1], "confirm") is not None


def test_a_code_holds_up_to_its_last_moment_and_not_at_its_end(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    at, subject = GIVEN.now(), portal.subscriber()
    for by, holds in ((codes.LASTS, False), (codes.LASTS - timedelta(microseconds=1), True)):
        monkeypatch.setattr(GIVEN, "now", lambda: at)
        handle = codes.make("sign-in", "phone", f"+86{portal.phone}", subject)
        monkeypatch.setattr(GIVEN, "now", lambda by=by: at + by)
        assert (codes.check(handle, portal.sent[-1][1]) is not None) is holds


def test_a_code_is_of_no_use_in_another_browser(portal: Portal) -> None:
    portal.subscriber()
    ask(portal)
    assert browser().post("/sign-in/code", {"code": portal.sent[0][1]}).status_code == 422
    thief = ask(portal, STRANGER)
    assert thief.post("/sign-in/code", {"code": portal.sent[0][1]}).status_code == 422


def test_a_code_expires(portal: Portal) -> None:
    portal.subscriber()
    visitor = ask(portal)
    portal.opened.clock.move(timedelta(minutes=11))
    assert visitor.post("/sign-in/code", {"code": portal.sent[0][1]}).status_code == 422


def test_guessing_ends_after_five_tries_even_with_the_right_code(portal: Portal) -> None:
    portal.subscriber()
    visitor = ask(portal)
    right = portal.sent[0][1]
    for _ in range(5):
        visitor.post("/sign-in/code", {"code": "000000" if right != "000000" else "000001"})
    assert visitor.post("/sign-in/code", {"code": right}).status_code == 422


def test_one_number_is_sent_three_codes_and_then_none_with_the_same_answer(portal: Portal) -> None:
    portal.subscriber()
    for _ in range(5):
        ask(portal)
    assert len(portal.sent) == 3


def test_guesses_at_one_number_are_limited_over_all_browsers(portal: Portal) -> None:
    portal.subscriber()
    for _ in range(3):
        visitor = ask(portal)
        for _ in range(5):
            visitor.post("/sign-in/code", {"code": "x"})
    portal.opened.clock.move(timedelta(minutes=16))
    visitor = ask(portal)
    assert visitor.post("/sign-in/code", {"code": portal.sent[-1][1]}).status_code == 422


def test_one_address_that_asks_for_many_numbers_is_stopped(portal: Portal) -> None:
    for number in range(20):
        ask(portal, f"137000000{number:02}")
    answer = browser().post("/sign-in", {"item": "phone", "value": portal.phone})
    assert answer.status_code == 429


@pytest.mark.duty("A10-op-secrecy")
def test_a_number_issued_anew_signs_its_present_holder_in_and_opens_nothing_of_the_former(portal: Portal) -> None:
    former = portal.subscriber()
    portal.give_back(former)
    newcomer = {**another(), "phone": portal.phone}
    present = portal.subscriber(newcomer)
    visitor = ask(portal)
    visitor.post("/sign-in/code", {"code": portal.sent[-1][1]})
    assert Visit.objects.get().subject == present
    shown = text(visitor.post("/held", {"item": ["name", "address"]}))
    assert newcomer["address"] in shown
    assert portal.person["address"] not in shown


def test_a_code_asked_for_before_the_number_changed_hands_signs_nobody_in(portal: Portal) -> None:
    former = portal.subscriber()
    visitor = ask(portal)
    portal.give_back(former)
    assert visitor.post("/sign-in/code", {"code": portal.sent[0][1]}).status_code == 422


def test_a_sign_in_given_by_link_or_planted_is_none(portal: Portal) -> None:
    subject = portal.subscriber()
    known = signed_in(subject).cookies["portal-sign-in"].value
    assert browser().get(f"/held?portal-sign-in={known}&session={known}").status_code == 302
    planted = browser()
    planted.cookies["portal-sign-in"] = "chosen-by-a-thief"
    ask(portal, at=planted)
    planted.post("/sign-in/code", {"code": portal.sent[0][1]})
    assert planted.cookies["portal-sign-in"].value != "chosen-by-a-thief"
    thief = browser()
    thief.cookies["portal-sign-in"] = "chosen-by-a-thief"
    assert thief.get("/held").status_code == 302


def test_signing_in_makes_a_new_secret_and_ends_the_one_before(portal: Portal) -> None:
    subject = portal.subscriber()
    visitor = signed_in(subject)
    before = visitor.cookies["portal-sign-in"].value
    ask(portal, at=visitor)
    visitor.post("/sign-in/code", {"code": portal.sent[0][1]})
    old = browser()
    old.cookies["portal-sign-in"] = before
    assert old.get("/held").status_code == 302


def test_a_sign_in_ends_with_rest_with_time_and_with_signing_out_everywhere(portal: Portal) -> None:
    subject = portal.subscriber()
    resting, leaving, elsewhere = signed_in(subject), signed_in(subject), signed_in(subject)
    leaving.post("/sign-out", {"all": "1"})
    assert elsewhere.get("/held").status_code == 302
    resting = signed_in(subject)
    portal.opened.clock.move(timedelta(minutes=31))
    assert resting.get("/held").status_code == 302
    busy = signed_in(subject)
    for _ in range(19):
        portal.opened.clock.move(timedelta(minutes=25))
        assert busy.get("/consents").status_code == 200
    portal.opened.clock.move(timedelta(minutes=6))
    assert busy.get("/consents").status_code == 302, "however busy it was, after eight hours"


def test_nothing_changes_by_a_form_of_another_site(portal: Portal) -> None:
    subject = portal.subscriber()
    visitor = signed_in(subject)
    visitor.handler.enforce_csrf_checks = True
    for path in ("/held", "/held/download", "/services/mobile/leave", "/consents/mobile/offers/agree", "/sign-out"):
        assert visitor.post(path, {"when": "now"}).status_code == 403


def test_the_portals_tables_hold_no_number_and_no_code(portal: Portal) -> None:
    portal.subscriber()
    ask(portal)
    row = str(Code.objects.values().get())
    assert portal.phone not in row
    assert portal.sent[0][1] not in row.replace(Code.objects.get().sealed, "")


@pytest.mark.parametrize("value", ["", "1", "not a number", "13812345678x"])
def test_what_is_no_number_is_said_to_be_none(portal: Portal, value: str) -> None:
    answer = browser().post("/sign-in", {"item": "phone", "value": value})
    assert answer.status_code == 422
    assert portal.sent == []


def test_without_a_way_to_send_codes_the_page_says_so(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GIVEN, "ways", {})
    assert "Codes cannot be sent from here" in text(browser().get("/sign-in"))
