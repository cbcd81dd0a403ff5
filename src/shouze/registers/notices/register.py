"""The register of apps named in public notices (Arts. 17, 20): read from the lists as administrations publish them."""

from __future__ import annotations

from shouze.language import Text
from shouze.registers.describing import AUTHORITIES, Act, Doing, Field, Group, Register, State
from shouze.registers.notices.models import NamedApp
from shouze.registers.notices.problems import default
from shouze.registers.roles import INSPECTING, Role

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
)
_WORDS = Field(name="words", label=Text("所涉问题", "Problems"), lines=3, optional=False,
               hint=Text("以顿号、分号或换行分隔", "Between 、 or ; or on lines"))  # fmt: skip


def _enter(doing: Doing[NamedApp]) -> None:
    row, vocabulary = doing.entry, default()
    row.problems = vocabulary.split(str(doing.values["words"]))
    row.articles, row.unmapped = vocabulary.articles(row.problems), vocabulary.unknown(row.problems)


REGISTER: Register[NamedApp] = Register(
    name="notices",
    prefix="N",
    title=Text("通报名单", "Named in notices"),
    one=Text("被通报的应用", "App named in a notice"),
    intro=Text(
        "通报名单中的应用、开发者和问题，用语按对照表对应到条款。用 shouze authority import-notices 读入。",
        "Apps, developers and problems of public notices; words are mapped to articles, and can be corrected. Read in "
        "with shouze authority import-notices.",
    ),
    model=NamedApp,
    duties=("A20-credit", "A17-1-inspect"),
    fields=(*_FIELDS, *_FOUND),
    states={
        "named": State(label=Text("已通报", "Named"), tone="waiting"),
        "closed": State(label=Text("已了结", "Settled"), tone="over"),
    },
    creating=Act(name="enter", title=Text("登记一项", "Enter one"), by=INSPECTING, to="named",
                 fields=(*_FIELDS, _WORDS), does=_enter, duty="A20-credit"),
    acts=(
        Act(name="correct", title=Text("更正问题", "Correct the problems"), by=INSPECTING, fields=(_WORDS,),
            does=_enter, source=frozenset({"named"}), reason="must", duty="A20-credit"),
        Act(name="settle", title=Text("了结", "Settle"), by=INSPECTING, source=frozenset({"named"}), to="closed",
            reason="must", duty="A20-credit"),
        Act(name="take-in", title=Text("由名单读入", "Read from a list"), by=frozenset(), to="named", follows=True),
    ),
    columns=("developer", "dated", "problems", "articles"),
    filters=("authority",),
    search=("notice", "developer", "filing_no"),
    seen_by=INSPECTING | {Role.AUDITOR},
    houses=AUTHORITIES,
    from_files=False,
    group=Group.HANDLING,
    order=48,
)  # fmt: skip
