"""The register of reviews (Art. 13(3)): what a reviewer decides is done to the grant in the same moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from shouze.errors import ConflictError, InvalidError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.campaigns.models import Campaign
from shouze.registers.describing import Act, Doing, Field, Group, Register, Running, State
from shouze.registers.finding import registers
from shouze.registers.grants.judging import EXCESSIVE, EXERCISE, UNUSED, findings
from shouze.registers.grants.models import GRANTED, Grant
from shouze.registers.grants.part import part_of
from shouze.registers.holders.models import Holder
from shouze.registers.people.models import Person
from shouze.registers.reviews.facts import SPEAKS
from shouze.registers.reviews.models import OPEN, STATES, Review
from shouze.registers.roles import HOUSE, KEEPERS, OVERSEEING, Role, Roles

DECIDING: Roles = HOUSE - {Role.AUDITOR}
_SOURCE = frozenset({OPEN})
_EXTENTS = {"unused": (UNUSED,), "spare": (UNUSED, EXCESSIVE)}

_NARROWER = (
    Field(name="services", label=Text("保留的服务", "Services kept"), choices=vocabulary.services, several=True),
    Field(name="actions", label=Text("保留的操作", "Actions kept"), choices=vocabulary.actions, several=True),
    Field(name="purposes", label=Text("保留的目的", "Purposes kept"), choices=vocabulary.purposes, several=True,
          optional=True, hint=Text("原来不限且不选，则仍不限", "None chosen and none before: not limited, as before")),
    Field(name="items", label=Text("保留的信息项", "Items kept"), choices=vocabulary.items, several=True,
          optional=True, hint=Text("原来不限且不选，则仍不限", "None chosen and none before: not limited, as before")),
    Field(name="until", label=Text("有效至", "Until"), asks="moment", optional=False),
)  # fmt: skip


def _draw_up(doing: Doing[Campaign], _before: Mapping[str, Any]) -> None:
    """Put every grant in the campaign's scope before whoever answers for its holder."""
    campaign, register = doing.entry, registers()["reviews"]
    holders = {each.key: each for each in Holder.objects.select_related("owner")}
    for grant in _in_scope(campaign):
        holder = holders.get(grant.holder)
        owner = holder.owner if holder is not None else None
        fit = owner is not None and owner.is_active and grant.holder != f"person:{owner.username}"
        review = Review(
            campaign=campaign.number, grant=grant.number, holder=grant.holder, due=campaign.due,
            reviewer=owner if fit and owner is not None else campaign.reviewer, exercise=grant.exercise,
        )  # fmt: skip
        review.call(grant.called)
        acting.enrol(register, review, doing.person)


def _in_scope(campaign: Campaign) -> list[Grant]:
    grants: QuerySet[Grant] = Grant.objects.filter(state=GRANTED).order_by("pk")
    kinds = Q()
    for kind in campaign.kinds:
        kinds |= Q(holder__startswith=f"{kind}:")
    grants = grants.filter(kinds)
    if campaign.extent in _EXTENTS:
        grants = grants.filter(exercise__in=_EXTENTS[campaign.extent])
    wanted = set(campaign.services)
    return [each for each in grants if not wanted or wanted & set(each.services)]


def _stopped(doing: Doing[Campaign], _before: Mapping[str, Any]) -> None:
    _end_all(Review.objects.filter(campaign=doing.entry.number, state=OPEN))


def _grant_ended(doing: Doing[Grant], _before: Mapping[str, Any]) -> None:
    _end_all(Review.objects.filter(grant=doing.entry.number, state=OPEN))


def _end_all(reviews: QuerySet[Review]) -> None:
    for review in reviews:
        review.state = "moot"
        acting.moved_on(registers()["reviews"], review)


def _to_the_grant(doing: Doing[Review], act_name: str, reached: str, values: Mapping[str, Any]) -> None:
    """Do to the grant what was decided, in the same transaction; what the grant refuses was not decided."""
    register = registers()["grants"]
    grant = Grant.objects.filter(number=doing.entry.grant).first()
    if grant is None or grant.state != GRANTED:
        raise ConflictError(Text("此项授权已不在用", "The grant is no longer in force"), field=None)
    # The grant's own end makes open reviews of it moot; this one is decided.
    Review.objects.filter(pk=doing.entry.pk).update(state=reached)
    reason = f"{doing.entry.campaign} {doing.entry.number}"
    acting.decided(register, register.act(act_name), grant.pk, doing.person, acting.Asked(values, reason=reason))


def _narrow(doing: Doing[Review]) -> None:
    grant = Grant.objects.get(number=doing.entry.grant)
    values = {each.name: doing.values[each.name] for each in _NARROWER}
    if all(_same(values[name], getattr(grant, name)) for name in values):
        detail = Text("没有任何收窄", "Nothing was narrowed")
        raise InvalidError(detail, field=None, remedy=Text("请改为保留", "Keep it instead"))
    _to_the_grant(doing, "narrow", "narrowed", values | {"sites": grant.sites})


