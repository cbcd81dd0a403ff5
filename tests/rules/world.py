"""Any parts of a policy and any scenes made of them, most of them refused."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TypeVar, cast, get_args

from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.rules.declaration import Retention
from shouze.rules.entries import Agent, Approval, Certified, Freeze, Grant, Order
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

T = TypeVar("T")

# A strategy is made once: to make one takes longer than to draw from it.
YES_OR_NO = st.booleans()
VERSIONS = st.integers(1, 3)
VOLUMES = st.integers(1, 10)
SPANS = st.sampled_from([(None, None), (BEFORE, None), (None, AFTER), (BEFORE, AFTER), (NOW, AFTER)])
ANY_SPANS = st.one_of(SPANS, SPANS, st.sampled_from([(AFTER, None), (None, NOW), (None, BEFORE), (BEFORE, NOW)]))


@lru_cache(None, typed=True)
def among(*values: T) -> st.SearchStrategy[T]:
    """One of the values; what stands there twice comes twice as often."""
    return st.sampled_from(values)


@cache
def part(names: tuple[str, ...], least: int = 0, most: int | None = None) -> st.SearchStrategy[frozenset[str]]:
    """Any part of some names."""
    return st.frozensets(st.sampled_from(names), min_size=least, max_size=most)


@cache
def some(names: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    """Any part of some names, all of them more often than by chance."""
    return st.one_of(st.just(frozenset(names)), part(names))


@cache
def maybe(names: tuple[str, ...]) -> st.SearchStrategy[frozenset[str] | None]:
    """None, or any part of some names."""
    return st.none() | some(names)


@cache
def few(each: st.SearchStrategy[T], most: int) -> st.SearchStrategy[list[T]]:
    """A list of no more than that."""
    return st.lists(each, max_size=most)


@cache
@st.composite
def recipient_rules(draw: st.DrawFn) -> RecipientRule:
    since, until = draw(ANY_SPANS)
    return RecipientRule(draw(some(ITEMS)), draw(YES_OR_NO), since, until)


@cache
@st.composite
def purpose_rules(draw: st.DrawFn) -> PurposeRule:
    law = draw(among(None, None, LAW))
    return PurposeRule(
        law=law,
        necessary=draw(YES_OR_NO),
        means=draw(some(tuple(sorted(OF_ITEMS)))),
        since=draw(VERSIONS),
        items={item: draw(VERSIONS) for item in draw(some(ITEMS))},
        recipients={name: draw(recipient_rules()) for name in draw(some(RECIPIENTS))},
        retention=Retention("service-end"),
        law_qualifies=law is None or draw(among(True, True, False)),
    )


@cache
@st.composite
def service_rules(draw: st.DrawFn) -> ServiceRule:
    purposes = {name: draw(purpose_rules()) for name in draw(some(PURPOSES))}
    items = {item: Traits("text", None, 3) for item in draw(some(ITEMS))}
    return ServiceRule(3, "d" * 64, True, purposes, items, draw(among(None, None, None, AFTER, BEFORE)))


@cache
@st.composite
def grants(draw: st.DrawFn) -> Grant:
    since, until = draw(ANY_SPANS)
    return Grant(
        services=draw(some(SERVICES)),
        actions=cast("frozenset[Action]", draw(some(ACTIONS))),
        purposes=draw(maybe(PURPOSES)),
        items=draw(maybe(ITEMS)),
        sites=draw(maybe(SITES)),
        since=since,
        until=until,
        course=draw(among(None, None, "order-24")),
        reviewed_until=draw(among(None, None, None, AFTER, BEFORE)),
    )


@cache
@st.composite
def certificates(draw: st.DrawFn) -> Certified:
    since, until = draw(ANY_SPANS)
    return Certified(id="order-24@wang", course="order-24", person="wang", since=since or BEFORE, until=until)


@cache
@st.composite
def orders(draw: st.DrawFn) -> Order:
    since, until = draw(among((BEFORE, None), (BEFORE, NOW), (AFTER, None), (BEFORE, AFTER)))
    return order(
        id=draw(among("order-1", "order-2")),
        since=since,
        until=until,
        services=draw(part(SERVICES, 1)),
        purposes=draw(part(PURPOSES)),
        actions=draw(part(ACTIONS, 0, 3)),
        items=draw(part(ITEMS)),
        agents=draw(among(frozenset[str](), frozenset({"shop"}))),
    )


@cache
@st.composite
def freezes(draw: st.DrawFn) -> Freeze:
    target, name = draw(
        among(("service", "mobile"), ("agent", "shop"), ("item", "phone"), ("action", "export"), ("actor", "wang"))
    )
    return replace(freeze(target, name), since=draw(among(BEFORE, NOW, AFTER)))


@cache
@st.composite
def agents(draw: st.DrawFn) -> Agent:
    since, until = draw(among((BEFORE, AFTER), (BEFORE, AFTER), (BEFORE, NOW), (AFTER, AFTER)))
    fit_until = draw(among(AFTER, AFTER, NOW))
    fit = draw(among(True, True, False))
    return Agent(
        id="shop", name=WORDS, contract_since=since, contract_until=until, fit=fit, fit_until=fit_until, grants=()
    )


@cache
@st.composite
def approvals(draw: st.DrawFn) -> Approval:
    return Approval(
        id="yes-1",
        requested_by=draw(among("wang", "li")),
        approved_by=draw(among("li", "zhao")),
        reason="reason",
        action=draw(among("export", "copy", "destroy")),
        service=draw(among(*SERVICES)),
        purpose=draw(among(*PURPOSES)),
        items=draw(part(ITEMS, 1)),
        volume=draw(VOLUMES),
        since=BEFORE,
        until=draw(among(AFTER, NOW)),
    )


@cache
@st.composite
def actors(draw: st.DrawFn, kinds: tuple[ActorKind, ...] = get_args(ActorKind)) -> Actor:
    kind = draw(among(*kinds))
    token = draw(among(None, "token-1"))
    issuer = draw(among(None, "face-1")) if token else None
    if kind == "subject":
        return Actor("subject", SUBJECT, caller=token, issuer=issuer)
    post, agent = ("clerk", None) if kind == "staff" else (None, "shop" if kind == "agent-staff" else None)
    return Actor(kind, "wang", post, agent, None, token, issuer)


@cache
@st.composite
def consents(draw: st.DrawFn) -> Consent:
    since, until = draw(among((BEFORE, None), (BEFORE, AFTER), (NOW, None), (BEFORE, NOW), (AFTER, None)))
    return Consent(
        version=draw(VERSIONS),
        items=draw(some(ITEMS)),
        at=since,
        act="tick",
        channel="web",
        recipients=draw(some(RECIPIENTS)),
        until=until,
        withdrawn_at=draw(among(None, None, None, BEFORE)),
    )


@cache
@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    return Agreement(
        "limit-1",
        draw(among(*SERVICES)),
        draw(part(PURPOSES, 0, 1)),
        draw(part(ITEMS, 0, 1)),
        draw(part(ACTIONS, 0, 1)),
        draw(among(None, AFTER, NOW)),
    )


GROUNDS = tuple(ground_of(service, purpose) for service in SERVICES for purpose in PURPOSES)


@cache
@st.composite
def standings(draw: st.DrawFn) -> Standing:
    dues = among(None, None, AFTER, NOW)
    return Standing(
        services={name: draw(among(None, None, AFTER, NOW, BEFORE)) for name in draw(some(SERVICES))},
        consents={ground: draw(consents()) for ground in draw(some(GROUNDS))},
        agreements=tuple(draw(few(agreements(), 1))),
        held={ground: {item: Held(1, BEFORE, draw(dues)) for item in ITEMS} for ground in draw(some(GROUNDS))},
        frozen_by=draw(among(None, None, None, "incident-1")),
        erased_at=draw(among(None, None, None, BEFORE)),
    )


ASKED = st.lists(st.sampled_from([*ITEMS, "soul"]), unique=True)


@cache
@st.composite
def uses(draw: st.DrawFn) -> Use:
    """Any use, sensible or not."""
    return Use(
        actor=draw(actors()),
        service=draw(among(*SERVICES, "nowhere")),
        purpose=draw(among(*PURPOSES, SUBJECT_RIGHTS, "")),
        action=draw(among(*ACTIONS)),
        items=tuple(draw(ASKED)),
        place=Place(site=draw(among(*SITES, None))),
        recipient=draw(among(*RECIPIENTS, None, "stranger")),
        subject=draw(among(SUBJECT, SUBJECT, ANOTHER, None)),
        approval=draw(among(None, "yes-1")),
        volume=draw(among(1, 1, 5)),
    )


STANDING = st.none() | standings()


@cache
@st.composite
def worlds(draw: st.DrawFn) -> Scene:
    """Any scene at all: most of them refused, for any reason or several."""
    use = draw(uses())
    callers, issuers = admitted(use.actor if draw(YES_OR_NO) else draw(actors()))
    policy = Policy(
        services={name: draw(service_rules()) for name in draw(some(SERVICES))},
        grants={holder: tuple(draw(few(grants(), 2))) for holder in ("post:clerk", "agent:shop", "account:wang")},
        agents={name: draw(agents()) for name in draw(some(("shop",)))},
        orders=tuple(draw(few(orders(), 1))),
        freezes=tuple(draw(few(freezes(), 1))),
        approvals={"yes-1": draw(approvals())},
        callers=callers,
        issuers=issuers,
        certificates={each.id: each for each in draw(few(certificates(), 1))},
    )
    return Scene(policy, use, draw(STANDING))
