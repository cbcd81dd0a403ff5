"""Small worlds to decide in: a policy, a use, a standing and a moment, permitted or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as rearranged
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast, get_args

from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.rules.decide import Permit, decide
from shouze.rules.declaration import Retention, Told
from shouze.rules.entries import Agent, Approval, Caller, Freeze, Grant, Issuer, Order
from shouze.rules.policy import Policy, PurposeRule, RecipientRule, ServiceRule, Traits
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Agreement, Consent, Held, Standing
from shouze.rules.use import ACTIONS, BULK, OF_ITEMS, SUBJECT_RIGHTS, Action, Actor, ActorKind, Place, Use, ground_of

V = TypeVar("V")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BEFORE, AFTER = NOW - HOUR, NOW + HOUR
SERVICES = ("mobile", "cloud")
PURPOSES = ("serve", "register", "advertise")
ITEMS = ("name", "phone", "place-of-use")
SITES = ("hall", "online")
RECIPIENTS = ("courier", "court")
SUBJECT, ANOTHER = "subject-one", "subject-two"
WORDS = Told("词", "words")
LAW = "cybersecurity-law"


@dataclass(frozen=True)
class Scene:
    """Everything that a decision looks at."""

    policy: Policy
    use: Use
    standing: Standing | None
    now: datetime = NOW

    @property
    def decision(self) -> Permit | Refusal:
        """What the rules say."""
        return decide(self.policy, self.use, self.standing, self.now)

    @property
    def holder(self) -> str:
        """The key of the actor's grants."""
        actor = self.use.actor
        return {"staff": f"post:{actor.post}", "agent-staff": f"agent:{actor.agent}"}.get(
            actor.kind, f"account:{actor.id}"
        )

    def with_policy(self, **changes: Any) -> Scene:
        """Return the scene with parts of the policy replaced."""
        return rearranged(self, policy=replace(self.policy, **changes))

    def with_use(self, **changes: Any) -> Scene:
        """Return the scene with parts of the use replaced."""
        return rearranged(self, use=replace(self.use, **changes))

    def with_standing(self, **changes: Any) -> Scene:
        """Return the scene with parts of the subject's standing replaced."""
        return rearranged(self, standing=replace(self.standing or Standing(), **changes))

    def with_service(self, **changes: Any) -> Scene:
        """Return the scene with parts of the used service's rules replaced."""
        name = self.use.service
        return self.with_policy(
            services=put(self.policy.services, name, replace(self.policy.services[name], **changes))
        )

    def with_purpose(self, **changes: Any) -> Scene:
        """Return the scene with parts of the used purpose's rules replaced."""
        purposes, name = self.policy.services[self.use.service].purposes, self.use.purpose
        return self.with_service(purposes=put(purposes, name, replace(purposes[name], **changes)))

    def with_recipient(self, **changes: Any) -> Scene:
        """Return the scene with parts of the used recipient's rules replaced."""
        recipients, name = self.purpose.recipients, self.use.recipient or ""
        return self.with_purpose(recipients=put(recipients, name, replace(recipients[name], **changes)))

    def with_consent(self, **changes: Any) -> Scene:
        """Return the scene with parts of the consent that the use rests on replaced."""
        consents = (self.standing or Standing()).consents
        ground = self.use.ground
        return self.with_standing(consents=put(consents, ground, replace(consents[ground], **changes)))

    def with_grants(self, **changes: Any) -> Scene:
        """Return the scene with a part of every grant of the actor replaced."""
        grants = tuple(replace(each, **changes) for each in self.policy.grants[self.holder])
        return self.with_policy(grants=put(self.policy.grants, self.holder, grants))

    @property
    def purpose(self) -> PurposeRule:
        """The rules of the used purpose."""
        return self.policy.services[self.use.service].purposes[self.use.purpose]


def put(whole: Mapping[str, V], name: str, one: V) -> dict[str, V]:
    """Return ``whole`` with one entry put in."""
    return {**whole, name: one}


def without(whole: Mapping[str, V], name: str | None) -> dict[str, V]:
    """Return ``whole`` without one entry."""
    return {each: value for each, value in whole.items() if each != name}


def order(**changes: Any) -> Order:
    """Return an order in force that covers everything not named in ``changes``."""
    return replace(Order(id="order-1", authority=WORDS, reason=WORDS, since=BEFORE), **changes)


def freeze(target: str, name: str) -> Freeze:
    """Return a freeze in force."""
    return Freeze(id=f"{target}-{name}", incident="incident-1", target=cast("Any", target), name=name, since=BEFORE)


def refusal_of(decision: Permit | Refusal, item: str) -> Refusal | None:
    """Return the refusal of the whole or of one item, or None where the item is permitted."""
    return decision if isinstance(decision, Refusal) else decision.withheld.get(item)


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


def caller(actor: Actor, /, **changes: Any) -> Caller:
    """Return the entry of the token that the actor presents."""
    mine = Caller(
        id=actor.caller or "token-1",
        secret_sha256="0" * 64,
        kind=actor.kind,
        actor=actor.id,
        until=AFTER,
        post=actor.post,
        agent=actor.agent,
    )
    return replace(mine, **changes)


