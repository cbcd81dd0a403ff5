"""The register of stock-takings (Art. 13(4)): a list of what should be there, counted by typing or by camera.

Whatever is missing, and whatever should not be there, is a shortcoming: somebody explains it by a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.describing import Act, Choices, Doing, Field, Page, Part, Register, Running, State
from shouze.registers.finding import registers
from shouze.registers.media.models import Medium
from shouze.registers.media.register import KINDS
from shouze.registers.people.models import Person
from shouze.registers.roles import HOUSE, KEEPERS, Role, Roles
from shouze.registers.spans import months_after
from shouze.registers.stocktakes.counting import conclude, expect
from shouze.registers.stocktakes.models import Difference, Expected, Stocktake

COUNTING: Roles = HOUSE - {Role.AUDITOR}
RUNNING = frozenset({"running"})
MOST = 500
DIFFERENCES = {
    "missing": Text("缺失", "Missing"),
    "unexpected": Text("不应在此", "Should not be there"),
    "unknown": Text("无此登记", "Not registered"),
}
OUTCOMES = {
    "found": Text("已找到或已归位", "Found, or put where it belongs"),
    "entered": Text("登记有误，已改正", "The register was wrong and is corrected"),
    "lost": Text("确认遗失", "It is lost"),
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
    Field(name="owner", label=Text("差异责任人", "Who explains differences"), choices=vocabulary.people, optional=False,
          hint=Text("载体有保管人的由保管人说明", "Where a carrier has a keeper, that is the keeper")),
    Field(name="explained_by", label=Text("说明期限", "Explained by"), asks="moment", optional=False),
)  # fmt: skip


def _open(row: Stocktake) -> QuerySet[Difference]:
    return Difference.objects.filter(stocktake=row, settled_at=None).exclude(owner=None).order_by("pk")


def _open_choices(row: Stocktake) -> Choices:
    return {
        str(each.pk): Text(f"{DIFFERENCES[each.kind].zh}：{each.mark}", f"{DIFFERENCES[each.kind].en}: {each.mark}")
        for each in _open(row)[:MOST]
    }


_SETTLE = (
    Field(name="settled", label=Text("已查明的差异", "What was explained"), several=True, optional=False,
          choices=dict, of_row=_open_choices),
    Field(name="outcome", label=Text("结果", "What it came to"), choices=OUTCOMES, optional=False),
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
    # A13-4-media: what is missing, and what should not be there, is somebody's to explain
    due, owner = doing.values["explained_by"], Person.objects.filter(username=doing.values["owner"]).first()
    if owner is None:
        raise InvalidError(Text("没有这个人", "There is no such person"), field="owner")
    if due is None or due <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="explained_by")
    conclude(doing.entry, owner, due, doing.now)
    doing.entry.state = "differing" if _open(doing.entry).exists() else "closed"


def _settle(doing: Doing[Stocktake]) -> None:
    row, outcome = doing.entry, doing.values["outcome"]
    chosen = [each for each in doing.values["settled"] if each.isdecimal()]
    differences = list(_open(row).filter(pk__in=chosen).select_related("medium"))
    if not differences or len(differences) < len(doing.values["settled"]):
        raise InvalidError(Text("其中有未列出的差异", "Not all of these are open"), field="settled")
    _mine(differences, doing.person)
    for each in differences:
        if outcome == "lost" and each.medium is not None and each.medium.state in ("kept", "issued"):
            _lose(each.medium, row, doing.person)
    Difference.objects.filter(pk__in=[each.pk for each in differences]).update(settled_at=doing.now, outcome=outcome)
    row.state = "differing" if _open(row).exists() else "closed"


def _mine(differences: Sequence[Difference], person: Person) -> None:
    if not KEEPERS & person.roles and any(each.owner_id != person.pk for each in differences):
        raise InvalidError(
            Text("其中有他人负责的差异", "Some of these are somebody else's to explain"), field="settled"
        )


def _lose(medium: Medium, row: Stocktake, person: Person) -> None:
    register = registers()["media"]
    act = register.act("lose")
    if act is not None:
        acting.follow(register, act, medium.pk, person, acting.Asked(reason=row.number))


def _is_concerned(row: Stocktake, person: Person) -> bool:
    return bool(KEEPERS & person.roles) or _open(row).filter(owner=person).exists()


def _clocks(row: Stocktake, _now: datetime) -> Sequence[Running]:
    name = row.title
    if row.state == "running":
        title = Text("完成盘点：{name}", "Finish counting: {name}").fill(name=name)
        return [Running(kind="count", title=title, since=row.created_at, due=row.due, roles=KEEPERS,
                        duty="A13-4-media")]  # fmt: skip
    found = [_explain(each) for each in _open(row).select_related("owner")[:MOST]]
    if row.ended_at and _is_latest(row):
        title = Text("再次盘点：{name}", "Take stock again: {name}").fill(name=name)
        due = months_after(row.ended_at, row.again_months)
        found.append(Running(kind="again", title=title, since=row.ended_at, due=due, roles=KEEPERS, duty="A13-4-media"))
    return found


def _explain(each: Difference) -> Running:
    told = DIFFERENCES[each.kind]
    title = Text(f"说明盘点差异：{told.zh} {each.mark}", f"Explain: {told.en.lower()}, {each.mark}")
    return Running(kind=f"explain-{each.pk}", title=title, since=each.found_at, due=each.due, roles=KEEPERS,
                   person=each.owner_id, duty="A13-4-media")  # fmt: skip


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


def _differences(row: Stocktake) -> QuerySet[Difference]:
    return Difference.objects.filter(stocktake=row).select_related("owner", "medium").order_by("pk")[:MOST]


REGISTER: Register[Stocktake] = Register(
    name="stocktakes",
    prefix="ST",
    title=Text("载体盘点", "Stock-taking"),
    one=Text("盘点", "Stock-taking"),
    intro=Text(
        "对照应有清单逐件盘点载体：输入编号或用手机摄像头读标签；缺失的和多出的都要有人说明（第十三条第四项）。",
        "Carriers are counted against the list of what should be there, by number or with a phone's camera; what is "
        "missing or too many is explained by somebody (Art. 13(4)).",
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
        Act(name="settle", title=Text("说明差异", "Explain differences"), by=COUNTING, fields=_SETTLE, does=_settle,
            source=frozenset({"differing"}), whose=_is_concerned, reason="must", duty="A13-4-media",
            hint=Text("确认遗失的，载体随之登记为遗失。", "What is lost is entered as lost with this.")),
        Act(name="stop", title=Text("中止", "Stop"), by=KEEPERS, source=RUNNING, to="stopped", reason="must",
            grave=True, duty="A13-4-media"),
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
    heeds={("stocktakes", "start"): _list},
    parts=(
        Part(
            title=Text("差异", "Differences"),
            columns=((Text("差异", "What"), lambda each: DIFFERENCES[each.kind]),
                     (Text("编号", "Number"), lambda each: each.mark),
                     (Text("名称", "What it is"), lambda each: each.medium.title if each.medium else None),
                     (Text("责任人", "Whose"), lambda each: each.owner.name if each.owner else None),
                     (Text("期限", "By"), lambda each: each.due),
                     (Text("结果", "Came to"), lambda each: OUTCOMES.get(each.outcome))),
            rows=_differences,
        ),
    ),
    order=77,
)  # fmt: skip
