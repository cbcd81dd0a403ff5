"""Every single way of withdrawing or narrowing something in a scene."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace as rearranged
from datetime import datetime
from functools import partial
from typing import Any

from msgspec.structs import replace

from shouze.rules.entries import Grant, Order
from shouze.rules.standing import Agreement, Standing
from tests.rules.scene import AFTER, BEFORE, ITEMS, NOW, PURPOSES, Scene, freeze, order, put, without

Narrowed = Iterator[tuple[str, Scene]]


def narrowings(scene: Scene) -> Narrowed:
    """Yield the name and the result of each step that takes something away from the scene."""
    yield from _grants(scene)
    yield from _orders(scene)
    yield from _freezes(scene)
    yield from _registers(scene)
    yield from _certificates(scene)
    if scene.use.service in scene.policy.services:
        yield from _service(scene)
    if scene.standing is not None:
        yield from _standing(scene)


def _fewer(name: str, parts: Any, take: Callable[[Any], Scene]) -> Narrowed:
    for part in sorted(parts):
        yield f"{name} loses {part}", take(frozenset(parts) - {part})
        yield f"{name} keeps {part} only", take(frozenset({part}))


def _sooner(end: datetime | None) -> list[datetime]:
    return [moment for moment in (NOW, BEFORE) if end is None or moment < end]


def _grants(scene: Scene) -> Narrowed:
    held = scene.policy.grants.get(scene.holder, ())
    for number, grant in enumerate(held):

        def narrowed(now: Grant | None, number: int = number) -> Scene:
            left = (*held[:number], *((now,) if now else ()), *held[number + 1 :])
            return scene.with_policy(grants=put(scene.policy.grants, scene.holder, left))

        yield "a grant is taken", narrowed(None)
        for field in ("services", "actions"):
            yield from _fewer(field, getattr(grant, field), partial(_part_of, narrowed, grant, field))
        for field, names in (("purposes", PURPOSES), ("items", ITEMS), ("sites", ("hall", "online"))):
            now = getattr(grant, field)
            whole = frozenset(names) if now is None else now
            yield f"a grant names its {field}", narrowed(replace(grant, **{field: whole}))
            yield from _fewer(field, whole, partial(_part_of, narrowed, grant, field))
        for moment in _sooner(grant.until):
            yield f"a grant ends {moment}", narrowed(replace(grant, until=moment))
        for moment in _sooner(grant.reviewed_until):
            yield f"a system's review ends {moment}", narrowed(replace(grant, reviewed_until=moment))
        yield "a grant begins later", narrowed(replace(grant, since=AFTER))
        if grant.course is None:
            yield "a grant comes to need a certificate", narrowed(replace(grant, course="other"))


def _part_of(narrowed: Callable[[Grant], Scene], grant: Grant, field: str, left: Any) -> Scene:
    return narrowed(replace(grant, **{field: left}))


def _items_of(narrowed: Callable[..., Scene], name: str, left: Any) -> Scene:
    return narrowed(name, items=left)


def _orders(scene: Scene) -> Narrowed:
    use, present = scene.use, scene.policy.orders
    narrower: list[dict[str, Any]] = [
        {},
        {"services": frozenset({use.service})},
        {"purposes": frozenset({use.purpose})},
        {"actions": frozenset({use.action})},
        {"agents": frozenset({"shop"})},
        *({"items": frozenset({item})} for item in ITEMS),
    ]
    for changes in narrower:
        yield f"an order comes: {sorted(changes)}", scene.with_policy(orders=(*present, order(id="order-9", **changes)))
    for number, each in enumerate(present):

        def widened(now: Order, number: int = number) -> Scene:
            return scene.with_policy(orders=(*present[:number], now, *present[number + 1 :]))

        yield "an order has no end", widened(replace(each, until=None))
        yield "an order begins sooner", widened(replace(each, since=BEFORE))
        for field in ("services", "purposes", "actions", "agents", "items"):
            yield f"an order covers all {field}", widened(replace(each, **{field: frozenset()}))


def _freezes(scene: Scene) -> Narrowed:
    use = scene.use
    targets = [("service", use.service), ("agent", "shop"), ("action", use.action), ("actor", use.actor.id)]
    for target, name in [*targets, *(("item", item) for item in ITEMS)]:
        yield f"a freeze of {target}", scene.with_policy(freezes=(*scene.policy.freezes, freeze(target, name)))


def _certificates(scene: Scene) -> Narrowed:
    policy = scene.policy
    for name, certificate in (policy.certificates or {}).items():
        yield "a certificate goes", scene.with_policy(certificates={})
        for moment in _sooner(certificate.until):
            ended = put(policy.certificates or {}, name, replace(certificate, until=moment))
            yield f"a certificate ends {moment}", scene.with_policy(certificates=ended)


def _registers(scene: Scene) -> Narrowed:
    policy = scene.policy
    for name, agent in policy.agents.items():
        yield "an agent goes", scene.with_policy(agents={})
        for changes in ({"fit": False}, {"fit_until": NOW}, {"contract_until": NOW}, {"contract_since": AFTER}):
            yield f"an agent: {changes}", scene.with_policy(agents=put(policy.agents, name, replace(agent, **changes)))
    for name, approval in policy.approvals.items():
        yield "an approval goes", scene.with_policy(approvals={})
        rows: list[dict[str, Any]] = [{"volume": approval.volume - 1}, {"until": NOW}, {"since": AFTER}]
        rows += [{"items": approval.items - {item}} for item in sorted(approval.items)]
        for row in rows:
            yield (
                f"an approval: {row}",
                scene.with_policy(approvals=put(policy.approvals, name, replace(approval, **row))),
            )
    for name, caller in policy.callers.items():
        yield "a token goes", scene.with_policy(callers={})
        for changes in ({"revoked": True}, {"until": NOW}):
            yield (
                f"a token: {changes}",
                scene.with_policy(callers=put(policy.callers, name, replace(caller, **changes))),
            )
    for name, issuer in policy.issuers.items():
        yield "a face goes", scene.with_policy(issuers={})
        yield "a face is revoked", scene.with_policy(issuers=put(policy.issuers, name, replace(issuer, revoked=True)))


def _service(scene: Scene) -> Narrowed:
    services, name = scene.policy.services, scene.use.service
    rule = services[name]
    yield "a service goes", scene.with_policy(services=without(services, name))
    for moment in _sooner(rule.ended_at):
        yield f"a service ends {moment}", scene.with_service(ended_at=moment)
    for item in rule.items:
        yield f"a service loses {item}", scene.with_service(items=without(rule.items, item))
    for purpose in rule.purposes:
        yield f"a service loses {purpose}", scene.with_service(purposes=without(rule.purposes, purpose))
    if scene.use.purpose in rule.purposes:
        yield from _purpose(scene)


def _purpose(scene: Scene) -> Narrowed:
    purpose = scene.purpose
    yield from _fewer("means", purpose.means, lambda left: scene.with_purpose(means=left))
    yield "a purpose asks again", scene.with_purpose(since=4)
    yield "a law is gone", scene.with_purpose(law=None)
    if purpose.law is not None:
        yield "a law does not qualify", scene.with_purpose(law_qualifies=False)
    for item in purpose.items:
        yield f"a purpose loses {item}", scene.with_purpose(items=without(purpose.items, item))
        yield f"{item} asks again", scene.with_purpose(items=put(purpose.items, item, 4))
    for name, recipient in purpose.recipients.items():

        def narrowed(name: str = name, **changes: Any) -> Scene:
            return scene.with_purpose(
                recipients=put(purpose.recipients, name, replace(purpose.recipients[name], **changes))
            )

        yield f"{name} goes", scene.with_purpose(recipients=without(purpose.recipients, name))
        yield f"{name} needs consent", narrowed(name, by_consent=True)
        yield f"{name} has its end", narrowed(name, until=NOW)
        yield f"{name} begins later", narrowed(name, since=AFTER)
        yield from _fewer(name, recipient.items, partial(_items_of, narrowed, name))


def _standing(scene: Scene) -> Narrowed:
    standing = scene.standing
    if standing is None:
        return
    yield "the subject is unknown", rearranged(scene, standing=None)
    yield "the subject is erased", scene.with_standing(erased_at=BEFORE)
    yield "the account is frozen", scene.with_standing(frozen_by="incident-1")
    left = standing.services.get(scene.use.service)
    # Whoever takes a service up again has left it: for that, being in it takes away.
    for moment in [None] if scene.use.action == "resume" else _sooner(left):
        services = put(standing.services, scene.use.service, moment)
        yield f"the user's leaving is {moment}", scene.with_standing(services=services)
    for ground, consent in standing.consents.items():
        yield "a consent goes", scene.with_standing(consents=without(standing.consents, ground))
        rows: list[dict[str, Any]] = [{"withdrawn_at": NOW}, {"until": NOW}, {"version": 0}, {"at": AFTER}]
        rows += [{"items": consent.items - {item}} for item in sorted(consent.items)]
        rows += [{"recipients": consent.recipients - {name}} for name in sorted(consent.recipients)]
        for row in rows:
            fewer = put(standing.consents, ground, replace(consent, **row))
            yield f"a consent: {sorted(row)}", scene.with_standing(consents=fewer)
        yield "a withdrawal", rearranged(scene, standing=_still_held(scene, ground))
    use = scene.use
    limits: list[dict[str, Any]] = [{}, {"purposes": frozenset({use.purpose})}, {"actions": frozenset({use.action})}]
    for limit in [*limits, *({"items": frozenset({item})} for item in use.items)]:
        agreement = Agreement(f"limit-9-{len(standing.agreements)}", use.service, **limit)
        yield f"a limit is agreed: {sorted(limit)}", rearranged(scene, standing=standing.agreed(agreement))
    yield from _held(scene, standing)


def _held(scene: Scene, standing: Standing) -> Narrowed:
    for ground, items in standing.held.items():
        for item, held in items.items():
            for moment in _sooner(held.due):
                due = put(standing.held, ground, put(items, item, replace(held, due=moment)))
                yield f"{item} comes to its end {moment}", scene.with_standing(held=due)


def _still_held(scene: Scene, ground: str) -> Any:
    """Withdrawing also erases what rested on it; what was held stays here, so that only the consent changes."""
    standing = scene.standing
    assert standing is not None
    return replace(standing.withdrawn(ground, frozenset(), NOW), held=standing.held)
