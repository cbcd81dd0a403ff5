"""The register of peers: who may name, confirm and end one."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.peers.models import Peer
from shouze.registers.ports import Own
from shouze.registers.roles import Role
from tests.registers.house import do, make, officer, person, signed_in
from tests.registers.parties import Other

pytestmark = pytest.mark.django_db


def test_a_peer_is_named_by_its_address_once() -> None:
    peer = make("peers", officer(), {"address": "https://authority.example/"})
    assert (peer.state, peer.address) == ("asked", "https://authority.example")
    with pytest.raises(InvalidError):
        make("peers", officer(), {"address": "https://authority.example"})
    with pytest.raises(InvalidError):
        make("peers", officer(), {"address": "file:///etc/passwd"})


def test_the_page_shows_our_own_fingerprint_to_be_compared(mine: Own, other: Other) -> None:
    peer = other.trusted()
    page = signed_in(officer(), "en").get(reverse("row", args=["peers", peer.number])).content.decode()
    assert mine.key.public.fingerprint in page
    assert other.key.public.fingerprint in page


@pytest.mark.parametrize(
    ("role", "sees", "keeps"),
    [
        (Role.OFFICER, True, True), (Role.SECURITY, True, True), (Role.ADMINISTRATOR, True, True),
        (Role.HEAD, True, True), (Role.INSPECTOR, True, False), (Role.APPROVER, True, False),
        (Role.AUDITOR, True, False), (Role.SERVICE, False, False), (Role.AGENT, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(other: Other, role: Role, *, sees: bool, keeps: bool) -> None:
    peer, browser = other.trusted(offered=Other().key.public.text), signed_in(person("S-9", role))
    assert browser.get(reverse("row", args=["peers", peer.number])).status_code == (200 if sees else 403)
    for act in ("trust", "end", "move"):
        assert browser.get(reverse("act", args=["peers", peer.number, act])).status_code == (200 if keeps else 403)
    assert browser.get("/r/peers/new").status_code == (200 if keeps else 403)


def test_an_ended_peer_is_trusted_no_more(other: Other) -> None:
    peer = do(other.trusted(offered=Other().key.public.text), "end", officer())
    assert (peer.state, peer.offered) == ("ended", "")
    assert Peer.objects.get().known(peer.changed_at).keys == ()


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OFFICER, 200), (Role.ADMINISTRATOR, 200), (Role.HEAD, 200), (Role.INSPECTOR, 403), (Role.AUDITOR, 403)],
)
def test_who_notes_an_authoritys_standing(other: Other, role: Role, status: int) -> None:
    peer, browser = other.trusted(), signed_in(person("S-9", role))
    assert browser.get(reverse("act", args=["peers", peer.number, "place"])).status_code == status


def test_an_authority_has_a_standing_and_an_operator_has_none(other: Other) -> None:
    peer = do(other.trusted(), "place", officer(), {"standing": "ministry"})
    assert peer.standing == "ministry"
    operator = Other(party="shouze.localhost/operator").trusted("operator", number="L-2")
    with pytest.raises(NotYoursError):
        do(operator, "place", officer(), {"standing": "ministry"})
