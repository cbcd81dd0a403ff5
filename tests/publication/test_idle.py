"""Names in a policy file that stand for nothing: told in grants, refused in orders and freezings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shouze.errors import InvalidError
from shouze.publication.idle import Known, check_target, idle_grants, known_names, refuse_idle
from shouze.rules.declaration import Retention, Told
from shouze.rules.document import Lines
from shouze.rules.entries import Account, Agent, Freeze, Grant, Order, Person, PolicyFile, Post
from shouze.rules.policy import Policy, PurposeRule, ServiceRule, Traits
from shouze.wiring.statutes import read_statutes

NOW = datetime(2026, 11, 28, tzinfo=UTC)
NAME = Told(zh="名", en="Name")
KNOWN: Known = {
    "services": {"mobile"}, "purposes": {"register"}, "items": {"phone"}, "agents": {"baiyun"}, "actions": {"read"},
}  # fmt: skip
GOOD = Grant(services=frozenset({"mobile"}), actions=frozenset({"read"}))
SLIP = Grant(services=frozenset({"mobil"}), actions=frozenset({"read"}))


def test_a_slip_is_told_of_whatever_holder_and_grant_it_stands_in() -> None:
    both = (GOOD, SLIP)
    agent = Agent(id="a", name=NAME, contract_since=NOW, contract_until=NOW, fit=True, fit_until=NOW, grants=both)
    document = PolicyFile(
        posts=(Post(id="p", name=NAME), Post(id="q", name=NAME, grants=both)),
        accounts=(Account(id="c", name=NAME, grants=both),),
        people=(Person(id="S-1", grants=both),),
        agents=(agent,),
    )
    assert [(each.field, each.name) for each in idle_grants(document, KNOWN)] == [
        (f"{holder}.grants[1].services", "mobil") for holder in ("posts[1]", "accounts[0]", "people[0]", "agents[0]")
    ]


@pytest.mark.parametrize("field", ["services", "purposes", "items", "agents"])
def test_an_order_that_names_what_is_not_there_is_refused_by_its_field(field: str) -> None:
    first, slip = (
        Order(id=each, authority=NAME, reason=NAME, since=NOW, **{field: frozenset({name})})  # type: ignore[arg-type]  # one of four fields of names
        for each, name in (("n-1", next(iter(KNOWN[field]))), ("n-2", "slip"))
    )
    refuse_idle(PolicyFile(orders=(first,)), Lines(), KNOWN)
    with pytest.raises(InvalidError) as caught:
        refuse_idle(PolicyFile(orders=(first, slip)), Lines(), KNOWN)
    assert caught.value.field == f"orders[1].{field}"


def test_a_freezing_is_refused_by_its_place_and_line() -> None:
    lines = Lines()
    lines.put("freezes[1].name", 7)
    good, slip = (Freeze(id=each, incident="I", target="item", name=each, since=NOW) for each in ("phone", "fone"))
    with pytest.raises(InvalidError) as caught:
        refuse_idle(PolicyFile(freezes=(good, slip)), lines, KNOWN)
    assert (caught.value.field, caught.value.line) == ("freezes[1].name", 7)


def test_anybody_may_be_frozen_since_only_tokens_know_work_numbers() -> None:
    check_target(KNOWN, "actor", "W-404")


def test_names_of_every_service_and_of_the_catalogue_stand_for_something() -> None:
    statutes = read_statutes()
    purpose = PurposeRule(None, True, frozenset(), 1, {}, {}, Retention("collection"))
    rules = {
        name: ServiceRule(1, "", True, {f"{name}-use": purpose}, {f"{name}-size": Traits("text", None, 1)})
        for name in ("bike", "boat")
    }
    known = known_names(Policy(services=rules), statutes)
    assert set(known["services"]) == {"bike", "boat"}
    assert set(known["purposes"]) == {"bike-use", "boat-use"}
    assert set(known["items"]) == {"bike-size", "boat-size"} | statutes.items.keys()
