"""Orders at the authority: one drafts, another signs, the operator's log proves, nobody's word alone counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from shouze.errors import InvalidError, NotYoursError
from shouze.link.dispatch import unverified
from shouze.link.kinds import Acknowledgement, Corrected, Letter, Lifting, Suspension
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.issued.models import Issued
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.ledger.building import SIGNER
from tests.registers.house import do, make, person, signed_in
from tests.registers.parties import Other, later
from tests.registers.reports.scene import head, inspector, reported

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def drafted(other: Other, **more: Any) -> Issued:
    values = {
        "kind": "suspend", "to": other.party, "report": "", "document": "1号", "body": "某局", "because": "疑似泄露",
        "agents": "kuaisu、baiyun", "services": "", "items": "", "purposes": "", "actions": "", "since": None,
        "until": None, "due": None, **more,
    }  # fmt: skip
    found: Issued = make("issued", inspector(), values)
    return found


def wrong(other: Other, **more: Any) -> str | None:
    with pytest.raises(InvalidError) as problem:
        drafted(other, **more)
    return problem.value.field


@pytest.mark.duty("A14-2-suspend")
def test_one_drafts_another_signs_and_it_is_served(other: Other) -> None:
    report = reported(other)
    order = drafted(other, report=report.number)
    with pytest.raises(NotYoursError):
        do(order, "sign", inspector())
    order = do(order, "sign", head())
    row = DispatchRow.objects.get(kind="suspension")
    written = unverified(row.signed)
    assert written is not None
    assert isinstance(written.body, Suspension)
    assert (written.body.agents, written.matter, order.dispatch) == (("kuaisu", "baiyun"), report.matter, row.sha256)
    clock = Clock.objects.get(register="issued", entry=order.pk, kind="obey")
    assert clock.due == order.served_at + timedelta(minutes=5)


def test_a_head_who_drafts_does_not_sign(other: Other) -> None:
    other.trusted("operator")
    both = person("C-2", Role.HEAD, Role.INSPECTOR)
    order = make("issued", both, {"kind": "suspend", "to": other.party, "document": "1号", "body": "某局",
                 "because": "x", "services": "mobile"})  # fmt: skip
    with pytest.raises(NotYoursError):
        do(order, "sign", both)


def test_what_a_draft_has_to_say(other: Other) -> None:
    report = reported(other)
    assert wrong(other, agents="") == "services"
    assert wrong(other, document="有 空格") == "document"
    assert wrong(other, services="移动") == "services"
    assert wrong(other, actions="fly") == "actions"
    assert wrong(other, kind="correct", agents="") == "due"
    assert wrong(other, to="shouze.localhost/nobody") == "to"
    assert wrong(other, report="IR-2026-9999") == "report"
    another = Other(party="shouze.localhost/another")
    another.trusted("operator", number="L-2")
    assert wrong(another, report=report.number) == "report"


def served(other: Other) -> Issued:
    other.trusted("operator", log=SIGNER.verifier().vkey)
    found: Issued = do(drafted(other), "sign", head())
    return found


def test_obeyed_on_paper_only(other: Other) -> None:
    """An acknowledgement whose proof does not verify is no obeying: it stays in front, with what is wrong."""
    order = served(other)
    said = Acknowledgement(
        order="1号", in_force=GIVEN.now(), epoch=7, policy="0" * 64, proof="c2sp.org/tlog-proof@v1\n"
    )
    other.send("acknowledgement", said)
    order.refresh_from_db()
    assert (order.state, order.proved_at) == ("unproved", None)
    assert order.proof_problem
    assert Clock.objects.filter(register="issued", entry=order.pk, kind="obey", met=None).exists()


def test_an_operator_acknowledges_no_order_of_anothers(other: Other) -> None:
    served(other)
    another = Other(party="shouze.localhost/another")
    another.trusted("operator", number="L-2")
    another.send(
        "acknowledgement", Acknowledgement(order="1号", in_force=GIVEN.now(), epoch=1, policy="0" * 64, proof="")
    )
    assert Issued.objects.get().proof == ""
    assert DispatchRow.objects.get(kind="acknowledgement").state == "stuck"


def test_contested_it_stands(other: Other) -> None:
    order = served(other)
    other.send("contest", Letter(title="1号", text="不服", document="1号"))
    order.refresh_from_db()
    assert (order.contested, order.state) == ("不服", "served")


def test_the_head_lifts_it(other: Other) -> None:
    order = served(other)
    do(order, "lift", head(), reason="已改正")
    row = DispatchRow.objects.get(kind="lifting")
    written = unverified(row.signed)
    assert written is not None
    assert (written.body, row.sequence) == (Lifting(order="1号", reason="已改正"), 2)


@pytest.mark.parametrize(
    ("role", "sees", "drafts", "signs"),
    [
        (Role.INSPECTOR, True, True, False), (Role.HEAD, True, True, True), (Role.AUDITOR, True, False, False),
        (Role.OFFICER, False, False, False), (Role.ADMINISTRATOR, False, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(other: Other, role: Role, *, sees: bool, drafts: bool, signs: bool) -> None:
    other.trusted("operator")
    order, browser = drafted(other), signed_in(person("C-9", role))
    assert browser.get(reverse("row", args=["issued", order.number])).status_code == (200 if sees else 403)
    assert browser.get("/r/issued/new").status_code == (200 if drafts else 403)
    assert browser.get(reverse("act", args=["issued", order.number, "sign"])).status_code == (200 if signs else 403)


def test_no_order_begins_before_it_is_signed_or_ends_before_it_is_served(other: Other) -> None:
    other.trusted("operator")
    now = GIVEN.now()
    assert wrong(other, since=now - timedelta(days=30)) == "since"
    assert wrong(other, until=now - timedelta(days=1)) == "until"
    assert wrong(other, since=now + timedelta(days=2), until=now + timedelta(days=1)) == "until"
    assert wrong(other, kind="correct", due=now - timedelta(days=1)) == "due"
    order = drafted(other, since=now + timedelta(hours=1), until=now + timedelta(days=2))
    with later(timedelta(days=1)):
        do(order, "sign", head())
        order.refresh_from_db()
        assert order.since == order.served_at
    order = drafted(other, document="2号", until=now + timedelta(days=2))
    with later(timedelta(days=3)), pytest.raises(InvalidError):
        do(order, "sign", head())


@pytest.mark.duty("A17-1-inspect")
def test_an_order_to_correct_ends_once_it_was_seen_to_be_corrected(other: Other) -> None:
    """What the operator reports is its word: it waits for the re-check, and what is not corrected runs on."""
    other.trusted("operator")
    order = do(drafted(other, kind="correct", agents="", due=GIVEN.now() + timedelta(days=5)), "sign", head())
    said = Corrected(order=order.document, done="已拆除", at=GIVEN.now())
    other.send("corrected", said, matter=order.matter)
    assert DispatchRow.objects.get(kind="corrected").state == "settled"
    order.refresh_from_db()
    assert order.state == "reported"
    assert Clock.objects.get(register="issued", entry=order.pk, met=None).kind == "recheck"
    order = do(order, "find-uncorrected", inspector(), reason="仍在")
    assert order.state == "served"
    assert Clock.objects.get(register="issued", entry=order.pk, met=None).due == order.due
    other.send("corrected", said, matter=order.matter, sequence=2)
    order.refresh_from_db()
    assert do(order, "recheck", inspector(), reason="已拆除").state == "corrected"
    assert not Clock.objects.filter(register="issued", entry=order.pk, met=None).exists()


def test_a_suspension_is_lifted_and_never_rechecked_away(other: Other) -> None:
    order = served(other)
    with pytest.raises(NotYoursError):
        do(order, "recheck", inspector(), reason="已改正")
    assert do(order, "lift", head(), reason="已改正").state == "lifted"


def test_what_comes_in_after_an_order_was_lifted_brings_it_back_into_force_no_more(other: Other) -> None:
    order = do(served(other), "lift", head(), reason="已改正")
    said = Acknowledgement(order="1号", in_force=GIVEN.now(), epoch=7, policy="0" * 64, proof="proof")
    other.send("acknowledgement", said)
    order.refresh_from_db()
    assert (order.state, order.proof, DispatchRow.objects.get(kind="acknowledgement").state) == (
        "lifted", "proof", "settled",
    )  # fmt: skip


def test_nobody_acknowledges_or_contests_an_order_that_was_not_served(other: Other) -> None:
    other.trusted("operator")
    order = drafted(other)
    said = Acknowledgement(order="1号", in_force=GIVEN.now(), epoch=7, policy="0" * 64, proof="proof")
    other.send("acknowledgement", said)
    other.send("contest", Letter(title="1号", text="不服", document="1号"), sequence=2)
    order.refresh_from_db()
    assert (order.state, order.proof, order.contested) == ("draft", "", "")
    assert set(DispatchRow.objects.values_list("state", flat=True)) == {"stuck"}


def test_an_acknowledgement_is_no_answer_to_an_order_to_correct(other: Other) -> None:
    other.trusted("operator")
    order = do(drafted(other, kind="correct", agents="", due=GIVEN.now() + timedelta(days=5)), "sign", head())
    other.send("corrected", Corrected(order="1号", done="已拆除", at=GIVEN.now()), matter=order.matter)
    said = Acknowledgement(order="1号", in_force=GIVEN.now(), epoch=7, policy="0" * 64, proof="proof")
    other.send("acknowledgement", said, matter=order.matter, sequence=2)
    order.refresh_from_db()
    assert order.state == "reported"


def test_an_incident_is_not_closed_while_an_order_is_obeyed_on_paper_only(other: Other) -> None:
    report = reported(other)
    order = do(drafted(other, report=report.number), "sign", head())
    Issued.objects.filter(pk=order.pk).update(state="unproved")
    report = do(report, "assess", inspector(), {"impact": "major", "impact_because": "四十人"})
    with pytest.raises(InvalidError):
        do(report, "close", inspector(), reason="完")
