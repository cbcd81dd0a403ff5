"""Another log in the place of the one that people confirmed: never unseen, by two people, the one before kept."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shouze.errors import NotYoursError
from shouze.ledger.note import Signer
from shouze.link.kinds import Introduction
from shouze.registers.peers.models import Peer
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from shouze.registers.witnessed.models import WatchedLog
from tests.ledger.building import OTHER, SIGNER, built
from tests.link.test_inspecting import ENTRIES, HELD_LOG
from tests.registers.house import do, officer, person, signed_in
from tests.registers.parties import Other
from tests.registers.reports.scene import head, inspector
from tests.registers.witnessed.test_holding import Submitting, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
NEXT = Signer("telco.example/anew", OTHER.key).verifier()


def introduce(other: Other, vkey: str) -> None:
    body = Introduction(side="operator", name="某公司", key=other.key.public.text, log=vkey)
    other.send("introduction", body, matter="introduction")


def logs() -> dict[str, str]:
    return {each.vkey: each.state for each in WatchedLog.objects.order_by("id")}


def begun(other: Other) -> WatchedLog:
    operator = Submitting(other)
    operator.submit(submitted(HELD_LOG, 0))
    introduce(other, NEXT.vkey)
    return WatchedLog.objects.get(vkey=NEXT.vkey)


def test_a_log_is_followed_once_the_operators_fingerprint_was_compared(other: Other) -> None:
    introduce(other, SIGNER.verifier().vkey)
    assert logs() == {}
    do(Peer.objects.get(), "trust", officer(), {"compared": other.key.public.fingerprint})
    assert logs() == {SIGNER.verifier().vkey: "followed"}


@pytest.mark.duty("A17-3-record")
def test_another_log_is_shown_and_the_one_before_stays(other: Other) -> None:
    row = begun(other)
    assert (row.state, Peer.objects.get().log) == ("another", SIGNER.verifier().vkey)
    assert Clock.objects.get(register="witnessed").title_en == "某公司 began another log"
    page = signed_in(inspector(), "en").get(reverse("row", args=["witnessed", row.number])).content.decode()
    assert "began another log" in page
    introduce(other, NEXT.vkey)
    assert len(logs()) == 2


def test_a_key_in_the_place_of_the_logs_own_is_another_log(other: Other) -> None:
    operator = Submitting(other)
    operator.submit(submitted(HELD_LOG, 0))
    introduce(other, OTHER.verifier().vkey)
    assert logs() == {SIGNER.verifier().vkey: "followed", OTHER.verifier().vkey: "another"}
    assert operator.submit(submitted(built(ENTRIES, OTHER), 30)).status == 403


@pytest.mark.duty("A17-3-record")
def test_two_people_put_another_log_in_its_place_and_what_was_held_is_kept(other: Other) -> None:
    row = begun(other)
    do(row, "agree", inspector(), reason="数据库损坏，已现场核实")
    with pytest.raises(NotYoursError):
        do(row, "accept", inspector())
    do(row, "accept", head())
    before = WatchedLog.objects.get(vkey=SIGNER.verifier().vkey)
    assert (Peer.objects.get().log, Peer.objects.get().offered_log) == (NEXT.vkey, "")
    assert logs() == {SIGNER.verifier().vkey: "left", NEXT.vkey: "followed"}
    assert (before.size, before.note.startswith(HELD_LOG.note.decode())) == (30, True)
    assert not Clock.objects.filter(register="witnessed").exists()


def test_another_log_that_is_not_accepted_changes_nothing(other: Other) -> None:
    do(begun(other), "refuse", inspector(), reason="无法说明原因")
    assert logs() == {SIGNER.verifier().vkey: "followed", NEXT.vkey: "refused"}
    assert Peer.objects.get().log == SIGNER.verifier().vkey


def test_the_contradiction_is_a_file_to_download(other: Other) -> None:
    operator = Submitting(other)
    operator.submit(submitted(built(ENTRIES), 0))
    row, browser = WatchedLog.objects.get(), signed_in(inspector(), "en")
    path = reverse("witnessed-contradiction", args=[row.number])
    assert browser.get(path).status_code == 404
    operator.submit(submitted(built(ENTRIES[::-1]), 40))
    answer = browser.get(path)
    row.refresh_from_db()
    assert (answer.content.decode(), "attachment" in answer["content-disposition"]) == (row.contradiction, True)
    assert path in browser.get(reverse("row", args=["witnessed", row.number])).content.decode()
    assert signed_in(person("C-8", Role.ADMINISTRATOR)).get(path).status_code == 403


@pytest.mark.parametrize(
    ("role", "sees", "acts"),
    [
        (Role.INSPECTOR, True, True), (Role.HEAD, True, True), (Role.AUDITOR, True, False),
        (Role.OFFICER, False, False), (Role.ADMINISTRATOR, False, False), (Role.PUBLISHER, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(other: Other, role: Role, *, sees: bool, acts: bool) -> None:
    row, browser = begun(other), signed_in(person("C-9", role))
    held = WatchedLog.objects.get(vkey=SIGNER.verifier().vkey)
    assert browser.get(reverse("row", args=["witnessed", row.number])).status_code == (200 if sees else 403)
    for one, act in ((row, "agree"), (row, "refuse"), (held, "ask"), (held, "compare")):
        path = reverse("act", args=["witnessed", one.number, act])
        assert browser.get(path).status_code == (200 if acts else 403), act
    assert browser.get("/r/witnessed/new").status_code == 403
