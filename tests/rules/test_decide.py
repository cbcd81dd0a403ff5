"""The decision: total, sound for every single break, and never widened by taking something away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace as rearranged
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.rules.decide import Permit
from shouze.rules.refusal import CATALOGUE, Refusal, article_of
from shouze.rules.standing import Agreement, Held, Standing
from shouze.rules.use import BULK, OF_ITEMS, OPENING, SUBJECT_RIGHTS
from tests.rules.narrowing import narrowings
from tests.rules.permitted import permitted
from tests.rules.scene import (
    AFTER,
    ANOTHER,
    BEFORE,
    ITEMS,
    LAW,
    NOW,
    PURPOSES,
    SUBJECT,
    UNTRAINED,
    Scene,
    freeze,
    order,
    put,
    refusal_of,
    without,
)
from tests.rules.world import standings, worlds

Break = Callable[[Scene], Scene]
SCENES = worlds() | permitted()


@settings(max_examples=100)
@given(SCENES)
def test_every_use_is_permitted_or_refused_with_a_code_and_its_article(scene: Scene) -> None:
    decision = scene.decision
    refusals = [decision] if isinstance(decision, Refusal) else list(decision.withheld.values())
    for refusal in refusals:
        assert refusal.code in CATALOGUE
        assert refusal.article == article_of(CATALOGUE[refusal.code].duty or "")
    if isinstance(decision, Permit):
        assert {*decision.items, *decision.withheld} == set(scene.use.items)
        assert not set(decision.items) & decision.withheld.keys()


@settings(max_examples=40)
@given(permitted())
def test_what_is_as_it_should_be_is_permitted_wholly(scene: Scene) -> None:
    decision = scene.decision
    assert decision == Permit(scene.use.items, {}, 3, scene.purpose.law)


@settings(max_examples=100)
@given(SCENES)
def test_taking_something_away_never_permits_more(scene: Scene) -> None:
    _try_every_step(scene, "")


@settings(max_examples=4)
@given(permitted())
def test_taking_a_second_thing_away_never_permits_more(scene: Scene) -> None:
    """What one step has just refused is where a second step, wrongly taken, would permit again."""
    for step, narrowed in narrowings(scene):
        _try_every_step(narrowed, step)


def _try_every_step(scene: Scene, first: str) -> None:
    before = scene.decision
    for step, narrowed in narrowings(scene):
        after = narrowed.decision
        if isinstance(before, Refusal):
            assert isinstance(after, Refusal), (first, step)
        elif isinstance(after, Permit):
            assert set(after.items) <= set(before.items), (first, step)


def _policy(part: str, name: str, **changes: Any) -> Break:
    def broken(scene: Scene) -> Scene:
        whole = getattr(scene.policy, part)
        return scene.with_policy(**{part: put(whole, name, replace(whole[name], **changes))})

    return broken


def _first(scene: Scene) -> str:
    return scene.use.items[0]


def _held_until(scene: Scene, due: Any) -> Scene:
    standing = scene.standing or Standing()
    items = put(standing.held[scene.use.ground], _first(scene), Held(1, BEFORE, due))
    return scene.with_standing(held=put(standing.held, scene.use.ground, items))


def _limit(**parts: Any) -> Break:
    def broken(scene: Scene) -> Scene:
        named: dict[str, Any] = {part: frozenset({name(scene)}) for part, name in parts.items()}
        limit = Agreement("limit-9", scene.use.service, **named)
        return rearranged(scene, standing=(scene.standing or Standing()).agreed(limit))

    return broken


def _left_to_the_others(scene: Scene) -> frozenset[str]:
    return frozenset(ITEMS) - {_first(scene)}


CONSENT: dict[str, Any] = {"law": False}
AGENT: dict[str, Any] = {"kinds": ("agent-staff",)}
USED_BY_CONSENT: dict[str, Any] = {"law": False, "actions": tuple(sorted(OF_ITEMS - {"destroy"}))}
BULKY: dict[str, Any] = {"actions": tuple(sorted(BULK))}
DISCLOSING: dict[str, Any] = {"actions": ("disclose",)}
TOKEN: dict[str, Any] = {"token": True, "face": False}
FACE: dict[str, Any] = {"face": True}

A08, PURPOSE, MEANS, SCOPE = (
    pytest.mark.duty("A08-make-rules"),
    pytest.mark.duty("A09-2-purpose"),
    pytest.mark.duty("A09-2-means"),
    pytest.mark.duty("A09-2-scope"),
)
NECESSITY, AGREED, CONSENTED = (
    pytest.mark.duty("A09-3-necessity"),
    pytest.mark.duty("A09-3-contract"),
    pytest.mark.duty("A09-1-consent"),
)
KEPT, STOPPED, CANCELLED = (
    pytest.mark.duty("A09-3-purpose-limit"),
    pytest.mark.duty("A09-4-stop"),
    pytest.mark.duty("A09-4-cancel"),
)
LAWFUL = [pytest.mark.duty("A09-3-law"), pytest.mark.duty("A09-5-carveout")]
SECRET, SUPPLY, UNFIT = (
    pytest.mark.duty("A10-op-secrecy"),
    pytest.mark.duty("A10-no-illegal-supply"),
    pytest.mark.duty("A11-no-unfit"),
)
TRAINED = pytest.mark.duty("A15-train-know/skill/resp")
PERMISSION, REVIEWED = pytest.mark.duty("A13-3-permissions"), pytest.mark.duty("A13-3-bulk")
CONNECTED = pytest.mark.duty("A13-5-access")
FROZEN, OBEYED = pytest.mark.duty("A14-1-remedy"), pytest.mark.duty("A14-2-obey")


def _row(mark: Any, code: str, article: str, name: str, broken: Break, scene: Mapping[str, Any] | None = None) -> Any:
    marks = mark if isinstance(mark, list) else [mark]
    return pytest.param(code, article, broken, scene or {}, marks=marks, id=f"{code}: {name}")


ROWS = [
    _row(PERMISSION, "caller-unknown", "13(3)", "no such token", lambda s: s.with_policy(callers={}), TOKEN),
    _row(PERMISSION, "caller-unknown", "13(3)", "revoked", _policy("callers", "token-1", revoked=True), TOKEN),
    _row(PERMISSION, "caller-unknown", "13(3)", "expired", _policy("callers", "token-1", until=NOW), TOKEN),
    _row(PERMISSION, "caller-unknown", "13(3)", "another's", _policy("callers", "token-1", actor="li"), TOKEN),
    _row(PERMISSION, "caller-unknown", "13(3)", "no such face", lambda s: s.with_policy(issuers={}), FACE),
    _row(PERMISSION, "caller-unknown", "13(3)", "face revoked", _policy("issuers", "face-1", revoked=True), FACE),
    _row(PERMISSION, "caller-unknown", "13(3)", "portal for staff", _policy("issuers", "face-1", face="portal"), FACE),
    _row(PERMISSION, "caller-unknown", "13(3)", "another face", _policy("callers", "token-1", actor="face-2"), FACE),
    _row(PERMISSION, "not-entitled", "13(3)", "no grant", lambda s: s.with_policy(grants={})),
    _row(PERMISSION, "not-entitled", "13(3)", "grant over", lambda s: s.with_grants(until=NOW)),
    _row(PERMISSION, "not-entitled", "13(3)", "grant to come", lambda s: s.with_grants(since=AFTER)),
    _row(PERMISSION, "not-entitled", "13(3)", "no action", lambda s: s.with_grants(actions=frozenset({"bind"}))),
    _row(PERMISSION, "not-entitled", "13(3)", "no service", lambda s: s.with_grants(services=frozenset())),
    _row(PERMISSION, "not-entitled", "13(3)", "no purpose", lambda s: s.with_grants(purposes=frozenset())),
    _row(PERMISSION, "not-entitled", "13(3)", "other site", lambda s: s.with_grants(sites=frozenset({"attic"}))),
    _row(PERMISSION, "not-entitled", "13(3)", "other items", lambda s: s.with_grants(items=_left_to_the_others(s))),
    *(_row(TRAINED, "untrained", "15", name, broken) for name, broken in UNTRAINED.items()),
    _row(CONNECTED, "system-not-reviewed", "13(5)", "review over", lambda s: s.with_grants(reviewed_until=NOW)),
    _row(UNFIT, "agent-unfit", "11", "no such agent", lambda s: s.with_policy(agents={}), AGENT),
    _row(UNFIT, "agent-unfit", "11", "not fit", _policy("agents", "shop", fit=False), AGENT),
    _row(UNFIT, "agent-unfit", "11", "review too old", _policy("agents", "shop", fit_until=NOW), AGENT),
    _row(UNFIT, "agent-unfit", "11", "contract over", _policy("agents", "shop", contract_until=NOW), AGENT),
    _row(UNFIT, "agent-unfit", "11", "contract to come", _policy("agents", "shop", contract_since=AFTER), AGENT),
    _row(
        A08, "not-declared", "8", "no such service",
        lambda s: s.with_policy(services=without(s.policy.services, s.use.service)),
    ),
    _row(
        PURPOSE, "purpose-not-declared", "9(2)", "no such purpose",
        lambda s: s.with_service(purposes=without(s.policy.services[s.use.service].purposes, s.use.purpose)),
    ),
    _row(
        MEANS, "means-not-declared", "9(2)", "other means",
        lambda s: s.with_purpose(means=s.purpose.means - {s.use.action}),
        {"actions": tuple(sorted(OF_ITEMS - {"correct"}))},
    ),
    _row(
        SCOPE, "item-not-declared", "9(2)", "no such item",
        lambda s: s.with_service(items=without(s.policy.services[s.use.service].items, _first(s))),
    ),
    _row(
        NECESSITY, "beyond-necessary", "9(3)", "another purpose's item",
        lambda s: s.with_purpose(items=without(s.purpose.items, _first(s))),
    ),
    _row(
        LAWFUL, "law-does-not-qualify", "9(5)", "law gone",
        lambda s: s.with_purpose(law_qualifies=False), {"law": True},
    ),
    _row(OBEYED, "suspended-by-order", "14(2)", "everything", lambda s: s.with_policy(orders=(order(),))),
    _row(
        OBEYED, "suspended-by-order", "14(2)", "item",
        lambda s: s.with_policy(orders=(order(items=frozenset({_first(s)})),)),
    ),
    _row(
        OBEYED, "suspended-by-order", "14(2)", "agent",
        lambda s: s.with_policy(orders=(order(agents=frozenset({"shop"})),)), AGENT,
    ),
    _row(FROZEN, "frozen", "14(1)", "service", lambda s: s.with_policy(freezes=(freeze("service", s.use.service),))),
    _row(FROZEN, "frozen", "14(1)", "agent", lambda s: s.with_policy(freezes=(freeze("agent", "shop"),)), AGENT),
    _row(FROZEN, "frozen", "14(1)", "item", lambda s: s.with_policy(freezes=(freeze("item", _first(s)),))),
    _row(FROZEN, "frozen", "14(1)", "action", lambda s: s.with_policy(freezes=(freeze("action", s.use.action),))),
    _row(FROZEN, "frozen", "14(1)", "actor", lambda s: s.with_policy(freezes=(freeze("actor", s.use.actor.id),))),
    _row(FROZEN, "frozen", "14(1)", "account", lambda s: s.with_standing(frozen_by="incident-1")),
    _row(
        SUPPLY, "recipient-not-declared", "10", "no such recipient",
        lambda s: s.with_purpose(recipients=without(s.purpose.recipients, s.use.recipient)), DISCLOSING,
    ),
    _row(SUPPLY, "recipient-not-declared", "10", "unnamed", lambda s: s.with_use(recipient=None), DISCLOSING),
    _row(SUPPLY, "recipient-not-declared", "10", "term over", lambda s: s.with_recipient(until=NOW), DISCLOSING),
    _row(SUPPLY, "recipient-not-declared", "10", "term to come", lambda s: s.with_recipient(since=AFTER), DISCLOSING),
    _row(
        SUPPLY, "recipient-not-declared", "10", "other items",
        lambda s: s.with_recipient(items=_left_to_the_others(s)), DISCLOSING,
    ),
    _row(
        CONSENTED, "no-consent", "9(1)", "recipient not named",
        lambda s: s.with_recipient(by_consent=True).with_consent(recipients=frozenset()), DISCLOSING,
    ),
    _row(AGREED, "against-agreement", "9(3)", "all", _limit()),
    _row(AGREED, "against-agreement", "9(3)", "purpose", _limit(purposes=lambda s: s.use.purpose)),
    _row(AGREED, "against-agreement", "9(3)", "action", _limit(actions=lambda s: s.use.action)),
    _row(AGREED, "against-agreement", "9(3)", "item", _limit(items=_first)),
    _row(REVIEWED, "needs-approval", "13(3)", "none", lambda s: s.with_policy(approvals={}), BULKY),
    _row(REVIEWED, "needs-approval", "13(3)", "unnamed", lambda s: s.with_use(approval=None), BULKY),
    _row(REVIEWED, "needs-approval", "13(3)", "own", _policy("approvals", "yes-1", approved_by="wang"), BULKY),
    _row(REVIEWED, "needs-approval", "13(3)", "another's", _policy("approvals", "yes-1", requested_by="li"), BULKY),
    _row(REVIEWED, "needs-approval", "13(3)", "too little", _policy("approvals", "yes-1", volume=0), BULKY),
    _row(REVIEWED, "needs-approval", "13(3)", "of a run", _policy("approvals", "yes-1", run_only=True), BULKY),
    _row(REVIEWED, "needs-approval", "13(3)", "over", _policy("approvals", "yes-1", until=NOW), BULKY),
    _row(REVIEWED, "needs-approval", "13(3)", "to come", _policy("approvals", "yes-1", since=AFTER), BULKY),
    _row(REVIEWED, "needs-approval", "13(3)", "no items", _policy("approvals", "yes-1", items=frozenset()), BULKY),
    _row(REVIEWED, "needs-approval", "13(3)", "other purpose", _policy("approvals", "yes-1", purpose="-"), BULKY),
    _row(REVIEWED, "needs-approval", "13(3)", "other service", _policy("approvals", "yes-1", service="-"), BULKY),
    _row(REVIEWED, "needs-approval", "13(3)", "many at once", lambda s: s.with_use(volume=2), {"actions": ("read",)}),
    _row(CONSENTED, "no-consent", "9(1)", "none", lambda s: s.with_standing(consents={}), CONSENT),
    _row(CONSENTED, "no-consent", "9(1)", "withdrawn", lambda s: s.with_consent(withdrawn_at=BEFORE), CONSENT),
    _row(CONSENTED, "no-consent", "9(1)", "over", lambda s: s.with_consent(until=NOW), CONSENT),
    _row(CONSENTED, "no-consent", "9(1)", "to come", lambda s: s.with_consent(at=AFTER), CONSENT),
    _row(
        CONSENTED, "no-consent", "9(1)", "other items",
        lambda s: s.with_consent(items=_left_to_the_others(s)), CONSENT,
    ),
    _row(CONSENTED, "consent-outdated", "9(1)", "purpose changed", lambda s: s.with_purpose(since=4), CONSENT),
    _row(
        CONSENTED, "consent-outdated", "9(1)", "item added",
        lambda s: s.with_purpose(items=put(s.purpose.items, _first(s), 4)), CONSENT,
    ),
    _row(
        STOPPED, "service-ended", "9(4)", "by the operator",
        lambda s: s.with_service(ended_at=NOW), USED_BY_CONSENT,
    ),
    _row(
        STOPPED, "service-ended", "9(4)", "by the user",
        lambda s: s.with_standing(services={s.use.service: NOW}), USED_BY_CONSENT,
    ),
    _row(
        STOPPED, "service-ended", "9(4)", "collecting for a law",
        lambda s: s.with_standing(services={s.use.service: NOW}), {"law": True, "actions": ("collect",)},
    ),
    _row(
        KEPT, "retention-ended", "9(3)", "due",
        lambda s: _held_until(s, NOW), {"actions": tuple(sorted(OPENING))},
    ),
    _row(SECRET, "subject-unknown", "10", "unknown", lambda s: rearranged(s, standing=None)),
    _row(CANCELLED, "subject-erased", "9(4)", "erased", lambda s: rearranged(s, standing=Standing().erased(BEFORE))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "article", "broken", "needs"), ROWS)
@settings(max_examples=12)
@given(chance=st.data())
def test_one_break_is_enough_to_refuse(
    code: str, article: str, broken: Break, needs: Mapping[str, Any], chance: st.DataObject
) -> None:
    scene = chance.draw(permitted(**needs))
    refusal = refusal_of(broken(scene).decision, scene.use.items[0])
    assert refusal is not None
    assert (refusal.code, refusal.article) == (code, article)


@settings(max_examples=60)
@given(SCENES, st.lists(st.none() | standings(), min_size=2, max_size=4))
@pytest.mark.duty("A10-op-secrecy")
def test_who_is_entitled_to_nothing_is_answered_alike_whoever_the_subject_is(
    scene: Scene, others: list[Standing | None]
) -> None:
    for unentitled in _unentitled(scene):
        answers = [rearranged(unentitled, standing=standing).decision for standing in others]
        assert isinstance(answers[0], Refusal)
        assert all(answer == answers[0] for answer in answers)


def _unentitled(scene: Scene) -> Iterator[Scene]:
    if scene.use.actor.kind == "subject":
        yield scene.with_use(subject=ANOTHER)
        yield scene.with_use(action="destroy")
        return
    yield scene.with_policy(grants={})
    if scene.use.items:
        yield scene.with_grants(items=frozenset())


@settings(max_examples=40)
@given(permitted(law=True, actions=tuple(sorted(OPENING))), st.sampled_from(PURPOSES))
@pytest.mark.duty("A09-5-carveout")
@pytest.mark.duty("A09-4-stop")
def test_after_the_user_has_left_a_named_law_keeps_its_own_purpose_only(scene: Scene, other: str) -> None:
    left = scene.with_standing(services={scene.use.service: BEFORE})
    assert left.decision == scene.decision
    assert left.with_service(ended_at=BEFORE).decision == scene.decision
    rule = replace(scene.purpose, law=None, since=1)
    purposes = put(left.policy.services[left.use.service].purposes, "other", rule)
    elsewhere = left.with_service(purposes=purposes).with_use(purpose="other").with_grants(purposes=None)
    elsewhere = elsewhere.with_policy(
        approvals={name: replace(each, purpose="other") for name, each in scene.policy.approvals.items()}
    )
    assert elsewhere.decision == Refusal("service-ended", "service")


@settings(max_examples=40)
@given(worlds(), st.sampled_from(["read", "correct"]), standings())
def test_the_subject_sees_and_corrects_its_own_and_nobody_else_s(scene: Scene, action: str, standing: Standing) -> None:
    own = _by_right(scene, action, replace(standing, erased_at=None, frozen_by=None))
    assert isinstance(own.decision, Permit)
    assert own.decision.items == own.use.items
    assert own.with_use(subject=ANOTHER).decision == Refusal("not-entitled")
    assert own.with_use(subject=None).decision == Refusal("not-entitled")


@settings(max_examples=50)
@given(worlds(), st.sampled_from(["read", "correct"]), standings())
def test_neither_order_nor_missing_declaration_nor_ending_keeps_subjects_from_their_own(
    scene: Scene, action: str, standing: Standing
) -> None:
    own = _by_right(scene, action, replace(standing, erased_at=None, frozen_by=None))
    service = own.use.service
    hindered = own.with_policy(services={}, orders=(order(), order(items=frozenset(ITEMS))))
    assert hindered.decision == Permit(own.use.items)
    assert isinstance(own.with_standing(services={service: BEFORE}).decision, Permit)


@settings(max_examples=50)
@given(worlds(), st.sampled_from(["read", "correct"]), standings())
@pytest.mark.duty("A14-1-remedy")
def test_a_frozen_account_opens_for_nobody_not_even_the_subject(scene: Scene, action: str, standing: Standing) -> None:
    own = _by_right(scene, action, replace(standing, erased_at=None, frozen_by="incident-1"))
    assert own.decision == Refusal("frozen", "account")


def _by_right(scene: Scene, action: str, standing: Standing) -> Scene:
    actor = replace(scene.use.actor, kind="subject", id=SUBJECT, post=None, agent=None, caller=None, issuer=None)
    scene = rearranged(scene, standing=standing).with_policy(freezes=())
    return scene.with_use(
        actor=actor, purpose=SUBJECT_RIGHTS, action=action, subject=SUBJECT, volume=1, recipient=None, approval=None
    )


@settings(max_examples=40)
@given(permitted(actions=("withdraw", "terminate")))
@pytest.mark.duty("A09-1-consent")
def test_nothing_keeps_a_user_from_withdrawing(scene: Scene) -> None:
    """Whatever stands against a use, what only narrows it goes on: orders, freezes, agreements, old consents."""
    hindered = scene.with_policy(
        orders=(order(), order(items=frozenset(ITEMS))),
        freezes=(freeze("action", scene.use.action), freeze("service", scene.use.service), freeze("item", "phone")),
    )
    hindered = hindered.with_standing(
        consents={}, frozen_by="incident-1", agreements=(Agreement("all", scene.use.service),)
    )
    hindered = hindered.with_service(ended_at=BEFORE).with_purpose(since=4)
    decision = hindered.decision
    assert isinstance(decision, Permit)
    assert decision.items == scene.use.items


@settings(max_examples=20)
@given(permitted(law=True))
def test_a_permit_names_the_law_it_rests_on(scene: Scene) -> None:
    decision = scene.decision
    assert isinstance(decision, Permit)
    assert (decision.law, decision.version) == (LAW, 3)