def _same(new: object, old: object) -> bool:
    return set(new) == set(old) if isinstance(new, list) and isinstance(old, list) else new == old


def _withdraw(doing: Doing[Review]) -> None:
    # A13-3-permissions: what a review withdraws, the door has taken back within a second
    _to_the_grant(doing, "withdraw", "withdrawn", {})


def _hand_over(doing: Doing[Review]) -> None:
    if doing.entry.holder == f"person:{doing.entry.reviewer.username}":
        raise InvalidError(Text("本人不能复核自己的授权", "Nobody reviews their own grant"), field="reviewer")


def _clocks(review: Review, _now: datetime) -> Sequence[Running]:
    if review.state != OPEN:
        return ()
    title = Text("复核授权：{name}", "Review the grant: {name}").fill(name=review.called)
    return [
        Running(kind="decide", title=title, since=review.created_at, due=review.due, person=review.reviewer_id,
                duty="A13-3-permissions")
    ]  # fmt: skip


def _notes(review: Review, _now: datetime) -> Sequence[Text]:
    grant = Grant.objects.filter(number=review.grant).first()
    return findings(grant) if grant is not None and review.state == OPEN else ()


def _is_reviewer(review: Review, person: Person) -> bool:
    return review.reviewer_id == person.pk


REGISTER: Register[Review] = Register(
    name="reviews",
    prefix="V",
    title=Text("复核事项", "Grants under review"),
    one=Text("复核事项", "Grant under review"),
    intro=Text(
        "每一项授权由其复核人决定；旁边列出日志中的使用情况。",
        "Each grant is decided about by its reviewer, beside what the log says of its use.",
    ),
    model=Review,
    duties=("A13-3-permissions",),
    fields=(
        Field(name="campaign", label=Text("权限复核", "Access review")),
        Field(name="grant", label=Text("授权", "Grant")),
        Field(name="holder", label=Text("持有者", "Holder"), choices=vocabulary.holders),
        Field(name="reviewer", label=Text("复核人", "Reviewer")),
        Field(name="due", label=Text("期限", "By")),
        Field(name="exercise", label=Text("发起时的使用情况", "Use when it was drawn up"), choices=EXERCISE),
    ),
    states={
        OPEN: State(label=STATES[OPEN], tone="waiting"),
        "kept": State(label=STATES["kept"], tone="good"),
        "narrowed": State(label=STATES["narrowed"], tone="good"),
        "withdrawn": State(label=STATES["withdrawn"], tone="over"),
        "moot": State(label=STATES["moot"], tone="over"),
    },
    creating=Act(name="draw-up", title=Text("列入复核", "Put under review"), by=frozenset(), to=OPEN,
                 duty="A13-3-permissions"),
    acts=(
        Act(name="keep", title=Text("保留", "Keep"), by=DECIDING, source=_SOURCE, to="kept", whose=_is_reviewer,
            reason="must", duty="A13-3-permissions"),
        Act(name="narrow", title=Text("收窄", "Narrow"), by=DECIDING, source=_SOURCE, to="narrowed",
            whose=_is_reviewer, fields=_NARROWER, does=_narrow, duty="A13-3-permissions",
            starts_with=lambda review: Grant.objects.filter(number=review.grant).first(),
            hint=Text("只能减少，闸门立即照此执行。", "Only less; the door obeys at once.")),
        Act(name="withdraw", title=Text("撤回", "Withdraw"), by=DECIDING, source=_SOURCE, to="withdrawn",
            whose=_is_reviewer, does=_withdraw, reason="must", grave=True, duty="A13-3-permissions",
            hint=Text("闸门立即收回。", "The door takes it back at once.")),
        Act(name="hand-over", title=Text("交由他人复核", "Hand it over"), by=DECIDING, source=_SOURCE,
            whose=lambda review, person: _is_reviewer(review, person) or bool(KEEPERS & person.roles),
            fields=(Field(name="reviewer", label=Text("复核人", "Reviewer")),), does=_hand_over,
            duty="A13-3-permissions"),
    ),
    columns=("campaign", "reviewer", "due", "exercise"),
    filters=("exercise",),
    search=("campaign", "grant", "holder"),
    seen_by=OVERSEEING | DECIDING,
    clocks=_clocks,
    notes=_notes,
    heeds={
        ("campaigns", "start"): _draw_up,
        ("campaigns", "stop"): _stopped,
        ("grants", "withdraw"): _grant_ended,
    },
    parts=(part_of(lambda review: Grant.objects.filter(number=review.grant)),),
    speaks=SPEAKS,
    group=Group.PERMISSIONS,
    order=64,
)  # fmt: skip
