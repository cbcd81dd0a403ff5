"""The signed report of a self-inspection (Art. 16): plan, every duty with its evidence, draw, what fell short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shouze.language import Text
from shouze.registers import vocabulary
from shouze.registers.describing import Register
from shouze.registers.ports import statutes
from shouze.registers.reporting import acted, basis, documents_of, operator_name
from shouze.registers.selfinspections.judging import RESULTS
from shouze.registers.selfinspections.models import SelfInspection
from shouze.registers.shortcomings.models import Shortcoming
from shouze.registers.shortcomings.register import REGISTER as SHORTCOMINGS
from shouze.reports.report import Cell, Facts, Figure, Figures, Prose, Report, Section, Table
from shouze.rules.citing import article_words

_DUTIES = (Text("条款", "Article"), Text("义务", "Duty"), Text("证据", "Evidence"), Text("结果", "Result"),
           Text("说明", "Remark"))  # fmt: skip
_RECORDS = (Text("序号", "Place"), Text("时间", "At"), Text("人员", "Person"), Text("地点", "Where"),
            Text("事项", "Matter"), Text("结果", "Result"), Text("说明", "Remark"))  # fmt: skip
_SHORT = (Text("编号", "Number"), Text("隐患", "What is wrong"), Text("责任人", "Owner"), Text("期限", "By"),
          Text("状态", "State"))  # fmt: skip


def signed_report(register: Register[SelfInspection], row: SelfInspection, now: datetime) -> Report:
    """Return the report as it was signed; the state of its shortcomings is that of the moment it is made."""
    title = Text("用户个人信息保护自查报告（{year} 年度）", "Report of the self-inspection of {year}")
    return Report(
        name="selfinspection",
        title=title.fill(year=row.year),
        operator=operator_name(),
        basis=basis(register.duties),
        made=now,
        number=row.number,
        sections=[
            _plan(row),
            _results(row),
            _duties(row),
            _sample(row),
            _shortcomings(row),
            acted(register, row, act__in=("plan", "draw", "finish", "sign")),
        ],
        documents=documents_of(register.name, row),
    )


def _plan(row: SelfInspection) -> Section:
    return Section(Text("计划和结论", "Plan and conclusion"), [Facts([
        (Text("年度", "Year"), row.year),
        (Text("期间自", "Period from"), row.since),
        (Text("期间至", "Period until"), row.until),
        (Text("范围", "Scope"), row.scope),
        (Text("负责人", "Lead"), row.lead.name if row.lead else None),
        (Text("结论", "Conclusion"), row.conclusion),
        (Text("完成时间", "Finished at"), row.finished_at),
        (Text("签署时间", "Signed at"), row.signed_at),
        (Text("清单与样本的摘要", "Digest of list and sample"), row.content),
    ])])  # fmt: skip


def _results(row: SelfInspection) -> Section:
    how = Text("逐项检查{n}项义务和{m}条记录的结果", "of {n} duties and {m} records judged one by one")
    how, at = how.fill(n=len(row.plan), m=len(row.sample)), row.finished_at or row.changed_at
    results = [each["result"] for each in (*row.plan, *row.sample)]
    return Section(
        Text("结果", "Results"),
        [Figures([Figure(words, results.count(name), how, at) for name, words in RESULTS.items()])],
    )


def _duties(row: SelfInspection) -> Section:
    known = statutes().duties
    rows = [
        (article_words(known[each["duty"]].article) if each["duty"] in known else each["duty"],
         vocabulary.duty_words(each["duty"]), _lines(each["evidence"]), RESULTS.get(each["result"]), _remark(each))
        for each in row.plan
    ]  # fmt: skip
    return Section(
        Text("逐项义务", "Duty by duty"), [Table(Text("义务及其证据", "Duties and evidence"), _DUTIES, rows)]
    )


def _lines(said: Sequence[Mapping[str, str]]) -> Text:
    return Text("\n".join(each["zh"] for each in said), "\n".join(each["en"] for each in said))


def _remark(each: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (each["note"], each["shortcoming"])))


def _sample(row: SelfInspection) -> Section:
    title = Text("抽查的操作记录", "Handling records looked at")
    drawn = Text(
        "抽取 {n} 条；按顺序抽到而不属操作记录或不在期间内的 {over} 条。按以下检查点和随机数，任何人可以重复抽取。",
        "{n} drawn; {over} leaves came up that were no handling records or outside the period. Anybody repeats the "
        "draw from this checkpoint and nonce.",
    )
    words = drawn.fill(n=len(row.sample), over=row.passed_over)
    lot = Facts([(Text("检查点", "Checkpoint"), row.checkpoint.strip()), (Text("随机数", "Nonce"), row.nonce)])
    rows = [_record(each) for each in row.sample]
    return Section(title, [Prose(words), lot, *([Table(title, _RECORDS, rows)] if rows else [])])


def _record(each: Mapping[str, Any]) -> Sequence[Cell]:
    known = vocabulary.items()
    items = [known.get(item, Text(item, item)) for item in each["items"]]
    act = vocabulary.action_words(each["act"])
    matter = Text("{act} {items}（{outcome}）", "{act} {items} ({outcome})").fill(
        act=act, items=Text.listed(items), outcome=each["outcome"]
    )
    return (each["index"], datetime.fromisoformat(each["at"]), each["actor"], each["site"], matter,
            RESULTS.get(each["result"]), _remark(each))  # fmt: skip


def _shortcomings(row: SelfInspection) -> Section:
    title = Text("发现的隐患", "Shortcomings found")
    found = Shortcoming.objects.filter(source="selfinspections", source_number=row.number).select_related("owner")
    rows = [(each.number, each.title, each.owner.name if each.owner else None, each.due,
             SHORTCOMINGS.states[each.state].label) for each in found.order_by("pk")]  # fmt: skip
    return Section(title, [Table(title, _SHORT, rows) if rows else Prose(Text("没有。", "None."))])
