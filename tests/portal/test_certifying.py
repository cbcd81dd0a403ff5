"""The certificate: what the door says is gone, what is still to go, what a law keeps; signed, of nobody by name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shouze.api import leaving
from shouze.api.records import records_of
from shouze.portal import certifying
from shouze.portal.models import Parting
from shouze.portal.ports import GIVEN
from tests.installation import LEGAL, ask
from tests.portal.house import Portal, browser, is_signed, signed_in, text
from tests.portal.test_parted import fetched, left, looked, swept


def certificate(portal: Portal, secret: str) -> dict[str, Any]:
    raw = fetched(secret)
    assert is_signed(raw)
    told: dict[str, Any] = json.loads(raw)
    return told


@pytest.mark.duty("A09-4-cancel")
def test_it_lists_what_is_destroyed_what_is_kept_and_where_and_is_signed(portal: Portal) -> None:
    told = certificate(portal, left(portal.subscriber(), "now"))
    assert {each["item"] for each in told["destroyed"]} >= {"address"}
    assert {each["item"] for each in told["kept"]} == {"name", "id-number", "phone"}
    assert {each["law"]["en"] for each in told["kept"]} == {"Cybersecurity Law, Article 24"}
    assert all(each["law"]["zh"] and each["until"] for each in told["kept"])
    assert [each["state"] for each in told["stores"]] == [
        "reached", "reached", "bound", "nothing-held", "own-term", "not-reached",
    ]  # fmt: skip
    stated, until = (datetime.fromisoformat(each) for each in (told["stated_at"], told["stores"][2]["until"]))
    assert until - stated == GIVEN.bound == timedelta(days=30)
    assert len(told["records"]["asked"]["leaf"]) == len(told["records"]["answered"]["leaf"]) == 64


def test_what_somebody_changed_is_not_signed(portal: Portal) -> None:
    raw = fetched(left(portal.subscriber(), "now"))
    assert not is_signed(raw.replace(b"address", b"Address"))
    assert not is_signed(b"{}")


def test_before_anything_is_destroyed_there_is_none_and_afterwards_the_log_has_where(portal: Portal) -> None:
    secret = left(portal.subscriber(), "later")
    assert b"shouze-erasure" not in fetched(secret)
    swept(portal, timedelta(days=7, minutes=1))
    portal.covered()
    told = certificate(portal, secret)
    (erased,) = told["records"]["erased"]
    assert "address" in erased["items"]
    assert erased["index"] > 0


def test_what_is_due_and_not_yet_destroyed_is_certified_to_nobody(portal: Portal) -> None:
    secret = left(portal.subscriber(), "later")
    portal.opened.clock.move(timedelta(days=7, minutes=1))
    assert "being destroyed" in looked(secret)
    assert b"shouze-erasure" not in fetched(secret)
    swept(portal, timedelta(0))
    assert "address" in {each["item"] for each in certificate(portal, secret)["destroyed"]}


def test_once_the_law_lets_the_rest_go_it_says_so_and_the_portal_forgets_whose_it_was(portal: Portal) -> None:
    subject = portal.subscriber()
    secret = left(subject, "now")
    assert Parting.objects.get().subject == subject
    last = max(each.by for each in certifying.known(Parting.objects.get()).kept)
    swept(portal, last - GIVEN.now() + timedelta(days=1))
    assert "Everything is destroyed" in looked(secret)
    told = certificate(portal, secret)
    assert (told["kept"], told["to_be_destroyed"]) == ([], [])
    assert Parting.objects.get().subject == ""
    assert subject not in str(Parting.objects.values().get())


@pytest.mark.parametrize("when", [pytest.param("now", marks=pytest.mark.lasting), "later"])
def test_it_names_nobody_and_holds_no_value(portal: Portal, when: str) -> None:
    subject = portal.subscriber()
    secret = left(subject, when)
    swept(portal, timedelta(days=8))
    told = fetched(secret).decode() + looked(secret)
    assert [
        each for each in (subject, *portal.person.values(), secret) if each in told.replace(f'"{secret}"', "")
    ] == []


def test_recipients_of_copies_are_named_as_what_is_not_reached(portal: Portal) -> None:
    subject = portal.subscriber()
    ported = ask(subject, "name", purposes=["real-name-record"], action="disclose", recipient="number-portability")
    portal.opened.run(portal.opened.installation.door.release(LEGAL, ported))
    portal.covered()
    secret = left(subject, "now")
    assert "given to: " in looked(secret)
    assert certificate(portal, secret)["stores"][-1]["recipients"] == ["number-portability"]


@pytest.mark.parametrize("seen", [pytest.param(True, marks=pytest.mark.lasting), False])
def test_what_was_destroyed_stays_certified_when_somebody_comes_back(portal: Portal, seen: bool) -> None:
    subject = portal.subscriber()
    secret = left(subject, "later")
    swept(portal, timedelta(days=8))
    if seen:
        looked(secret)
    assert signed_in(subject).post("/services/mobile/undo").status_code == 302
    for _ in range(2):
        swept(portal, timedelta(days=400))
        told = certificate(portal, secret)
        assert "address" in {each["item"] for each in told["destroyed"]}


def test_who_comes_back_before_anything_was_destroyed_has_not_left(portal: Portal) -> None:
    subject = portal.subscriber()
    secret = left(subject, "later")
    signed_in(subject).post("/services/mobile/undo")
    assert "You took it up again" in looked(secret)
    assert Parting.objects.get().subject == ""


def test_links_whose_time_is_over_are_forgotten(portal: Portal) -> None:
    secret = left(portal.subscriber(), "now")
    row = Parting.objects.get()
    assert row.until >= row.asked_at + certifying.KEPT
    portal.opened.clock.move(row.until - GIVEN.now() + timedelta(seconds=1))
    assert browser().post("/erasure", {"secret": secret}).status_code == 422
    portal.begin()
    left(portal.subscriber(), "now")
    assert not Parting.objects.filter(pk=row.pk).exists()


def test_the_public_key_of_certificates_is_published(portal: Portal) -> None:
    told = json.loads(text(browser().get("/.well-known/jwks.json")))
    assert (told["keys"][0]["crv"], told["keys"][0].get("d")) == ("Ed25519", None)


def test_where_the_log_cannot_be_asked_it_is_said_that_recipients_are_not_known(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = portal.subscriber()
    monkeypatch.setattr(leaving, "records_of", lambda parts: records_of(replace(parts, records=None)))
    secret = left(subject, "now")
    assert "whether and to whom any were given is not known here" in looked(secret)
    assert certificate(portal, secret)["stores"][-1]["recipients"] is None


def test_a_link_that_is_asked_for_anew_replaces_the_one_before_and_is_of_nobody_forgotten(portal: Portal) -> None:
    subject, now = portal.subscriber(), GIVEN.now()
    former, row = certifying.begin(subject, "mobile", (), now, None)
    made = certifying.renewed(subject, "mobile")
    assert made is not None
    assert (certifying.found(former), certifying.found(made[0])) == (None, row)
    row.undone_at = now
    row.save()
    assert certifying.renewed(subject, "mobile") is None, "who came back left nothing"
    certifying.begin("", "mobile", (), now, None)
    assert certifying.renewed("", "mobile") is None, "of a parting whose subject is forgotten nobody is told"
