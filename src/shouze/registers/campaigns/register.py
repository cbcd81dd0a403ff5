"""The register of campaigns of access review (Art. 13(3)): what is in scope, by when; closed once all is decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.campaigns.models import Campaign
from shouze.registers.describing import Act, Doing, Field, Group, Part, Register, Running, State
from shouze.registers.holders.register import KINDS
from shouze.registers.reviews.models import OPEN, STATES, Review
from shouze.registers.roles import KEEPERS, OVERSEEING

MOST = 500
_EXTENTS = {
    "all": Text("全部在用授权", "All grants in force"),
    "spare": Text("仅未使用或超出所用的", "Only unused ones and those that are more than was used"),
    "unused": Text("仅未使用的", "Only unused ones"),
}

_FIELDS = (
    Field(name="title", label=Text("名称", "Name"), hint=Text("例如：2026 年第四季度权限复核", "For example: Q4 2026")),
    Field(name="kinds", label=Text("范围", "Scope"), choices=KINDS, several=True),
    Field(name="services", label=Text("限于服务", "For services"), choices=vocabulary.services, several=True,
          hint=Text("不选则不限", "None chosen: not limited")),
    Field(name="extent", label=Text("复核哪些授权", "Which grants"), choices=_EXTENTS),
    Field(name="due", label=Text("完成期限", "To be decided by")),
    Field(name="reviewer", label=Text("复核人", "Reviewer"),
          hint=Text("持有者未指定负责人时由其决定", "Decides where nobody answers for the holder")),
)  # fmt: skip


def _check(doing: Doing[Campaign]) -> None:
    if doing.entry.due <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="due")


def open_reviews(campaign: Campaign) -> int:
    """Return how many of a campaign's grants are not decided about yet."""
    return Review.objects.filter(campaign=campaign.number, state=OPEN).count()


def _clocks(campaign: Campaign, _now: datetime) -> Sequence[Running]:
    if campaign.state != "running":
        return ()
    title = Text("完成权限复核：{name}", "Finish the access review: {name}").fill(name=campaign.title)
    return [
        Running(kind="finish", title=title, since=campaign.created_at, due=campaign.due, roles=KEEPERS,
                duty="A13-3-permissions")
    ]  # fmt: skip


def _notes(campaign: Campaign, _now: datetime) -> Sequence[Text]:
    reviews = Review.objects.filter(campaign=campaign.number)
    told = Text("共 {all} 项授权，尚有 {n} 项待决定", "{all} grants, {n} of them not decided yet")
    return [told.fill(all=reviews.count(), n=open_reviews(campaign))]


REGISTER: Register[Campaign] = Register(
    name="campaigns",
    prefix="CA",
    title=Text("权限复核", "Access reviews"),
    one=Text("权限复核", "Access review"),
    intro=Text(
        "定期复核授权：每一项由负责人决定保留、收窄或撤回，决定立即在信息闸门生效（第十三条第三项）。",
        "Grants are reviewed from time to time: whoever answers for each keeps, narrows or withdraws it, and the door "
        "obeys at once (Art. 13(3)).",
    ),
    model=Campaign,
    duties=("A13-3-permissions",),
    fields=_FIELDS[1:],
    states={
        "running": State(label=Text("进行中", "Under way"), tone="waiting"),
        "closed": State(label=Text("已完成", "Finished"), tone="good"),
        "stopped": State(label=Text("已中止", "Stopped"), tone="over"),
    },
    creating=Act(name="start", title=Text("发起权限复核", "Start an access review"), by=KEEPERS, to="running",
                 fields=_FIELDS, does=_check, duty="A13-3-permissions"),
    acts=(
        Act(name="close", title=Text("确认完成", "Finish"), by=KEEPERS, source=frozenset({"running"}), to="closed",
            possible=lambda campaign, _now: not open_reviews(campaign), duty="A13-3-permissions"),
        Act(name="stop", title=Text("中止", "Stop"), by=KEEPERS, source=frozenset({"running"}), to="stopped",
            reason="must", grave=True, duty="A13-3-permissions"),
    ),
    columns=("due", "reviewer", "extent"),
    seen_by=OVERSEEING,
    clocks=_clocks,
    notes=_notes,
    parts=(
        Part(
            title=Text("各项授权", "The grants"),
            columns=(
                (Text("编号", "Number"), lambda each: each.number),
                (Text("授权", "Grant"), lambda each: each.called),
                (Text("复核人", "Reviewer"), lambda each: each.reviewer.name),
                (Text("决定", "Decision"), lambda each: STATES[each.state]),
            ),
            rows=lambda campaign: Review.objects.filter(campaign=campaign.number).select_related("reviewer")
            .order_by("pk")[:MOST],
            link=lambda each: ("reviews", each.number),
        ),
    ),
    group=Group.PERMISSIONS,
    order=63,
)  # fmt: skip
