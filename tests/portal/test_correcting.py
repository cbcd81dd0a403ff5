"""Correcting: at once where the user may alone, else with a proof; what was wrong is the user's alone to see."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shouze.portal.ports import GIVEN
from shouze.registers.letters.models import Letter
from shouze.registers.letters.sealing import enclosed, read
from shouze.registers.requests.models import Request
from shouze.registers.rows import Event
from tests.portal.house import Portal, signed_in, text
from tests.registers.house import do, officer

NEW = "13700000123"
PROOF = b"%PDF-1.7 a proof"


def asked(subject: str, content: bytes = PROOF, value: str = NEW) -> Any:
    sent = {"value": value, "enclosures": SimpleUploadedFile("x.exe", content)}
    return signed_in(subject).post("/held/phone/correct", sent)


def test_an_item_of_no_consequence_is_corrected_at_once_and_the_former_value_stays_to_be_seen(portal: Portal) -> None:
    visitor = signed_in(portal.subscriber())
    assert visitor.post("/held/address/correct", {"value": "云泽省云泽市新居路9号"}).status_code == 302
    shown = text(visitor.post("/held", {"item": "address"}))
    assert "新居路9号" in shown
    assert f"<del>{portal.person['address']}</del>" in shown
    assert portal.person["address"] not in text(visitor.get("/held"))


@pytest.mark.duty("A09-2-query")
def test_what_finds_people_becomes_a_request_with_a_number_and_nothing_of_it_in_clear(portal: Portal) -> None:
    subject = portal.subscriber()
    assert asked(subject).status_code == 302
    row = Request.objects.get(subject=subject)
    assert (row.kind, row.source, row.identity, row.state) == ("correction", "portal", "session", "open")
    letter = Letter.objects.select_related("key").get(register="requests", entry=row.pk)
    assert (read(letter).subject, read(letter).text[-len(NEW) :]) == ("phone", NEW)
    assert enclosed(letter.enclosures.get()) == PROOF
    clear = str(list(Request.objects.values())) + str(list(Event.objects.values()))
    assert NEW not in clear
    assert row.number in text(signed_in(subject).get("/held"))
    assert portal.phone in text(signed_in(subject).post("/held", {"item": "phone"}))


@pytest.mark.parametrize(("content", "value"), [(b"MZ\x90\x00\x03", NEW), (PROOF, "no number")])
def test_without_a_proper_proof_and_value_nothing_is_asked(portal: Portal, content: bytes, value: str) -> None:
    subject = portal.subscriber()
    assert asked(subject, content, value).status_code == 422
    assert signed_in(subject).post("/held/phone/correct", {"value": NEW}).status_code == 422
    assert not Request.objects.filter(subject=subject).exists()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_is_told_with_its_reason_and_what_was_written_to_the_one_who_asked(
    portal: Portal, language: str
) -> None:
    subject = portal.subscriber()
    asked(subject)
    row = Request.objects.get(subject=subject)
    written = {"way": "portal", "text": "证明与登记不符 <b>", "given_at": None, "purpose": "", "posted_number": ""}
    do(row, "refuse", officer(), {"refused_because": "right", **written})
    shown = text(signed_in(subject, language).get("/held"))
    why = "不予办理的理由：信息无误" if language == "zh" else "Why it was not done: What is held is right"
    assert why in shown
    assert "证明与登记不符 &lt;b&gt;" in shown
    portal.begin()
    assert "证明与登记不符" not in text(signed_in(portal.subscriber()).get("/held"))


def test_nobody_sees_anothers_corrections(portal: Portal) -> None:
    subject = portal.subscriber()
    asked(subject)
    number = Request.objects.get(subject=subject).number
    portal.begin()
    assert number not in text(signed_in(portal.subscriber()).get("/held"))


def test_without_an_office_the_declared_channel_is_named(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GIVEN, "office", None)
    visitor = signed_in(portal.subscriber())
    assert "proof is looked at" in text(visitor.get("/held/phone/correct"))
    assert visitor.post("/held/phone/correct", {"value": NEW}).status_code == 422


def test_an_item_that_is_not_held_has_no_page(portal: Portal) -> None:
    assert signed_in(portal.subscriber()).get("/held/bank-card/correct").status_code == 404
