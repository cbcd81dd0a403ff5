"""Cases: which grants, orders and parts of a policy bear on a use."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from shouze.rules.case import Case, allows, covers, in_time
from shouze.rules.entries import Grant
from shouze.rules.policy import Policy
from shouze.rules.use import SUBJECT_RIGHTS, Actor, Place, Use
from tests.rules.scene import AFTER, BEFORE, NOW, order

GRANT = Grant(services=frozenset({"mobile"}), actions=frozenset({"read"}), sites=frozenset({"hall"}))
USE = Use(Actor("staff", "wang", post="clerk"), "mobile", "serve", "read", ("phone",), Place("hall"))


def _case(use: Use, **parts: object) -> Case:
    return Case.of(replace(Policy(), **parts), use, None, NOW)


def test_a_span_is_open_at_its_right_end() -> None:
    assert in_time(None, None, NOW)
    assert in_time(NOW, AFTER, NOW)
    assert not in_time(BEFORE, NOW, NOW)
    assert not in_time(AFTER, None, NOW)


def test_what_restricts_covers_all_when_empty_and_what_allows_allows_none() -> None:
    assert covers(frozenset(), "phone")
    assert not covers(frozenset({"name"}), "phone")
    assert allows(None, None)
    assert not allows(frozenset(), "phone")
    assert not allows(frozenset({"hall"}), None)


@pytest.mark.parametrize(
    ("actor", "holder"),
    [
        (Actor("staff", "wang", post="clerk"), "post:clerk"),
        (Actor("agent-staff", "wang", agent="shop"), "agent:shop"),
        (Actor("service", "billing"), "account:billing"),
    ],
)
def test_grants_are_those_of_post_agent_or_account(actor: Actor, holder: str) -> None:
    assert _case(replace(USE, actor=actor), grants={holder: (GRANT,)}).grants == (GRANT,)
    assert _case(replace(USE, actor=actor), grants={f"{holder}-2": (GRANT,)}).grants == ()


@pytest.mark.duty("A13-3-permissions")
def test_staff_hold_their_own_grants_beside_their_posts_and_nobody_else_does() -> None:
    own = replace(GRANT, until=AFTER)
    grants = {"post:clerk": (GRANT,), "person:wang": (own,), "person:li": (own,)}
    assert _case(replace(USE, actor=Actor("staff", "wang", post="clerk")), grants=grants).grants == (GRANT, own)
    assert _case(replace(USE, actor=Actor("staff", "wang")), grants=grants).grants == (own,)
    for other in (Actor("agent-staff", "wang", agent="shop"), Actor("service", "wang"), Actor("subject", "wang")):
        assert _case(replace(USE, actor=other), grants=grants).grants == ()


@pytest.mark.parametrize("kind", ["staff", "agent-staff"])
def test_who_has_neither_post_nor_agent_has_no_grant_whatever_posts_are_called(kind: str) -> None:
    grants = {"post:None": (GRANT,), "agent:None": (GRANT,), "": (GRANT,), "account:wang": (GRANT,)}
    actor = replace(USE.actor, kind=kind, post=None)
    assert _case(replace(USE, actor=actor), grants={**grants, "": ()}).grants == ()


def test_a_subject_has_no_grant_even_where_an_account_has_its_name() -> None:
    assert _case(replace(USE, actor=Actor("subject", "wang")), grants={"account:wang": (GRANT,)}).grants == ()


def test_orders_bear_on_what_they_cover_while_they_stand() -> None:
    here, elsewhere = order(services=frozenset({"mobile"})), order(services=frozenset({"cloud"}))
    over, agents = order(until=NOW), order(agents=frozenset({"shop"}))
    assert _case(USE, orders=(here, elsewhere, over, agents)).orders == (here,)


def test_only_the_subject_acts_by_right() -> None:
    own = replace(USE, purpose=SUBJECT_RIGHTS)
    assert not _case(own).by_right
    assert _case(replace(own, actor=Actor("subject", "one"))).by_right
