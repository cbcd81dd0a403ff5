"""Scenes in which everything is as it should be, amid what has no bearing on it."""

from __future__ import annotations

from functools import cache
from typing import cast

from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.rules.entries import Agent, Approval, Grant
from shouze.rules.policy import Policy, RecipientRule, ServiceRule, Traits
from shouze.rules.standing import Agreement, Consent, Held, Standing
from shouze.rules.use import ACTIONS, BULK, MATCH, OF_ITEMS, Action, Actor, ActorKind, Place, Use, ground_of
from tests.rules.scene import (
    AFTER,
    BEFORE,
    ITEMS,
    LAW,
    NOW,
    PURPOSES,
    RECIPIENTS,
    SERVICES,
    SITES,
    SUBJECT,
    Scene,
    admitted,
    put,
)
from tests.rules.world import (
    SPANS,
    VERSIONS,
    VOLUMES,
    YES_OR_NO,
    actors,
    agents,
    among,
    few,
    freezes,
    grants,
    maybe,
    orders,
    purpose_rules,
    service_rules,
    some,
)

ASKED = st.lists(st.sampled_from(ITEMS), unique=True, min_size=1)
GRANTS = st.lists(grants())
MORE = st.integers(0, 5)
MATCHING = {"staff", "service"}
"""Who may have values matched with users': the operator's own."""
CLOUD = ground_of("cloud", "register")
OTHER_STANDINGS = st.sampled_from(
    [
        Standing(),
        Standing(
            {"cloud": BEFORE},
            {CLOUD: Consent(1, frozenset({"name"}), BEFORE, "tick", "web", withdrawn_at=BEFORE)},
            (Agreement("limit-1", "cloud"), Agreement("limit-2", "mobile", items=frozenset({"phone"}))),
            {CLOUD: {"name": Held(1, BEFORE, BEFORE)}},
        ),
    ]
)


@cache
@st.composite
def permitted(
    draw: st.DrawFn,
    *,
    kinds: tuple[ActorKind, ...] = ("staff", "agent-staff", "service"),
    actions: tuple[Action, ...] = tuple(sorted(OF_ITEMS)),
    law: bool | None = None,
    token: bool | None = None,
    face: bool | None = None,
) -> Scene:
    """A scene in which everything is as it should be, amid what has no bearing on it."""
    by_law = law if law is not None else draw(YES_OR_NO)
    action = draw(among(*(each for each in actions if each != MATCH or MATCHING & {*kinds})))
    able = tuple(each for each in kinds if action != MATCH or each in MATCHING)
    use = Use(
        actor=draw(_known(able, token, face)),
        service=draw(among(*SERVICES)),
        purpose=draw(among(*PURPOSES)),
        action=action,
        items=tuple(draw(ASKED)),
        place=Place(site=draw(among(*SITES))),
        subject=SUBJECT,
    )
    provided = use.action in {"export", "copy"}
    use = replace(
        use,
        recipient=draw(among(*RECIPIENTS)) if use.action == "disclose" or (provided and draw(YES_OR_NO)) else None,
        approval="yes-1" if use.action in BULK else None,
        volume=draw(VOLUMES) if use.action in BULK else 1,
    )
    callers, issuers = admitted(use.actor)
    scene = Scene(Policy(callers=callers, issuers=issuers), use, draw(_standing_for(use, by_law)))
    return scene.with_policy(
        services={"other": draw(OTHER_SERVICES), use.service: draw(_service_for(use, by_law))},
        grants={scene.holder: tuple(draw(st.permutations([draw(_grant_for(use)), *_useless(use, draw(GRANTS))])))},
        agents={"shop": _made_fit(draw(agents()))},
        orders=tuple(replace(each, since=AFTER, until=None) for each in draw(few(orders(), 1))),
        freezes=tuple(replace(each, since=AFTER) for each in draw(few(freezes(), 1))),
        approvals={"yes-1": _approval_for(use, draw(MORE))},
    )


