"""What the acts upon a self-inspection do: plan it, keep the draw, judge duty by duty and record by record, finish."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

import msgspec

from shouze.chinatime import SHANGHAI
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.describing import Choices, Doing
from shouze.registers.ports import statutes
from shouze.registers.selfinspections.drawing import Drawn
from shouze.registers.selfinspections.evidence import plan_of
from shouze.registers.selfinspections.models import NAMED, SelfInspection
from shouze.registers.shortcomings.raising import Wrong, raise_shortcoming

RESULTS: Choices = {
    "met": Text("符合", "In order"),
    "short": Text("有隐患", "Falls short"),
    "none": Text("不涉及", "Does not apply"),
}
LEAST, LARGEST = 1, 200


def period_of(year: int) -> tuple[datetime, datetime]:
    """Return when a calendar year begins and ends (Asia/Shanghai), open at the right end."""
    return datetime(year, 1, 1, tzinfo=SHANGHAI), datetime(year + 1, 1, 1, tzinfo=SHANGHAI)


def begin(doing: Doing[SelfInspection]) -> None:
    """Check the year."""
    row = doing.entry
    this = doing.now.astimezone(SHANGHAI).year
    if not this - 1 <= row.year <= this:
        remedy = Text("填写今年或去年", "Name this year or the last")
        raise InvalidError(
            Text("不能为该年度自查", "No self-inspection is made of that year"), field="year", remedy=remedy
        )
    row.title = row.title or NAMED.fill(year=row.year).zh


def plan(doing: Doing[SelfInspection]) -> None:
    """Fix the nonce of the draw, and fill in the evidence of every duty."""
    row = doing.entry
    if not LEAST <= row.wanted <= LARGEST:
        detail = Text(f"抽取 {LEAST} 至 {LARGEST} 条", f"{LEAST} to {LARGEST} records are drawn")
        raise InvalidError(detail, field="wanted")
    begins, ends = period_of(row.year)
    row.since, row.until = row.since or begins, row.until or ends
    if row.until <= row.since:
        raise InvalidError(Text("截止不晚于起始", "It ends before it begins"), field="until")
    row.nonce = secrets.token_hex(16)
    _fill(doing)


def refresh(doing: Doing[SelfInspection]) -> None:
    """Count the evidence anew; what was judged stays."""
    _fill(doing)


def keep_draw(doing: Doing[SelfInspection]) -> None:
    """Keep the sample that was drawn."""
    row = doing.entry
    found: Drawn = doing.values["drawn"]
    row.checkpoint, row.sample, row.passed_over = found.checkpoint.text(), found.sample, found.passed_over
    row.drawn_at = doing.now
    _sealed(row)


def judge(doing: Doing[SelfInspection]) -> None:
    """Note results; what falls short becomes a shortcoming, once."""
    row, given = doing.entry, doing.values
    row.plan = [_judged(doing, each, given["duties"].get(each["duty"]), each["duty"]) for each in row.plan]
    row.sample = [_judged(doing, each, given["records"].get(str(each["index"])), None) for each in row.sample]
    _sealed(row)


def finish(doing: Doing[SelfInspection]) -> None:
    """Finish it, once everything is judged."""
    if doing.entry.left:
        detail = Text("还有 {n} 项未判定", "{n} are not judged yet").fill(n=doing.entry.left)
        raise InvalidError(detail, field=None, remedy=Text("先在清单中判定", "Judge them in the list first"))
    doing.entry.finished_at = doing.now


def sign(doing: Doing[SelfInspection]) -> None:
    """Sign the report."""
    # A16-record: what was checked, by whom, with which result, is signed and kept
    doing.entry.signed_at = doing.now


def send_back(doing: Doing[SelfInspection]) -> None:
    """Take up a finished one again."""
    doing.entry.finished_at = None


def _fill(doing: Doing[SelfInspection]) -> None:
    row = doing.entry
    begins, ends = period_of(row.year)
    row.plan = plan_of(row.since or begins, row.until or ends, doing.now, row.plan)
    _sealed(row)


def _sealed(row: SelfInspection) -> None:
    row.content = hashlib.sha256(msgspec.json.encode([row.plan, row.sample], order="sorted")).hexdigest()


def _judged(
    doing: Doing[SelfInspection], each: dict[str, Any], given: tuple[str, str] | None, duty: str | None
) -> dict[str, Any]:
    if given is None or not given[0] or (each["result"], each["note"]) == given:
        return each
    result, note = given
    name = duty or str(each["index"])
    if result not in RESULTS:
        raise InvalidError(Text("没有这个结果", "There is no such result"), field=name)
    if result != "met" and not note.strip():
        field = f"{'duty' if duty else 'record'}-{name}-note"
        remedy = Text("写明情况或理由", "Say what it is, or why")
        raise InvalidError(
            Text("{name}：没有说明", "{name}: nothing is said").fill(name=name), field=field, remedy=remedy
        )
    told = {"by": doing.person.username, "judged_at" if duty is None else "at": doing.now.isoformat()}
    number = _raised(doing, duty, name, note) if result == "short" else each["shortcoming"]
    return {**each, **told, "result": result, "note": note, "shortcoming": number}


def _raised(doing: Doing[SelfInspection], duty: str | None, name: str, note: str) -> str:
    # A16-fix: what is found is given to somebody, and comes back
    row = doing.entry
    if duty is None:
        title = Text("自查：第 {name} 号操作记录", "Record {name}").fill(name=name).zh
    else:
        title = Text("自查：{name}", "{name}").fill(name=statutes().duties[duty].text.zh).zh
    wrong = Wrong(rule=duty or "A13-6-oplog", title=title, story=note, key=name)
    return raise_shortcoming("selfinspections", row, wrong, doing.person).number
