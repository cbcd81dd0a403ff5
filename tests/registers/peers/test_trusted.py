"""Dispatches go to those alone whose keys people have compared, each on its side."""

from __future__ import annotations

import pytest

from shouze.registers.peers.trusted import authorities, everybody, operators, trusted_peer
from tests.registers.parties import Other

pytestmark = pytest.mark.django_db
OPERATOR = "shouze.localhost/operator"


def test_each_side_is_offered_by_what_it_calls_itself(other: Other) -> None:
    authority = other.trusted(title="通信管理局", title_en="The Administration")
    Other(party=OPERATOR).trusted("operator", number="L-6", title="云盘公司")
    assert {party: name.en for party, name in authorities().items()} == {authority.party: "The Administration"}
    assert {party: name.en for party, name in operators().items()} == {OPERATOR: "云盘公司"}
    assert {name.en for name in everybody().values()} == {"The Administration", "云盘公司"}


def test_a_party_is_found_on_its_own_side_alone(other: Other) -> None:
    authority = other.trusted()
    assert trusted_peer("authority", authority.party) == authority
    assert trusted_peer("operator", authority.party) is None
    assert trusted_peer(None, authority.party) == authority


def test_whom_nobody_has_confirmed_is_neither_offered_nor_found(other: Other) -> None:
    asked = other.trusted(state="introduced")
    assert (authorities(), trusted_peer("authority", asked.party)) == ({}, None)


def test_more_columns_narrow_the_choice(other: Other) -> None:
    other.trusted()
    assert authorities(standing="ministry") == {}