@st.composite
def _known(draw: st.DrawFn, kinds: tuple[ActorKind, ...], token: bool | None, face: bool | None) -> Actor:
    wants_token = token if token is not None else draw(YES_OR_NO)
    caller = "token-1" if wants_token or face else None
    issuer = "face-1" if caller and (face if face is not None else draw(YES_OR_NO)) else None
    return replace(draw(actors(kinds=kinds)), caller=caller, issuer=issuer)


OTHER_SERVICES = st.sampled_from(
    [ServiceRule(1, "e" * 64, True, {}, {}), ServiceRule(1, "f" * 64, False, {}, {}, BEFORE)]
)


def _made_fit(agent: Agent) -> Agent:
    return replace(agent, contract_since=BEFORE, contract_until=AFTER, fit=True, fit_until=AFTER)


@st.composite
def _grant_for(draw: st.DrawFn, use: Use) -> Grant:
    since, until = draw(SPANS)
    return Grant(
        services=draw(some(SERVICES)) | {use.service},
        actions=cast("frozenset[Action]", draw(some(ACTIONS)) | {use.action}),
        purposes=_with(draw(maybe(PURPOSES)), use.purpose),
        items=_with(draw(maybe(ITEMS)), *use.items),
        sites=_with(draw(maybe(SITES)), use.place.site or "hall"),
        since=since,
        until=until,
    )


def _with(names: frozenset[str] | None, *more: str) -> frozenset[str] | None:
    return None if names is None else names | set(more)


def _useless(use: Use, drawn: list[Grant]) -> list[Grant]:
    return [replace(each, actions=each.actions - {use.action}) for each in drawn]


@st.composite
def _service_for(draw: st.DrawFn, use: Use, by_law: bool) -> ServiceRule:
    rule, purpose = draw(service_rules()), draw(purpose_rules())
    recipients, (since, until) = dict(purpose.recipients), draw(SPANS)
    if use.recipient:
        recipients[use.recipient] = RecipientRule(frozenset(ITEMS), draw(YES_OR_NO), since, until)
    mine = replace(
        purpose,
        law=LAW if by_law else None,
        law_qualifies=True,
        means=purpose.means | {use.action},
        items={**purpose.items, **{item: draw(VERSIONS) for item in use.items}},
        recipients=recipients,
    )
    traits = {item: Traits("text", None, 3) for item in {*rule.items, *mine.items}}
    ended = draw(among(None, AFTER))
    return replace(rule, purposes=put(rule.purposes, use.purpose, mine), items=traits, ended_at=ended)


@st.composite
def _standing_for(draw: st.DrawFn, use: Use, by_law: bool) -> Standing:
    standing = draw(OTHER_STANDINGS)
    grounds = standing.consents
    if not by_law or use.recipient:
        recipients = frozenset({use.recipient} if use.recipient else ())
        until = draw(among(None, AFTER))
        grounds = put(grounds, use.ground, Consent(3, frozenset(use.items), BEFORE, "tick", "web", recipients, until))
    due = among(None, AFTER)
    return replace(
        standing,
        services=put(standing.services, use.service, draw(due)),
        consents=grounds,
        agreements=tuple(replace(each, until=NOW) for each in standing.agreements),
        held=put(standing.held, use.ground, {item: Held(1, BEFORE, draw(due)) for item in use.items}),
        frozen_by=None,
        erased_at=None,
    )


def _approval_for(use: Use, more: int) -> Approval:
    return Approval(
        id="yes-1",
        requested_by=use.actor.id,
        approved_by="zhao",
        reason="reason",
        action=use.action if use.action in BULK else "export",  # type: ignore[arg-type]  # the set BULK has these three
        service=use.service,
        purpose=use.purpose,
        items=frozenset(use.items),
        volume=use.volume + more,
        since=BEFORE,
        until=AFTER,
    )
