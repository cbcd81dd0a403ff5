"""Remote inspections at the authority: held first, drawn after, examined here, found by name."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from shouze.errors import InvalidError
from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.contradiction import Contradiction
from shouze.ledger.disclosure import commit
from shouze.ledger.note import Verifier
from shouze.ledger.sampling import draw
from shouze.ledger.witnessing import Submission
from shouze.link.dispatch import Attachment, digest_of, unverified
from shouze.link.kinds import CheckpointSubmitted, Sample, SampleRequest
from shouze.link.opening import Opening, fresh_identity, sealed
from shouze.link.packet import Packet
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.taking import take
from shouze.registers.inspections.models import Inspection
from shouze.registers.issued.models import Issued
from shouze.registers.roles import Role
from shouze.registers.rows import Event
from shouze.registers.witnessed.models import WatchedLog
from tests.ledger.building import SIGNER, START, built, draft, entropy_from
from tests.link.test_inspecting import ENTRIES, HELD, HELD_LOG, proof, shown, submitted
from tests.registers.house import do, make, person, signed_in
from tests.registers.issued.test_register import drafted
from tests.registers.parties import Other
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
LOG: Verifier = SIGNER.verifier()


def begun(other: Other, **more: Any) -> Inspection:
    found: Inspection = make("inspections", inspector(), {"to": other.party, "because": "抽查", "count": 5, **more})
    return found


def held(other: Other, row: Inspection, submission: str | None = None) -> Inspection:
    """Bring the operator's answer with a checkpoint of 30 records."""
    text = submission or Submission(0, (), HELD_LOG.note.decode()).text()
    other.send("checkpoint", CheckpointSubmitted(submission=text), matter=row.matter)
    row.refresh_from_db()
    return row


def delivered(other: Other, row: Inspection, raw: bytes) -> Inspection:
    named = Attachment.of("sample.json", "application/json", raw)
    body = Sample(nonce=row.nonce, places=(), attachment=named.sha256)
    signed = other.seal("sample", body, matter=row.matter, sequence=2, attachments=(named,))
    take(Packet(signed, {named.sha256: raw}).encoded())
    row.refresh_from_db()
    return row


def drawn(row: Inspection) -> list[int]:
    return draw(bytes.fromhex(row.nonce), HELD.root, HELD.size, 5)


def test_the_nonce_is_chosen_once_the_checkpoint_is_held(other: Other) -> None:
    other.trusted("operator", log=LOG.vkey)
    row = begun(other)
    assert (row.state, row.nonce) == ("asked", "")
    row = held(other, row)
    assert (row.state, row.size, len(row.nonce)) == ("drawn", 30, 64)
    assert WatchedLog.objects.get().size == 30
    asked = unverified(DispatchRow.objects.get(kind="sample-request").signed)
    assert asked is not None
    assert isinstance(asked.body, SampleRequest)
    assert asked.body.nonce == row.nonce


@pytest.mark.duty("A17-1-inspect", "A17-3-record")
def test_what_holds_is_found_to_hold(other: Other) -> None:
    other.trusted("operator", log=LOG.vkey)
    row = held(other, begun(other))
    row = delivered(other, row, shown(*map(proof, drawn(row))).encoded())
    assert (row.state, row.examined, row.found) == ("clean", 5, [])
    assert do(row, "close", inspector(), reason="一致").state == "closed"


def test_records_withheld_from_a_sample_are_listed_by_name(other: Other) -> None:
    other.trusted("operator", log=LOG.vkey)
    row = held(other, begun(other))
    row = delivered(other, row, shown(*map(proof, drawn(row)[1:])).encoded())
    assert (row.state, row.found) == ("discrepant", [["withheld", drawn(row)[0]]])
    page = signed_in(inspector()).get(reverse("row", args=["inspections", row.number])).content.decode()
    assert "抽中的记录没有提交" in page


