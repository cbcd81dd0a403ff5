"""The draw through a real door: proved records of the period, from a checkpoint signed after the nonce was fixed."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.urls import reverse

from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.drawing import drawn, seed_of
from shouze.ledger.entry import parse_leaf
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof, check
from shouze.registers.roles import Role
from shouze.registers.rows import Document, Event
from tests.gateway.test_passage import raw_leaves
from tests.installation import CLERK, PERSON, ask, subscribe
from tests.registers.house import Opened, do, person, signed_in
from tests.registers.selfinspections.scene import begun, planned

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.duty("A16-selfcheck")
def test_the_sample_is_drawn_by_lot_from_the_log_and_proved(opened: Opened) -> None:
    subject = str(opened.run(subscribe(opened.installation, PERSON)).subject)
    for _ in range(6):
        opened.run(opened.installation.door.release(CLERK, ask(subject, "name")))
    who = person("S-0007", Role.SECURITY, post="security-officer", site="HQ")
    row = do(begun(), "plan", who, {"lead": who, "scope": "全部", "since": None, "until": None, "wanted": 4})
    browser = signed_in(who, "en")
    page = reverse("selfinspection-draw", args=[row.number])
    too_early = browser.post(page)
    assert (too_early.status_code, "No checkpoint covers the record of the plan yet" in too_early.content.decode()) == (
        503, True,
    )  # fmt: skip
    opened.settle()
    opened.run(opened.installation.sequencer.step())
    assert browser.post(page).status_code == 302
    row.refresh_from_db()
    _repeated(row, opened)


def _repeated(row: Any, opened: Opened) -> None:
    """Repeat the draw from what is published, and compare."""
    checkpoint = Checkpoint.parse(row.checkpoint)
    leaves = opened.run(raw_leaves(opened.installation))[: checkpoint.size]
    parsed = [parse_leaf(each) for each in leaves]
    (planned_at,) = [n for n, each in enumerate(parsed) if each.what.act == "selfinspections-plan"]
    assert planned_at < checkpoint.size
    order = list(drawn(seed_of(checkpoint, row.nonce), checkpoint.size))
    handling = [n for n in order if parsed[n].what.act in {"collect", "read"}]
    assert [each["index"] for each in row.sample] == handling[:4]
    assert row.passed_over == order.index(handling[3]) - 3
    assert {each["actor"] for each in row.sample} <= {"S-0042", "crm"}
    document = Document.objects.get(event=Event.objects.get(register="selfinspections", act="draw"))
    with zipfile.ZipFile(io.BytesIO(bytes(document.content))) as packed:
        key = Verifier.from_vkey(packed.read("vkey").decode().strip())
        assert packed.read("draw.txt").decode() == f"{row.checkpoint}{row.nonce}\n"
        for index in handling[:4]:
            proof = PortableProof.parse(packed.read(f"proofs/{index}.tlog-proof"))
            check(proof, proof.extra or b"", [key])
            assert (proof.index, proof.extra) == (index, leaves[index])
        assert "proofs/plan.tlog-proof" in packed.namelist()


def test_who_may_not_look_at_records_draws_none_and_is_told_the_article(opened: Opened) -> None:
    who = person("S-0008", Role.AUDITOR, post="marketing")
    row = planned()
    opened.settle()
    answer = signed_in(who, "en").post(reverse("selfinspection-draw", args=[row.number]))
    assert answer.status_code == 422
    assert "(Art. 13(3))" in answer.content.decode()


def test_a_draw_is_made_once(opened: Opened) -> None:
    from tests.registers.selfinspections.scene import drawn as drawn_row

    row = drawn_row()
    answer = signed_in(person("S-0007", Role.SECURITY)).post(reverse("selfinspection-draw", args=[row.number]))
    assert answer.status_code == 403
