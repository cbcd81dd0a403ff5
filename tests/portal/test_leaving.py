"""Leaving: use stops at once, a mistake is undone while destruction waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouze.client import Client as DoorClient
from shouze.client import Unavailable
from shouze.portal.models import Parting
from shouze.rules.refusal import RefusedError
from tests.installation import CLERK, ask
from tests.portal.house import Portal, signed_in, text

LEAVE = "/services/mobile/leave"


def looked_at(portal: Portal, subject: str) -> None:
    portal.opened.run(portal.opened.installation.door.release(CLERK, ask(subject, "name")))


@pytest.mark.duty("A09-4-stop")
@pytest.mark.parametrize("when", ["now", "later"])
def test_use_stops_the_moment_the_user_asks(portal: Portal, when: str) -> None:
    subject = portal.subscriber()
    answer = signed_in(subject).post(LEAVE, {"when": when})
    assert "Collecting and using have stopped" in text(answer)
    with pytest.raises(RefusedError) as refused:
        looked_at(portal, subject)
    assert refused.value.refusal.code == "service-ended"


def test_nothing_is_chosen_beforehand_and_nothing_ends_without_a_choice(portal: Portal) -> None:
    subject = portal.subscriber()
    visitor = signed_in(subject)
    assert "checked" not in text(visitor.get(LEAVE))
    assert visitor.post(LEAVE).status_code == 422
    looked_at(portal, subject)


def test_the_page_says_what_ends_and_which_law_keeps_what_until_when(portal: Portal) -> None:
    shown = text(signed_in(portal.subscriber()).get(LEAVE))
    assert "Cybersecurity Law" in shown
    assert "address" in shown


def test_a_mistake_is_undone(portal: Portal) -> None:
    subject = portal.subscriber()
    visitor = signed_in(subject)
    visitor.post(LEAVE, {"when": "later"})
    assert "You can undo this until" in text(visitor.get("/services"))
    assert visitor.post("/services/mobile/undo").status_code == 302
    looked_at(portal, subject)


def test_after_the_days_to_undo_it_everything_that_no_law_keeps_is_gone(portal: Portal) -> None:
    subject = portal.subscriber()
    visitor = signed_in(subject)
    visitor.post(LEAVE, {"when": "later"})
    portal.opened.clock.move(timedelta(days=7, minutes=1))
    portal.opened.run(portal.opened.installation.door.erase_due())
    again = signed_in(subject)
    shown = text(again.post("/held", {"item": ["name", "address"]}))
    assert portal.person["address"] not in shown
    assert portal.person["name"] in shown


def test_a_door_that_breaks_off_leaves_no_link_to_what_did_not_take_place(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = signed_in(portal.subscriber())

    def broken(*_: object, **__: object) -> None:
        raise Unavailable

    monkeypatch.setattr(DoorClient, "terminate", broken)
    assert visitor.post(LEAVE, {"when": "now"}).status_code == 503
    assert not Parting.objects.exists()


def test_a_service_that_one_does_not_use_cannot_be_left(portal: Portal) -> None:
    assert signed_in(portal.subscriber()).get("/services/cloud-drive/leave").status_code == 404