def test_a_forked_log_is_kept_as_a_contradiction(other: Other) -> None:
    other.trusted("operator", log=LOG.vkey)
    held(other, begun(other))
    fork = built([each.replace(b"S-004711", b"S-004712") for each in ENTRIES])
    row = held(other, begun(other), submitted(30, fork))
    assert row.state == "forked"
    told = Contradiction.read(row.contradiction.encode())
    assert told.first.startswith(HELD_LOG.note.decode())
    assert told.second == fork.note.decode()
    assert WatchedLog.objects.get().size == 30


def test_what_is_held_only_grows_and_two_inspections_do_not_accuse_each_other(other: Other) -> None:
    other.trusted("operator", log=LOG.vkey)
    one, two = begun(other), begun(other)
    held(other, one)
    two = held(other, two)
    assert two.state == "asked"
    assert DispatchRow.objects.filter(kind="checkpoint-request", matter=two.matter).count() == 2
    other.send("checkpoint", CheckpointSubmitted(submission=submitted(30)), matter=two.matter, sequence=2)
    two.refresh_from_db()
    assert (two.state, WatchedLog.objects.get().size) == ("drawn", 40)


def test_obeyed_on_paper_only_is_found(other: Other) -> None:
    """The log itself shows a use that its own acknowledgement says was stopped."""
    peer = other.trusted("operator", log=LOG.vkey)
    order = do(drafted(other, agents="", services="mobile"), "sign", head())
    Issued.objects.filter(pk=order.pk).update(proved_at=START)
    entries = [each.replace(b'"act":"release"', b'"act":"read"') for each in ENTRIES]
    log = built(entries)
    row = held(other, begun(other), Submission(0, (), log.note.decode()).text())
    at = open_checkpoint(log.note, [LOG])[0]
    places = draw(bytes.fromhex(row.nonce), at.root, at.size, 5)
    row = delivered(other, row, shown(*(proof(place, log, entries) for place in places), links={}).encoded())
    assert {fault for fault, _ in row.found} == {"disobeyed"}
    assert (row.state, len(row.found), peer.pk) == ("discrepant", 5, row.peer_id)


def test_a_backdated_report_is_found_by_the_record_that_says_when_it_was_sent(other: Other) -> None:
    """It is dated weeks before; the operator's log, whose growth is witnessed, has the sending today."""
    other.trusted("operator", log=LOG.vkey)
    signed = other.seal(time=START - timedelta(days=20))
    honest = other.seal(time=START, matter="n")
    for each in (signed, honest):
        take(Packet(each).encoded())
    entries = [_sent(each, digest_of(signed if place % 2 else honest)) for place, each in enumerate(ENTRIES[:30])]
    log = built(entries)
    row = held(other, begun(other), Submission(0, (), log.note.decode()).text())
    at = open_checkpoint(log.note, [LOG])[0]
    places = draw(bytes.fromhex(row.nonce), at.root, at.size, 5)
    row = delivered(other, row, shown(*(proof(place, log, entries) for place in places), links={}).encoded())
    assert {fault for fault, _ in row.found} <= {"backdated"}
    assert {place % 2 for _, place in row.found} <= {1}
    assert bool(row.found) == any(place % 2 for place in places)


def _sent(entry: bytes, digest: str) -> bytes:
    """Return a record that says that a dispatch was sent."""
    leaf = json.loads(entry)
    leaf["what"] |= {"act": "dispatches-send", "recipient": f"dispatch:{digest}"}
    return json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def opening(row: Inspection, *, edited: bool = False) -> bytes:
    """Return openings as the operator seals them: each record's, by the places drawn."""
    asked = unverified(DispatchRow.objects.get(kind="sample-request", about=row.number).signed)
    assert asked is not None
    assert isinstance(asked.body, SampleRequest)
    assert asked.body.fields == ("query", "subject")
    texts = tuple(each.text for each in commit(draft().private, entropy_from(8 if edited else 1)))
    return sealed({place: Opening("opened", texts) for place in drawn(row)}, asked.body.recipient)


