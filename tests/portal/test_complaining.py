"""Complaints at the portal, over the register of them."""

from __future__ import annotations

from datetime import timedelta
from importlib.util import find_spec

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shouze.portal.ports import GIVEN
from tests.portal.house import Portal, browser, signed_in, text

OFFICE = pytest.mark.skipif(
    find_spec("shouze.registers.complaints") is None, reason="the register of complaints is not installed"
)
ASKED = {"matter": "", "service": "mobile", "story": "我从未同意接收短信"}


def filed(portal: Portal, subject: str) -> str:
    """File a complaint; return its address."""
    assert GIVEN.office is not None
    answer = signed_in(subject).post("/complaints/new", {**ASKED, "matter": next(iter(GIVEN.office.matters()))})
    assert answer.status_code == 302, text(answer)
    return str(answer.headers["location"])


@OFFICE
@pytest.mark.duty("A12-accept")
def test_a_complaint_has_its_number_and_its_clock_at_once(portal: Portal) -> None:
    subject = portal.subscriber()
    address = filed(portal, subject)
    shown = text(signed_in(subject).get(address))
    assert address.rpartition("/")[2] in shown
    assert "left" in shown
    assert ASKED["story"] in shown


@OFFICE
def test_nobody_sees_ends_or_reopens_anothers(portal: Portal) -> None:
    address = filed(portal, portal.subscriber())
    portal.begin()
    other = signed_in(portal.subscriber())
    assert other.get(address).status_code == 404
    for act in ("withdraw", "reopen"):
        assert other.post(f"{address}/{act}", {"story": "x"}).status_code == 404
    assert ASKED["story"] not in text(other.get("/complaints"))


@OFFICE
def test_a_complaint_is_withdrawn_and_brought_up_again(portal: Portal) -> None:
    subject = portal.subscriber()
    address, visitor = filed(portal, subject), signed_in(subject)
    visitor.post(f"{address}/withdraw")
    assert "Withdrawn" in text(visitor.get(address))
    visitor.post(f"{address}/reopen", {"story": "还是没有解决"})
    shown = text(visitor.get(address))
    assert "Being looked into" in shown
    assert "What you added" in shown
    assert "还是没有解决" in shown


@OFFICE
def test_what_is_attached_is_looked_at_first(portal: Portal) -> None:
    assert GIVEN.office is not None
    visitor = signed_in(portal.subscriber())
    sent = {
        **ASKED,
        "matter": next(iter(GIVEN.office.matters())),
        "enclosures": SimpleUploadedFile("a.pdf", b"MZ\xff\x00"),
    }
    answer = visitor.post("/complaints/new", sent)
    assert answer.status_code == 422
    assert "no PDF" in text(answer)


@OFFICE
def test_a_late_answer_shows_the_way_to_the_authority(portal: Portal) -> None:
    subject = portal.subscriber()
    address = filed(portal, subject)
    portal.opened.clock.move(timedelta(days=40))
    assert "You can turn to" in text(signed_in(subject).get(address))


def test_without_a_register_of_them_the_published_contact_is_named(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GIVEN, "office", None)
    answer = signed_in(portal.subscriber()).get("/complaints")
    assert answer.status_code == 404
    assert "Use the published contact" in text(answer)
    assert "Complain here" not in text(browser().get("/"))
