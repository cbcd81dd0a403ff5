"""Operators and peers are the same by licence, else by filing; operators are called by whatever names them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shouze.errors import InvalidError
from shouze.registers.supervised.calling import operator_called, operator_of
from shouze.registers.supervised.models import Supervised
from shouze.registers.supervised.reaching import peer_of
from tests.registers.instructions.scene import LICENCE, operator
from tests.registers.parties import Other, joined

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mine() -> Iterator[None]:
    with joined("authority"):
        yield


def test_licence_goes_before_filing() -> None:
    one, two = operator(filing="备2"), operator("另一家（虚构）", licence="", filing="备1")
    by_filing = Other().trusted("operator", filing="备1")
    assert (peer_of(one), peer_of(two), operator_of(by_filing)) == (None, by_filing, two)
    by_licence = Other(party="shouze.localhost/licensed").trusted(
        "operator", number="L-2", licence=LICENCE, filing="备1"
    )
    assert (peer_of(one), operator_of(by_licence)) == (by_licence, one)


def test_nobody_is_reached_who_is_not_trusted() -> None:
    one, peer = operator(), Other().trusted("operator", licence=LICENCE)
    peer.state = "ended"
    peer.save()
    assert peer_of(one) is None


def test_a_peers_number_names_its_operator_however_either_wrote_it() -> None:
    """Rows that are older than the one way of writing numbers keep their own; so do peers that were met before it."""
    one, two = operator(licence="A1-1"), operator("另一家（虚构）", licence="B1-2")
    Supervised.objects.filter(pk=one.pk).update(licence="Ａ１-1")
    assert operator_of(Other().trusted("operator", licence="Ａ１-1")) == one
    assert operator_of(Other(party="shouze.localhost/b").trusted("operator", number="L-2", licence="Ｂ１-2")) == two
    assert operator_called("Ａ１-1") == one
    assert operator_called("Ｂ１-2") == two


def test_nobody_is_known_by_a_number_whose_operator_ended() -> None:
    peer = Other().trusted("operator", licence=LICENCE)
    one = operator()
    assert operator_of(peer) == one
    Supervised.objects.update(state="ended")
    assert operator_of(peer) is None
    with pytest.raises(InvalidError):
        operator_called(LICENCE)


@pytest.mark.parametrize("name", ["number", "licence", "title"])
def test_an_operator_is_called_by_what_names_it(name: str) -> None:
    assert operator_called(f" {getattr(operator(), name)} ") == operator()


def test_nothing_names_nobody() -> None:
    operator()
    for told in ("", "  ", "无"):
        with pytest.raises(InvalidError) as problem:
            operator_called(told, "listed")
        assert problem.value.field == "listed"