def with_openings(other: Other, row: Inspection, private: bytes) -> Inspection:
    raw = shown(*map(proof, drawn(row))).encoded()
    files = {"sample.json": raw, "openings.age": private}
    named = tuple(Attachment.of(name, "application/octet-stream", each) for name, each in files.items())
    body = Sample(nonce=row.nonce, places=(), attachment=named[0].sha256, openings=named[1].sha256)
    signed = other.seal("sample", body, matter=row.matter, sequence=2, attachments=named)
    take(Packet(signed, {each.sha256: files[each.name] for each in named}).encoded())
    row.refresh_from_db()
    return row


@pytest.mark.duty("A17-2-materials", "A18-auth-secrecy")
def test_openings_are_compared_with_the_records_and_shown_to_who_is_recorded_first(other: Other) -> None:
    other.trusted("operator", log=LOG.vkey)
    row = held(other, begun(other, fields="query，subject"))
    row = with_openings(other, row, opening(row))
    assert (row.state, row.found) == ("clean", [])
    browser, path = signed_in(inspector()), reverse("act", args=["inspections", row.number, "open"])
    assert "number 42" not in browser.get(reverse("row", args=["inspections", row.number])).content.decode()
    assert "number 42" not in browser.post(path, {"reason": ""}).content.decode()
    looked = Event.objects.filter(register="inspections", act="open")
    assert not looked.exists()
    seen = browser.post(path, {"reason": "核对查询理由", "version": row.version}).content.decode()
    assert ("query: number 42" in seen, looked.count()) == (True, 1)
    assert "number 42" not in browser.get(reverse("row", args=["inspections", row.number])).content.decode()


def test_edited_openings_are_found_by_name(other: Other) -> None:
    other.trusted("operator", log=LOG.vkey)
    row = held(other, begun(other, fields="query subject"))
    row = with_openings(other, row, opening(row, edited=True))
    assert row.found == [["opening-altered", place] for place in drawn(row)]


@pytest.mark.parametrize("trick", ["not there", "sealed for another", "noise"])
def test_openings_withheld_from_a_sample_are_found_by_name(other: Other, trick: str) -> None:
    other.trusted("operator", log=LOG.vkey)
    row = held(other, begun(other, fields="query subject"))
    if trick == "not there":
        row = delivered(other, row, shown(*map(proof, drawn(row))).encoded())
    else:
        another = sealed({}, fresh_identity()[1])
        row = with_openings(other, row, another if trick == "sealed for another" else b"noise")
    assert (row.state, row.found) == ("discrepant", [["unopened", place] for place in drawn(row)])
    assert row.openings == ""


def test_only_names_of_private_fields_are_asked_for(other: Other) -> None:
    other.trusted("operator", log=LOG.vkey)
    for wrong in ("Reason", "x" * 65, "a; rm -rf"):
        with pytest.raises(InvalidError):
            begun(other, fields=wrong)


def test_what_an_inspection_needs(other: Other) -> None:
    other.trusted("operator", log=LOG.vkey)
    for changed in ({"to": "nobody"}, {"count": 0}, {"count": 1001}):
        with pytest.raises(InvalidError):
            begun(other, **changed)


def test_a_sample_in_no_inspection_is_a_persons_to_look_at(other: Other) -> None:
    other.trusted("operator", log=LOG.vkey)
    other.send("sample", Sample(nonce="00" * 16, places=(), attachment="0" * 64))
    assert DispatchRow.objects.get().state == "stuck"


@pytest.mark.parametrize(
    ("role", "sees", "begins"),
    [
        (Role.INSPECTOR, True, True), (Role.HEAD, True, True), (Role.AUDITOR, True, False),
        (Role.OFFICER, False, False), (Role.ADMINISTRATOR, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(other: Other, role: Role, *, sees: bool, begins: bool) -> None:
    other.trusted("operator", log=LOG.vkey)
    row, browser = begun(other), signed_in(person("C-9", role))
    assert browser.get(reverse("row", args=["inspections", row.number])).status_code == (200 if sees else 403)
    assert browser.get("/r/inspections/new").status_code == (200 if begins else 403)
    assert browser.get(reverse("act", args=["inspections", row.number, "close"])).status_code == (
        200 if begins else 403
    )
