"""Any parts of a policy and any scenes made of them, most of them refused."""

from __future__ import annotations

from typing import cast, get_args

from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.rules.declaration import Retention
from shouze.rules.entries import Agent, Approval, Freeze, Grant, Order
from shouze.rules.policy import Policy, PurposeRule, RecipientRule, ServiceRule, Traits
from shouze.rules.standing import Agreement, Consent, Held, Standing
from shouze.rules.use import ACTIONS, OF_ITEMS, SUBJECT_RIGHTS, Action, Actor, ActorKind, Place, Use, ground_of
from tests.rules.scene import (
    AFTER,
    ANOTHER,
    BEFORE,
    ITEMS,
    LAW,
    NOW,
    PURPOSES,
    RECIPIENTS,
    SERVICES,
    SITES,
    SUBJECT,
    WORDS,
    Scene,
    admitted,
    freeze,
    order,
)

SPANS = st.sampled_from([(None, None), (BEFORE, None), (None, AFTER), (BEFORE, AFTER), (NOW, AFTER)])
ANY_SPANS = st.one_of(SPANS, SPANS, st.sampled_from([(AFTER, None), (None, NOW), (None, BEFORE), (BEFORE, NOW)]))


def some(names: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    """Any part of some names, all of them more often than by chance."""
    return st.one_of(st.just(frozenset(names)), st.frozensets(st.sampled_from(names)))


@st.composite
def recipient_rules(draw: st.DrawFn) -> RecipientRule:
    since, until = draw(ANY_SPANS)
    return RecipientRule(draw(some(ITEMS)), draw(st.booleans()), since, until)


@st.composite
def purpose_rules(draw: st.DrawFn) -> PurposeRule:
    law = draw(st.sampled_from([None, None, LAW]))
    return PurposeRule(
        law=law,
        necessary=draw(st.booleans()),
        means=draw(some(tuple(sorted(OF_ITEMS)))),
        since=draw(st.integers(1, 3)),
        items={item: draw(st.integers(1, 3)) for item in draw(some(ITEMS))},
        recipients={name: draw(recipient_rules()) for name in draw(some(RECIPIENTS))},
        retention=Retention("service-end"),
        law_qualifies=law is None or draw(st.sampled_from([True, True, False])),
    )


@st.composite
def service_rules(draw: st.DrawFn) -> ServiceRule:
    purposes = {name: draw(purpose_rules()) for name in draw(some(PURPOSES))}
    items = {item: Traits("text", None, 3) for item in draw(some(ITEMS))}
    return ServiceRule(3, "d" * 64, True, purposes, items, draw(st.sampled_from([None, None, None, AFTER, BEFORE])))


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    since, until = draw(ANY_SPANS)
    return Grant(
        services=draw(some(SERVICES)),
        actions=cast("frozenset[Action]", draw(some(ACTIONS))),
        purposes=draw(st.none() | some(PURPOSES)),
        items=draw(st.none() | some(ITEMS)),
        sites=draw(st.none() | some(SITES)),
        since=since,
        until=until,
    )


@st.composite
def orders(draw: st.DrawFn) -> Order:
    since, until = draw(st.sampled_from([(BEFORE, None), (BEFORE, NOW), (AFTER, None), (BEFORE, AFTER)]))
    return order(
        id=draw(st.sampled_from(["order-1", "order-2"])),
        since=since,
        until=until,
        services=draw(st.frozensets(st.sampled_from(SERVICES), min_size=1)),
        purposes=draw(st.frozensets(st.sampled_from(PURPOSES))),
        actions=draw(st.frozensets(st.sampled_from(ACTIONS), max_size=3)),
        items=draw(st.frozensets(st.sampled_from(ITEMS))),
        agents=draw(st.sampled_from([frozenset[str](), frozenset({"shop"})])),
    )


@st.composite
def freezes(draw: st.DrawFn) -> Freeze:
    target, name = draw(
        st.sampled_from(
            [("service", "mobile"), ("agent", "shop"), ("item", "phone"), ("action", "export"), ("actor", "wang")]
        )
    )
    return replace(freeze(target, name), since=draw(st.sampled_from([BEFORE, NOW, AFTER])))


@st.composite
def agents(draw: st.DrawFn) -> Agent:
    since, until = draw(st.sampled_from([(BEFORE, AFTER), (BEFORE, AFTER), (BEFORE, NOW), (AFTER, AFTER)]))
    fit_until = draw(st.sampled_from([AFTER, AFTER, NOW]))
    fit = draw(st.sampled_from([True, True, False]))
    return Agent(
        id="shop", name=WORDS, contract_since=since, contract_until=until, fit=fit, fit_until=fit_until, grants=()
    )


@st.composite
def approvals(draw: st.DrawFn) -> Approval:
    return Approval(
        id="yes-1",
        requested_by=draw(st.sampled_from(["wang", "li"])),
        approved_by=draw(st.sampled_from(["li", "zhao"])),
        reason="reason",
        action=draw(st.sampled_from(["export", "copy", "destroy"])),
        service=draw(st.sampled_from(SERVICES)),
        purpose=draw(st.sampled_from(PURPOSES)),
        items=draw(st.frozensets(st.sampled_from(ITEMS), min_size=1)),
        volume=draw(st.integers(1, 10)),
        since=BEFORE,
        until=draw(st.sampled_from([AFTER, NOW])),
    )


@st.composite
def actors(draw: st.DrawFn, kinds: tuple[ActorKind, ...] = get_args(ActorKind)) -> Actor:
    kind = draw(st.sampled_from(kinds))
    token = draw(st.sampled_from([None, "token-1"]))
    issuer = draw(st.sampled_from([None, "face-1"])) if token else None
    if kind == "subject":
        return Actor("subject", SUBJECT, caller=token, issuer=issuer)
    post, agent = ("clerk", None) if kind == "staff" else (None, "shop" if kind == "agent-staff" else None)
    return Actor(kind, "wang", post, agent, None, token, issuer)


@st.composite
def consents(draw: st.DrawFn) -> Consent:
    since, until = draw(st.sampled_from([(BEFORE, None), (BEFORE, AFTER), (NOW, None), (BEFORE, NOW), (AFTER, None)]))
    return Consent(
        version=draw(st.integers(1, 3)),
        items=draw(some(ITEMS)),
        at=since,
        act="tick",
        channel="web",
        recipients=draw(some(RECIPIENTS)),
        until=until,
        withdrawn_at=draw(st.sampled_from([None, None, None, BEFORE])),
    )


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    return Agreement(
        "limit-1",
        draw(st.sampled_from(SERVICES)),
        draw(st.frozensets(st.sampled_from(PURPOSES), max_size=1)),
        draw(st.frozensets(st.sampled_from(ITEMS), max_size=1)),
        draw(st.frozensets(st.sampled_from(ACTIONS), max_size=1)),
        draw(st.sampled_from([None, AFTER, NOW])),
    )


GROUNDS = tuple(ground_of(service, purpose) for service in SERVICES for purpose in PURPOSES)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    dues = st.sampled_from([None, None, AFTER, NOW])
    return Standing(
        services={name: draw(st.sampled_from([None, None, AFTER, NOW, BEFORE])) for name in draw(some(SERVICES))},
        consents={ground: draw(consents()) for ground in draw(some(GROUNDS))},
        agreements=tuple(draw(st.lists(agreements(), max_size=1))),
        held={ground: {item: Held(1, BEFORE, draw(dues)) for item in ITEMS} for ground in draw(some(GROUNDS))},
        frozen_by=draw(st.sampled_from([None, None, None, "incident-1"])),
        erased_at=draw(st.sampled_from([None, None, None, BEFORE])),
    )


@st.composite
def uses(draw: st.DrawFn) -> Use:
    """Any use, sensible or not."""
    return Use(
        actor=draw(actors()),
        service=draw(st.sampled_from([*SERVICES, "nowhere"])),
        purpose=draw(st.sampled_from([*PURPOSES, SUBJECT_RIGHTS, ""])),
        action=draw(st.sampled_from(ACTIONS)),
        items=tuple(draw(st.lists(st.sampled_from([*ITEMS, "soul"]), unique=True))),
        place=Place(site=draw(st.sampled_from([*SITES, None]))),
        recipient=draw(st.sampled_from([*RECIPIENTS, None, "stranger"])),
        subject=draw(st.sampled_from([SUBJECT, SUBJECT, ANOTHER, None])),
        approval=draw(st.sampled_from([None, "yes-1"])),
        volume=draw(st.sampled_from([1, 1, 5])),
    )


@st.composite
def worlds(draw: st.DrawFn) -> Scene:
    """Any scene at all: most of them refused, for any reason or several."""
    use = draw(uses())
    callers, issuers = admitted(draw(st.one_of(st.just(use.actor), actors())))
    policy = Policy(
        services={name: draw(service_rules()) for name in draw(some(SERVICES))},
        grants={
            holder: tuple(draw(st.lists(grants(), max_size=2)))
            for holder in ("post:clerk", "agent:shop", "account:wang")
        },
        agents={name: draw(agents()) for name in draw(some(("shop",)))},
        orders=tuple(draw(st.lists(orders(), max_size=1))),
        freezes=tuple(draw(st.lists(freezes(), max_size=1))),
        approvals={"yes-1": draw(approvals())},
        callers=callers,
        issuers=issuers,
    )
    return Scene(policy, use, draw(st.none() | standings()))
