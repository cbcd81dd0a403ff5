"""Introductions: anybody may make one; it counts once people have compared fingerprints, and never by itself."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

import pytest

from shouze.errors import InvalidError
from shouze.link.changing_keys import change
from shouze.link.keys import PartyKey
from shouze.link.kinds import Introduction
from shouze.link.refusing import Reason, RejectedError
from shouze.registers.peers import introducing
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN, Own
from tests.registers.house import do, officer
from tests.registers.parties import Other, inbox, later

pytestmark = pytest.mark.django_db


def told(other: Other, **more: Any) -> Introduction:
    fields = {"side": "authority", "name": "某局", "key": other.key.public.text, "log": "x", **more}
    return Introduction(**fields)


def introduce(other: Other, **more: Any) -> str:
    return other.send("introduction", told(other, **more), matter="introduction")


def test_a_stranger_is_entered_and_trusted_only_by_its_fingerprint(other: Other) -> None:
    introduce(other)
    peer = Peer.objects.get()
    assert (peer.state, peer.key, peer.offered) == ("introduced", "", other.key.public.text)
    with pytest.raises(InvalidError):
        do(peer, "trust", officer(), {"compared": PartyKey.fresh().public.fingerprint})
    assert do(peer, "trust", officer(), {"compared": other.key.public.fingerprint.upper()}).state == "trusted"
    other.send()
    assert inbox() == [("letter", 1, "arrived")]


def test_an_operator_is_introduced_to_no_other_operator(other: Other) -> None:
    with pytest.raises(RejectedError):
        introduce(other, side="operator")


def test_whoever_takes_the_name_of_a_trusted_peer_changes_nothing(other: Other) -> None:
    peer = other.trusted(address="http://right.localhost")
    thief = Other(party=other.party)
    introduce(thief, address="http://wrong.localhost", name="冒名")
    peer.refresh_from_db()
    assert (peer.title, peer.address, peer.key) == ("某局", "http://right.localhost", other.key.public.text)
    assert peer.offered == thief.key.public.text
    with pytest.raises(RejectedError):
        thief.send()
    other.send()


def test_a_peer_that_lost_its_key_is_compared_anew_and_the_old_one_ends(other: Other) -> None:
    peer = other.trusted()
    anew = Other(party=other.party, count=100)
    introduce(anew)
    do(peer, "trust", officer(), {"compared": anew.key.public.fingerprint})
    anew.send()
    with pytest.raises(RejectedError) as problem:
        other.send(sequence=2)
    assert problem.value.reason == Reason.KEY_ENDED


def test_a_change_of_key_needs_no_person_and_lets_what_was_under_way_arrive(other: Other) -> None:
    other.trusted()
    waiting, after = other.seal(), PartyKey.fresh()
    other.send("key-change", change(other.party, other.key.public, after), matter="keys")
    anew = Other(other.party, after, count=50)
    anew.send(sequence=2)
    introducing_take(waiting)
    assert inbox() == [("key-change", 1, "settled"), ("letter", 1, "arrived"), ("letter", 2, "arrived")]
    with later(introducing.FORMER_KEY_LASTS + timedelta(days=1)), pytest.raises(RejectedError) as problem:
        other.send(sequence=3)
    assert problem.value.reason == Reason.KEY_ENDED


def introducing_take(signed: str) -> None:
    from shouze.link.packet import Packet
    from shouze.registers.dispatches.taking import take

    take(Packet(signed).encoded())


def test_a_stolen_key_alone_changes_no_key(other: Other) -> None:
    other.trusted()
    forged = change("shouze.localhost/another", other.key.public, PartyKey.fresh())
    other.send("key-change", forged, matter="keys")
    assert inbox() == [("key-change", 1, "stuck")]


def test_a_flood_of_introductions_ends(other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(introducing, "MOST_UNCONFIRMED", 3)
    for number in range(3):
        introduce(Other(party=f"shouze.localhost/{number}"))
    with pytest.raises(RejectedError):
        introduce(Other(party="shouze.localhost/4"))
    assert Peer.objects.count() == 3


def test_an_address_that_a_stranger_names_is_called_only_once_a_person_has_named_or_confirmed_it(other: Other) -> None:
    """Else whoever introduces itself could make this installation knock wherever it likes, inside the house too."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        here = f"http://127.0.0.1:{unused.getsockname()[1]}"
    introduce(other, address=here)
    stranger = Peer.objects.get()
    introducing.meet(GIVEN.now())
    stranger.refresh_from_db()
    assert (stranger.state, stranger.address, stranger.tries, stranger.problem) == ("introduced", here, 0, "")
    do(stranger, "trust", officer(), {"compared": other.key.public.fingerprint})
    introducing.meet(GIVEN.now())
    stranger.refresh_from_db()
    assert (stranger.tries, stranger.problem) == (1, "ConnectError")


def test_an_old_introduction_is_no_news(other: Other) -> None:
    peer = other.trusted(log="x")
    introduce(other, address="http://new.localhost")
    with later(-timedelta(hours=1)):
        introduce(other, address="http://old.localhost")
    peer.refresh_from_db()
    assert peer.address == "http://new.localhost"


def test_our_own_introduction_is_read_by_those_it_is_for(mine: Own) -> None:
    from shouze.link.dispatch import read

    signed = introducing.introduction("shouze.localhost/other")
    body = read(signed, lambda _: None, "shouze.localhost/other", GIVEN.now()).body
    assert isinstance(body, Introduction)
    assert (body.side, body.key, body.address) == ("operator", mine.key.public.text, mine.address)
