"""The register of apps named in public notices (Arts. 17, 20): read from the lists as administrations publish them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.batches.models import Batch
from shouze.registers.describing import AUTHORITIES, Act, Doing, Field, Group, Register, Running, State
from shouze.registers.notices import ladder
from shouze.registers.notices.models import NamedApp
from shouze.registers.notices.problems import default
from shouze.registers.roles import INSPECTING, Role, Roles

HEAD: Roles = frozenset({Role.HEAD})

_FIELDS = (
    Field(name="title", label=Text("应用名称", "App")),
    Field(name="notice", label=Text("通报", "Notice")),
    Field(name="authority", label=Text("发布机关", "Authority")),
    Field(name="dated", label=Text("日期", "Date")),
    Field(name="seq", label=Text("序号", "No."), once_filled=True),
    Field(name="filing_no", label=Text("备案号", "Filing number")),
    Field(name="developer", label=Text("开发者", "Developer")),
    Field(name="source", label=Text("来源", "Source")),
    Field(name="app_version", label=Text("版本", "Version"), hint=Text("小程序可无", "Mini-programs may have none")),
    Field(name="region", label=Text("属地", "Region"), once_filled=True),
)
_FOUND = (
    Field(name="problems", label=Text("所涉问题", "Problems")),
    Field(name="articles", label=Text("对应条款", "Articles"), duty="A20-credit"),
    Field(name="unmapped", label=Text("未对应的用语", "Words without an article"), once_filled=True),
    Field(name="operator", label=Text("经营者编号", "Operator here"), once_filled=True),
    Field(name="batch", label=Text("批次编号", "Batch"), once_filled=True),
    Field(name="due", label=Text("改正期限", "To be corrected by"), once_filled=True),
    Field(name="found", label=Text("复测情况", "What the check found"), lines=2, once_filled=True),
    Field(name="checked_at", label=Text("复测时间", "Checked"), once_filled=True),
)
_WORDS = Field(name="words", label=Text("所涉问题", "Problems"), lines=3, optional=False,
               hint=Text("以顿号、分号或换行分隔", "Between 、 or ; or on lines"))  # fmt: skip


def _enter(doing: Doing[NamedApp]) -> None:
    row, vocabulary = doing.entry, default()
    row.problems = vocabulary.split(str(doing.values["words"]))
    row.articles, row.unmapped = vocabulary.articles(row.problems), vocabulary.unknown(row.problems)


_RESULT = (
    Field(name="passed", label=Text("已改正", "It is corrected"), asks="yes-no"),
    Field(name="found", label=Text("复测情况", "What was found"), lines=3, optional=False),
)


def _check(doing: Doing[NamedApp]) -> None:
    row = doing.entry
    before, row.checked_at = row.state, doing.now
    if doing.values.get("passed"):
        row.state = ladder.CORRECTED
    elif before == ladder.NAMED and not doing.values.get("unreachable"):
        if row.due is not None and doing.now <= row.due:
            raise InvalidError(Text("改正期限未到", "Its time for correcting is not over"), field="passed")
        row.state = ladder.FAILED


def _clocks(row: NamedApp, _now: datetime) -> Sequence[Running]:
    since = row.checked_at or row.changed_at
    if row.state in (ladder.ORDERED, ladder.NAMED) and row.due is not None:
        title = Text("复测{name}是否改正", "Check whether {name} is corrected").fill(name=row.title)
        return [Running(kind="check", title=title, since=row.created_at, due=row.due, roles=INSPECTING,
                        duty="A17-1-inspect")]  # fmt: skip
    if row.state == ladder.FAILED:
        title = Text("将逾期未改的{name}下架", "Have {name} taken down, which was not corrected").fill(name=row.title)
        return [Running(kind="take-down", title=title, since=since, roles=HEAD, duty="A17-1-inspect")]
    return ()


def _batch(row: NamedApp) -> Sequence[tuple[str, int]]:
    return [("batches", pk) for pk in Batch.objects.filter(number=row.batch or "-").values_list("pk", flat=True)]


def _step(name: str, title: Text, source: set[str], to: str) -> Act[NamedApp]:
    return Act(name=name, title=title, by=HEAD, source=frozenset(source), to=to, reason="must", grave=True,
               duty="A17-1-inspect")  # fmt: skip


def _follows(name: str, title: Text, to: str) -> Act[NamedApp]:
    return Act(name=name, title=title, by=frozenset(), to=to, follows=True)


REGISTER: Register[NamedApp] = Register(
    name="notices",
    prefix="N",
    title=Text("检测与通报名单", "Apps tested and named"),
    one=Text("被检测或通报的应用", "App tested or named"),
    intro=Text(
        "被检测、责令、通报的应用及其问题，用语对应到条款；逾期未改的下架、禁止搜索、断开接入。"
        "用 shouze authority import-notices 读入。",
        "Apps tested, ordered to correct, named in notices; problems mapped to articles. What is not corrected is "
        "taken down, banned from search, cut off. Read in with shouze authority import-notices.",
    ),
    model=NamedApp,
    duties=("A20-credit", "A17-1-inspect"),
    fields=(*_FIELDS, *_FOUND),
    states={
        "tested": State(label=Text("检测有问题", "Problems found"), tone="waiting"),
        "ordered": State(label=Text("已责令整改（未公开）", "Ordered privately"), tone="waiting"),
        "named": State(label=Text("已通报", "Named"), tone="waiting"),
        "failed": State(label=Text("逾期未改", "Not corrected"), tone="bad"),
        "taken-down": State(label=Text("已下架", "Taken down"), tone="bad"),
        "banned": State(label=Text("已禁止搜索", "Banned from search"), tone="bad"),
        "cut": State(label=Text("已断开接入", "Access cut"), tone="bad"),
        "corrected": State(label=Text("已改正", "Corrected"), tone="good"),
        "closed": State(label=Text("已了结", "Settled"), tone="over"),
    },
    creating=Act(name="enter", title=Text("登记一项", "Enter one"), by=INSPECTING, to="named",
                 fields=(*_FIELDS, _WORDS), does=_enter, duty="A20-credit"),
    acts=(
        Act(name="correct", title=Text("更正问题", "Correct the problems"), by=INSPECTING, fields=(_WORDS,),
            does=_enter, source=frozenset({"tested", "named"}), reason="must", duty="A20-credit"),
        Act(name="settle", title=Text("了结", "Settle"), by=INSPECTING, to="closed", reason="must",
            source=frozenset({*ladder.OPEN, ladder.CUT, ladder.CORRECTED}), duty="A20-credit"),
        Act(name="check", title=Text("记录复测", "Note the re-check"), by=INSPECTING, source=ladder.CHECKED_FROM,
            fields=_RESULT, does=_check, reason="none", duty="A17-3-record"),
        _step("take-down", Text("要求下架", "Have it taken down"), {ladder.FAILED}, ladder.TAKEN_DOWN),
        _step("ban", Text("要求禁止搜索", "Have it banned from search"), {ladder.TAKEN_DOWN}, ladder.BANNED),
        _step("cut", Text("要求断开接入", "Have its access cut"), {ladder.TAKEN_DOWN, ladder.BANNED}, ladder.CUT),
        _follows("take-in", Text("由名单读入", "Read from a list"), ladder.NAMED),
        _follows("test", Text("检测有问题", "Problems found by testing"), ladder.TESTED),
        _follows("order", Text("责令整改（未公开）", "Ordered privately to correct"), ladder.ORDERED),
        _follows("name", Text("列入通报", "Named in a notice"), ladder.NAMED),
    ),
    columns=("developer", "dated", "problems", "articles"),
    filters=("authority",),
    search=("notice", "developer", "filing_no"),
    seen_by=INSPECTING | {Role.AUDITOR, Role.PUBLISHER},
    clocks=_clocks,
    concerns=_batch,
    houses=AUTHORITIES,
    from_files=False,
    group=Group.HANDLING,
    order=48,
)  # fmt: skip
