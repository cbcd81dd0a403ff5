"""The register of stock-takings (Art. 13(4)): a list of what should be there, counted by typing or by camera.

Whatever is missing, and whatever should not be there, becomes a shortcoming (``registers.shortcomings``): somebody
mends it by a day, and another person looks whether it is gone. Then the stock-taking is settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.describing import Act, Doing, Field, Page, Register, Running, State
from shouze.registers.media.models import Medium
from shouze.registers.media.register import KINDS
from shouze.registers.people.models import Person
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles
from shouze.registers.shortcomings.models import Shortcoming
from shouze.registers.shortcomings.part import part_of
from shouze.registers.shortcomings.raising import Wrong, raise_shortcoming
from shouze.registers.spans import months_after
from shouze.registers.stocktakes.counting import conclude, expect
from shouze.registers.stocktakes.models import Difference, Expected, Stocktake

COUNTING: Roles = HOUSE - {Role.AUDITOR}
RUNNING = frozenset({"running"})
DIFFERENCES = {
    "missing": Text("缺失", "Missing"),
    "unexpected": Text("不应在此", "Should not be there"),
    "unknown": Text("无此登记", "Not registered"),
}

_FIELDS = (
    Field(name="title", label=Text("名称", "Name"), hint=Text("例如：2026 年档案室盘点", "For example: archive 2026")),
    Field(name="place", label=Text("存放位置", "Place"), hint=Text("不填为全部位置", "Empty: everywhere")),
    Field(name="kinds", label=Text("介质", "Kinds"), choices=KINDS, several=True,
          hint=Text("不选为全部", "None chosen: all")),
    Field(name="due", label=Text("完成期限", "To be counted by")),
    Field(name="again_months", label=Text("下次盘点（月后）", "Again after (months)")),
)  # fmt: skip
_END = (
    Field(name="owner", label=Text("差异责任人", "Who mends differences"), choices=vocabulary.people, optional=False,
          hint=Text("载体有保管人的由保管人整改", "Where a carrier has a keeper, that is the keeper")),
    Field(name="mended_by", label=Text("整改期限", "To be mended by"), asks="moment", optional=False),
)  # fmt: skip


def _start(doing: Doing[Stocktake]) -> None:
    if doing.entry.due <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="due")
    place = doing.entry.place
    if place and not Medium.objects.filter(place=place).exists():
        remedy = Text("写成载体登记中的存放位置", "Write it as it stands in the register of media")
        raise InvalidError(Text("没有载体存放于此", "Nothing is kept there"), field="place", remedy=remedy)


def _list(doing: Doing[Stocktake], _before: object) -> None:
    """Write the list down, once the row is there."""
    count = expect(doing.entry)
    Stocktake.objects.filter(pk=doing.entry.pk).update(expected=count)
    doing.entry.expected = count


def _end(doing: Doing[Stocktake]) -> None:
    # A13-4-media: what is missing, and what should not be there, is somebody's to mend
    row, due = doing.entry, doing.values["mended_by"]
    owner = Person.objects.filter(username=doing.values["owner"]).first()
    if owner is None:
        raise InvalidError(Text("没有这个人", "There is no such person"), field="owner")
    if due is None or due <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="mended_by")
    differences = conclude(row, doing.now)
    for each in differences:
        each.shortcoming = raise_shortcoming("stocktakes", row, _wrong(each, owner, due), doing.person).number
    Difference.objects.bulk_update(differences, ["shortcoming"], batch_size=500)
    row.state = "differing" if differences else "closed"


def _wrong(each: Difference, owner: Person, due: datetime) -> Wrong:
    keeper = each.medium.keeper if each.medium else None
    return Wrong(
        rule="A13-4-media", title=f"{DIFFERENCES[each.kind].zh}：{each.mark}", key=f"{each.kind} {each.mark}",
        place=each.medium.place if each.medium else "", due=due,
        owner=keeper if keeper is not None and keeper.is_active else owner,
    )  # fmt: skip


def _gone(doing: Doing[Shortcoming], _before: object) -> None:
    """Settle a stock-taking once the last of its shortcomings is gone, or was found to be none."""
    for each in Difference.objects.filter(shortcoming=doing.entry.number, settled_at=None):
        Difference.objects.filter(pk=each.pk).update(settled_at=doing.now)
        if not Difference.objects.filter(stocktake_id=each.stocktake_id, settled_at=None).exists():
            acting.follow(REGISTER, SETTLED, each.stocktake_id, doing.person)


def _clocks(row: Stocktake, _now: datetime) -> Sequence[Running]:
    name = row.title
    if row.state == "running":
        title = Text("完成盘点：{name}", "Finish counting: {name}").fill(name=name)
        return [Running(kind="count", title=title, since=row.created_at, due=row.due, roles=KEEPERS,
                        duty="A13-4-media")]  # fmt: skip
    if row.ended_at and _is_latest(row):
        title = Text("再次盘点：{name}", "Take stock again: {name}").fill(name=name)
        due = months_after(row.ended_at, row.again_months)
        return [
            Running(kind="again", title=title, since=row.ended_at, due=due, roles=KEEPERS, duty="A13-4-media")
        ]  # fmt: skip
    return ()


def _is_latest(row: Stocktake) -> bool:
    later = Stocktake.objects.filter(place=row.place, pk__gt=row.pk).exclude(state="stopped")
    return not later.exists()


def _concerns(row: Stocktake) -> Sequence[tuple[str, int]]:
    earlier = Stocktake.objects.filter(place=row.place, pk__lt=row.pk).exclude(state="running").order_by("-pk")[:1]
    return [("stocktakes", each.pk) for each in earlier]


def _notes(row: Stocktake, _now: datetime) -> Sequence[Text]:
    if row.state == "running":
        seen = Expected.objects.filter(stocktake=row).exclude(seen_at=None).count()
        return [Text("应有 {all} 件，已见 {n} 件", "{n} of {all} seen").fill(all=row.expected, n=seen)]
    if row.state == "stopped":
        return ()
    told = Text("应有 {all} 件，见到 {n} 件；缺失 {missing}，不应在此 {more}",
                "{n} of {all} seen; {missing} missing, {more} that should not be there")  # fmt: skip
    return [told.fill(all=row.expected, n=row.counted, missing=row.missing, more=row.unexpected)]


SETTLED: Act[Stocktake] = Act(
    name="settled", title=Text("差异均已消除", "All differences are gone"), by=frozenset(), to="closed", follows=True,
    source=frozenset({"differing"}), duty="A13-4-media",
)  # fmt: skip

REGISTER: Register[Stocktake] = Register(
    name="stocktakes",
    prefix="ST",
    title=Text("载体盘点", "Stock-taking"),
    one=Text("盘点", "Stock-taking"),
    intro=Text(
        "对照应有清单逐件盘点载体：输入编号或用手机摄像头读标签；缺失的和多出的列为隐患，由人整改（第十三条第四项）。",
        "Carriers are counted against the list of what should be there, by number or with a phone's camera; what is "
        "missing or too many is a shortcoming that somebody mends (Art. 13(4)).",
    ),
    model=Stocktake,
    duties=("A13-4-media",),
    fields=(
        *_FIELDS[1:],
        Field(name="expected", label=Text("应有", "Should be there")),
        Field(name="counted", label=Text("见到", "Seen"), once_filled=True),
        Field(name="ended_at", label=Text("盘点结束", "Counted until"), once_filled=True),
        Field(name="digest", label=Text("盘点清单摘要（SHA-256）", "SHA-256 of what was seen"), once_filled=True),
    ),
    states={
        "running": State(label=Text("盘点中", "Under way"), tone="waiting"),
        "differing": State(label=Text("有差异", "Differences open"), tone="bad"),
        "closed": State(label=Text("已了结", "Settled"), tone="good"),
        "stopped": State(label=Text("已中止", "Stopped"), tone="over"),
    },
    creating=Act(name="start", title=Text("开始盘点", "Start counting"), by=KEEPERS, to="running", fields=_FIELDS,
                 does=_start, duty="A13-4-media"),
    acts=(
        Act(name="end", title=Text("结束盘点", "End the counting"), by=KEEPERS, source=RUNNING, fields=_END,
            does=_end, grave=True, duty="A13-4-media",
            hint=Text("没有见到的记为缺失。", "Whatever was not seen is missing.")),
        Act(name="stop", title=Text("中止", "Stop"), by=KEEPERS, source=RUNNING, to="stopped", reason="must",
            grave=True, duty="A13-4-media"),
        SETTLED,
    ),
    columns=("place", "due", "expected", "counted", "ended_at"),
    search=("place",),
    seen_by=HOUSE,
    clocks=_clocks,
    concerns=_concerns,
    notes=_notes,
    pages=(
        Page(name="stocktaking", title=Text("盘点", "Count"), by=COUNTING,
             shown=lambda row, _person: row.state == "running"),
    ),
    heeds={
        ("stocktakes", "start"): _list, ("shortcomings", "close"): _gone, ("shortcomings", "dismiss"): _gone,
    },
    parts=(part_of("stocktakes"),),
    order=77,
)  # fmt: skip
