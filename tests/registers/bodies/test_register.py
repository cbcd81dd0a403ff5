"""The body's name: one row, by who answers for the house; peers are told of it, and told anew when it changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouze.errors import InvalidError
from shouze.link.dispatch import unverified
from shouze.link.kinds import Introduction
from shouze.registers.finding import registers
from shouze.registers.peers.introducing import introduction
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN
from shouze.registers.roles import HOUSE, Role
from tests.registers.codes.scene import secretary
from tests.registers.comparisons.scene import asks
from tests.registers.house import do, make, officer, person, signed_in
from tests.registers.parties import MINE, Other, joined, later

pytestmark = pytest.mark.django_db
NAME = {"title": "云泽省互联网协会（虚构）", "title_en": "Yunze Internet Society (fictional)"}


def body() -> Introduction:
    said = unverified(introduction("x"))
    assert said is not None
    assert isinstance(said.body, Introduction)
    return said.body


def test_who_names_it_and_who_reads_it() -> None:
    row = make("bodies", secretary(), NAME)
    for role in Role:
        browser = signed_in(person(f"B-8-{role}", role))
        assert browser.get(f"/r/bodies/{row.number}/").status_code == (200 if role in HOUSE else 403), role
        allowed = role in {Role.ADMINISTRATOR, Role.OFFICER, Role.HEAD, Role.SECRETARY}
        assert browser.get("/r/bodies/new").status_code == (200 if allowed else 403), role


def test_it_introduces_itself_by_its_party_before_it_is_named_and_by_its_name_after() -> None:
    assert body().name == MINE
    make("bodies", secretary(), NAME)
    assert (body().name, body().name_en) == (NAME["title"], NAME["title_en"])


def test_whoever_knows_it_is_told_anew_when_it_is_named_and_when_its_name_changes() -> None:
    Other().trusted("operator", address="http://a.localhost", introduced=True)
    row: Any = make("bodies", secretary(), NAME)
    assert not Peer.objects.get().introduced
    Peer.objects.update(introduced=True)
    do(row, "change", secretary(), NAME | {"title": "某会"})
    assert not Peer.objects.get().introduced


def test_there_is_one() -> None:
    make("bodies", secretary(), NAME)
    with pytest.raises(InvalidError):
        make("bodies", secretary(), NAME)


@pytest.mark.parametrize(("house", "there"), [("operator", False), ("authority", True), ("association", True)])
def test_it_is_where_no_operator_is(house: str, *, there: bool) -> None:
    GIVEN.house = house  # type: ignore[assignment]  # one of the houses
    assert ("bodies" in registers(), "operator" in registers()) == (there, not there)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_member_sees_its_association_by_name_where_figures_are_asked_for(language: str) -> None:
    """Before, the party's name stood there: an association had nowhere to say its own."""
    make("bodies", secretary(), NAME)
    told = body()
    with joined("operator"):
        other = Other()
        other.trusted("association", title=other.party, introduced_dated=GIVEN.now() - timedelta(days=1))
        asks(other)
        with later(timedelta(seconds=5)):
            fresh = Introduction(side="association", name=told.name, name_en=told.name_en, log="x",
                                 key=other.key.public.text)  # fmt: skip
            other.send("introduction", fresh, matter="introduction")
        browser = signed_in(officer(), language)
        wanted = NAME["title_en" if language == "en" else "title"]
        assert wanted in browser.get("/r/comparisons/").content.decode()
        assert wanted in browser.get("/r/peers/").content.decode()