@st.composite
def actors(draw: st.DrawFn, kinds: tuple[ActorKind, ...] = get_args(ActorKind)) -> Actor:
    kind = draw(st.sampled_from(kinds))
    token = draw(st.sampled_from([None, "token-1"]))
    issuer = draw(st.sampled_from([None, "face-1"])) if token else None
    if kind == "subject":
        return Actor("subject", SUBJECT, caller=token, issuer=issuer)
    post, agent = ("clerk", None) if kind == "staff" else (None, "shop" if kind == "agent-staff" else None)
    return Actor(kind, "wang", post, agent, None, token, issuer)


def _admitted(actor: Actor) -> tuple[dict[str, Caller], dict[str, Issuer]]:
    if actor.caller is None:
        return {}, {}
    face: Any = "portal" if actor.kind == "subject" else "desk"
    issuer = Issuer(id="face-1", face=face, public_key="A" * 43 + "=")
    if actor.issuer is None:
        return {actor.caller: caller(actor)}, {}
    return {actor.caller: caller(actor, kind="face", actor="face-1", post=None, agent=None)}, {"face-1": issuer}


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
    callers, issuers = _admitted(draw(st.one_of(st.just(use.actor), actors())))
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
    wants_token = st.just(token) if token is not None else st.booleans()
    actor = draw(actors(kinds=kinds))
    actor = replace(actor, caller="token-1" if draw(wants_token) or face else None)
    wants_face = st.just(face) if face is not None else st.booleans()
    actor = replace(actor, issuer="face-1" if actor.caller and draw(wants_face) else None)
    by_law = draw(st.just(law) if law is not None else st.booleans())
    use = Use(
        actor=actor,
        service=draw(st.sampled_from(SERVICES)),
        purpose=draw(st.sampled_from(PURPOSES)),
        action=draw(st.sampled_from(actions)),
        items=tuple(draw(st.lists(st.sampled_from(ITEMS), unique=True, min_size=1))),
        place=Place(site=draw(st.sampled_from(SITES))),
        subject=SUBJECT,
    )
    use = replace(
        use,
        recipient=draw(st.sampled_from(RECIPIENTS)) if use.action == "disclose" else None,
        approval="yes-1" if use.action in BULK else None,
        volume=draw(st.integers(1, 10)) if use.action in BULK else 1,
    )
    callers, issuers = _admitted(actor)
    scene = Scene(Policy(callers=callers, issuers=issuers), use, draw(_standing_for(use, by_law)))
    return scene.with_policy(
        services={"other": draw(OTHER_SERVICES), use.service: draw(_service_for(use, by_law))},
        grants={scene.holder: tuple(draw(st.permutations([draw(_grant_for(use)), *draw(st.lists(_useless(use)))])))},
        agents={"shop": draw(agents().map(_made_fit))},
        orders=tuple(draw(st.lists(orders().map(lambda each: replace(each, since=AFTER, until=None)), max_size=1))),
        freezes=tuple(draw(st.lists(freezes().map(lambda each: replace(each, since=AFTER)), max_size=1))),
        approvals={"yes-1": _approval_for(use, draw(st.integers(0, 5)))},
    )


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
        purposes=draw(st.none() | some(PURPOSES).map(lambda names: names | {use.purpose})),
        items=draw(st.none() | some(ITEMS).map(lambda names: names | set(use.items))),
        sites=draw(st.none() | some(SITES).map(lambda names: names | {use.place.site or "hall"})),
        since=since,
        until=until,
    )


def _useless(use: Use) -> st.SearchStrategy[Grant]:
    return grants().map(lambda each: replace(each, actions=each.actions - {use.action}))


@st.composite
def _service_for(draw: st.DrawFn, use: Use, by_law: bool) -> ServiceRule:
    rule, purpose = draw(service_rules()), draw(purpose_rules())
    recipients, (since, until) = dict(purpose.recipients), draw(SPANS)
    if use.recipient:
        recipients[use.recipient] = RecipientRule(frozenset(ITEMS), draw(st.booleans()), since, until)
    mine = replace(
        purpose,
        law=LAW if by_law else None,
        law_qualifies=True,
        means=purpose.means | {use.action},
        items={**purpose.items, **{item: draw(st.integers(1, 3)) for item in use.items}},
        recipients=recipients,
    )
    traits = {item: Traits("text", None, 3) for item in {*rule.items, *mine.items}}
    ended = draw(st.sampled_from([None, AFTER]))
    return replace(rule, purposes=put(rule.purposes, use.purpose, mine), items=traits, ended_at=ended)


@st.composite
def _standing_for(draw: st.DrawFn, use: Use, by_law: bool) -> Standing:
    standing = draw(OTHER_STANDINGS)
    grounds = standing.consents
    if not by_law or use.recipient:
        recipients = frozenset({use.recipient} if use.recipient else ())
        until = draw(st.sampled_from([None, AFTER]))
        grounds = put(grounds, use.ground, Consent(3, frozenset(use.items), BEFORE, "tick", "web", recipients, until))
    due = st.sampled_from([None, AFTER])
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
        action=use.action if use.action in BULK else "export",  # type: ignore[arg-type]  # narrowed by BULK
        service=use.service,
        purpose=use.purpose,
        items=frozenset(use.items),
        volume=use.volume + more,
        since=BEFORE,
        until=AFTER,
    )
